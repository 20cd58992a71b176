/** A control plane as kubeadm leaves it, in memory: files, manifests as flags, and what the health check finds in them. */
import { discover } from '../../../../../src/check/discover/discover.ts';
import type { Target } from '../../../../../src/check/discover/places.ts';
import type { FileFacts, FileSource } from '../../../../../src/check/files.ts';
import type { Inventory } from '../../../../../src/check/inventory.ts';
import { resolveEnvironment } from '../../../../../src/crypto/environment.ts';
import { PkiError } from '../../../../../src/errors/pki-error.ts';
import { cluster, hoursFromNow, node } from '../../../../support/cluster.ts';
import { MemoryTree } from '../../../../support/memory-tree.ts';
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

  /** Everything as files: the manifests and the kubelet's configuration say the flags. */
  source(): FileSource {
    const files = new Map(this.files);
    for (const [name, flags] of this.flags) {
      const file = files.get(sourceOf(name));
      if (file !== undefined) files.set(sourceOf(name), { ...file, text: configurationOf(name, flags) });
    }
    return memorySource(files);
  }

  inventory(): Promise<Inventory> {
    return this.inventoryOf([{ kind: 'root' }]);
  }

  /** What is found where only some places are looked at. */
  inventoryOf(targets: readonly Target[]): Promise<Inventory> {
    return discover(this.source(), targets, resolveEnvironment({ now: CHECKED }));
  }
}

const encoder = new TextEncoder();

/** Files in memory, with the directories that their paths imply. */
function memorySource(files: ReadonlyMap<string, TestFile>): FileSource {
  const names = new Map<string, Set<string>>();
  for (const path of files.keys()) {
    for (let at = path.lastIndexOf('/'), rest = path; at >= 0; at = rest.lastIndexOf('/')) {
      const folder = rest.slice(0, at);
      names.set(folder, (names.get(folder) ?? new Set()).add(rest.slice(at + 1)));
      rest = folder;
    }
  }
  const isFolder = (path: string): boolean => names.has(path) || files.get(path)?.facts.kind === 'directory';
  const folder: FileFacts = { ...FACTS, kind: 'directory', mode: 0o755 };
  return {
    stat: (path) => files.get(path)?.facts ?? (isFolder(path) ? folder : undefined),
    realPath: (path) => (files.has(path) || isFolder(path) ? path : undefined),
    list: (path) => (isFolder(path) ? [...(names.get(path) ?? [])].sort() : undefined),
    read: (path) => {
      const file = files.get(path);
      if (file?.facts.kind !== 'file') return undefined;
      if (file.text === UNREADABLE || file.text === FORBIDDEN) {
        const details = { operation: 'read', path, errno: file.text };
        throw new PkiError('io', `cannot read ${path}: ${file.text}`, { details });
      }
      return encoder.encode(file.text);
    },
  };
}

/** Texts of files that the system does not let be read: the disk is broken, or the user is not root. */
export const UNREADABLE = 'EIO';
export const FORBIDDEN = 'EACCES';

/** Ports that the kubelet asks, as kubeadm writes them. */
const PROBED: Readonly<Record<string, number>> = {
  'kube-apiserver': 6443,
  etcd: 2381,
  'kube-controller-manager': 10257,
  'kube-scheduler': 10259,
};

/** JSON, which is YAML: a static pod whose command has the flags, or the kubelet's configuration. */
function configurationOf(name: string, flags: ReadonlyMap<string, readonly string[]>): string {
  if (name === 'kubelet') return kubeletConfiguration(flags);
  const words = [...flags].flatMap(([flag, values]) => values.map((value) => `--${flag}=${value}`));
  const volumeMounts = [{ name: 'machine', mountPath: '/' }];
  const volumes = [{ name: 'machine', hostPath: { path: '/' } }];
  const httpGet = { path: '/livez', port: 'probe-port', scheme: 'HTTPS' };
  const container = {
    name,
    command: [name, ...words],
    volumeMounts,
    ports: [{ containerPort: PROBED[name], name: 'probe-port' }],
    livenessProbe: { httpGet },
  };
  const spec = {
    containers: [container],
    volumes,
    hostNetwork: true,
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
}

function kubeletConfiguration(flags: ReadonlyMap<string, readonly string[]>): string {
  const root: Record<string, unknown> = {};
  for (const [key, [value = '']] of flags) {
    const parts = key.split('.');
    const last = parts.pop() ?? '';
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value === 'true' ? true : value === 'false' ? false : value;
  }
  return JSON.stringify(root);
}

const sourceOf = (name: string): string =>
  name === 'kubelet' ? '/var/lib/kubelet/config.yaml' : `/etc/kubernetes/manifests/${name}.yaml`;

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
    'secure-port': '6443',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
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
    'authorization-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'client-ca-file': `${PKI}/ca.crt`,
    'cluster-signing-cert-file': `${PKI}/ca.crt`,
    'cluster-signing-key-file': `${PKI}/ca.key`,
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
    'root-ca-file': `${PKI}/ca.crt`,
    'service-account-private-key-file': `${PKI}/sa.key`,
  },
  'kube-scheduler': {
    'authentication-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'authorization-kubeconfig': '/etc/kubernetes/scheduler.conf',
    kubeconfig: '/etc/kubernetes/scheduler.conf',
  },
  kubelet: {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    'authentication.anonymous.enabled': 'false',
    'authentication.x509.clientCAFile': `${PKI}/ca.crt`,
    clusterDomain: 'cluster.local',
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
