import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import type { HostPort } from '../../net/host-port.ts';
import type { Validity } from '../../x509/duration.ts';
import type { KubernetesVersion } from './kubernetes-version.ts';

/** What a cluster's certificates and kubeconfigs are to be: defaults filled in, names in canonical form. */
export interface ClusterSpec {
  readonly kubernetesVersion: KubernetesVersion;
  readonly clusterName: string;
  /** The name or address that clients use; without a port, that of the API server they would reach otherwise. */
  readonly controlPlaneEndpoint?: HostPort;
  /** Absolute path of a control plane's certificates on its machine. */
  readonly certificatesDir: string;
  /** One or two networks in canonical form, the first one's family first. */
  readonly serviceSubnets: readonly string[];
  readonly dnsDomain: string;
  /** DNS names and addresses in canonical form: what `parseIp` reads is an address. Likewise all other SANs here. */
  readonly apiServerCertSANs: readonly string[];
  readonly etcd: EtcdSpec;
  readonly keyAlgorithm: KeyAlgorithm;
  /** Milliseconds. */
  readonly certificateValidity: number;
  /** Milliseconds. */
  readonly caCertificateValidity: number;
  /** Which server the kubelet.conf of a control plane names: its own, or the one all clients use. */
  readonly kubeletServer: 'local' | 'endpoint';
  /** At least one; the first is the machine that kubeadm init runs on. */
  readonly controlPlanes: readonly [ControlPlaneSpec, ...ControlPlaneSpec[]];
  readonly nodes: readonly NodeSpec[];
  readonly users: readonly UserSpec[];
}

/** etcd on the control planes, or a cluster of its own whose certificates are made elsewhere. */
export type EtcdSpec =
  | {
      readonly kind: 'local';
      readonly serverCertSANs: readonly string[];
      readonly peerCertSANs: readonly string[];
    }
  | {
      readonly kind: 'external';
      readonly endpoints: readonly string[];
      readonly caFile?: string;
      readonly certFile?: string;
      readonly keyFile?: string;
    };

/** A machine that runs an API server, and etcd where that is local. */
export interface ControlPlaneSpec {
  readonly name: string;
  readonly advertiseAddress: string;
  readonly bindPort: number;
  /** SANs of this machine alone, beside the cluster's. */
  readonly certSANs: readonly string[];
  readonly etcdServerCertSANs: readonly string[];
  readonly etcdPeerCertSANs: readonly string[];
}

/** A machine whose kubelet files are wanted. */
export interface NodeSpec {
  readonly name: string;
  /** DNS names and addresses of its kubelet, beside the name. */
  readonly addresses: readonly string[];
}

/** A person or program that gets a kubeconfig. */
export interface UserSpec {
  /** Also the name of the file: `users/NAME.conf`. */
  readonly name: string;
  readonly groups: readonly string[];
  /** Default: the cluster's `certificateValidity`. */
  readonly validity?: Validity;
  /** Namespace of the context. */
  readonly namespace?: string;
}

/** What the command line says about the cluster; each is named as kubeadm names the flag. */
export interface ClusterFlags {
  readonly nodeName?: string | undefined;
  readonly apiserverAdvertiseAddress?: string | undefined;
  readonly apiserverBindPort?: number | string | undefined;
  readonly controlPlaneEndpoint?: string | undefined;
  readonly serviceCidr?: string | undefined;
  readonly serviceDnsDomain?: string | undefined;
  readonly apiserverCertExtraSans?: readonly string[] | undefined;
  readonly kubernetesVersion?: string | undefined;
  readonly clusterName?: string | undefined;
  readonly keyAlgorithm?: string | undefined;
}

/** Which of the machine's addresses is asked for. */
export interface AddressWish {
  /** The family to look for first. */
  readonly family: 4 | 6;
  /** Look on the loopback interface, where some networks keep the machine's address (RFC 5549). */
  readonly loopback: boolean;
}

/** What this machine tells about itself; only asked where the configuration does not say it. */
export interface LocalDefaults {
  /** @throws PkiError `no-default` */
  readonly hostName: () => string;
  /** @throws PkiError `no-default` */
  readonly address: (wish: AddressWish) => string;
}
