import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePrivateKey } from '../../../src/ca/index.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse.ts';
import { openConsole, type Console, type Outcome } from './support/console.ts';

const PASSWORD = 'correct horse';

let terminal: Console;
beforeEach(() => {
  terminal = openConsole();
  writeFileSync(join(terminal.cwd, 'password.txt'), `${PASSWORD}\n`);
});
afterEach(() => {
  terminal.remove();
});

const read = (path: string): string => readFileSync(join(terminal.cwd, path), 'utf8');
const modeOf = (path: string): number => statSync(join(terminal.cwd, path)).mode & 0o777;
const blocks = (path: string): X509Certificate[] =>
  read(path)
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .map((pem) => new X509Certificate(pem));

const parseYaml = (text: string): unknown => parseYamlDocuments(text)[0]?.value;

const endOf = (certificate: X509Certificate | undefined): string =>
  new Date(certificate?.validTo ?? NaN).toISOString();

async function succeed(line: string): Promise<Outcome> {
  const outcome = await terminal.kubepki(line);
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
  return outcome;
}

const root = (): Promise<Outcome> => succeed('ca create --common-name root --out root');

describe('ca create', () => {
  test('writes a certificate and a key, and nothing else', async () => {
    const { stdout } = await succeed('ca create --common-name root --out tls/root');
    expect(readdirSync(join(terminal.cwd, 'tls')).sort()).toEqual(['root.crt', 'root.key']);
    expect([modeOf('tls/root.crt'), modeOf('tls/root.key')]).toEqual([0o644, 0o600]);
    expect(stdout).toContain(`wrote ${join(terminal.cwd, 'tls/root.crt')}\n`);
    const [certificate] = blocks('tls/root.crt');
    expect(certificate?.ca).toBe(true);
    expect(endOf(certificate)).toBe('2037-01-28T12:00:00.000Z');
  });

  test('makes intermediates whose file holds the chain that a server sends', async () => {
    await root();
    await succeed(
      'ca create --common-name middle --parent root --max-path-length 1 --organization O --out middle --validity 5y',
    );
    await succeed('ca create --common-name low --parent middle --max-path-length 0 --out low --validity 3y');
    await succeed(
      'issue server --ca low --common-name web --san web.internal,10.0.0.7 --san DNS:w2 --out web --validity 30d',
    );
    expect(blocks('middle.crt').map(({ subject }) => subject)).toEqual(['O=O\nCN=middle']);
    expect(blocks('web.crt').map(({ subject }) => subject)).toEqual(['CN=web', 'CN=low', 'O=O\nCN=middle']);
    const [web, low] = blocks('web.crt');
    expect(web?.subjectAltName).toBe('DNS:web.internal, IP Address:10.0.0.7, DNS:w2');
    expect(low !== undefined && web?.verify(low.publicKey)).toBe(true);
  });

  test('answers with a document that holds no key', async () => {
    const { stdout } = await succeed('ca create --common-name root --out root -o json');
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'kubepki/v1alpha1',
      kind: 'Certificate',
      subject: 'CN = root',
      issuer: 'CN = root',
      serialNumber: expect.stringMatching(/^[0-9a-f]{32,40}$/),
      notBefore: '2027-01-31T11:55:00.000Z',
      notAfter: '2037-01-28T12:00:00.000Z',
      subjectAltNames: [],
      keyAlgorithm: 'ECDSA-P256',
      files: { certificate: join(terminal.cwd, 'root.crt'), key: join(terminal.cwd, 'root.key') },
      backups: [],
      notices: [],
    });
  });

  test('prints both to standard output with --out -', async () => {
    const { stdout } = await succeed('ca create --common-name root --out -');
    expect(stdout.match(/-----BEGIN .*-----/g)).toEqual([
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN PRIVATE KEY-----',
    ]);
    expect(readdirSync(terminal.cwd)).toEqual(['password.txt']);
    const issued = await terminal.kubepki('issue client --ca - --common-name jane --out jane', {
      input: stdout,
    });
    expect(issued.code).toBe(0);
  });
});

describe('what exists', () => {
  test.each(['root.crt', 'root.key'])('is never overwritten: %s', async (name) => {
    writeFileSync(join(terminal.cwd, name), 'precious');
    const { code, stderr } = await terminal.kubepki('ca create --common-name root --out root');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kubepki: ca create: ".*" exists\nhint: .*--force.*\n$/);
    expect(readdirSync(terminal.cwd).sort()).toEqual(['password.txt', name]);
    expect(read(name)).toBe('precious');
  });

  test('is replaced with --force, and kept as a backup', async () => {
    await root();
    const before = read('root.key');
    const { stdout } = await succeed('ca create --common-name root --out root --force');
    const backup = /^backup of what was replaced: (.*)$/m.exec(stdout)?.[1] ?? '';
    expect(readFileSync(join(backup, 'root.key'), 'utf8')).toBe(before);
    expect(read('root.key')).not.toBe(before);
    expect(
      readdirSync(terminal.cwd)
        .filter((name) => name.startsWith('.'))
        .sort(),
    ).toEqual(['.kubepki-backups']);
  });
});

describe('keys', () => {
  test.each([
    ['RSA-2048 --rsa-generation platform', 'pkcs8', 'PRIVATE KEY'],
    ['ECDSA-P384', 'traditional', 'EC PRIVATE KEY'],
    ['Ed25519', 'pkcs8', 'PRIVATE KEY'],
  ])('of %s are written as %s', async (algorithm, encoding, label) => {
    await succeed(
      `ca create --common-name c --out c --key-algorithm ${algorithm} --key-encoding ${encoding}`,
    );
    expect(read('c.key')).toMatch(new RegExp(`^-----BEGIN ${label}-----\n`));
    const key = await parsePrivateKey(read('c.key'));
    expect(key.publicKey.algorithm).toBe(algorithm.split(' ')[0]);
  });

  test('are encrypted under a password from a file or a variable, without the newline of the file', async () => {
    await succeed('ca create --common-name root --out root --key-password-file password.txt');
    expect(read('root.key')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    const key = await parsePrivateKey(read('root.key'), { password: PASSWORD });
    expect(key.publicKey.algorithm).toBe('ECDSA-P256');

    const without = await terminal.kubepki('issue client --ca root --common-name jane --out jane');
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/encrypted and no password was given/);
    const line = 'issue client --ca root --common-name jane --out jane --ca-key-password-env PW';
    const wrong = await terminal.kubepki(line, { env: { PW: 'guess' } });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).not.toContain('guess');
    expect((await terminal.kubepki(line, { env: { PW: PASSWORD } })).code).toBe(0);
  });

  test.each([
    ['an empty password', '--key-password-env EMPTY'],
    ['a variable that is not set', '--key-password-env NOT_SET'],
    ['two passwords', '--key-password-env PW --key-password-file password.txt'],
    ['a password file that is not there', '--key-password-file nope'],
    ['a form that cannot be encrypted', '--key-password-env PW --key-encoding traditional'],
    ['a negative path length', '--max-path-length=-1'],
    ['a path length that is no number', '--max-path-length many'],
    ['a validity that is none', '--validity soon'],
    ['a validity that has ended', '--validity 2020-01-01T00:00:00Z'],
    ['a directory in place of a base', '--out tls/'],
    ['two results on standard output', '--out - -o json'],
  ])('%s is exit code 2', async (_title, flags) => {
    const out = flags.includes('--out') ? '' : '--out c';
    const outcome = await terminal.kubepki(`ca create --common-name c ${out} ${flags}`, {
      env: { EMPTY: '', PW: PASSWORD },
    });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).not.toContain(PASSWORD);
    expect(readdirSync(terminal.cwd)).toEqual(['password.txt']);
  });
});

describe('issue', () => {
  test.each([
    ['server', 'web.internal', 'CN=web.internal', ['1.3.6.1.5.5.7.3.1']],
    ['client', 'jane --organization dev --organization ops', 'O=dev + O=ops\nCN=jane', ['1.3.6.1.5.5.7.3.2']],
    ['peer', 'etcd-1 --san 10.0.0.1', 'CN=etcd-1', ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']],
    ['kubelet-client', 'node01', 'O=system:nodes\nCN=system:node:node01', ['1.3.6.1.5.5.7.3.2']],
    ['kubelet-server', 'node01', 'O=system:nodes\nCN=system:node:node01', ['1.3.6.1.5.5.7.3.1']],
    ['webhook', 'hook.ns', 'CN=hook.ns.svc', ['1.3.6.1.5.5.7.3.1']],
  ])('%s makes a certificate of that profile', async (profile, name, subject, usages) => {
    await root();
    await succeed(`issue ${profile} --ca root --common-name ${name} --out leaf`);
    const [leaf] = blocks('leaf.crt');
    expect(leaf?.subject).toBe(subject);
    expect(leaf?.keyUsage).toEqual(usages);
    expect(endOf(leaf)).toBe('2028-01-31T12:00:00.000Z');
  });

  test('beyond its CA is cut with a warning, or refused with --no-clamp', async () => {
    await succeed('ca create --common-name root --out root --validity 30d');
    const refused = await terminal.kubepki('issue client --ca root --common-name jane --out jane --no-clamp');
    expect(refused.code).toBe(1);
    expect(existsSync(join(terminal.cwd, 'jane.crt'))).toBe(false);
    const cut = await terminal.kubepki('issue client --ca root --common-name jane --out jane');
    expect(cut.code).toBe(0);
    expect(cut.stderr).toMatch(/^warning: validity: .*outlive its CA/);
    expect(endOf(blocks('jane.crt')[0])).toBe('2027-03-02T12:00:00.000Z');
  });

  test('under an expired CA is refused with exit code 1', async () => {
    await root();
    const { code, stderr } = await terminal.kubepki(
      'issue client --ca root --common-name x --out x --now 2040-01-01T00:00:00Z',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kubepki: issue client: CN = root cannot sign: it expired at /);
  });

  test('says all that is wrong with the names at once', async () => {
    await root();
    const { code, stderr } = await terminal.kubepki(
      'issue server --ca root --common-name web --san a..b,10.0.0.0/8 --out web',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/has 2 problems\n {2}subjectAltNames\[0\]: .*\n {2}subjectAltNames\[1\]: .*\n/);
  });

  test.each(['crt', 'key'])('with a CA whose .%s cannot be read is exit code 2', async (extension) => {
    await root();
    writeFileSync(join(terminal.cwd, `root.${extension}`), 'rubbish');
    const { code, stderr } = await terminal.kubepki('issue client --ca root --common-name x --out x');
    expect(code).toBe(2);
    expect(stderr).toContain(`root.${extension}`);
  });
});

describe('issue webhook', () => {
  test('writes the Secret that the pod mounts, and says the caBundle', async () => {
    await root();
    const { stdout } = await succeed(
      'issue webhook --ca root --common-name hook.ns --out hook --secret out/secret.yaml -o json',
    );
    const { caBundle, files } = JSON.parse(stdout);
    expect(Buffer.from(caBundle, 'base64').toString()).toBe(read('root.crt'));
    expect(files.secret).toBe(join(terminal.cwd, 'out/secret.yaml'));
    expect(modeOf('out/secret.yaml')).toBe(0o600);
    expect(parseYaml(read('out/secret.yaml'))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hook-tls', namespace: 'ns' },
      type: 'kubernetes.io/tls',
      data: {
        'tls.crt': Buffer.from(read('hook.crt')).toString('base64'),
        'tls.key': Buffer.from(read('hook.key')).toString('base64'),
        'ca.crt': caBundle,
      },
    });
    const again = await terminal.kubepki(
      'issue webhook --ca root --common-name hook.ns --out other --secret out/secret.yaml',
    );
    expect(again.code).toBe(1);
    expect(existsSync(join(terminal.cwd, 'other.crt'))).toBe(false);
  });

  test('prints the Secret alone with --secret -', async () => {
    await root();
    const { stdout } = await succeed('issue webhook --ca root --common-name hook.ns --out hook --secret -');
    expect(parseYaml(stdout)).toMatchObject({ kind: 'Secret', metadata: { name: 'hook-tls' } });
  });

  test.each(['--secret - -o json', '--secret s.yaml --key-password-file password.txt'])(
    'refuses %s',
    async (flags) => {
      await root();
      const { code } = await terminal.kubepki(
        `issue webhook --ca root --common-name hook.ns --out hook ${flags}`,
      );
      expect(code).toBe(2);
      expect(existsSync(join(terminal.cwd, 'hook.crt'))).toBe(false);
    },
  );
});

describe('--force', () => {
  test('is for the files of the certificate: not for those of the CA that signs it, nor for one file twice', async () => {
    await root();
    const key = read('root.key');
    for (const line of [
      'issue server --ca root --common-name w --san w.x --out root --force',
      'ca create --common-name r --parent root --out root --force',
      'issue webhook --ca root --common-name s.n --out wh --secret root.key --force',
      'issue webhook --ca root --common-name s.n --out wh --secret wh.key',
    ]) {
      expect([line, (await terminal.kubepki(line)).code]).toEqual([line, 2]);
    }
    expect(read('root.key')).toBe(key);
  });
});
