/** The files of the cluster under test: what is asked of `kubepki apply`, and where it puts the answer. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kubepki, pair, type Pair } from './kubepki.ts';

/** The advertise addresses, which only the cluster's network knows. */
export const ADDRESS = { 'cp-1': '192.0.2.10', 'cp-2': '192.0.2.11' } as const;

/** Addresses of the workers. The certificate of node-2 does not carry its address: such a mistake must be seen. */
export const NODE_ADDRESS = { 'node-1': '192.0.2.21', 'node-2': '192.0.2.22' } as const;

/** What clients call the API servers by. */
export const ENDPOINT = 'api.e2e.example';

/** One of the two control planes. */
export type ControlPlaneName = keyof typeof ADDRESS;

/** A worker. */
export type NodeName = keyof typeof NODE_ADDRESS;

const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: { name: cp-1 }
localAPIEndpoint: { advertiseAddress: ${ADDRESS['cp-1']} }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: e2e
controlPlaneEndpoint: ${ENDPOINT}:6443
networking: { serviceSubnet: "10.96.0.0/16,fd00:10:96::/112" }
apiServer: { certSANs: [kubernetes.example.com, "*.apps.example.com", 203.0.113.10, "2001:db8::10"] }
encryptionAlgorithm: ECDSA-P256
---
apiVersion: kubepki/v1alpha1
kind: ClusterPKI
controlPlanes:
  - { name: cp-2, advertiseAddress: ${ADDRESS['cp-2']}, certSANs: [second.example.com] }
nodes:
  - { name: node-1, addresses: [${NODE_ADDRESS['node-1']}, node-1.e2e.example] }
  - { name: node-2 }
users:
  - { name: jane, groups: [dev], namespace: team-a }
`;

/** A cluster to make: which machines run servers, and how `kubepki apply` is told of it. */
export interface ClusterPlan {
  readonly machines: readonly ControlPlaneName[];
  /** Whether the controller manager and the scheduler run. */
  readonly controllers: boolean;
  /** A configuration, which is written to a file. */
  readonly config?: string;
  /** Further arguments. */
  readonly args: readonly string[];
}

/** The name that a cluster gets later on. */
export const ADDED_NAME = 'added.e2e.example';

/** All that there is: two control planes, workers and a user, with elliptic curves. */
export const WHOLE: ClusterPlan = {
  machines: ['cp-1', 'cp-2'],
  controllers: true,
  config: CONFIG,
  args: [],
};

/** The same with one more name for its API servers. */
export const EXTENDED: ClusterPlan = {
  ...WHOLE,
  config: CONFIG.replace(
    'certSANs: [kubernetes.example.com',
    `certSANs: [${ADDED_NAME}, kubernetes.example.com`,
  ),
};

/** One control plane from flags alone: with RSA, the default, and kubeconfigs that name files. */
export const FROM_FLAGS: ClusterPlan = {
  machines: ['cp-1'],
  controllers: false,
  args: [
    ...['--node-name', 'cp-1', '--apiserver-advertise-address', ADDRESS['cp-1']],
    ...['--control-plane-endpoint', `${ENDPOINT}:6443`, '--kubernetes-version', 'v1.36.3'],
    ...['--service-cidr', '10.96.0.0/16,fd00:10:96::/112', '--kubeconfig-certs', 'files'],
  ],
};

/** The tree that `kubepki apply` wrote. */
export class ClusterFiles {
  /** The directory that stands for the root of cp-1. */
  readonly root: string;
  /** The role bindings of `--rbac-manifest`. */
  readonly rbacManifest: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.root = join(folder, 'root');
    this.rbacManifest = join(folder, 'rbac.yaml');
  }

  /** Writes the tree. */
  async make({ config, args }: ClusterPlan): Promise<void> {
    const file = join(this.#folder, 'cluster.yaml');
    if (config !== undefined) writeFileSync(file, config);
    const from = config === undefined ? [] : ['--config', file];
    const where = ['--rootfs', this.root, '--rbac-manifest', this.rbacManifest];
    await kubepki(['apply', ...from, ...where, ...args]);
  }

  /** A path below a control plane's /etc/kubernetes/pki. */
  pki(file: string, name: ControlPlaneName = 'cp-1'): string {
    return this.conf(`pki/${file}`, name);
  }

  /** A path below a machine's /etc/kubernetes. */
  conf(file: string, machine = 'cp-1'): string {
    const base = join(this.root, 'etc/kubernetes');
    return machine === 'cp-1' ? join(base, file) : join(base, 'nodes', machine, 'etc/kubernetes', file);
  }

  /** A path below a worker's /var/lib/kubelet/pki. */
  kubelet(file: string, node: NodeName): string {
    return join(this.root, 'etc/kubernetes/nodes', node, 'var/lib/kubelet/pki', file);
  }

  /** The certificate and key that a kubeconfig embeds, as files. */
  embedded(file: string): Pair {
    const files = pair(join(this.#folder, basename(file)));
    const conf = readFileSync(this.conf(file), 'utf8');
    for (const [field, out] of [
      ['client-certificate-data', files.cert],
      ['client-key-data', files.key],
    ] as const) {
      const [, data] = new RegExp(`^ +${field}: (\\S+)$`, 'm').exec(conf) ?? [];
      if (data === undefined) throw new Error(`${file} has no ${field}`);
      writeFileSync(out, Buffer.from(data, 'base64'), { mode: 0o600 });
    }
    return files;
  }

  /**
   * The flags by which kubectl finds the client certificate that a worker's kubelet.conf names: it stands there by the
   * path that it has on that machine.
   */
  kubeletFlags(machine: string): string[] {
    if (machine !== 'node-1' && machine !== 'node-2') return [];
    const pem = this.kubelet('kubelet-client-current.pem', machine);
    return ['--client-certificate', pem, '--client-key', pem];
  }
}
