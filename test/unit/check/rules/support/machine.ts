/** A control plane as kubeadm leaves it, in memory: files, manifests as flags, and what the health check finds in them. */
import { createPublicKey, createPrivateKey, X509Certificate, createHash } from 'node:crypto';
import type { FileFacts } from '../../../../../src/check/files.ts';
import type {
  CertificateEntry,
  Component,
  FileRole,
  FileUse,
  Inventory,
  KeyEntry,
  KubeconfigEntry,
} from '../../../../../src/check/inventory.ts';
import type { Finding } from '../../../../../src/errors/finding.ts';
import { readCertificate } from '../../../../../src/inspect/read/certificate.ts';
import { readCrl, type CrlInfo } from '../../../../../src/inspect/read/crl.ts';
import { parseKubeconfig } from '../../../../../src/kubeconfig/index.ts';
import { MemoryTree } from '../../../../support/memory-tree.ts';
import { cluster, hoursFromNow, node } from '../../../../support/cluster.ts';
import { certificateLike, type Changes, type Signing } from './certificate.ts';

/** One hour after the certificates were made. */
export const CHECKED = hoursFromNow(1);
export const PKI = '/etc/kubernetes/pki';
const KUBELET_PKI = '/var/lib/kubelet/pki';

interface TestFile {
  text: string;
  facts: FileFacts;
}

const FACTS = { uid: 0, gid: 0, owner: 'root', group: 'root', size: 1, modified: hoursFromNow(0) };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A machine that is changed by a fixture, and taken stock of. */
export class TestMachine {
  readonly files: Map<string, TestFile>;
  readonly flags: Map<string, Map<string, string[]>>;
  readonly problems: Finding[] = [];
  readonly crls: { readonly path: string; readonly crl: CrlInfo }[] = [];

  constructor(
    files: ReadonlyMap<string, TestFile>,
    flags: ReadonlyMap<string, ReadonlyMap<string, string[]>>,
  ) {
    this.files = new Map([...files].map(([path, file]) => [path, { ...file }]));
    this.flags = new Map([...flags].map(([name, own]) => [name, new Map(own)]));
  }

  copy(): TestMachine {
    return new TestMachine(this.files, this.flags);
  }

  text(path: string): string {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`there is no ${path}`);
    return file.text;
  }

  put(path: string, text: string, mode = /\.(crt|pub)$/.test(path) ? 0o644 : 0o600): this {
    const facts = this.files.get(path)?.facts ?? { ...FACTS, kind: 'file', mode };
    this.files.set(path, { text, facts });
    return this;
  }

  edit(path: string, change: (text: string) => string): this {
    const [before, after] = [this.text(path), change(this.text(path))];
    if (before === after) throw new Error(`${path} was not changed`);
    return this.put(path, after);
  }

  remove(path: string): this {
    if (!this.files.delete(path)) throw new Error(`there is no ${path}`);
    return this;
  }

  facts(path: string, changes: Partial<FileFacts>): this {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`there is no ${path}`);
    file.facts = { ...file.facts, ...changes };
    return this;
  }

  /** Sets a flag or field of a component; without a value, takes it away. */
  set(component: string, flag: string, ...values: string[]): this {
    const own = this.flags.get(component);
    if (own === undefined) throw new Error(`there is no ${component}`);
    if (values.length === 0) own.delete(flag);
    else own.set(flag, values);
    return this;
  }

  /** A CA of the machine. */
  ca(base = 'ca'): Signing {
    return { certificate: this.text(`${PKI}/${base}.crt`), key: this.text(`${PKI}/${base}.key`) };
  }

  /** Puts a certificate like the one of a file in its place, with changes; its key stays. */
  reissue(
    path: string,
    changes: Changes,
    signing = this.ca(path.includes('/etcd/') ? 'etcd/ca' : 'ca'),
  ): this {
    const before = this.text(path);
    const [block = ''] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/.exec(before) ?? [];
    return this.put(path, before.replace(block, certificateLike(block, signing, changes)));
  }

  /** The same for the client certificate that a kubeconfig holds. */
  reissueUser(path: string, changes: Changes, signing = this.ca()): this {
    const [data, encoded = ''] = /client-certificate-data: (.*)/.exec(this.text(path)) ?? [];
    if (data === undefined) throw new Error(`${path} holds no certificate`);
    const pem = certificateLike(Buffer.from(encoded, 'base64').toString(), signing, changes);
    return this.edit(path, (text) => text.replace(data, `client-certificate-data: ${base64(pem)}`));
  }

  inventory(): Inventory {
    const components = [...this.flags].map(([name, flags]) => componentOf(name, flags));
    const uses = components.flatMap((component) => component.uses);
    const usesOf = (path: string): FileUse[] => uses.filter((use) => use.path === path);
    const files = [...this.files].filter(([, { facts }]) => facts.kind === 'file');
    const certificates = files.flatMap(([path, { text }]) =>
      blocksOf(path, text).flatMap(({ field, pem }) => certificatesIn({ path, field, pem }, usesOf(path))),
    );
    return {
      components,
      certificates: signed(certificates),
      keys: files.flatMap(([path, { text }]) =>
        blocksOf(path, text).flatMap(({ field, pem }) => keysIn({ path, field, pem }, usesOf(path))),
      ),
      kubeconfigs: files
        .filter(([path]) => isKubeconfig(path))
        .map(([path, { text }]): KubeconfigEntry => ({
          path,
          kubeconfig: parseKubeconfig(text),
          uses: usesOf(path),
        })),
      crls: this.crls,
      files: [...this.files].map(([path, { facts }]) => ({ path, facts })),
      problems: this.problems,
    };
  }
}

const isKubeconfig = (path: string): boolean => path.endsWith('.conf') || path.endsWith('/.kube/config');

interface Block {
  readonly path: string;
  readonly field: string | undefined;
  readonly pem: string;
}

/** The PEM of a file, or of the fields of a kubeconfig. */
function blocksOf(path: string, text: string): Block[] {
  if (!isKubeconfig(path)) return [{ path, field: undefined, pem: text }];
  const { clusters, users } = parseKubeconfig(text);
  const decode = (field: string, data: string | undefined): Block[] =>
    data === undefined ? [] : [{ path, field, pem: Buffer.from(data, 'base64').toString() }];
  return [
    ...clusters.flatMap(({ cluster: { certificateAuthorityData } }, at) =>
      decode(`clusters[${at}].cluster.certificate-authority-data`, certificateAuthorityData),
    ),
    ...users.flatMap(({ user }, at) => [
      ...decode(`users[${at}].user.client-certificate-data`, user.clientCertificateData),
      ...decode(`users[${at}].user.client-key-data`, user.clientKeyData),
    ]),
  ];
}

const pemBlocks = (pem: string, label: RegExp): string[] =>
  [...pem.matchAll(/-----BEGIN ([A-Z ]+)-----[^]*?-----END \1-----/g)]
    .filter(([, found = '']) => label.test(found))
    .map(([whole]) => whole);

function certificatesIn({ path, field, pem }: Block, uses: readonly FileUse[]): CertificateEntry[] {
  const blocks = pemBlocks(pem, /^CERTIFICATE$/);
  return blocks.map((block, index): CertificateEntry => {
    const der = new Uint8Array(Buffer.from(block.replace(/-----.*-----|\s/g, ''), 'base64'));
    const behind = [field, blocks.length > 1 ? String(index) : undefined].filter(
      (part) => part !== undefined,
    );
    return {
      id: behind.length === 0 ? path : `${path}#${behind.join('#')}`,
      path,
      field,
      index,
      certificate: readCertificate(der),
      fingerprint: createHash('sha256').update(der).digest('hex'),
      uses,
      signedBy: [],
    };
  });
}

function signed(entries: readonly CertificateEntry[]): CertificateEntry[] {
  const parsed = entries.flatMap((entry) => {
    try {
      return [{ entry, x509: new X509Certificate(entry.certificate.der) }];
    } catch {
      return [];
    }
  });
  return entries.map((entry) => {
    const own = parsed.find((one) => one.entry === entry)?.x509;
    const { issuer } = entry.certificate;
    const signers = parsed.filter(
      ({ entry: { certificate }, x509 }) =>
        Buffer.compare(certificate.subject.der, issuer.der) === 0 && own?.verify(x509.publicKey) === true,
    );
    return { ...entry, signedBy: signers.map((one) => one.entry.id) };
  });
}

function keysIn({ path, field, pem }: Block, uses: readonly FileUse[]): KeyEntry[] {
  return pemBlocks(pem, /KEY$/).map((block, index): KeyEntry => {
    const id = [path, field, index === 0 ? undefined : String(index)]
      .filter((part) => part !== undefined)
      .join('#');
    const isPrivate = !block.includes('BEGIN PUBLIC KEY');
    if (block.includes('ENCRYPTED')) {
      const facts = { algorithm: 'unknown', bits: undefined, encrypted: true, publicKey: undefined };
      return { id, path, field, isPrivate, uses, facts };
    }
    const key = isPrivate ? createPublicKey(createPrivateKey(block)) : createPublicKey(block);
    const publicKey = new Uint8Array(key.export({ type: 'spki', format: 'der' }));
    const facts = {
      algorithm: key.asymmetricKeyType ?? 'unknown',
      bits: undefined,
      encrypted: false,
      publicKey,
    };
    return { id, path, field, isPrivate, uses, facts };
  });
}

const ROLES: Readonly<Record<string, FileRole>> = {
  'client-ca-file': 'client-ca',
  'authentication.x509.clientCAFile': 'client-ca',
  'requestheader-client-ca-file': 'client-ca',
  'trusted-ca-file': 'client-ca',
  'peer-trusted-ca-file': 'client-ca',
  'root-ca-file': 'server-ca',
  'etcd-cafile': 'server-ca',
  'kubelet-certificate-authority': 'server-ca',
  'cluster-signing-cert-file': 'signing-ca',
  'cluster-signing-key-file': 'signing-key',
  'service-account-key-file': 'service-account-public-key',
  'service-account-signing-key-file': 'service-account-key',
  'service-account-private-key-file': 'service-account-key',
  kubeconfig: 'kubeconfig',
};

const sourceOf = (name: string): string =>
  name === 'kubelet' ? '/var/lib/kubelet/config.yaml' : `/etc/kubernetes/manifests/${name}.yaml`;

function componentOf(name: string, flags: ReadonlyMap<string, readonly string[]>): Component {
  const source = sourceOf(name);
  const uses = [...flags].flatMap(([flag, values]) =>
    values
      .filter((value) => /^\/.*\.(crt|key|pub|conf|pem)$/.test(value))
      .map((path): FileUse => {
        const fallback: FileRole = path.endsWith('.key') ? 'key' : 'server-certificate';
        const dashed = name === 'kubelet' && /[.A-Z]/.test(flag) ? flag : `--${flag}`;
        return { component: name, flag: dashed, source, path, role: ROLES[flag] ?? fallback };
      }),
  );
  return { name, runs: name === 'kubelet' ? 'systemd' : 'static-pod', source, flags, uses };
}

/** Flags as kubeadm 1.36 writes them, as far as they concern certificates. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kube-apiserver': {
    'advertise-address': '192.0.2.10',
    'client-ca-file': `${PKI}/ca.crt`,
    'etcd-cafile': `${PKI}/etcd/ca.crt`,
    'etcd-certfile': `${PKI}/apiserver-etcd-client.crt`,
    'etcd-keyfile': `${PKI}/apiserver-etcd-client.key`,
    'etcd-servers': 'https://127.0.0.1:2379',
    'kubelet-client-certificate': `${PKI}/apiserver-kubelet-client.crt`,
    'kubelet-client-key': `${PKI}/apiserver-kubelet-client.key`,
    'proxy-client-cert-file': `${PKI}/front-proxy-client.crt`,
    'proxy-client-key-file': `${PKI}/front-proxy-client.key`,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
    'service-account-key-file': `${PKI}/sa.pub`,
    'service-account-signing-key-file': `${PKI}/sa.key`,
    'service-cluster-ip-range': '10.96.0.0/12',
    'tls-cert-file': `${PKI}/apiserver.crt`,
    'tls-private-key-file': `${PKI}/apiserver.key`,
  },
  etcd: {
    'advertise-client-urls': 'https://192.0.2.10:2379',
    'cert-file': `${PKI}/etcd/server.crt`,
    'client-cert-auth': 'true',
    'data-dir': '/var/lib/etcd',
    'initial-advertise-peer-urls': 'https://192.0.2.10:2380',
    'key-file': `${PKI}/etcd/server.key`,
    'listen-client-urls': 'https://127.0.0.1:2379,https://192.0.2.10:2379',
    'listen-metrics-urls': 'http://127.0.0.1:2381',
    'listen-peer-urls': 'https://192.0.2.10:2380',
    name: 'cp-1',
    'peer-cert-file': `${PKI}/etcd/peer.crt`,
    'peer-client-cert-auth': 'true',
    'peer-key-file': `${PKI}/etcd/peer.key`,
    'peer-trusted-ca-file': `${PKI}/etcd/ca.crt`,
    'trusted-ca-file': `${PKI}/etcd/ca.crt`,
  },
  'kube-controller-manager': {
    'authentication-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'client-ca-file': `${PKI}/ca.crt`,
    'cluster-signing-cert-file': `${PKI}/ca.crt`,
    'cluster-signing-key-file': `${PKI}/ca.key`,
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
    'root-ca-file': `${PKI}/ca.crt`,
    'service-account-private-key-file': `${PKI}/sa.key`,
  },
  'kube-scheduler': { kubeconfig: '/etc/kubernetes/scheduler.conf' },
  kubelet: {
    kind: 'KubeletConfiguration',
    'authentication.anonymous.enabled': 'false',
    'authentication.x509.clientCAFile': `${PKI}/ca.crt`,
    clusterDomain: 'cluster.local',
    kubeconfig: '/etc/kubernetes/kubelet.conf',
    rotateCertificates: 'true',
  },
};

const DIRECTORIES = {
  '/etc/kubernetes': 0o755,
  [PKI]: 0o755,
  [`${PKI}/etcd`]: 0o755,
  [KUBELET_PKI]: 0o755,
  '/var/lib/etcd': 0o700,
};

/** A machine on which all is well: the tree of one control plane, its kubelet's files, and a user's copy of admin.conf. */
export async function healthyMachine(): Promise<TestMachine> {
  const tree = await MemoryTree.of(cluster({ nodes: [node('cp-1', '192.0.2.10')] }));
  const flags = new Map(
    Object.entries(FLAGS).map(([name, own]) => [
      name,
      new Map(Object.entries(own).map(([flag, value]) => [flag, [value]])),
    ]),
  );
  const machine = new TestMachine(new Map(), flags);
  const kubelet = '/etc/kubernetes/nodes/cp-1';
  for (const path of tree.files.keys())
    if (!path.startsWith('/etc/kubernetes/nodes/')) machine.put(path, tree.text(path));
  for (const path of tree.files.keys()) {
    if (path.startsWith(`${kubelet}/var`)) machine.put(path.slice(kubelet.length), tree.text(path));
  }
  machine.put('/etc/kubernetes/kubelet.conf', tree.text(`${kubelet}/etc/kubernetes/kubelet.conf`));
  machine.put('/root/.kube/config', tree.text('/etc/kubernetes/admin.conf'));
  for (const name of flags.keys()) machine.put(sourceOf(name), '', 0o600);
  for (const [path, mode] of Object.entries(DIRECTORIES)) {
    machine.files.set(path, { text: '', facts: { ...FACTS, kind: 'directory', mode } });
  }
  return machine;
}

/** The files of a tree alone, as they are written: no manifests, no configuration. */
export function machineOfTree(tree: MemoryTree): TestMachine {
  const machine = new TestMachine(new Map(), new Map());
  for (const path of tree.files.keys()) machine.put(path, tree.text(path));
  return machine;
}

/** Adds a revocation list. */
export function withCrl(machine: TestMachine, path: string, der: Uint8Array): void {
  machine.crls.push({ path, crl: readCrl(der) });
}
