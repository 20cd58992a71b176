/**
 * What kubeadm writes, as expectations: stated a second time, apart from the product's tables, and held against real
 * kubeadm trees. Sources: cmd/kubeadm/app/phases/certs, .../phases/kubeconfig, .../util/pkiutil of 1.28 - 1.36.
 */
import type { GoExtension, GoPublicKey, GoSan } from './go.ts';
import { keyLabel, PUBLIC_KEYS, SIGNATURES } from './key-algorithms.ts';
import {
  apiserverSans,
  etcdSans,
  localServer,
  nodeNameOf,
  sharedServer,
  versionOf,
} from './kubeadm-config.ts';
import type { DualStack, FactsConfig, Version } from './kubeadm-config.ts';

interface ExpectedAttribute {
  readonly type: string;
  readonly tag: string;
  readonly value: string;
}

/** The fields of a certificate that a configuration determines. */
interface ExpectedCertificate {
  /** Certificate of its authority, relative to the pki directory; a CA's is its own. */
  readonly issuedBy: string;
  readonly subject: readonly (readonly ExpectedAttribute[])[];
  readonly issuer: readonly (readonly ExpectedAttribute[])[];
  readonly sans: readonly GoSan[];
  readonly keyUsage: readonly string[];
  readonly extKeyUsage: readonly string[];
  readonly basicConstraints: { readonly ca: boolean; readonly pathLen: null };
  readonly hasSki: boolean;
  readonly hasAki: boolean;
  readonly extensions: readonly GoExtension[];
  /** Seconds from issue to notAfter; notBefore lies five minutes before the issue. */
  readonly period: number;
  /** kubeadm up to 1.30, and in kubeconfigs always, starts a leaf where its CA starts. */
  readonly startsWithCa: boolean;
  readonly signatureAlgorithm: string;
  readonly publicKey: GoPublicKey;
}

interface ExpectedKubeconfig {
  readonly certificate: ExpectedCertificate;
  readonly keyLabel: string;
  readonly user: string;
  readonly cluster: string;
  readonly context: string;
  readonly server: string;
  readonly hasPreferences: boolean;
}

/** A file of the tree; `root` says which directory `path` is relative to. */
type ExpectedFile = { readonly path: string; readonly mode: number } & (
  | { readonly root: 'pki'; readonly kind: 'certificate'; readonly certificate: ExpectedCertificate }
  | {
      readonly root: 'pki';
      readonly kind: 'key';
      readonly label: string;
      readonly publicKey: GoPublicKey;
      /** The certificate or public key file that belongs to the key. */
      readonly belongsTo: string;
    }
  | {
      readonly root: 'pki';
      readonly kind: 'public-key';
      readonly label: string;
      readonly publicKey: GoPublicKey;
    }
  | { readonly root: 'kubeconfigs'; readonly kind: 'kubeconfig'; readonly kubeconfig: ExpectedKubeconfig }
);

const OID = {
  ski: '2.5.29.14',
  ku: '2.5.29.15',
  san: '2.5.29.17',
  bc: '2.5.29.19',
  aki: '2.5.29.35',
  eku: '2.5.29.37',
};

/** Go's asn1.Marshal takes PrintableString where every character is of X.680's set, else UTF8String. */
const stringTag = (text: string): string =>
  /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? 'PrintableString' : 'UTF8String';

const rdn = (type: string, value: string): readonly ExpectedAttribute[] => [
  { type, tag: stringTag(value), value },
];

const nameOf = (cn: string, organization?: string) =>
  organization === undefined ? [rdn('CN', cn)] : [rdn('O', organization), rdn('CN', cn)];

const KEY_USAGE = ['digitalSignature', 'keyEncipherment'];

interface Authority {
  readonly path: string;
  readonly cn: string;
}

const CLUSTER_CA: Authority = { path: 'ca.crt', cn: 'kubernetes' };
const FRONT_PROXY_CA: Authority = { path: 'front-proxy-ca.crt', cn: 'front-proxy-ca' };
const ETCD_CA: Authority = { path: 'etcd/ca.crt', cn: 'etcd-ca' };

function authorityFacts({ path, cn }: Authority, config: FactsConfig): ExpectedCertificate {
  return {
    issuedBy: path,
    subject: nameOf(cn),
    issuer: nameOf(cn),
    sans: [{ kind: 'DNS', value: cn }],
    keyUsage: [...KEY_USAGE, 'keyCertSign'],
    extKeyUsage: [],
    basicConstraints: { ca: true, pathLen: null },
    hasSki: true,
    hasAki: false,
    extensions: [
      { oid: OID.ku, critical: true },
      { oid: OID.bc, critical: true },
      { oid: OID.ski, critical: false },
      { oid: OID.san, critical: false },
    ],
    period: config.validity.ca,
    startsWithCa: false,
    signatureAlgorithm: SIGNATURES[config.keyAlgorithm],
    publicKey: PUBLIC_KEYS[config.keyAlgorithm],
  };
}

interface Leaf {
  readonly path: string;
  readonly ca: Authority;
  readonly cn: string;
  readonly organization?: string | undefined;
  readonly usages: readonly string[];
  readonly sans?: readonly GoSan[];
}

function leafFacts(leaf: Leaf, config: FactsConfig): ExpectedCertificate {
  const sans = leaf.sans ?? [];
  return {
    issuedBy: leaf.ca.path,
    subject: nameOf(leaf.cn, leaf.organization),
    issuer: nameOf(leaf.ca.cn),
    sans,
    keyUsage: KEY_USAGE,
    extKeyUsage: leaf.usages,
    basicConstraints: { ca: false, pathLen: null },
    hasSki: false,
    hasAki: true,
    extensions: [
      { oid: OID.ku, critical: true },
      { oid: OID.eku, critical: false },
      { oid: OID.bc, critical: true },
      { oid: OID.aki, critical: false },
      ...(sans.length > 0 ? [{ oid: OID.san, critical: false }] : []),
    ],
    period: config.validity.leaf,
    startsWithCa: versionOf(config).minor <= 30,
    signatureAlgorithm: SIGNATURES[config.keyAlgorithm],
    publicKey: PUBLIC_KEYS[config.keyAlgorithm],
  };
}

/** First patch of each minor in which apiserver-kubelet-client has no organization any more. */
const KUBELET_CLIENT_BARE_FROM: Readonly<Record<number, number>> = { 33: 12, 34: 8, 35: 5, 36: 1 };

function kubeletClientOrganization({ minor, patch }: Version): string | undefined {
  if (minor <= 28) return 'system:masters';
  if (minor >= 37) return undefined;
  return patch >= (KUBELET_CLIENT_BARE_FROM[minor] ?? Infinity) ? undefined : 'kubeadm:cluster-admins';
}

const SERVER = ['serverAuth'];
const CLIENT = ['clientAuth'];

function leaves(config: FactsConfig, dualStack: DualStack): Leaf[] {
  const version = versionOf(config);
  const etcdClientOrganization = version.minor <= 28 ? 'system:masters' : undefined;
  const cluster: Leaf[] = [
    {
      path: 'apiserver',
      ca: CLUSTER_CA,
      cn: 'kube-apiserver',
      usages: SERVER,
      sans: apiserverSans(config, dualStack),
    },
    {
      path: 'apiserver-kubelet-client',
      ca: CLUSTER_CA,
      cn: 'kube-apiserver-kubelet-client',
      organization: kubeletClientOrganization(version),
      usages: CLIENT,
    },
    { path: 'front-proxy-client', ca: FRONT_PROXY_CA, cn: 'front-proxy-client', usages: CLIENT },
  ];
  if (config.etcd.kind === 'external') return cluster;
  const member = { ca: ETCD_CA, cn: nodeNameOf(config), usages: [...SERVER, ...CLIENT] };
  const client = { ca: ETCD_CA, organization: etcdClientOrganization, usages: CLIENT };
  return [
    ...cluster,
    { ...member, path: 'etcd/server', sans: etcdSans(config, config.etcd.serverCertSANs) },
    { ...member, path: 'etcd/peer', sans: etcdSans(config, config.etcd.peerCertSANs) },
    { ...client, path: 'etcd/healthcheck-client', cn: 'kube-etcd-healthcheck-client' },
    { ...client, path: 'apiserver-etcd-client', cn: 'kube-apiserver-etcd-client' },
  ];
}

function pair(path: string, certificate: ExpectedCertificate, config: FactsConfig): ExpectedFile[] {
  const key = { label: keyLabel(config.keyAlgorithm), publicKey: PUBLIC_KEYS[config.keyAlgorithm] };
  return [
    { root: 'pki', kind: 'certificate', path: `${path}.crt`, mode: 0o644, certificate },
    { root: 'pki', kind: 'key', path: `${path}.key`, mode: 0o600, ...key, belongsTo: `${path}.crt` },
  ];
}

function serviceAccountFiles(config: FactsConfig): ExpectedFile[] {
  const publicKey = PUBLIC_KEYS[config.keyAlgorithm];
  const label = keyLabel(config.keyAlgorithm);
  return [
    { root: 'pki', kind: 'key', path: 'sa.key', mode: 0o600, label, publicKey, belongsTo: 'sa.pub' },
    { root: 'pki', kind: 'public-key', path: 'sa.pub', mode: 0o600, label: 'PUBLIC KEY', publicKey },
  ];
}

interface KubeconfigRow {
  readonly path: string;
  readonly user: string;
  readonly organization?: string;
  readonly server: string;
}

function kubeconfigRows(config: FactsConfig): KubeconfigRow[] {
  const { minor } = versionOf(config);
  const [local, shared] = [localServer(config), sharedServer(config)];
  const node = `system:node:${nodeNameOf(config)}`;
  const admin = minor <= 28 ? 'system:masters' : 'kubeadm:cluster-admins';
  const superAdmin = {
    path: 'super-admin.conf',
    user: 'kubernetes-super-admin',
    organization: 'system:masters',
    server: shared,
  };
  return [
    { path: 'admin.conf', user: 'kubernetes-admin', organization: admin, server: shared },
    ...(minor >= 29 ? [superAdmin] : []),
    { path: 'kubelet.conf', user: node, organization: 'system:nodes', server: minor >= 33 ? local : shared },
    { path: 'controller-manager.conf', user: 'system:kube-controller-manager', server: local },
    { path: 'scheduler.conf', user: 'system:kube-scheduler', server: local },
  ];
}

function kubeconfigFile(row: KubeconfigRow, config: FactsConfig): ExpectedFile {
  const { minor } = versionOf(config);
  const leaf = {
    path: row.path,
    ca: CLUSTER_CA,
    cn: row.user,
    organization: row.organization,
    usages: CLIENT,
  };
  // Up to 1.30 kubeadm asks for ECDSA keys in pki/ only (feature gate PublicKeysECDSA).
  const algorithm = minor <= 30 && config.keyAlgorithm.startsWith('ECDSA') ? 'RSA-2048' : config.keyAlgorithm;
  const certificate = { ...leafFacts(leaf, config), startsWithCa: true, publicKey: PUBLIC_KEYS[algorithm] };
  const kubeconfig: ExpectedKubeconfig = {
    certificate,
    keyLabel: keyLabel(algorithm),
    user: row.user,
    cluster: config.clusterName,
    context: `${row.user}@${config.clusterName}`,
    server: row.server,
    hasPreferences: minor <= 33,
  };
  return { root: 'kubeconfigs', kind: 'kubeconfig', path: row.path, mode: 0o600, kubeconfig };
}

/** The files of the first control plane that kubeadm of the configured version would write. */
function expectedTree(config: FactsConfig, dualStack: DualStack): readonly ExpectedFile[] {
  const authorities = [CLUSTER_CA, FRONT_PROXY_CA, ...(config.etcd.kind === 'local' ? [ETCD_CA] : [])];
  return [
    ...authorities.flatMap((ca) => pair(ca.path.replace(/\.crt$/, ''), authorityFacts(ca, config), config)),
    ...leaves(config, dualStack).flatMap((leaf) => pair(leaf.path, leafFacts(leaf, config), config)),
    ...serviceAccountFiles(config),
    ...kubeconfigRows(config).map((row) => kubeconfigFile(row, config)),
  ];
}

export { expectedTree };
export type { ExpectedAttribute, ExpectedCertificate, ExpectedFile, ExpectedKubeconfig };
