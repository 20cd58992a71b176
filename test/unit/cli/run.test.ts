import type { CommandTable, OptionRow } from '../../../src/cli/command.ts';
import { PkiError } from '../../../src/errors/pki-error.ts';
import { openConsole, type Console } from './support/console.ts';

let terminal: Console;
beforeAll(() => {
  terminal = openConsole();
});
afterAll(() => {
  terminal.remove();
});

/** A table of one command that does what the test says. */
function tableOf(act: () => Promise<number>, options: readonly OptionRow[] = [], raw = false): CommandTable {
  const command = {
    path: ['try'],
    summary: 'try something',
    usage: '',
    examples: [],
    options,
    raw,
    load: () => Promise.resolve(act),
  };
  return { commands: [command], groups: [{ path: [], summary: 'a test' }] };
}

const failing = (error: Error): CommandTable => tableOf(() => Promise.reject(error));

describe('help and version', () => {
  test('--version prints the version alone', async () => {
    const { code, stdout, stderr } = await terminal.kubepki('--version');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('1.2.3\n');
  });

  test('--help of a group lists its commands', async () => {
    const { code, stdout } = await terminal.kubepki('ca --help');
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Examples:
        # a root: ca.crt and ca.key
        kubepki ca create --common-name my-ca --out ca

      kubepki ca: certificate authorities

      Usage:
        kubepki ca COMMAND [options]

      Commands:
        ca create  create a CA: a self-signed root, or an intermediate

      Options:
        -h, --help                        show this help

      Each command has its own help: kubepki ca create --help
      "
    `);
  });

  test('--help of a command opens with examples and lists every option', async () => {
    const { code, stdout } = await terminal.kubepki('plan --help');
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Examples:
        # what apply would change below ./cluster
        kubepki plan --config cluster.yaml --rootfs cluster
        # the same for programs
        kubepki plan --config cluster.yaml --rootfs cluster -o json
        # what a running control plane lacks, in /etc/kubernetes
        kubepki plan --config cluster.yaml

      kubepki plan: say what apply would do, and why

      Usage:
        kubepki plan [--config FILE] [--rootfs DIR] [--cert-dir DIR] [--kubeconfig-dir DIR] [options]

      FILE holds kubeadm documents (kubeadm.k8s.io/v1beta3 and v1beta4), a ClusterPKI document (kubepki/v1alpha1), or both.
      Without FILE the flags say it all. A flag that contradicts FILE is wrong usage; the directories may differ.
      Exit code 0: there is nothing to do; 1: changes are pending or blocked; 2: error.

      Options:
            --config FILE                 kubeadm documents, a ClusterPKI document, or both; - is standard
                                          input
            --strict                      turn warnings about FILE into errors
            --cert-dir DIR                where certificates lie (default: of FILE, else
                                          /etc/kubernetes/pki)
            --kubeconfig-dir DIR          where kubeconfigs lie (default /etc/kubernetes)
            --rootfs DIR                  a directory put before both
            --kubeconfig-certs embed|files|files-abs
                                          kubeconfigs embed their certificates (default), or name files
                                          beside them by relative or absolute path
            --node-name NAME              name of this control plane (default: the host name)
            --apiserver-advertise-address IP
                                          address of its API server (default: of the default route)
            --apiserver-bind-port PORT    port of its API server (default 6443)
            --control-plane-endpoint HOST[:PORT]
                                          name or address that clients use
            --service-cidr CIDR[,CIDR]    networks of services (default 10.96.0.0/12)
            --service-dns-domain DOMAIN   domain of services (default cluster.local)
            --apiserver-cert-extra-sans NAME[,NAME] …
                                          further names and addresses of the API server
            --kubernetes-version VERSION  v1.28 to v1.37 (default: the newest)
            --cluster-name NAME           name of the cluster in kubeconfigs (default kubernetes)
            --key-algorithm ALGORITHM     RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384 (default
                                          RSA-2048)
            --rsa-generation primes|platform
                                          how RSA keys are made: from two of the platform's primes
                                          (default), or by the platform, three times slower
        -o, --output text|json            form of the result
            --quiet                       no progress and no notes on standard error
            --now TIME                    the time to take for now, as RFC 3339 has it:
                                          2027-01-31T12:00:00Z
        -h, --help                        show this help
      "
    `);
  });

  test.each([
    '--help',
    '-h',
    'issue --help',
    'issue webhook --help',
    'issue webhook -h',
    'completion bash --help',
  ])('%s succeeds on standard output', async (line) => {
    const { code, stdout, stderr } = await terminal.kubepki(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n/);
  });

  test('--help wins over what is wrong beside it', async () => {
    expect((await terminal.kubepki('apply --no-such --help')).code).toBe(0);
  });
});

describe('wrong usage is exit code 2, one line and a hint', () => {
  test.each([
    [
      '',
      'kubepki: usage: kubepki needs a command: one of apply, plan, ca, issue, check, explain, x509, csr, crl, verify, kubeconfig, completion',
      'see kubepki --help',
    ],
    ['ca', 'kubepki: usage: kubepki ca needs a command: one of create', 'see kubepki ca --help'],
    ['aply', 'kubepki: usage: "aply" is no command of kubepki', 'did you mean kubepki apply?'],
    [
      'issue sever',
      'kubepki: usage: "sever" is no command of kubepki issue',
      'did you mean kubepki issue server?',
    ],
    ['--verson', 'kubepki: usage: kubepki has no option "--verson"', 'did you mean --version?'],
    ['apply --confg x', 'kubepki: apply: there is no option --confg', 'did you mean --config?'],
    ['apply -config x', 'kubepki: apply: there is no option -config', 'did you mean --config?'],
    ['apply --zzz=1', 'kubepki: apply: there is no option --zzz', 'see --help for the options'],
    ['apply --config', 'kubepki: apply: --config needs a value: FILE', undefined],
    [
      'apply --config --strict',
      'kubepki: apply: --config needs a value, got the option "--strict"',
      'if that is the value, write --config=--strict',
    ],
    ['apply --strict=yes', 'kubepki: apply: --strict takes no value, got "yes"', undefined],
    ['apply --config a --config b', 'kubepki: apply: --config is given twice', undefined],
    ['plan -o jso', 'kubepki: plan: --output is one of text, json, got "jso"', 'did you mean json?'],
    [
      'plan cluster.yaml',
      'kubepki: plan: the argument "cluster.yaml" is one too many: this command takes options only',
      'see kubepki plan --help',
    ],
    [
      'ca create',
      'kubepki: ca create: options are missing: --common-name CN, --out BASE',
      'see kubepki ca create --help',
    ],
  ])('kubepki %s', async (line, message, hint) => {
    const { code, stdout, stderr } = await terminal.kubepki(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  });

  test('with -o json the error is a document on standard output too', async () => {
    const { code, stdout, stderr } = await terminal.kubepki('plan --confg x -o json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kubepki: plan: /);
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'kubepki/v1alpha1',
      kind: 'Error',
      code: 'usage',
      message: 'there is no option --confg',
      hint: 'did you mean --config?',
      details: { option: '--confg' },
    });
  });
});

describe('errors', () => {
  const problems = [
    { path: 'networking.serviceSubnet', message: 'is no network' },
    { path: '', message: 'has no kind' },
  ];

  test('with several problems has a line for each', async () => {
    const error = new PkiError('invalid-config', 'both in one line', {
      details: { source: 'c.yaml', problems },
      hint: 'mend it',
    });
    const { code, stderr } = await terminal.kubepki('try', { table: failing(error) });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'kubepki: try: c.yaml has 2 problems\n  networking.serviceSubnet: is no network\n  has no kind\nhint: mend it\n',
    );
  });

  test.each([
    [2, new PkiError('io', 'x', { details: { operation: 'read', path: 'x', errno: 'EACCES' } })],
    [1, new PkiError('io', 'x', { details: { operation: 'rename', path: 'x', errno: 'EACCES' } })],
    [1, new PkiError('locked', 'x', { details: { path: 'x', holder: 'x', since: 'x' } })],
    [1, new PkiError('file-exists', 'x', { details: { path: 'x' } })],
    [1, new PkiError('invalid-issuer', 'x', { details: { reason: 'expired', subject: 'x' } })],
    [2, new PkiError('invalid-yaml', 'x', { details: {} })],
    [2, new PkiError('wrong-password', 'x', { details: {} })],
    [2, new PkiError('invalid-request', 'x', { details: { problems } })],
    [
      1,
      new PkiError('invalid-request', 'x', { details: { problems: [{ path: 'validity', message: 'x' }] } }),
    ],
    [1, new TypeError('x')],
  ])('is exit code %i for %o', async (expected, error) => {
    expect((await terminal.kubepki('try', { table: failing(error) })).code).toBe(expected);
  });

  test('stays on one line and moves no cursor, whatever is in the message', async () => {
    const error = new PkiError('file-exists', 'a\nb\u001b[2Jc', { details: { path: 'x' } });
    expect((await terminal.kubepki('try', { table: failing(error) })).stderr).toBe(
      'kubepki: try: a\u27e8U+000A\u27e9b\u27e8U+001B\u27e9[2Jc\n',
    );
  });

  test('shows stack and causes with KUBEPKI_DEBUG=1 alone', async () => {
    const error = new TypeError('outer', { cause: new Error('inner') });
    const plain = await terminal.kubepki('try', { table: failing(error) });
    expect(plain.stderr).toMatch(/^kubepki: try: internal error: outer\nhint: .*KUBEPKI_DEBUG=1.*\n$/);
    const debug = await terminal.kubepki('try', { table: failing(error), env: { KUBEPKI_DEBUG: '1' } });
    expect(debug.stderr).toMatch(/ at /);
    expect(debug.stderr).toContain('caused by: Error: inner');
  });
});

describe('a private key in place of the name of its file', () => {
  const SECRET = Buffer.from('what nobody may read').toString('base64');
  const key = `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----\n`;
  const cut = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n`;

  test.each([
    [[key]],
    [['check', key]],
    [['check', '--warn', key]],
    [['apply', `--config=${key}`]],
    [['plan', '--config', cut, '-o', 'json']],
    [['explain', `${key}${cut}`]],
    [['issue', 'client', '--ca', key, '--common-name', 'x', '--out', 'y']],
    [['x509', '-in', key]],
    [['x509', `-${key}`]],
    [['verify', key]],
  ])('is in no error', async (argv) => {
    const { code, stdout, stderr } = await terminal.kubepki(argv);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^kubepki: /);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

test('a raw command gets its arguments as they are', async () => {
  const table = tableOf(() => Promise.resolve(7), [], true);
  expect((await terminal.kubepki('try -in x.crt -noout', { table })).code).toBe(7);
});

test('standard input is read by one option only', async () => {
  const { code, stderr } = await terminal.kubepki(
    'issue client --ca - --key-password-file - --common-name x --out y',
    { input: 'p' },
  );
  expect(code).toBe(2);
  expect(stderr).toContain('standard input is asked for twice');
});
