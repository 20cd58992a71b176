import type { Finding } from '../../errors/finding.ts';
import type { FileSource } from '../files.ts';
import type { FileUse } from '../inventory.ts';
import type { Contents } from './contents.ts';
import { isKubeconfigName } from './kubeconfig-uses.ts';

/** A kubeconfig that is none, as kubectl would find it. */
function malformed(path: string, message: string): Finding {
  return { code: 'malformed-kubeconfig', severity: 'error', path, message };
}

/** Files that are named as kubeconfigs and hold none, and users of kubeconfigs whose certificate has no key. */
export function kubeconfigProblems(
  files: FileSource,
  uses: readonly FileUse[],
  contents: Pick<Contents, 'kubeconfigs' | 'problems'>,
): Finding[] {
  return [...unlikeNames(files, uses, contents), ...empty(contents), ...keyless(contents)];
}

function unlikeNames(
  files: FileSource,
  uses: readonly FileUse[],
  { kubeconfigs, problems }: Pick<Contents, 'kubeconfigs' | 'problems'>,
): Finding[] {
  const known = new Set([...kubeconfigs.map(({ path }) => path), ...problems.map(({ path }) => path)]);
  return uses.flatMap(({ path, role, component, flag }): Finding[] => {
    if (role !== 'kubeconfig' || known.has(path) || files.stat(path)?.kind !== 'file') return [];
    known.add(path);
    return [malformed(path, `${component} is told to use it by ${flag}, and it holds no kubeconfig`)];
  });
}

/** kubectl takes an empty file for a kubeconfig without content; whoever stands in one of these names needs some. */
function empty({ kubeconfigs }: Pick<Contents, 'kubeconfigs'>): Finding[] {
  return kubeconfigs.flatMap(({ path, kubeconfig: { clusters, users } }): Finding[] => {
    const isEmpty = clusters.length === 0 && users.length === 0;
    // What a person keeps may be half made; what is written for somebody is whole, or was cut off.
    const isHalf = clusters.length === 0 || users.length === 0;
    if (!isKubeconfigName(path) || !isHalf || (!isEmpty && path.endsWith('/.kube/config'))) return [];
    const message = isEmpty
      ? 'it has neither a cluster nor a user'
      : `it has no ${users.length === 0 ? 'user' : 'cluster'}: it may be cut off`;
    return [malformed(path, message)];
  });
}

function keyless({ kubeconfigs }: Pick<Contents, 'kubeconfigs'>): Finding[] {
  return kubeconfigs.flatMap(({ path, kubeconfig }) =>
    kubeconfig.users.flatMap(({ name, user }): Finding[] => {
      const hasCertificate = (user.clientCertificateData ?? user.clientCertificate) !== undefined;
      const hasKey = (user.clientKeyData ?? user.clientKey) !== undefined;
      if (!hasCertificate || hasKey) return [];
      return [malformed(path, `the user ${JSON.stringify(name)} has a client certificate and no key for it`)];
    }),
  );
}

/** Files that kubeconfigs name as certificates or keys, and that hold none. */
export function emptyReferences(
  files: FileSource,
  references: readonly FileUse[],
  { certificates, keys, problems }: Pick<Contents, 'certificates' | 'keys' | 'problems'>,
): Finding[] {
  const told = problems.filter(({ code }) => code !== 'nothing-inside');
  const known = new Set([...certificates, ...keys, ...told].map(({ path }) => path));
  return references.flatMap(({ path, role, flag, source }): Finding[] => {
    if (path === source || known.has(path) || files.stat(path) === undefined) return [];
    known.add(path);
    const [code, what] =
      role === 'key'
        ? (['malformed-key', 'key'] as const)
        : (['malformed-certificate', 'certificate'] as const);
    const message = `${source} names it by ${flag}, and it holds no ${what}`;
    return [{ code, severity: 'error', path, message }];
  });
}
