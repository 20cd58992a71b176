import type { FileSource } from '../files.ts';

/** Folders in which a cluster keeps its PKI, by who puts it there: kubeadm, the hard way, kubespray, k3s, rke2. */
export const PKI_FOLDERS: readonly string[] = Object.freeze([
  '/etc/kubernetes',
  '/var/lib/kubelet',
  '/var/lib/kubernetes',
  '/var/lib/kube-proxy',
  '/etc/etcd',
  '/etc/ssl/etcd',
  '/var/lib/rancher/k3s/server/tls',
  '/var/lib/rancher/k3s/agent',
  '/var/lib/rancher/rke2/server/tls',
  '/var/lib/rancher/rke2/agent',
]);

/** Folders by which a root is known: those with PKI, and that of the units that name it. */
const ROOT_MARKS: readonly string[] = Object.freeze([...PKI_FOLDERS, '/etc/systemd/system']);

/** Whether a folder stands in for a machine's root: one of the places of a cluster's files is in it. */
export function isRoot(folder: string, isThere: (path: string) => boolean): boolean {
  return ROOT_MARKS.some((mark) => isThere(folder + mark));
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const BELOW_ROOT = new RegExp(`^(.+?)((?:${ROOT_MARKS.map(escape).join('|')})(?:/.*)?)$`);

/** A path by the root that stands in for a machine's, and the path on that machine; `undefined` where it is in none. */
export function splitRoot(path: string): { readonly root: string; readonly inside: string } | undefined {
  const [, root, inside] = BELOW_ROOT.exec(path) ?? [];
  return root === undefined || inside === undefined ? undefined : { root, inside };
}

/** Kubeconfigs of people. */
const USER_KUBECONFIGS = '/root/.kube/config';

/** A root that holds a cluster's files, or a folder or file that is looked at by itself. */
export type Target =
  | { readonly kind: 'root' }
  | { readonly kind: 'path'; readonly path: string }
  /** A file that is a kubeconfig to whoever names it, whatever it says of itself. */
  | { readonly kind: 'kubeconfig'; readonly path: string };

/** Files of administrators that are kubeconfigs. */
export function userKubeconfigs(files: FileSource): string[] {
  const homes = (files.list('/home') ?? []).map((name) => `/home/${name}/.kube/config`);
  return [USER_KUBECONFIGS, ...homes].filter((path) => files.stat(path)?.kind === 'file');
}

/** Nodes of a tree of kubepki: each has a root of its own. */
export function nodeRoots(files: FileSource): string[] {
  const folder = '/etc/kubernetes/nodes';
  return (files.list(folder) ?? [])
    .map((name) => `${folder}/${name}`)
    .filter((path) => files.stat(path)?.kind === 'directory');
}

/** Manifests in the kubelet's own folder: whatever they are called, it runs them (pkg/kubelet/config/file.go, extractFromDir). */
export function staticPodFiles(files: FileSource, folder: string): string[] {
  return (files.list(folder) ?? [])
    .filter((name) => !name.startsWith('.'))
    .map((name) => `${folder}/${name}`)
    .filter((path) => files.stat(path)?.kind === 'file');
}

/** Manifests of static pods in a folder. */
export function manifestsIn(files: FileSource, folder: string): string[] {
  return (files.list(folder) ?? [])
    .filter((name) => /\.(?:ya?ml|json|manifest)$/.test(name) && !name.startsWith('.'))
    .map((name) => `${folder}/${name}`);
}
