import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, encryptPrivateKey, type Authority } from '../../../../src/ca/index.ts';
import { decodeEmbeddedPem, parseKubeconfig, resolveContext } from '../../../../src/kubeconfig/index.ts';
import { jwt } from '../../../support/tokens.ts';
import { NOW, openConsole, type Console, type ConsoleOptions, type Outcome } from '../support/console.ts';

const SERVER = '--server https://10.0.0.10:6443';
const CLAIMS = {
  sub: 'system:serviceaccount:team-a:deployer',
  exp: NOW.getTime() / 1000 + 3600,
  'kubernetes.io': { namespace: 'team-a', serviceaccount: { name: 'deployer' }, pod: { name: 'deployer-1' } },
};

let terminal: Console;
let ca: Authority;
let other: Authority;
const path = (name: string): string => join(terminal.cwd, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');
const resolved = (name: string): ReturnType<typeof resolveContext> =>
  resolveContext(parseKubeconfig(text(name)));
const create = (words: string, options: ConsoleOptions = {}): Promise<Outcome> =>
  terminal.kubepki(`kubeconfig create ${words}`, options);
const certificateOf = (name: string): X509Certificate =>
  new X509Certificate(decodeEmbeddedPem(resolved(name).user.clientCertificateData ?? ''));

beforeAll(async () => {
  [ca, other] = await Promise.all([
    createAuthority({ commonName: 'kubernetes' }, { now: NOW }),
    createAuthority({ commonName: 'another' }, { now: NOW }),
  ]);
});
beforeEach(() => {
  terminal = openConsole();
  mkdirSync(path('pki'));
  writeFileSync(path('pki/ca.crt'), ca.toPem() + other.toPem());
  writeFileSync(path('pki/ca.key'), ca.keyToPem(), { mode: 0o600 });
});
afterEach(() => {
  terminal.remove();
});

describe('kubeconfig create from a CA', () => {
  test('hands out access for eight hours, in a file for its owner alone', async () => {
    const words = `jane --ca pki/ca ${SERVER} --group dev --group ops --namespace team-a --validity 8h --out jane.conf`;
    const { code, stdout, stderr } = await create(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'context jane@kubernetes',
      'cluster kubernetes',
      'server https://10.0.0.10:6443',
      'user jane',
      'groups dev, ops',
      'namespace team-a',
      'notAfter 2027-01-31T20:00:00.000Z',
      `wrote ${path('jane.conf')}`,
      '',
    ]);
    expect(statSync(path('jane.conf')).mode & 0o777).toBe(0o600);
    const { cluster, context, name } = resolved('jane.conf');
    expect([name, context.namespace]).toEqual(['jane@kubernetes', 'team-a']);
    // As kubeadm embeds ca.crt: whole, as a rotation has two CAs in it.
    expect(decodeEmbeddedPem(cluster.certificateAuthorityData ?? '')).toBe(text('pki/ca.crt'));
    expect(certificateOf('jane.conf').subject).toBe('O=dev + O=ops\nCN=jane');
    expect(certificateOf('jane.conf').verify(new X509Certificate(ca.toPem()).publicKey)).toBe(true);
    expect(readdirSync(terminal.cwd).sort()).toEqual(['jane.conf', 'pki']);
  });

  test('takes the cluster from another kubeconfig, with all its fields, and flags win', async () => {
    writeFileSync(path('pki/other.crt'), other.toPem());
    const admin = `clusters:
- {name: unused, cluster: {server: https://unused}}
- name: prod
  cluster: {server: https://prod:6443, certificate-authority: other.crt, tls-server-name: k, proxy-url: http://p:1, x-field: 1}
contexts:
- {name: a, context: {cluster: unused, user: x}}
- {name: b, context: {cluster: prod, user: admin, namespace: mine}}
current-context: b
users: [{name: admin, user: {token: sesame}}]
`;
    writeFileSync(path('pki/admin.conf'), admin);
    const { code, stderr } = await create('ci --ca pki/ca --from pki/admin.conf --out ci.conf');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: pki\/admin.conf: the certificate is signed by CN = kubernetes, .*client-ca-file/,
    );
    const { name, cluster, context } = resolved('ci.conf');
    expect(decodeEmbeddedPem(cluster.certificateAuthorityData ?? '')).toBe(other.toPem());
    expect({ name, cluster, namespace: context.namespace }).toMatchObject({
      name: 'ci@prod',
      cluster: {
        server: 'https://prod:6443',
        tlsServerName: 'k',
        proxyUrl: 'http://p:1',
        other: { 'x-field': 1 },
      },
      namespace: undefined,
    });
    expect(text('ci.conf')).not.toContain('sesame');
    const flags = `--from-context a --certificate-authority pki/ca.crt --cluster-name c --context work ${SERVER}`;
    await create(`ci --ca pki/ca --from pki/admin.conf ${flags} --proxy-url http://q:1 --out b.conf --quiet`);
    expect(resolved('b.conf')).toMatchObject({
      name: 'work',
      cluster: { server: 'https://10.0.0.10:6443', proxyUrl: 'http://q:1' },
      context: { cluster: 'c' },
    });
    const missing = await create('ci --ca pki/ca --from pki/admin.conf --from-context z --out c.conf');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no context "z"') });
  });

  test('takes what kubeadm publishes: one cluster without a context', async () => {
    const info = 'clusters: [{name: "", cluster: {server: https://prod, insecure-skip-tls-verify: true}}]\n';
    const { stderr } = await create('ci --ca pki/ca --from - --out ci.conf', { input: info });
    expect(stderr).toMatch(/^warning: -: clients will believe any server/);
    expect(resolved('ci.conf')).toMatchObject({
      name: 'ci@kubernetes',
      cluster: { server: 'https://prod', insecureSkipTlsVerify: true },
    });
    const two =
      'clusters: [{name: a, cluster: {server: https://a}}, {name: b, cluster: {server: https://b}}]';
    const many = await create('ci --ca pki/ca --from - --out b.conf', { input: two });
    expect(many).toMatchObject({ code: 1, stderr: expect.stringContaining('--from-context') });
  });

  test('writes the certificate and the key beside it where files are to be named', async () => {
    const { code } = await create(`jane --ca pki/ca ${SERVER} --kubeconfig-certs files --out jane.conf`);
    expect(code).toBe(0);
    expect(resolved('jane.conf')).toMatchObject({
      cluster: { certificateAuthority: 'pki/ca.crt' },
      user: { clientCertificate: 'jane.crt', clientKey: 'jane.key' },
    });
    expect([statSync(path('jane.crt')).mode & 0o777, statSync(path('jane.key')).mode & 0o777]).toEqual([
      0o644, 0o600,
    ]);
    await create(`jane --ca pki/ca ${SERVER} --kubeconfig-certs files-abs --out sub/jane`);
    expect(resolved('sub/jane')).toMatchObject({
      cluster: { certificateAuthority: path('pki/ca.crt') },
      user: { clientCertificate: path('sub/jane.crt'), clientKey: path('sub/jane.key') },
    });
    await create(`jane --ca pki/ca ${SERVER} --kubeconfig-certs files --out below/jane.conf`);
    expect(resolved('below/jane.conf').cluster.certificateAuthority).toBe(path('pki/ca.crt'));
  });

  test('goes to standard output alone with --out -, and nowhere with --dry-run', async () => {
    const out = await create(`jane --ca pki/ca ${SERVER} --out -`);
    expect(resolveContext(parseKubeconfig(out.stdout)).name).toBe('jane@kubernetes');
    expect(out.stderr).toMatch(/^context +jane@kubernetes\n/);
    const dry = await create(`jane --ca pki/ca ${SERVER} --out jane.conf --dry-run`);
    expect(dry.stdout).toMatch(/nothing was written: this is a dry run\n$/);
    const both = await create(`jane --ca pki/ca ${SERVER} --out - --dry-run --quiet`);
    expect(both.stdout).not.toContain('client-key-data');
    expect(readdirSync(terminal.cwd)).toEqual(['pki']);
  });

  test('says what it did for programs, without a secret', async () => {
    const { stdout, stderr } = await create(
      `jane --ca pki/ca ${SERVER} --group system:masters --out a.conf -o json`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'KubeconfigResult',
      ...{ context: 'jane@kubernetes', user: 'jane', groups: ['system:masters'] },
      notAfter: '2028-01-31T12:00:00.000Z',
      changes: [
        { action: 'add', section: 'clusters', name: 'kubernetes' },
        { action: 'add', section: 'contexts', name: 'jane@kubernetes' },
        { action: 'add', section: 'users', name: 'jane' },
      ],
      written: [path('a.conf')],
      notices: [{ code: 'system-masters', severity: 'warning' }],
    });
    const key = resolved('a.conf').user.clientKeyData ?? 'missing';
    expect(stdout + stderr).not.toContain(key);
    expect(stderr).toMatch(/^warning: groups\[0\]: a member of "system:masters" may do everything/);
  });

  test('replaces a file with --force alone, keeps a backup, and never what it is made from', async () => {
    writeFileSync(path('jane.conf'), 'old', { mode: 0o644 });
    const refused = await create(`jane --ca pki/ca ${SERVER} --out jane.conf`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists\nhint: .*--force/) });
    expect(text('jane.conf')).toBe('old');
    const { stdout } = await create(`jane --ca pki/ca ${SERVER} --out jane.conf --force`);
    const [, backup = ''] = /backup of what was replaced: (.*)\n/.exec(stdout) ?? [];
    expect(readFileSync(join(backup, 'jane.conf'), 'utf8')).toBe('old');
    expect(statSync(path('jane.conf')).mode & 0o777).toBe(0o600);
    for (const out of ['pki/ca.key', 'jane.conf', './pki/../pki/ca.crt']) {
      const over = await create(`jane --ca pki/ca --from jane.conf --out ${out} --force`);
      expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('is made from') });
    }
    expect(text('pki/ca.key')).toBe(ca.keyToPem());
  });

  test('opens the key of the CA with its password, and reads the CA from standard input', async () => {
    if (ca.privateKey === undefined) throw new Error('a CA that was made here has its key');
    writeFileSync(path('pki/ca.key'), await encryptPrivateKey(ca.privateKey, 'correct horse'));
    const words = `jane --ca pki/ca ${SERVER} --ca-key-password-env PASSWORD --out jane.conf`;
    expect(await create(words, { env: { PASSWORD: 'correct horse' } })).toMatchObject({
      code: 0,
      stderr: '',
    });
    const input = ca.toPem() + ca.keyToPem();
    expect(await create(`jane --ca - ${SERVER} --out b.conf`, { input })).toMatchObject({ code: 0 });
    const data = resolved('b.conf').cluster.certificateAuthorityData ?? '';
    expect(decodeEmbeddedPem(data)).toBe(ca.toPem());
  });

  test.each([
    ['--ca pki/ca --server https://a --out a.conf', 'the argument USER is missing'],
    ['jane --server https://a --out a.conf', 'hint: give --ca BASE, --client-certificate FILE'],
    ['jane --ca pki/ca --out a.conf', 'hint: or take it from a kubeconfig of the cluster: --from FILE'],
    ['jane --ca pki/ca --in-cluster --out a.conf', '--ca and --in-cluster exclude each other'],
    ['jane --in-cluster --group dev --out a.conf', '--group goes with --ca'],
    ['jane --ca pki/ca --client-key x --out a.conf', '--client-key goes with --client-certificate'],
    ['jane --ca pki/ca --from-context x --out a.conf', '--from-context is a context'],
    ['jane --ca pki/ca --server https://a --out - -o json', '--out - and -o json both'],
    ['jane --ca pki/ca --server https://a --out - --kubeconfig-certs files', 'standard output has no place'],
    ['jane --ca pki/ca --server https://a --namespace A_b --out a.conf', '--namespace "A_b" is no name'],
    ['jane --ca pki/ca --server 10.0.0.1:6443 --out a.conf', 'must be https://HOST:PORT'],
    ['jane --ca pki/ca --server https://a --validity 20y --no-clamp --out a.conf', 'would outlive its CA'],
    ['jane --ca pki/nope --server https://a --out a.conf', 'cannot read'],
  ])('%s is refused with exit code 1', async (words, message) => {
    const { code, stdout, stderr } = await create(words);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    expect(stdout).not.toContain('client-key-data');
    expect(existsSync(path('a.conf'))).toBe(false);
  });
});

describe('kubeconfig create from files', () => {
  beforeEach(async () => {
    await terminal.kubepki('issue client --ca pki/ca --common-name jane --organization dev --out pki/jane');
    writeFileSync(path('pki/current.pem'), text('pki/jane.crt') + text('pki/jane.key'));
  });

  test('takes the name from the certificate, and one file with both', async () => {
    for (const files of ['pki/jane.crt --client-key pki/jane.key', 'pki/current.pem']) {
      const words = `--client-certificate ${files} ${SERVER} --certificate-authority pki/ca.crt --out a.conf --force`;
      expect(await create(words)).toMatchObject({ code: 0, stderr: '' });
      const { name, user } = resolved('a.conf');
      expect(name).toBe('jane@kubernetes');
      expect(decodeEmbeddedPem(user.clientCertificateData ?? '')).toBe(text('pki/jane.crt'));
      expect(decodeEmbeddedPem(user.clientKeyData ?? '')).toBe(text('pki/jane.key'));
    }
  });

  test('names them by path, and the user as it is told to', async () => {
    const words = `work --client-certificate pki/current.pem ${SERVER} --kubeconfig-certs files --out a.conf --force`;
    const { stdout, stderr } = await create(words);
    expect(stderr).toMatch(/^note: server: no CA is named: clients trust those of their machine\nhint: /);
    expect(stdout).toMatch(/^user +jane$/m);
    expect(parseKubeconfig(text('a.conf')).users).toEqual([
      { name: 'work', user: { clientCertificate: 'pki/current.pem', clientKey: 'pki/current.pem' } },
    ]);
    const piped = await create(words.replace('pki/current.pem', '-'), { input: text('pki/current.pem') });
    expect(piped).toMatchObject({ code: 1, stderr: expect.stringContaining('--kubeconfig-certs embed') });
  });

  test('says that a certificate has expired, and refuses the key of another', async () => {
    const words = `--client-certificate pki/jane.crt --client-key pki/jane.key ${SERVER} --out a.conf`;
    const late = await create(`${words} --now 2029-01-01T00:00:00Z --quiet`);
    expect(late).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: pki/jane.crt: the certificate expired at 2028-'),
    });
    const wrong = await create(`${words.replace('pki/jane.key', 'pki/ca.key')} --force`);
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the private key is not that of'),
    });
  });
});

describe('kubeconfig create from a token', () => {
  test('names user and namespace by its claims, says its end, and never shows it', async () => {
    const token = jwt(CLAIMS);
    const words = `--token-file - ${SERVER} --certificate-authority pki/ca.crt --out a.conf`;
    const { code, stdout, stderr } = await create(words, { input: `${token}\n` });
    expect(code).toBe(0);
    expect(stderr.split('\n')).toEqual([
      'note: standard input: the token is read, not verified: whether it is good, only the API server can say',
      'note: standard input: the token ends at 2027-01-31T13:00:00Z, or when the Pod deployer-1 is deleted',
      '',
    ]);
    expect(stdout).toMatch(/^user +system:serviceaccount:team-a:deployer$/m);
    expect(stdout + stderr).not.toContain(token);
    expect(resolved('a.conf')).toMatchObject({
      name: 'team-a:deployer@kubernetes',
      context: { namespace: 'team-a' },
      user: { token },
    });
  });

  test.each([
    ['that has expired', { ...CLAIMS, exp: 1_700_000_000 }, 'the token expired at 2023-11-14T22:13:20Z'],
    [
      'that is for later',
      { ...CLAIMS, nbf: CLAIMS.exp },
      'the token is valid from 2027-01-31T13:00:00Z only',
    ],
    [
      'of a Secret',
      { sub: CLAIMS.sub, 'kubernetes.io/serviceaccount/secret.name': 'x' },
      'the token has no end: it is valid until the Secret x is deleted',
    ],
  ])('%s is told so', async (_what, claims, message) => {
    writeFileSync(path('token'), jwt(claims));
    const { code, stderr } = await create(`--token-file token ${SERVER} --out a.conf --quiet`);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`warning: token: ${message}`),
    });
  });

  test('that is no JWT needs a name', async () => {
    writeFileSync(path('token'), 'abcdef.0123456789abcdef');
    const words = `--token-file token ${SERVER} --out a.conf`;
    expect(await create(words)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('USER is missing'),
    });
    const named = await create(`bootstrap ${words}`);
    expect(named).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: token: the token is no JWT'),
    });
    expect(named.stdout + named.stderr).not.toContain('0123456789');
    writeFileSync(path('token'), 's3cr3t and more');
    const words2 = await create(`x ${words} --force`);
    expect(words2).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no token') });
    expect(words2.stderr).not.toContain('s3cr3t');
  });

  test('is named by path where files are, as it is replaced there', async () => {
    writeFileSync(path('token'), jwt(CLAIMS));
    const { stderr } = await create(`--token-file token ${SERVER} --kubeconfig-certs files-abs --out a.conf`);
    expect(stderr).not.toContain('ends at');
    expect(resolved('a.conf').user).toEqual({ tokenFile: path('token') });
  });
});

describe('kubeconfig create in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00:10:96::1', KUBERNETES_SERVICE_PORT: '443' };
  beforeEach(() => {
    mkdirSync(path('sa'));
    writeFileSync(path('sa/token'), jwt(CLAIMS));
    writeFileSync(path('sa/ca.crt'), ca.toPem());
    writeFileSync(path('sa/namespace'), 'team-a');
  });

  test('names the files of its service account, or embeds them', async () => {
    const words = '--in-cluster --service-account-dir sa --quiet';
    expect(await create(`${words} --out a.conf`, { env })).toMatchObject({ code: 0, stderr: '' });
    expect(resolved('a.conf')).toMatchObject({
      name: 'team-a:deployer@kubernetes',
      cluster: { server: 'https://[fd00:10:96::1]:443', certificateAuthority: path('sa/ca.crt') },
      context: { namespace: 'team-a' },
      user: { tokenFile: path('sa/token') },
    });
    await create(`bot ${words} --kubeconfig-certs embed --out b.conf`, { env });
    expect(resolved('b.conf')).toMatchObject({ name: 'bot@kubernetes', user: { token: jwt(CLAIMS) } });
    const data = resolved('b.conf').cluster.certificateAuthorityData ?? '';
    expect(decodeEmbeddedPem(data)).toBe(ca.toPem());
  });

  test('says outside of one what is missing', async () => {
    const { code, stderr } = await create('--in-cluster --out a.conf');
    expect(code).toBe(1);
    expect(stderr).toContain('this is no pod: KUBERNETES_SERVICE_HOST');
  });
});
