import { resolvePath } from './duties.ts';
import { isInKeptFolder } from './kept.ts';
import { KNOWN_CERTIFICATES } from './known-files.ts';
import { componentsNamed } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Violation } from './rule.ts';
import { afterwards, applyCommand } from './remedies.ts';
import { shellWord } from './words.ts';

/** A file of kubeadm's PKI directory that must be there and hold something, by what lies beside it. */
interface ExpectedFile {
  /** Path below the PKI directory. */
  readonly name: string;
  readonly holds: 'certificate' | 'key' | 'kubeconfig';
  readonly component: string;
  readonly flag: string;
  /** Paths below the PKI directory: where of each list one is there, this file must be. Keys, for copies of certificates alone say nothing. */
  readonly beside: readonly (readonly string[])[];
  /** What puts it back, where `kubepki apply` does not make it. */
  readonly fix?: string;
}

const API_SERVER = ['apiserver.key', 'apiserver-kubelet-client.key', 'front-proxy-client.key'];
const ETCD = ['etcd/server.key', 'etcd/peer.key'];
const CONTROL_PLANE_CONFS = ['../controller-manager.conf', '../scheduler.conf'];
const KUBELET_CLIENT = '../../../var/lib/kubelet/pki/kubelet-client-current.pem';

/** CAs and service account keys: nothing makes them anew without all that they signed. */
const SHARED: readonly ExpectedFile[] = [
  {
    name: 'ca.crt',
    holds: 'certificate',
    component: 'kube-apiserver',
    flag: '--client-ca-file',
    beside: [['ca.key', 'apiserver.key', 'apiserver-kubelet-client.key']],
    fix: 'copy ca.crt from another control plane or a backup',
  },
  {
    name: 'ca.crt',
    holds: 'certificate',
    component: 'kube-apiserver',
    flag: '--client-ca-file',
    beside: [CONTROL_PLANE_CONFS],
    fix: 'copy the whole pki directory from a backup, or its CAs and sa.key from another control plane',
  },
  {
    name: 'ca.crt',
    holds: 'certificate',
    component: 'kubelet',
    flag: 'authentication.x509.clientCAFile',
    beside: [['../kubelet.conf']],
    fix: 'copy ca.crt from another node, or take it out of certificate-authority-data in kubelet.conf',
  },
  {
    name: 'front-proxy-ca.crt',
    holds: 'certificate',
    component: 'kube-apiserver',
    flag: '--requestheader-client-ca-file',
    beside: [['front-proxy-ca.key', ...API_SERVER]],
    fix: 'copy front-proxy-ca.crt from another control plane or a backup',
  },
  {
    name: 'etcd/ca.crt',
    holds: 'certificate',
    component: 'kube-apiserver',
    flag: '--etcd-cafile',
    beside: [['etcd/ca.key', 'apiserver-etcd-client.key', ...ETCD]],
    fix: 'copy etcd/ca.crt from another control plane or a backup',
  },
  {
    name: 'sa.key',
    holds: 'key',
    component: 'kube-apiserver',
    flag: '--service-account-signing-key-file',
    beside: [API_SERVER],
    fix: 'copy sa.key from another control plane or a backup: with another one every token is refused',
  },
  {
    name: 'sa.pub',
    holds: 'key',
    component: 'kube-apiserver',
    flag: '--service-account-key-file',
    beside: [API_SERVER],
  },
];

const KUBECONFIGS: readonly ExpectedFile[] = ['controller-manager', 'scheduler'].map((name, at, all) => ({
  name: `../${name}.conf`,
  holds: 'kubeconfig',
  component: `kube-${name}`,
  flag: '--kubeconfig',
  // Kubeconfigs may have a directory of their own: then neither is here.
  beside: [API_SERVER, all.filter((_other, index) => index !== at).map((other) => `../${other}.conf`)],
}));

/** Beside a control plane's own, or the certificate that it has rotated. */
const KUBELET: readonly ExpectedFile[] = [
  [API_SERVER, ...CONTROL_PLANE_CONFS.map((name) => [name])],
  [[KUBELET_CLIENT]],
].map((beside) => ({
  name: '../kubelet.conf',
  holds: 'kubeconfig',
  component: 'kubelet',
  flag: '--kubeconfig',
  beside,
}));

/** What lies beside a certificate where it is in use; one that only its own key stands for is told of by that. */
const BESIDE: Readonly<Record<string, ExpectedFile['beside']>> = Object.freeze({
  apiserver: [API_SERVER],
  'apiserver-kubelet-client': [API_SERVER],
  'front-proxy-client': [API_SERVER],
  // An etcd elsewhere has its client's files where its administrator likes.
  'apiserver-etcd-client': [['apiserver.key'], ETCD],
  'etcd/server': [ETCD],
  'etcd/peer': [ETCD],
  // kubeadm itself calls etcd by it, where it set up both.
  'etcd/healthcheck-client': [['apiserver.key'], ['etcd/ca.key'], ...ETCD.map((name) => [name])],
});

const EXPECTED: readonly ExpectedFile[] = Object.freeze([
  ...SHARED,
  ...KUBECONFIGS,
  ...KUBELET,
  ...KNOWN_CERTIFICATES.map(({ base, component, flag }): ExpectedFile => ({
    name: `${base}.crt`,
    holds: 'certificate',
    component,
    flag,
    beside: (BESIDE[base] ?? [[]]).map((names) => [...names, `${base}.key`]),
  })),
]);

/** CA keys may lie elsewhere; where there is one, it must be one. */
const OPTIONAL_KEYS = ['ca.key', 'front-proxy-ca.key', 'etcd/ca.key'];

const PKI_FOLDER = /(?:^|\/)pki$/;
/** A node of a tree of kubepki, whose PKI directory is always below. */
const NODE_FOLDER = /^(.*\/nodes\/[^/]+)\/(?:etc\/kubernetes|var\/lib\/kubelet\/pki)$/;

/** Where one should be, beside the kubeconfigs of a control plane, when no CA lies anywhere else. */
function lostFolders({ inventory, certificates, files }: Machine): string[] {
  const hasCa = certificates.some(
    ({ isCa, entry }) => isCa && entry.field === undefined && !/\/(?:nodes|kubelet)\//.test(entry.path),
  );
  if (hasCa) return [];
  return inventory.folders
    .filter((folder) => /\/kubernetes$/.test(folder) && rootOf(folder) === '')
    .map((folder) => `${folder}/pki`)
    .filter((folder) => CONTROL_PLANE_CONFS.some((name) => files.has(below(folder, name))));
}

/** kubeadm's PKI directories, of which every file is known. */
function pkiFolders(machine: Machine): string[] {
  const { folders } = machine.inventory;
  const nodes = folders.flatMap((folder) => {
    const root = NODE_FOLDER.exec(folder)?.[1];
    return root === undefined ? [] : [`${root}/etc/kubernetes/pki`];
  });
  // Of etcd's folder alone, what belongs to it can be told.
  const own = folders.map((folder) => folder.replace(/(?<=\/pki)\/etcd$/, ''));
  const all = [
    ...new Set([...own.filter((folder) => PKI_FOLDER.test(folder)), ...nodes, ...lostFolders(machine)]),
  ];
  // Of old copies nothing is expected, unless they are all that is looked at.
  const inUse = all.filter((folder) => !isInKeptFolder(`${folder}/`));
  return inUse.length > 0 ? inUse : all;
}

/** Whether a component is known by its manifest or unit, and told to use another file. */
function usesAnother(machine: Machine, { component, flag }: ExpectedFile, path: string): boolean {
  const root = rootOf(path);
  const own = componentsNamed(machine, component).filter(({ source }) => rootOf(source) === root);
  const uses = own.flatMap((one) => one.uses);
  if (own.length === 0 || uses.some((use) => use.path === path)) return false;
  // Of a kubelet, kubeconfig and configuration are two files, and one of them alone makes it known.
  return component === 'kubelet' ? uses.some((use) => use.flag === flag) : flag.startsWith('--');
}

/** The root of a node's own files in a tree of kubepki. */
function rootOf(path: string): string {
  return /^.*\/nodes\/[^/]+(?=\/(?:etc|var)\/)/.exec(path)?.[0] ?? '';
}

const below = resolvePath;

interface Place {
  readonly path: string;
  readonly row: ExpectedFile;
}

function expectedPlaces(machine: Machine): Place[] {
  return pkiFolders(machine).flatMap((folder) =>
    EXPECTED.flatMap((row): Place[] => {
      const path = below(folder, row.name);
      const isWanted = row.beside.every((names) =>
        names.some((name) => machine.files.has(below(folder, name))),
      );
      return isWanted && !usesAnother(machine, row, path) ? [{ path, row }] : [];
    }),
  );
}

/** Files that kubeadm's layout asks for by what lies beside them, and that are not there. */
export function missingByPlace(machine: Machine): Violation[] {
  return expectedPlaces(machine)
    .filter(({ path }) => !machine.files.has(path))
    .map(({ path, row: { component, flag, fix } }) => ({
      path,
      message: `is not there, and what lies beside it needs it: it is what ${component} ${flag} names`,
      expected: 'a file',
      actual: 'nothing',
      fix: `${fix ?? applyCommand(machine)}, then ${afterwards(machine, path, component)}`,
    }));
}

/** Certificates of kubeadm's layout that are there and hold none. */
export function emptyCertificates(
  machine: Machine,
): { readonly path: string; readonly by: string; readonly component: string }[] {
  return pkiFolders(machine).flatMap((folder) =>
    EXPECTED.filter(({ holds }) => holds === 'certificate').flatMap((row) => {
      const path = below(folder, row.name);
      const { component, flag } = row;
      // A file of an old name that nothing uses may hold what it likes.
      return usesAnother(machine, row, path) ? [] : [{ path, by: `${component} ${flag}`, component }];
    }),
  );
}

/** Files of kubeadm's layout that are read by their places, where no flag names another. */
export function placedFiles(machine: Machine): ReadonlySet<string> {
  const pairs = KNOWN_CERTIFICATES.map(({ base }) => `${base}.key`);
  const placed = pkiFolders(machine).flatMap((folder) => [
    ...EXPECTED.flatMap((row) => {
      const path = below(folder, row.name);
      return usesAnother(machine, row, path) ? [] : [path];
    }),
    ...[...OPTIONAL_KEYS, ...pairs].map((name) => below(folder, name)),
  ]);
  return new Set(placed);
}

/** Keys of kubeadm's layout that are there and hold none; those of certificates are told of by their pairs. */
export function emptyKeys(machine: Machine): Violation[] {
  const { files, keysByPlace, byPlace } = machine;
  const shared = EXPECTED.filter(({ holds }) => holds === 'key').map(({ name }) => name);
  return pkiFolders(machine)
    .flatMap((folder) => [...shared, ...OPTIONAL_KEYS].map((name) => below(folder, name)))
    .filter((path) => {
      const keys = keysByPlace.get(path) ?? [];
      const isSound = path.endsWith('.pub') ? keys.length > 0 : keys.some(({ isPrivate }) => isPrivate);
      return files.has(path) && !isSound && !byPlace.has(path);
    })
    .map((path) => ({
      path,
      message: keysByPlace.has(path) ? 'holds no private key' : 'holds no key',
      expected: 'a key in PEM',
      actual: whatIsThere(machine, path),
      fix: `put ${shellWord(path)} back from a backup or another control plane`,
    }));
}

/** What stands in place of something, for messages. */
export function whatIsThere({ files }: Machine, path: string): string {
  const facts = files.get(path);
  if (facts?.kind === 'directory') return 'a directory';
  if (facts?.kind === 'other') return 'a pipe or a device';
  return facts?.size === 0 ? 'an empty file' : 'none';
}
