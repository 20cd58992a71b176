/** Configurations with one field that may be wrong. */
import fc from 'fast-check';
import * as hostile from './hostile-values.ts';
import type { Fields, Json, Question } from './question.ts';
import type { Release } from './releases.ts';
import * as values from './values.ts';

/** A configuration, and the field that was changed in it. */
export interface Hostile {
  readonly question: Question;
  /** Path of the field: `apiServer.certSANs`. */
  readonly field: string;
  readonly value: Json;
}

type Row = readonly [field: string, value: fc.Arbitrary<Json>];

const listWith = (item: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
  fc.tuple(fc.array(values.dnsName, { maxLength: 1 }), item).map(([others, value]) => [...others, value]);

const path = fc.constantFrom('pki', './pki', '../pki', '~/pki', 'C:\\pki', ' /pki', '%2Fpki');
const algorithm = fc.constantFrom(
  'RSA',
  'rsa-2048',
  'ECDSA-P521',
  'ECDSA-P256 ',
  'Ed25519',
  'ECDSA',
  'RSA-1024',
  'ecdsa-p256',
);

/** Fields of the InitConfiguration. */
const INIT: readonly Row[] = [
  ['nodeRegistration.name', fc.oneof(hostile.name, hostile.name, hostile.otherKind)],
  ['localAPIEndpoint.advertiseAddress', fc.oneof(hostile.address, hostile.address, hostile.otherKind)],
  ['localAPIEndpoint.bindPort', fc.oneof(hostile.port, hostile.otherKind)],
  ['nodeRegistration', hostile.otherKind],
  ['localAPIEndpoint', hostile.otherKind],
];

/** Fields of the ClusterConfiguration; certificatesDir never names a directory of this machine. */
const CLUSTER: readonly Row[] = [
  ['apiServer.certSANs', listWith(hostile.name)],
  ['apiServer.certSANs', listWith(hostile.address)],
  ['apiServer.certSANs', hostile.otherKind],
  ['etcd.local.serverCertSANs', listWith(hostile.name)],
  ['etcd.local.peerCertSANs', listWith(hostile.name)],
  ['etcd.local.peerCertSANs', listWith(hostile.address)],
  ['etcd.local.dataDir', path],
  ['etcd.external.endpoints', listWith(hostile.url)],
  [
    'etcd.external',
    fc.record(
      {
        endpoints: fc.array(hostile.url, { maxLength: 2 }),
        caFile: fc.oneof(path, fc.constantFrom('/ca', '')),
        certFile: fc.oneof(path, fc.constantFrom('/crt', '')),
        keyFile: fc.oneof(path, fc.constantFrom('/key', '')),
      },
      { requiredKeys: ['endpoints'] },
    ),
  ],
  [
    'etcd',
    fc.constantFrom<Json>(
      { local: {}, external: { endpoints: ['https://a'] } },
      { local: null, external: null },
      [],
      1,
    ),
  ],
  ['controlPlaneEndpoint', hostile.endpoint],
  ['controlPlaneEndpoint', hostile.endpoint],
  ['networking.serviceSubnet', fc.oneof(hostile.networks, hostile.pairs)],
  ['networking.serviceSubnet', fc.oneof(hostile.networks, hostile.pairs)],
  ['networking.podSubnet', fc.oneof(hostile.networks, hostile.pairs)],
  ['networking.dnsDomain', hostile.name],
  ['networking', hostile.otherKind],
  ['clusterName', fc.oneof(hostile.otherKind, hostile.name)],
  ['certificatesDir', path],
];

/** Fields that only v1beta4 has. */
const NEWER: readonly Row[] = [
  ['kubernetesVersion', hostile.version],
  ['encryptionAlgorithm', fc.oneof(algorithm, hostile.otherKind)],
  ['certificateValidityPeriod', fc.oneof(hostile.duration, hostile.duration, hostile.otherKind)],
  ['caCertificateValidityPeriod', hostile.duration],
  [
    'featureGates',
    fc.dictionary(
      fc.constantFrom(
        'PublicKeysECDSA',
        'NodeLocalCRISocket',
        'nodeLocalCRISocket',
        'IPv6DualStack',
        'AllAlpha',
        'EtcdLearnerMode',
        '',
      ),
      fc.oneof(fc.boolean(), fc.constantFrom<Json>('true', 1, null)),
      { minKeys: 1, maxKeys: 2 },
    ),
  ],
];

/** A copy with a value put at a path of fields. */
function put(fields: Fields, names: readonly string[], value: Json): Fields {
  const [first = '', ...rest] = names;
  if (rest.length === 0) return { ...fields, [first]: value };
  const below = fields[first];
  const inner = typeof below === 'object' && below !== null && !Array.isArray(below) ? (below as Fields) : {};
  return { ...fields, [first]: put(inner, rest, value) };
}

const rows = (list: readonly Row[], part: 'init' | 'cluster') =>
  list.map(([field, value]) => value.map((given) => ({ part, field, value: given })));

/** Configurations that are right but for one field, which may be wrong. */
export function hostileQuestionsFor(release: Release): fc.Arbitrary<Hostile> {
  const changes = fc.oneof(...rows(INIT, 'init'), ...rows(CLUSTER, 'cluster'), ...rows(NEWER, 'cluster'));
  return fc
    .record({
      change: changes,
      style: fc.constantFrom('json' as const, 'block' as const),
      throughCli: fc.nat(9),
    })
    .map(({ change: { part, field, value }, style, throughCli }) => {
      const init: Fields = {
        nodeRegistration: { name: 'cp-1' },
        localAPIEndpoint: { advertiseAddress: '10.0.0.10' },
      };
      const cluster: Fields = { kubernetesVersion: release.version, encryptionAlgorithm: 'ECDSA-P256' };
      const names = field.split('.');
      return {
        field,
        value,
        question: {
          api: 'v1beta4',
          init: part === 'init' ? put(init, names, value) : init,
          cluster: part === 'cluster' ? put(cluster, names, value) : cluster,
          others: [],
          style,
          clusterFirst: false,
          certDir: '/kubernetes/pki',
          throughCli: throughCli === 0,
        },
      };
    });
}
