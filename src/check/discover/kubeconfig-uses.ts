import type { FileReference } from '../../inspect/read/input.ts';
import type { FileRole, FileUse } from '../inventory.ts';
import type { Contents } from './contents.ts';
import { baseName, folderOf, joinPaths, rootOf } from './paths.ts';

/** Who uses a kubeconfig that no flag names, by its file's name (kubeadm). */
const BY_NAME: Readonly<Record<string, string>> = Object.freeze({
  'kubelet.conf': 'kubelet',
  'bootstrap-kubelet.conf': 'kubelet',
  'controller-manager.conf': 'kube-controller-manager',
  'scheduler.conf': 'kube-scheduler',
  'kube-proxy.conf': 'kube-proxy',
});

/** Kubeconfigs by their place: of administrators and users, beside those of components. */
const PLACES =
  /(?:^|\/)(?:(?:super-)?admin\.conf|\.kube\/config|kubernetes\/users\/[^/]+\.conf|[^/]+\.kubeconfig)$/;

/** Whether a file is to be a kubeconfig by its name, whatever it holds. */
export function isKubeconfigName(path: string): boolean {
  return BY_NAME[baseName(path)] !== undefined || PLACES.test(path);
}

const ROLES: Readonly<Record<string, FileRole>> = Object.freeze({
  'certificate-authority': 'server-ca',
  'certificate-authority-data': 'server-ca',
  'client-certificate': 'client-certificate',
  'client-certificate-data': 'client-certificate',
  'client-key': 'key',
  'client-key-data': 'key',
});

function roleOf(field: string): FileRole | undefined {
  return ROLES[field.slice(field.lastIndexOf('.') + 1)];
}

/** What kubeconfigs use: files that they name, and what they hold themselves. */
export function kubeconfigUses(kubeconfigs: Contents['kubeconfigs'], uses: readonly FileUse[]): FileUse[] {
  const owners = new Map(
    uses.filter(({ role }) => role === 'kubeconfig').map(({ path, component }) => [path, component]),
  );
  return kubeconfigs.flatMap(({ path, kubeconfig, references }) => {
    const component = owners.get(path) ?? BY_NAME[baseName(path)] ?? 'kubectl';
    const use = (field: string, target: string): FileUse[] => {
      const role = roleOf(field);
      return role === undefined ? [] : [{ component, flag: field, source: path, role, path: target }];
    };
    const embedded = [
      ...kubeconfig.clusters.flatMap(({ cluster }, index) =>
        cluster.certificateAuthorityData === undefined
          ? []
          : use(`clusters[${index}].cluster.certificate-authority-data`, path),
      ),
      ...kubeconfig.users.flatMap(({ user }, index) => [
        ...(user.clientCertificateData === undefined
          ? []
          : use(`users[${index}].user.client-certificate-data`, path)),
        ...(user.clientKeyData === undefined ? [] : use(`users[${index}].user.client-key-data`, path)),
      ]),
    ];
    return [...embedded, ...references.flatMap((one) => use(one.field, located(path, one)))];
  });
}

/** A file that a kubeconfig names: relative to its folder; absolute, to the root that the kubeconfig is of. */
export function located(kubeconfig: string, { path }: Pick<FileReference, 'path'>): string {
  return path.startsWith('/')
    ? rootOf(kubeconfig) + joinPaths('/', path)
    : joinPaths(folderOf(kubeconfig), path);
}
