/** Clusters whose trees are large, and that change a lot between two variants. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDir } from './open-dir.ts';

/** What of a cluster differs between two runs: every name below it, and so most certificates and kubeconfigs. */
export interface Variant {
  readonly name: string;
  readonly nodes: number;
}

function documents({ name, nodes }: Variant): readonly object[] {
  const apiVersion = 'kubeadm.k8s.io/v1beta4';
  const count = (length: number, of: (index: number) => object): object[] =>
    Array.from({ length }, (_, index) => of(index));
  const etcdNames = [`etcd.${name}.example`];
  return [
    {
      apiVersion,
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: '10.0.0.10' },
      nodeRegistration: { name: 'cp-1' },
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: 'v1.36.3',
      controlPlaneEndpoint: `api.${name}.example:6443`,
      apiServer: { certSANs: [`${name}.example`] },
      etcd: { local: { serverCertSANs: etcdNames, peerCertSANs: etcdNames } },
      encryptionAlgorithm: 'ECDSA-P256',
    },
    {
      apiVersion: 'kubepki/v1alpha1',
      kind: 'ClusterPKI',
      controlPlanes: count(2, (index) => ({
        name: `cp-${index + 2}`,
        advertiseAddress: `10.0.0.${index + 11}`,
      })),
      nodes: count(nodes, (index) => ({
        name: `node-${index}`,
        addresses: [`10.0.1.${index}`, `node-${index}.${name}.example`],
      })),
      users: count(5, (index) => ({ name: `user-${index}`, groups: ['dev'] })),
    },
  ];
}

/** Writes the configuration of a variant, for everyone to read; its path. */
export function configuration(variant: Variant): string {
  const file = join(openDir(), `${variant.name}.yaml`);
  writeFileSync(
    file,
    documents(variant)
      .map((document) => JSON.stringify(document))
      .join('\n---\n'),
  );
  return file;
}
