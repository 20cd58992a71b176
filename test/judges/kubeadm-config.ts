/**
 * What a configuration means for the tree, stated apart from the product's code: versions, addresses, endpoints.
 */
type KeyAlgorithm = 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'ECDSA-P256' | 'ECDSA-P384';

type EtcdFacts =
  | { readonly kind: 'external' }
  | {
      readonly kind: 'local';
      readonly serverCertSANs: readonly string[];
      readonly peerCertSANs: readonly string[];
    };

/** The parts of a kubeadm configuration that the tree depends on, every default written out. */
interface FactsConfig {
  readonly kubernetesVersion: string;
  readonly nodeName: string;
  readonly advertiseAddress: string;
  readonly bindPort: number;
  readonly controlPlaneEndpoint?: string;
  readonly serviceSubnets: readonly string[];
  readonly dnsDomain: string;
  readonly certSANs: readonly string[];
  readonly etcd: EtcdFacts;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly clusterName: string;
  /** Periods in seconds. */
  readonly validity: { readonly ca: number; readonly leaf: number };
}

const DAY = 86_400;

/** kubeadm's defaults; node name and address, which it takes from the machine, are examples. */
const DEFAULT_FACTS: FactsConfig = Object.freeze({
  kubernetesVersion: 'v1.36.3',
  nodeName: 'cp-1',
  advertiseAddress: '192.0.2.10',
  bindPort: 6443,
  serviceSubnets: Object.freeze(['10.96.0.0/12']),
  dnsDomain: 'cluster.local',
  certSANs: Object.freeze([]),
  etcd: Object.freeze({
    kind: 'local',
    serverCertSANs: Object.freeze([]),
    peerCertSANs: Object.freeze([]),
  } as const),
  keyAlgorithm: 'RSA-2048',
  clusterName: 'kubernetes',
  validity: Object.freeze({ ca: 3650 * DAY, leaf: 365 * DAY }),
});

interface Version {
  readonly minor: number;
  readonly patch: number;
}

function versionOf(config: FactsConfig): Version {
  const match = /^v?1\.(\d+)\.(\d+)/.exec(config.kubernetesVersion);
  if (match === null) throw new Error(`no Kubernetes version: ${config.kubernetesVersion}`);
  return { minor: Number(match[1]), patch: Number(match[2]) };
}

const nodeNameOf = (config: FactsConfig): string => config.nodeName.trim().toLowerCase();

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** An address as Go prints it (v4-mapped as v4, leading zeros dropped), or undefined where the text is a name. */
function addressOf(text: string): string | undefined {
  if (V4.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.every((part) => part < 256) ? parts.join('.') : undefined;
  }
  if (!text.includes(':') || !URL.canParse(`http://[${text}]/`)) return undefined;
  const plain = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(plain);
  if (mapped === null) return plain;
  const halves = [mapped[1], mapped[2]].map((half) => Number.parseInt(half ?? '', 16));
  return halves.flatMap((half) => [half >> 8, half & 255]).join('.');
}

const groupsOf = (address: string): bigint[] => {
  const [head = '', tail = ''] = address.split('::');
  const parse = (side: string): bigint[] =>
    side === '' ? [] : side.split(':').map((group) => BigInt(`0x${group}`));
  const [front, back] = [parse(head), parse(tail)];
  return [...front, ...Array<bigint>(8 - front.length - back.length).fill(0n), ...back];
};

/** The first usable address of a CIDR, which the `kubernetes` service gets. */
function firstServiceAddress(cidr: string): string {
  const [base = '', length = ''] = cidr.trim().split('/');
  const address = addressOf(base);
  if (address === undefined) throw new Error(`no CIDR: ${cidr}`);
  const isV4 = V4.test(address);
  const [parts, unit, width] = isV4
    ? [address.split('.').map(BigInt), 8n, 32n]
    : [groupsOf(address), 16n, 128n];
  const value = parts.reduce((sum, part) => (sum << unit) | part, 0n);
  const hostBits = width - BigInt(length);
  const first = ((value >> hostBits) << hostBits) + 1n;
  const count = Number(width / unit);
  const digits = Array.from({ length: count }, (_, index) => {
    const part = (first >> (unit * BigInt(count - 1 - index))) & ((1n << unit) - 1n);
    return part.toString(isV4 ? 10 : 16);
  });
  return addressOf(digits.join(isV4 ? '.' : ':')) ?? '';
}

/** Host and port of a controlPlaneEndpoint: `name`, `name:port`, `v4:port`, `v6`, `[v6]:port`. */
function endpointOf(text: string): { readonly host: string; readonly port?: string } {
  const bracketed = /^\[(.*)\]:(\d*)$/.exec(text);
  const simple = /^([^:]*):(\d*)$/.exec(text);
  const [, host = text, port = ''] = bracketed ?? simple ?? [];
  return port === '' ? { host } : { host, port };
}

const url = (host: string, port: string): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

const localServer = (config: FactsConfig): string =>
  url(addressOf(config.advertiseAddress) ?? '', String(config.bindPort));

/** The server of admin.conf: the endpoint, its host in the very spelling of the configuration, else this control plane. */
function sharedServer(config: FactsConfig): string {
  if (config.controlPlaneEndpoint === undefined) return localServer(config);
  const { host, port } = endpointOf(config.controlPlaneEndpoint);
  return url(host, port ?? String(config.bindPort));
}

/** What a certificate names by itself: texts that are names even where they look like addresses, and all others. */
interface OwnNames {
  readonly names: readonly string[];
  readonly hosts: readonly string[];
}

/**
 * Names sorted, addresses in order, both without repetition, as kubeadm's RemoveDuplicateAltNames does. The node name
 * is a DNS name to kubeadm even where it reads as an address.
 */
function sanList({ names, hosts }: OwnNames, extra: readonly string[]) {
  const others = [...hosts, ...extra];
  const dns = [...names, ...others.filter((entry) => addressOf(entry) === undefined)];
  const ips = others.flatMap((entry) => addressOf(entry) ?? []);
  return [
    ...[...new Set(dns)].sort().map((value) => ({ kind: 'DNS', value })),
    ...[...new Set(ips)].map((value) => ({ kind: 'IP', value })),
  ];
}

/** `kubeadm`: only the first service CIDR's address is in the apiserver certificate; `kubepki`: that of every CIDR. */
type DualStack = 'kubeadm' | 'kubepki';

function apiserverSans(config: FactsConfig, dualStack: DualStack) {
  const node = nodeNameOf(config);
  const service = 'kubernetes.default.svc';
  const subnets = dualStack === 'kubeadm' ? config.serviceSubnets.slice(0, 1) : config.serviceSubnets;
  const endpoint =
    config.controlPlaneEndpoint === undefined ? [] : [endpointOf(config.controlPlaneEndpoint).host];
  return sanList(
    {
      names: [node, 'kubernetes', 'kubernetes.default', service, `${service}.${config.dnsDomain}`],
      hosts: [...subnets.map(firstServiceAddress), config.advertiseAddress, ...endpoint],
    },
    config.certSANs.map((entry) => entry.toLowerCase()),
  );
}

const etcdSans = (config: FactsConfig, extra: readonly string[]) =>
  sanList(
    { names: [nodeNameOf(config), 'localhost'], hosts: [config.advertiseAddress, '127.0.0.1', '::1'] },
    extra,
  );

export {
  addressOf,
  apiserverSans,
  DEFAULT_FACTS,
  endpointOf,
  etcdSans,
  firstServiceAddress,
  localServer,
  nodeNameOf,
  sharedServer,
  versionOf,
};
export type { DualStack, EtcdFacts, FactsConfig, KeyAlgorithm, Version };
