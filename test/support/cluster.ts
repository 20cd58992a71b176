/** Clusters for tests: small specifications with elliptic keys, which are made in no time. */
import type { ClusterSpec, ControlPlaneSpec, NodeSpec, UserSpec } from '../../src/pki/spec/spec.ts';
import { parseKubernetesVersion, type KubernetesVersion } from '../../src/pki/spec/kubernetes-version.ts';

/** The frozen clock of the tests. */
export const NOW = new Date('2026-03-01T12:00:00.500Z');
const HOUR = 3_600_000;

/** A clock that many hours from {@link NOW}. */
export function hoursFromNow(hours: number): Date {
  return new Date(NOW.getTime() + hours * HOUR);
}

/** A release of Kubernetes. */
export function version(text: string): KubernetesVersion {
  const parsed = parseKubernetesVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
}

/** A control plane with SANs of no one else. */
export function controlPlane(
  name: string,
  advertiseAddress: string,
  changes: Partial<ControlPlaneSpec> = {},
): ControlPlaneSpec {
  return {
    name,
    advertiseAddress,
    bindPort: 6443,
    certSANs: [],
    etcdServerCertSANs: [],
    etcdPeerCertSANs: [],
    ...changes,
  };
}

/** A node that is known by its name alone. */
export function node(name: string, ...addresses: string[]): NodeSpec {
  return { name, addresses };
}

/** A user. */
export function user(name: string, changes: Partial<UserSpec> = {}): UserSpec {
  return { name, groups: [], ...changes };
}

/** A cluster of one control plane with kubeadm's defaults and P-256 keys, changed as asked. */
export function cluster(changes: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    kubernetesVersion: version('v1.36.3'),
    clusterName: 'kubernetes',
    certificatesDir: '/etc/kubernetes/pki',
    serviceSubnets: ['10.96.0.0/12'],
    dnsDomain: 'cluster.local',
    apiServerCertSANs: [],
    etcd: { kind: 'local', serverCertSANs: [], peerCertSANs: [] },
    keyAlgorithm: 'ECDSA-P256',
    certificateValidity: 8760 * HOUR,
    caCertificateValidity: 87_600 * HOUR,
    kubeletServer: 'local',
    controlPlanes: [controlPlane('cp-1', '192.0.2.10')],
    nodes: [],
    users: [],
    ...changes,
  };
}

/** Two control planes behind a name, a node that is one of them, a worker, and a user. */
export function largeCluster(changes: Partial<ClusterSpec> = {}): ClusterSpec {
  return cluster({
    controlPlaneEndpoint: { host: 'api.example.com', port: 6443 },
    controlPlanes: [controlPlane('cp-1', '192.0.2.10'), controlPlane('cp-2', '192.0.2.11')],
    nodes: [node('cp-2', '192.0.2.11'), node('node-1', '192.0.2.21')],
    users: [user('jane', { groups: ['dev'], namespace: 'team-a' })],
    ...changes,
  });
}
