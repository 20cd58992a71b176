/** Which kubeconfigs kubectl goes by, and how it reads what we make for a user. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { createAuthority } from '../../src/ca/index.ts';
import { issueKubeconfig } from '../../src/index.ts';
import {
  decodeEmbeddedPem,
  flattenKubeconfig,
  renderKubeconfig,
  resolveContext,
} from '../../src/kubeconfig/index.ts';
import {
  createTestCluster,
  inClusterKubeconfig,
  loadKubeconfig,
  type TestCluster,
} from '../../src/node/index.ts';
import { kubectlView } from '../judges/kubectl.ts';
import { describeWith, run, runOk, tempDir } from '../support/foreign.ts';

const PATH = process.env['PATH'];

const folder = tempDir();
function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describeWith(['kubectl'], 'the files of KUBECONFIG', () => {
  const NAMES = ['a', 'b', 'c'] as const;
  const name = fc.constantFrom(...NAMES);
  /** Kubeconfigs that name files by relative path, which hold who named them. */
  const config = fc.record({
    clusters: fc.uniqueArray(name),
    users: fc.uniqueArray(name),
    contexts: fc.uniqueArray(name),
    current: fc.constantFrom('', ...NAMES),
    up: fc.constantFrom('', '../', './x/../'),
  });
  const place = fc.constantFrom('one', 'two', 'three/deep');

  test('are read by us as by kubectl: the merge, and where relative paths lead', async () => {
    let round = 0;
    const lists = fc.uniqueArray(fc.tuple(place, config), { selector: ([at]) => at, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(lists, fc.boolean(), async (files, hasMissing) => {
        const base = `round-${++round}`;
        const paths = files.map(([at, { clusters, users, contexts, current, up }]) => {
          for (const level of [at, dirname(at), '.'])
            for (const one of NAMES) write(join(base, level, `${one}.pem`), `${level} ${one}`);
          const list = (lines: readonly string[]): string =>
            lines.length === 0 ? ' []' : `\n${lines.join('\n')}`;
          write(
            join(base, at, 'conf'),
            `clusters:${list(clusters.map((one) => `- {name: ${one}, cluster: {server: 'https://${at}', certificate-authority: ${up}${one}.pem}}`))}
users:${list(users.map((one) => `- {name: ${one}, user: {client-certificate: ${one}.pem, client-key: ./${one}.pem}}`))}
contexts:${list(contexts.map((one) => `- {name: ${one}, context: {cluster: ${one}, user: ${one}, namespace: ${at}}}`))}
current-context: "${current}"
`,
          );
          return join(at, 'conf');
        });
        const cwd = join(folder, base);
        mkdirSync(cwd, { recursive: true });
        const env = {
          PATH,
          HOME: join(cwd, 'home'),
          KUBECONFIG: [hasMissing ? 'nope' : [], paths].flat(2).join(':'),
        };
        const asked = await runOk('kubectl', ['config', 'view', '--raw', '--flatten', '-o', 'json'], {
          env,
          cwd,
        });
        const ours = loadKubeconfig({ env, cwd });
        write(
          join(base, 'ours'),
          renderKubeconfig(flattenKubeconfig(ours.config, (path) => readFileSync(path))),
        );
        const read = await kubectlView(join(cwd, 'ours'));
        const theirs: unknown = JSON.parse(asked.stdout);
        // kubectl writes entries by name, also where the same file is read.
        expect(read).toEqual(theirs);
        expect(ours.missing.length).toBe(hasMissing ? 1 : paths.length === 0 ? 1 : 0);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

describeWith(['kubectl', 'openssl'], 'a kubeconfig for a user', () => {
  const any = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() !== '' && !/\p{Cs}/u.test(text) && !/[\p{Cc}\u2028\u2029]/u.test(text));
  const word = fc.oneof(
    any,
    fc.constantFrom('true', '0x1f', 'jane@example.com', 'a, b=c', 'CN=x', 'é', '1e3'),
  );

  test('is to kubectl and OpenSSL what was asked for', async () => {
    const ca = await createAuthority({ commonName: 'kubernetes' });
    const caFile = write('user/ca.pem', ca.toPem());
    const request = fc.record({
      user: word,
      groups: fc.uniqueArray(word, { maxLength: 3 }),
      namespace: fc.constantFrom(undefined, 'team-a'),
      cluster: fc.record({
        name: fc.option(word, { nil: undefined }),
        server: fc.constant('https://[fd00::1]:6443'),
      }),
    });
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const { config } = await issueKubeconfig(ca, { ...wanted, validity: '8h' });
        const view = await kubectlView(write('user/conf', renderKubeconfig(config)));
        const cluster = wanted.cluster.name ?? 'kubernetes';
        expect(view['current-context']).toBe(`${wanted.user}@${cluster}`);
        expect(view.contexts.map(({ context }) => context)).toEqual([
          {
            cluster,
            user: wanted.user,
            ...(wanted.namespace === undefined ? {} : { namespace: wanted.namespace }),
          },
        ]);
        const [user] = view.users;
        const pem = decodeEmbeddedPem(user?.user['client-certificate-data'] ?? '');
        const args = ['verify', '-purpose', 'sslclient', '-CAfile', caFile, write('user/crt', pem)];
        expect((await runOk('openssl', args)).stdout).toMatch(/: OK\n$/);
        const { CN, O }: { CN?: unknown; O?: unknown } = new X509Certificate(pem).toLegacyObject().subject;
        expect({ CN, O: [O ?? []].flat().sort() }).toEqual({ CN: wanted.user, O: [...wanted.groups].sort() });
        const key = write('user/key', decodeEmbeddedPem(user?.user['client-key-data'] ?? ''));
        const [fromKey, fromCertificate] = await Promise.all([
          runOk('openssl', ['pkey', '-in', key, '-pubout']),
          runOk('openssl', ['x509', '-in', join(folder, 'user/crt'), '-noout', '-pubkey']),
        ]);
        expect(fromKey.stdout).toBe(fromCertificate.stdout);
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Puts files where a kubelet puts those of a service account, which only the program sees that follows. */
const AS_POD = `mount -t tmpfs tmpfs /var/run && mkdir -p ${SERVICE_ACCOUNT} && cp "$1"/* ${SERVICE_ACCOUNT} && shift && exec "$@"`;

describeWith(['kubectl', 'unshare'], 'in a pod', () => {
  let cluster: TestCluster;
  let server: Server;
  let port: string;
  const seen: string[] = [];
  beforeAll(async () => {
    cluster = await createTestCluster();
    server = createServer({ ...cluster.serverOptions, rejectUnauthorized: false }, (incoming, response) => {
      seen.push(incoming.headers.authorization ?? 'none');
      response.end('ok');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    port = String(typeof address === 'object' ? address?.port : '');
    write('pod/sa/token', 'of-the-pod');
    write('pod/sa/ca.crt', cluster.ca.toPem());
    write('pod/sa/namespace', 'team-a');
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const CLUSTER = (): string =>
    `clusters: [{name: a, cluster: {server: 'https://127.0.0.1:${port}', insecure-skip-tls-verify: true}}]\nusers: [{name: u, user: {token: of-the-file}}]\n`;
  test.each([
    ['no file', undefined],
    ['an empty file', () => ''],
    ['a file without a current context', CLUSTER],
    [
      'a whole file',
      () => `${CLUSTER()}contexts: [{name: c, context: {cluster: a, user: u}}]\ncurrent-context: c\n`,
    ],
    [
      'a context without a cluster',
      () => `${CLUSTER()}contexts: [{name: c, context: {user: u}}]\ncurrent-context: c\n`,
    ],
    [
      'an empty cluster',
      () =>
        'clusters: [{name: a, cluster: {}}]\ncontexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c\n',
    ],
    ['a current context that is not there', () => `${CLUSTER()}current-context: c\n`],
    [
      'a cluster that is not there',
      () => `${CLUSTER()}contexts: [{name: c, context: {cluster: b, user: u}}]\ncurrent-context: c\n`,
    ],
    // Of a cluster without a server programs on client-go say so; kubectl alone has localhost:8080 for it, and goes by the pod.
  ])('kubectl and we agree about %s', async (_what, text) => {
    const file = join(folder, 'pod/conf');
    if (text !== undefined) write('pod/conf', text());
    const env = {
      ...{ PATH, HOME: join(folder, 'pod'), KUBECONFIG: text === undefined ? `${file}-nope` : file },
      ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port },
    };
    const ours = loadKubeconfig({ env, serviceAccountFolder: join(folder, 'pod/sa') });
    seen.length = 0;
    const script = ['sh', '-c', AS_POD, 'sh', join(folder, 'pod/sa'), 'kubectl', 'get', '--raw', '/x'];
    const { code } = await run('unshare', ['--user', '--map-root-user', '--mount', ...script], { env });
    const byRule = { 'in-cluster': 'Bearer of-the-pod', KUBECONFIG: 'Bearer of-the-file' };
    // What kubectl refuses leads nowhere with us too: there is no such context.
    const expected =
      code === 0 ? [ours.rule === 'in-cluster' ? byRule['in-cluster'] : byRule.KUBECONFIG] : [];
    expect([...new Set(seen)]).toEqual(expected);
    if (code !== 0) expect(ours.rule).toBe('KUBECONFIG');
  });

  test('the kubeconfig of a pod leads to the same server, by the same files', () => {
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port };
    const { config } = inClusterKubeconfig({ env, serviceAccountFolder: join(folder, 'pod/sa') });
    const { cluster: to, context } = resolveContext(config);
    expect([to.server, context.namespace]).toEqual([`https://127.0.0.1:${port}`, 'team-a']);
  });
});
