/** Random configurations, as a person would write them: kubeadm's documents and ours. */
import fc from 'fast-check';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import type { ClusterSpec } from '../../src/pki/spec/spec.ts';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
const dnsName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const byte = fc.integer({ min: 1, max: 254 });
const v4 = fc.tuple(byte, byte, byte).map((bytes) => `172.${bytes.join('.')}`);
const v6 = fc
  .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 7, maxLength: 7 })
  .map((groups) => ['2001', ...groups.map((group) => group.toString(16))].join(':'));
const address = fc.oneof(v4, v6);
const san = fc.oneof(
  dnsName,
  dnsName.map((name) => `*.${name}.example`),
  address,
  v4.map((ip) => `::ffff:${ip}`),
);
const sans = fc.uniqueArray(san, { maxLength: 4 });
const name = fc.oneof(dnsName, fc.constantFrom('123', 'y', '10.0.0.1', '1e3', 'on'));

const subnets = fc.constantFrom(
  ...[
    '10.96.0.0/12',
    '172.20.5.7/16',
    'fd00:10::/112',
    '10.96.0.0/16,fd00:1::/108',
    'fd00:1::/108,10.96.0.0/24',
  ],
);
const releases = [28, 29, 30, 31, 32, 33, 34, 35, 36, 37];

const machine = fc.record({ name, advertiseAddress: address, certSANs: sans, etcdPeerCertSANs: sans });

const draft = fc.record({
  minor: fc.constantFrom(...releases),
  patch: fc.integer({ min: 0, max: 14 }),
  algorithm: fc.constantFrom('ECDSA-P256', 'ECDSA-P384'),
  clusterName: fc.oneof(label, fc.constantFrom('yes', '0123', 'my cluster', '*a: b', "it's", 'München')),
  endpoint: fc.option(
    fc.oneof(
      dnsName.map((host) => `${host}.example:8443`),
      v4,
      v6.map((ip) => `[${ip}]:443`),
    ),
    { nil: undefined },
  ),
  bindPort: fc.integer({ min: 1, max: 65_535 }),
  subnets,
  sans,
  external: fc.boolean(),
  etcdSans: sans,
  machines: fc.uniqueArray(machine, { minLength: 1, maxLength: 3, selector: (one) => one.name }),
  nodes: fc.uniqueArray(name, { maxLength: 2 }),
  addresses: fc.uniqueArray(fc.oneof(dnsName, address), { maxLength: 3 }),
  users: fc.uniqueArray(fc.oneof(label, fc.constantFrom('system:admin', 'jane@example.com', 'a b')), {
    maxLength: 2,
  }),
});

type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

/** The documents of a draft; JSON is YAML too. */
function documentsOf(one: Draft): string {
  const apiVersion = `kubeadm.k8s.io/${one.minor >= 31 ? 'v1beta4' : 'v1beta3'}`;
  const [first, ...others] = one.machines;
  const p384 = one.minor >= 34 && one.algorithm === 'ECDSA-P384';
  const init = {
    apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: first?.advertiseAddress, bindPort: one.bindPort },
    nodeRegistration: { name: first?.name },
  };
  const cluster = {
    apiVersion,
    kind: 'ClusterConfiguration',
    kubernetesVersion: `v1.${one.minor}.${one.patch}`,
    clusterName: one.clusterName,
    controlPlaneEndpoint: one.endpoint,
    networking: { serviceSubnet: one.subnets },
    apiServer: { certSANs: one.sans },
    etcd: one.external
      ? {
          external: { endpoints: ['https://203.0.113.20:2379'], caFile: '/a', certFile: '/b', keyFile: '/c' },
        }
      : { local: { serverCertSANs: one.etcdSans } },
    ...(one.minor >= 31
      ? { encryptionAlgorithm: p384 ? 'ECDSA-P384' : 'ECDSA-P256' }
      : { featureGates: { PublicKeysECDSA: true } }),
  };
  const taken = new Set(one.machines.map((other) => other.name));
  const nodes = one.nodes
    .filter((node) => !taken.has(node))
    .map((node) => ({ name: node, addresses: one.addresses }));
  const ours = {
    apiVersion: 'kubepki/v1alpha1',
    kind: 'ClusterPKI',
    controlPlanes: others,
    nodes,
    users: one.users.map((user) => ({ name: user, groups: ['dev'], validity: '8h' })),
  };
  return [init, cluster, ours].map((document) => JSON.stringify(document)).join('\n---\n');
}

/** Random specifications with elliptic keys: releases, names, networks, etcd, machines, users. */
export const specifications: fc.Arbitrary<ClusterSpec> = draft.map((one) => {
  const refuse = (): never => {
    throw new Error('this machine is not to be asked');
  };
  return parseClusterConfig(documentsOf(one), { defaults: { hostName: refuse, address: refuse } }).spec;
});
