/** Every certificate of a large tree before OpenSSL, Node and Go, and every pair that meets in a cluster in TLS. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate } from '../../src/pki/plan-tree.ts';
import { layout } from '../../src/pki/layout/layout.ts';
import type { CertificateTarget } from '../../src/pki/layout/target.ts';
import { dataOf } from '../judges/compare-kubeconfig.ts';
import { GoJudge } from '../judges/go.ts';
import { handshake, nodeChecks, nodeFacts } from '../judges/node-tls.ts';
import { cluster, controlPlane, node, user } from '../support/cluster.ts';
import { describeWith, runOk, tempDir } from '../support/foreign.ts';
import { MemoryTree } from '../support/memory-tree.ts';

const PKI = '/etc/kubernetes/pki';
const CP2 = `/etc/kubernetes/nodes/cp-2${PKI}`;
const KUBELET = '/etc/kubernetes/nodes/node-1/var/lib/kubelet/pki';

const spec = cluster({
  controlPlaneEndpoint: { host: 'api.example.com', port: 6443 },
  serviceSubnets: ['10.96.0.0/16', 'fd00:1::/108'],
  apiServerCertSANs: ['203.0.113.9', '*.apps.example.com', '2001:db8::9'],
  controlPlanes: [controlPlane('cp-1', '192.0.2.10'), controlPlane('cp-2', '192.0.2.11')],
  nodes: [node('node-1', '192.0.2.21', 'node-1.internal')],
  users: [user('jane', { groups: ['dev'] })],
});

let tree: MemoryTree;
/** The same cluster made again: other CAs of the same names. */
let foreign: MemoryTree;
let judge: GoJudge;

const read = async (now?: Date): Promise<MemoryTree> => {
  const { files } = await generate(spec, {}, now === undefined ? {} : { now });
  return new MemoryTree(spec, {}, new Map([...files].map(([path, { data }]) => [path, data])));
};

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Certificate and key of a base path, a combined PEM, or a kubeconfig. */
function pairOf(path: string, from = tree): Pair {
  if (path.endsWith('.pem')) return { cert: from.text(path), key: from.text(path) };
  if (!path.endsWith('.conf')) return { cert: from.text(`${path}.crt`), key: from.text(`${path}.key`) };
  const { certificate, key } = dataOf(from.text(path));
  return { cert: certificate, key };
}

const caOf = (path: string, from = tree): string =>
  path.endsWith('.conf') ? dataOf(from.text(path)).ca : from.text(`${path}.crt`);

interface Meeting {
  readonly server: Pair;
  readonly client: Pair;
  /** By which the client trusts the server, and the server the client. */
  readonly clientTrusts: string;
  readonly serverTrusts: string;
  readonly name: string;
}

/** What both TLS stacks say of a meeting: `[Node, Go]`. */
async function meet({
  server,
  client,
  clientTrusts,
  serverTrusts,
  name,
}: Meeting): Promise<[boolean, boolean]> {
  const sides = { server: { ...server, ca: serverTrusts }, client: { ...client, ca: clientTrusts } };
  const [byNode, byGo] = await Promise.all([
    handshake({ ...sides, servername: name }),
    judge.ask({
      op: 'handshake',
      server: { ...server, cas: serverTrusts },
      client: { ...client, cas: clientTrusts },
      serverName: name,
    }),
  ]);
  return [byNode.server.authorized && byNode.client.authorized, byGo.ok];
}

const certificateTargets = (): readonly CertificateTarget[] =>
  [...layout(spec)].flatMap(({ targets }) =>
    targets.flatMap((target) => (target.kind === 'certificate' ? [target] : [])),
  );

function pemOf({ storage }: CertificateTarget): Pair {
  if (storage.kind === 'pair') return { cert: tree.text(storage.certificate), key: tree.text(storage.key) };
  return pairOf(storage.file);
}

const CA_FILES = {
  ca: `${PKI}/ca`,
  'front-proxy-ca': `${PKI}/front-proxy-ca`,
  'etcd-ca': `${PKI}/etcd/ca`,
} as const;

describeWith(['go', 'openssl'], 'every certificate of a tree', () => {
  beforeAll(async () => {
    [tree, foreign, judge] = await Promise.all([read(), read(), GoJudge.start()]);
  });
  afterAll(() => judge.stop());

  it('verifies in OpenSSL, strictly and for its purposes', async () => {
    const directory = tempDir();
    for (const [id, base] of Object.entries(CA_FILES)) {
      const ca = join(directory, `${id}.pem`);
      writeFileSync(ca, tree.text(`${base}.crt`));
      for (const [usage, purpose] of [
        ['serverAuth', 'sslserver'],
        ['clientAuth', 'sslclient'],
      ] as const) {
        const files = certificateTargets()
          .filter(({ authority, profile }) => authority === id && profile.extendedKeyUsage.includes(usage))
          .map((target, index) => {
            const file = join(directory, `${id}-${usage}-${index}.pem`);
            writeFileSync(file, pemOf(target).cert.replace(/-----BEGIN EC[^]*/, ''));
            return file;
          });
        if (files.length === 0) continue;
        const trust = ['-no-CAfile', '-no-CApath', '-no-CAstore', '-CAfile', ca];
        const { stdout } = await runOk('openssl', [
          'verify',
          '-x509_strict',
          '-purpose',
          purpose,
          ...trust,
          ...files,
        ]);
        expect(stdout.trim().split('\n')).toEqual(files.map((file) => `${file}: OK`));
      }
    }
  });

  it('is read by OpenSSL as it was asked for', async () => {
    const bundle = certificateTargets().map((target) => pemOf(target).cert.replace(/-----BEGIN EC[^]*/, ''));
    const file = join(tempDir(), 'bundle.pem');
    writeFileSync(file, bundle.join(''));
    const { stdout } = await runOk('openssl', ['storeutl', '-noout', '-text', '-certs', file]);
    const subjects = [...stdout.matchAll(/Subject: (.*)/g)].map(([, subject = '']) =>
      subject.replaceAll(' = ', '='),
    );
    const wanted = certificateTargets().map(({ subject }) =>
      [...(subject.organizations ?? []).map((group) => `O=${group}`), `CN=${subject.commonName ?? ''}`].join(
        ', ',
      ),
    );
    expect(subjects).toEqual(wanted);
    expect(stdout.match(/CA:FALSE/g)).toHaveLength(wanted.length);
  });

  it('is signed by its CA and belongs to its key, in Node and in Go', async () => {
    for (const target of certificateTargets()) {
      const { cert, key } = pemOf(target);
      const ca = tree.text(`${CA_FILES[target.authority]}.crt`);
      expect(nodeChecks(cert, ca, key)).toEqual({ issued: true, signed: true, keyMatches: true });
      expect(nodeFacts(cert).ca).toBe(false);
      const [pair, verified, refused] = await Promise.all([
        judge.ask({ op: 'keypair', cert, key }),
        judge.ask({ op: 'verify', leaf: cert, roots: ca, usage: target.profile.extendedKeyUsage }),
        judge.ask({
          op: 'verify',
          leaf: cert,
          roots: caOf(CA_FILES[target.authority], foreign),
          usage: ['any'],
        }),
      ]);
      expect([target.id, pair.ok, verified.ok, refused.ok]).toEqual([target.id, true, true, false]);
    }
  });
});

describeWith(['go'], 'in TLS', () => {
  beforeAll(async () => {
    [tree, foreign, judge] = await Promise.all([read(), read(), GoJudge.start()]);
  });
  afterAll(() => judge.stop());

  const admin = '/etc/kubernetes/admin.conf';
  /** kubectl and the API server; each trusts by the CA that its own files give it. */
  const toApiServer = (name: string, conf = admin, server = `${PKI}/apiserver`): Meeting => ({
    server: pairOf(server),
    client: pairOf(conf),
    clientTrusts: caOf(conf),
    serverTrusts: caOf(`${PKI}/ca`),
    name,
  });
  const toEtcd = (client: string, name: string, server = `${PKI}/etcd/server`): Meeting => ({
    server: pairOf(server),
    client: pairOf(client),
    clientTrusts: caOf(`${PKI}/etcd/ca`),
    serverTrusts: caOf(`${PKI}/etcd/ca`),
    name,
  });
  const names = [
    ...[
      'cp-1',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
    ],
    ...[
      'api.example.com',
      'x.apps.example.com',
      '10.96.0.1',
      'fd00:1::1',
      '192.0.2.10',
      '203.0.113.9',
      '2001:db8::9',
    ],
  ];

  it.each(names)('kubectl reaches the API server as %s', async (name) => {
    expect(await meet(toApiServer(name))).toEqual([true, true]);
  });

  it.each([
    ['super-admin.conf', '/etc/kubernetes/super-admin.conf'],
    ['controller-manager.conf', '/etc/kubernetes/controller-manager.conf'],
    ['scheduler.conf', '/etc/kubernetes/scheduler.conf'],
    ['kubelet.conf', '/etc/kubernetes/kubelet.conf'],
    ['kube-proxy.conf of a node', '/etc/kubernetes/nodes/node-1/etc/kubernetes/kube-proxy.conf'],
    ['admin.conf of another control plane', '/etc/kubernetes/nodes/cp-2/etc/kubernetes/admin.conf'],
    ['jane.conf', '/etc/kubernetes/users/jane.conf'],
  ])('%s opens both API servers', async (_, conf) => {
    expect(await meet(toApiServer('api.example.com', conf))).toEqual([true, true]);
    expect(await meet(toApiServer('192.0.2.11', conf, `${CP2}/apiserver`))).toEqual([true, true]);
  });

  it('a kubelet reaches the API server with its rotated PEM', async () => {
    const meeting = {
      ...toApiServer('api.example.com'),
      client: pairOf(`${KUBELET}/kubelet-client-current.pem`),
    };
    const clientTrusts = caOf('/etc/kubernetes/nodes/node-1/etc/kubernetes/kubelet.conf');
    expect(await meet({ ...meeting, clientTrusts })).toEqual([true, true]);
  });

  it.each(['node-1', '192.0.2.21', 'node-1.internal'])(
    'the API server reaches a kubelet as %s',
    async (name) => {
      const ca = caOf(`${PKI}/ca`);
      const server = pairOf(`${KUBELET}/kubelet`);
      const client = pairOf(`${PKI}/apiserver-kubelet-client`);
      const serverTrusts = caOf(`/etc/kubernetes/nodes/node-1${PKI}/ca`);
      expect(await meet({ server, client, clientTrusts: ca, serverTrusts, name })).toEqual([true, true]);
    },
  );

  it.each(['cp-1', 'localhost', '127.0.0.1', '::1', '192.0.2.10'])('etcd is reached as %s', async (name) => {
    expect(await meet(toEtcd(`${PKI}/apiserver-etcd-client`, name))).toEqual([true, true]);
    expect(await meet(toEtcd(`${PKI}/etcd/healthcheck-client`, name))).toEqual([true, true]);
    expect(await meet(toEtcd(`${CP2}/etcd/peer`, name, `${PKI}/etcd/peer`))).toEqual([true, true]);
  });

  it('the members of etcd reach each other', async () => {
    expect(await meet(toEtcd(`${PKI}/etcd/peer`, '192.0.2.11', `${CP2}/etcd/peer`))).toEqual([true, true]);
    expect(await meet(toEtcd(`${PKI}/etcd/server`, 'cp-2', `${CP2}/etcd/server`))).toEqual([true, true]);
  });

  it('the front proxy is known to an extension API server that trusts its CA', async () => {
    const server = pairOf(`${PKI}/apiserver`);
    const meeting = {
      server,
      client: pairOf(`${PKI}/front-proxy-client`),
      clientTrusts: caOf(`${PKI}/ca`),
      name: 'kubernetes',
    };
    expect(await meet({ ...meeting, serverTrusts: caOf(`${PKI}/front-proxy-ca`) })).toEqual([true, true]);
    expect(await meet({ ...meeting, serverTrusts: caOf(`${PKI}/ca`) })).toEqual([false, false]);
  });

  it.each<readonly [what: string, change: () => Partial<Meeting>]>([
    ['a name that nobody asked for', () => ({ name: 'other.example.com' })],
    ['an address that nobody asked for', () => ({ name: '192.0.2.99' })],
    ['two labels for a wildcard', () => ({ name: 'a.b.apps.example.com' })],
    ['a server of another cluster', () => ({ server: pairOf(`${PKI}/apiserver`, foreign) })],
    ['a client of another cluster', () => ({ client: pairOf(admin, foreign) })],
    ['a client of etcd', () => ({ client: pairOf(`${PKI}/apiserver-etcd-client`) })],
    ['a server certificate as a client', () => ({ client: pairOf(`${PKI}/apiserver`) })],
    ['a client certificate as a server', () => ({ server: pairOf(admin), name: 'kubernetes-admin' })],
  ])('%s is refused', async (_, change) => {
    expect(await meet({ ...toApiServer('api.example.com'), ...change() })).toEqual([false, false]);
  });

  it('what has expired is refused', async () => {
    const old = await read(new Date(Date.now() - 400 * 24 * 3_600_000));
    const trust = { clientTrusts: caOf(`${PKI}/ca`, old), serverTrusts: caOf(`${PKI}/ca`, old) };
    const meeting = {
      server: pairOf(`${PKI}/apiserver`, old),
      client: pairOf(admin, old),
      ...trust,
      name: 'cp-1',
    };
    expect(await meet(meeting)).toEqual([false, false]);
    // Its CA, of ten years, has not.
    await old.apply(new Date());
    expect(
      await meet({ ...meeting, server: pairOf(`${PKI}/apiserver`, old), client: pairOf(admin, old) }),
    ).toEqual([true, true]);
  });
});
