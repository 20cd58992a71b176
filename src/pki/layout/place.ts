import { posix } from 'node:path';

/** The directories of one machine's files: where they will lie on the machine, and where they lie on this disk. */
export interface Place {
  /** What stands before every path of the machine on this disk: `''` for this machine itself. */
  readonly prefix: string;
  /** CERT_DIR on the machine, such as `/etc/kubernetes/pki`. */
  readonly certDir: string;
  /** KUBECONFIG_DIR on the machine, such as `/etc/kubernetes`. */
  readonly kubeconfigDir: string;
}

/** Where the kubelet keeps its certificates (k8s.io/kubernetes/cmd/kubelet: --cert-dir). */
export const KUBELET_PKI = '/var/lib/kubelet/pki';

/** The PEM in which a kubelet rotates its client certificate, by its path on the machine. */
export const KUBELET_CLIENT_PEM = `${KUBELET_PKI}/kubelet-client-current.pem`;

/** Where a kubelet looks for its CA (kubeadm: JoinConfiguration `caCertPath`). */
export const NODE_CERT_DIR = '/etc/kubernetes/pki';

/** Where a path of the machine lies on this disk: never outside of its prefix, whatever `..` the path holds. */
export function onDisk({ prefix }: Pick<Place, 'prefix'>, path: string): string {
  return prefix === '' ? path : posix.join(prefix, posix.resolve('/', path));
}
