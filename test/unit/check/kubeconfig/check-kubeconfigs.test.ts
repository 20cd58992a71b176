import {
  checkKubeconfigs,
  memoryFiles,
  withConnections,
  type KubeconfigReport,
} from '../../../../src/check/index.ts';
import type { KubeconfigCheckOptions } from '../../../../src/check/index.ts';
import type { FileFacts } from '../../../../src/check/index.ts';
import { PkiError } from '../../../../src/errors/pki-error.ts';
import { cluster, hoursFromNow } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { unsignedToken } from '../rules/support/kubeconfig-fixtures.ts';

const CHECKED = hoursFromNow(1);
const ADMIN = '/etc/kubernetes/admin.conf';
const A = '/home/jane/a';
const B = '/home/jane/b';

interface Parts {
  readonly server?: string;
  readonly user?: readonly string[];
  readonly cluster?: readonly string[];
  readonly name?: string;
}

/** A kubeconfig of one context, with entries of one name. */
function kubeconfig({
  server = 'https://192.0.2.1:6443',
  user = [],
  cluster = [],
  name = 'prod',
}: Parts): string {
  const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('');
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster:
    server: ${server}
${indented(cluster)}contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}}
users:
- name: ${name}
  user:${user.length === 0 ? ' {}\n' : `\n${indented(user)}`}`;
}

let tree: MemoryTree;
beforeAll(async () => {
  tree = await MemoryTree.of(cluster());
});

function check(
  files: Readonly<Record<string, string>>,
  options: Partial<KubeconfigCheckOptions> = {},
  facts: Readonly<Record<string, Partial<FileFacts>>> = {},
): Promise<KubeconfigReport> {
  const source = memoryFiles(Object.entries(files), { facts: new Map(Object.entries(facts)) });
  return checkKubeconfigs(source, { paths: Object.keys(files), ...options }, { now: CHECKED });
}

const codes = ({ findings }: KubeconfigReport): string[] =>
  findings.map(({ code, severity, path }) => `${severity} ${code} ${path}`);

test('says of kubeadm’s kubeconfigs where they lead, who their users are, until when, and that all is well', async () => {
  const { status, findings, contexts } = await check({ [ADMIN]: tree.text(ADMIN) });
  expect({ status, findings }).toEqual({ status: 'OK', findings: [] });
  expect(contexts).toEqual([
    {
      name: 'kubernetes-admin@kubernetes',
      path: ADMIN,
      current: true,
      cluster: {
        name: 'kubernetes',
        found: true,
        server: expect.stringMatching(/^https:/) as string,
        insecure: false,
        authorities: [
          {
            subject: 'CN=kubernetes',
            notAfter: expect.stringMatching(/^20\d\d-/) as string,
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          },
        ],
      },
      user: {
        name: 'kubernetes-admin',
        found: true,
        method: 'client-certificate',
        identity: 'kubernetes-admin',
        groups: [
          expect.objectContaining({
            name: 'kubeadm:cluster-admins',
            meaning: expect.stringMatching(/^cluster-admin/) as string,
          }),
          expect.objectContaining({ name: 'system:authenticated' }),
        ],
        notAfter: expect.stringMatching(/^2027-/) as string,
        permissions: 'kubectl auth can-i --list --as=kubernetes-admin --as-group=kubeadm:cluster-admins',
      },
    },
  ]);
});

test('knows the components by their users, and system:masters by what nobody can take from it', async () => {
  const paths = ['super-admin.conf', 'controller-manager.conf', 'scheduler.conf'].map(
    (name) => `/etc/kubernetes/${name}`,
  );
  const { contexts } = await check(Object.fromEntries(paths.map((path) => [path, tree.text(path)])));
  const [masters, manager, scheduler] = contexts.map(({ user }) => user);
  expect(masters?.groups[0]?.meaning).toMatch(/^all rights: RBAC is not asked/);
  expect(manager?.meaning).toMatch(/system:kube-controller-manager/);
  expect(scheduler?.meaning).toMatch(/system:volume-scheduler/);
});

test('reads of a token whose it is and until when, and never shows it', async () => {
  const token = unsignedToken({
    sub: 'system:serviceaccount:ci:deploy',
    iss: 'https://kubernetes.default.svc',
    exp: CHECKED.getTime() / 1000 + 3600,
  });
  const report = await check({ [A]: kubeconfig({ user: [`token: ${token}`] }) });
  expect(codes(report)).toEqual([]);
  expect(report.contexts[0]?.user).toMatchObject({
    method: 'token',
    identity: 'system:serviceaccount:ci:deploy',
    notAfter: hoursFromNow(2).toISOString(),
    groups: [
      { name: 'system:serviceaccounts' },
      { name: 'system:serviceaccounts:ci' },
      { name: 'system:authenticated' },
    ],
  });
  expect(JSON.stringify(report)).not.toContain(token.split('.')[1]);
});

test('takes a token from its file, beside the kubeconfig', async () => {
  const token = unsignedToken({ sub: 'system:serviceaccount:ci:deploy', exp: CHECKED.getTime() / 1000 - 1 });
  const files = memoryFiles([
    [A, kubeconfig({ user: ['tokenFile: run/token'] })],
    ['/home/jane/run/token', `${token}\n`],
  ]);
  const report = await checkKubeconfigs(files, { paths: [A] }, { now: CHECKED });
  expect(codes(report)).toEqual([`error kubeconfig-token-expired ${A}#users[0].user`]);
  expect(report.findings[0]?.fix).toBe('make a new one: kubectl create token deploy --namespace ci');
});

test.each([
  ['two parts', 'a.b'],
  ['no base64', 'a.*.c'],
  ['no JSON', 'a.aGVsbG8.c'],
  ['a list', 'a.W10.c'],
  ['nothing', '..'],
])('takes a token of %s for one that says nothing', async (_what, token) => {
  const report = await check({ [A]: kubeconfig({ user: [`token: "${token}"`] }) });
  expect(codes(report)).toEqual([`info kubeconfig-token ${A}#users[0].user`]);
  expect(report.contexts[0]?.user).not.toHaveProperty('identity');
});

test('tells what kubectl refuses, with who is meant by it', async () => {
  const report = await check({
    [A]: kubeconfig({ user: ['as-groups: [dev]', 'token: x'] }),
    [B]: kubeconfig({ user: ['username: jane', 'password: sesame', 'as: root', 'as-groups: [dev]'] }),
  });
  expect(codes(report)).toContain(`error kubeconfig-credentials-refused ${A}#users[0].user`);
  expect(report.contexts[1]?.user).toMatchObject({
    method: 'password',
    impersonates: { user: 'root', groups: [{ name: 'dev' }] },
    permissions: 'kubectl auth can-i --list --as=root --as-group=dev',
  });
  expect(JSON.stringify(report)).not.toContain('sesame');
});

test('does not show the password of a proxy', async () => {
  const report = await check({ [A]: kubeconfig({ cluster: ['proxy-url: http://jane:sesame@proxy:3128'] }) });
  expect(report.contexts[0]?.cluster.proxyUrl).toBe('http://proxy:3128');
  expect(JSON.stringify(report)).not.toContain('sesame');
});

describe('several files', () => {
  const files = {
    [A]: kubeconfig({
      user: [
        'exec: {apiVersion: client.authentication.k8s.io/v1, command: true, interactiveMode: Never}'.replace(
          'true',
          'login',
        ),
      ],
    }),
    [B]: kubeconfig({ server: 'http://192.0.2.2' }),
  };

  test('as one: a name that another hides is told, and nothing else of what is never used', async () => {
    const report = await check(files, { asOne: true });
    expect(codes(report)).toEqual([
      `warning kubeconfig-entry-hidden ${B}#clusters[0]`,
      `warning kubeconfig-entry-hidden ${B}#users[0]`,
    ]);
    expect(report.contexts.map(({ path, name }) => `${path} ${name}`)).toEqual([`${A} prod`]);
  });

  test('as one: two that differ in a secret alone are told too, and the same twice is not', async () => {
    const [one, other] = ['one', 'other'].map((token) => kubeconfig({ user: [`token: ${token}`] }));
    const differing = await check({ [A]: one ?? '', [B]: other ?? '' }, { asOne: true });
    expect(codes(differing)).toContain(`warning kubeconfig-entry-hidden ${B}#users[0]`);
    const same = await check({ [A]: one ?? '', [B]: one ?? '' }, { asOne: true });
    expect(codes(same)).not.toContain(`warning kubeconfig-entry-hidden ${B}#users[0]`);
  });

  test('as one: what one names may be in another; by itself it is missed', async () => {
    const split = {
      [A]: 'current-context: dev\ncontexts:\n- name: dev\n  context: {cluster: dev, user: dev}\n',
      [B]: kubeconfig({
        name: 'dev',
        user: ['exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never}'],
      }),
    };
    expect(codes(await check(split, { asOne: true }))).toEqual([]);
    expect(codes(await check(split))).toEqual([`error current-context-dangling ${A}#current-context`]);
  });
});

describe('one context', () => {
  const both = kubeconfig({ cluster: ['certificate-authority: lost.crt'] }).replace(
    'contexts:',
    '- name: dev\n  cluster: {server: "http://dev"}\ncontexts:\n- name: dev\n  context: {cluster: dev, user: prod}',
  );

  test('is told what it uses, and what others use is not told', async () => {
    expect(codes(await check({ [A]: both }, { context: 'dev' }))).toEqual([
      `error kubeconfig-http ${A}#clusters[1].cluster.server`,
    ]);
    const prod = await check({ [A]: both }, { context: 'prod' });
    expect(codes(prod)).toEqual(['error file-missing /home/jane/lost.crt']);
    expect(prod.contexts.map(({ name, current }) => [name, current])).toEqual([['prod', true]]);
  });

  test('that is not there is refused, with those that are', async () => {
    const refused = check({ [A]: both }, { context: 'lost' });
    await expect(refused).rejects.toMatchObject({ code: 'invalid-kubeconfig' });
    await expect(refused).rejects.toThrow(/"lost".*"dev", "prod"/);
    await expect(refused).rejects.toBeInstanceOf(PkiError);
  });

  test('is told of a certificate that other contexts have as well', async () => {
    const old = tree.text(ADMIN);
    const [, cert = ''] = /client-certificate-data: (.*)/.exec(old) ?? [];
    const [, key = ''] = /client-key-data: (.*)/.exec(old) ?? [];
    const user = [`client-certificate-data: ${cert}`, `client-key-data: ${key}`];
    const text = kubeconfig({ user }).replace(
      'users:',
      `- name: dev\n  context: {cluster: prod, user: dev}\nusers:\n- name: dev\n  user:\n    ${user.join('\n    ')}`,
    );
    const source = memoryFiles([[A, text]]);
    const late = { now: hoursFromNow(24 * 400) };
    for (const [context, at] of [
      ['dev', 0],
      ['prod', 1],
    ] as const) {
      const report = await checkKubeconfigs(source, { paths: [A], context }, late);
      expect(codes(report)).toEqual([`error expired ${A}#users[${at}].user.client-certificate-data`]);
      expect(report.status).toBe('CRITICAL');
    }
  });
});

describe('where kubectl runs', () => {
  const exec = (command: string): string =>
    kubeconfig({
      user: [
        `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}, interactiveMode: Never}`,
      ],
    });
  const missing = `info kubeconfig-exec-missing ${A}#users[0].user.exec.command`;

  test('a program is looked for, and never run: by its path beside the kubeconfig, or in the PATH', async () => {
    const bin = { '/opt/bin/login': '' };
    const runs = { '/opt/bin/login': { mode: 0o755 } };
    const look = async (command: string, mode = runs): Promise<string[]> =>
      codes(
        await check({ ...bin, [A]: exec(command) }, { paths: [A], searchPath: ['/bin', '/opt/bin'] }, mode),
      );
    expect(await look('login')).toEqual([]);
    expect(await look('../../opt/bin/login')).toEqual([]);
    expect(await look('lost')).toEqual([missing]);
    expect(await look('./login')).toEqual([missing]);
    expect(await look('login', { '/opt/bin/login': { mode: 0o644 } })).toEqual([missing]);
    expect(codes(await check({ [A]: exec('login') }))).toEqual([]);
  });

  test('a kubeconfig of another user is told, one of root or of one’s own is not', async () => {
    const look = async (uid: number): Promise<string[]> =>
      codes(await check({ [A]: exec('login') }, { uid: 1000 }, { [A]: { uid } }));
    expect(await look(1001)).toEqual([`warning kubeconfig-foreign ${A}`]);
    expect(await look(1000)).toEqual([]);
    expect(await look(0)).toEqual([]);
  });
});

test.each([
  ['hello\n', 'error malformed-kubeconfig'],
  ['- a\n', 'error malformed-kubeconfig'],
  ['clusters: 7\nkind: Config\napiVersion: v1\n', 'error malformed-kubeconfig'],
  ['', 'warning kubeconfig-without-contexts'],
  ['apiVersion: v1\nkind: Config\n', 'warning kubeconfig-without-contexts'],
])('of %j it says that there is no use in it', async (text, told) => {
  expect(codes(await check({ [A]: text }))).toEqual([`${told} ${A}`]);
});

test('a CA that is no certificate, and a server’s certificate for a client, are told', async () => {
  const data = Buffer.from('hello\n').toString('base64');
  const report = await check(
    {
      [A]: kubeconfig({
        cluster: [`certificate-authority-data: ${data}`],
        user: [
          'client-certificate: /etc/kubernetes/pki/apiserver.crt',
          'client-key: /etc/kubernetes/pki/sa.key',
        ],
      }),
      ...Object.fromEntries(
        ['apiserver.crt', 'sa.key'].map((name) => [
          `/etc/kubernetes/pki/${name}`,
          tree.text(`/etc/kubernetes/pki/${name}`),
        ]),
      ),
    },
    { paths: [A] },
  );
  const found = report.findings.map(({ code }) => code);
  expect(found).toContain('missing-client-auth');
  expect(found).toContain('key-mismatch');
  expect(found.some((code) => code.startsWith('malformed-'))).toBe(true);
});

test('what comes of calling servers is part of the report, and of its status', async () => {
  const report = await check({ [ADMIN]: tree.text(ADMIN) });
  const finding = {
    code: 'no-answer',
    severity: 'error',
    path: ADMIN,
    message: 'nobody answers',
    source: 'a test',
  } as const;
  const called = await withConnections(report, ({ cluster: { server } }) =>
    Promise.resolve({ findings: [finding], lines: [`called ${server ?? ''}`] }),
  );
  expect(called.status).toBe('CRITICAL');
  expect(called.findings).toEqual([finding]);
  expect(called.contexts[0]?.connection?.lines).toEqual([expect.stringMatching(/^called https:/)]);
  const alone = await withConnections(report, () => Promise.resolve(undefined));
  expect(alone).toEqual(report);
});
