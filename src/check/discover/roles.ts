import type { FileRole } from '../inventory.ts';

/** A flag that names a file, or several with commas between. */
export interface FlagRow {
  /** Without dashes. */
  readonly flag: string;
  readonly role: FileRole;
}

const rows = (role: FileRole, flags: string): FlagRow[] => flags.split(' ').map((flag) => ({ flag, role }));

const SERVING: readonly FlagRow[] = [
  ...rows('server-certificate', 'tls-cert-file'),
  ...rows('key', 'tls-private-key-file'),
  ...rows('client-ca', 'client-ca-file requestheader-client-ca-file'),
];

const KUBECONFIGS = rows('kubeconfig', 'kubeconfig authentication-kubeconfig authorization-kubeconfig');

const SIGNERS = ['', '-kubelet-serving', '-kubelet-client', '-kube-apiserver-client', '-legacy-unknown'];

/** Flags that name files, by component (Kubernetes: cmd/NAME/app/options; etcd: server/etcdmain/config.go). */
export const FILE_FLAGS: Readonly<Record<string, readonly FlagRow[]>> = Object.freeze({
  'kube-apiserver': [
    ...SERVING,
    ...rows('client-certificate', 'etcd-certfile kubelet-client-certificate proxy-client-cert-file'),
    ...rows('key', 'etcd-keyfile kubelet-client-key proxy-client-key-file'),
    ...rows('server-ca', 'etcd-cafile kubelet-certificate-authority oidc-ca-file'),
    ...rows('service-account-public-key', 'service-account-key-file'),
    ...rows('service-account-key', 'service-account-signing-key-file'),
    ...rows('kubeconfig', 'authentication-token-webhook-config-file authorization-webhook-config-file'),
  ],
  'kube-controller-manager': [
    ...SERVING,
    ...KUBECONFIGS,
    ...SIGNERS.flatMap((kind) => [
      ...rows('signing-ca', `cluster-signing${kind}-cert-file`),
      ...rows('signing-key', `cluster-signing${kind}-key-file`),
    ]),
    ...rows('server-ca', 'root-ca-file'),
    ...rows('service-account-key', 'service-account-private-key-file'),
  ],
  'kube-scheduler': [...SERVING, ...KUBECONFIGS],
  'cloud-controller-manager': [...SERVING, ...KUBECONFIGS],
  'kube-proxy': rows('kubeconfig', 'kubeconfig'),
  kubelet: [...SERVING, ...rows('kubeconfig', 'kubeconfig bootstrap-kubeconfig')],
  etcd: [
    ...rows('server-certificate', 'cert-file'),
    ...rows('peer-certificate', 'peer-cert-file'),
    ...rows('client-certificate', 'client-cert-file peer-client-cert-file'),
    ...rows('key', 'key-file peer-key-file client-key-file peer-client-key-file'),
    ...rows('client-ca', 'trusted-ca-file peer-trusted-ca-file'),
  ],
});

/** Programs of a cluster. */
export const COMPONENTS: readonly string[] = Object.freeze(Object.keys(FILE_FLAGS));
