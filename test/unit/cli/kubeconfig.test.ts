/** What `kubepki kubeconfig` does beside what kubectl does, which test/oracle/kubectl-config.test.ts compares. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console, type Outcome } from './support/console.ts';

const SECRET = 'dG9wLXNlY3JldA==';
const CONFIG = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster: { server: 'https://10.0.0.10:6443', certificate-authority-data: YQ==, new-field: kept }
contexts:
- name: prod
  context: { cluster: prod, user: jane, namespace: team-a }
users:
- name: jane
  user: { client-key-data: ${SECRET}, token: top-secret, password: top-secret, later: top-secret }
top: kept
`;

let terminal: Console;
let file = '';
beforeEach(() => {
  terminal = openConsole();
  file = join(terminal.cwd, 'config');
  writeFileSync(file, CONFIG, { mode: 0o600 });
});
afterEach(() => {
  terminal.remove();
});

const kubeconfig = (...words: readonly string[]): Promise<Outcome> =>
  terminal.kubepki(['kubeconfig', ...words], { env: { KUBECONFIG: file, HOME: terminal.cwd } });
const text = (): string => readFileSync(file, 'utf8');
const backups = (): readonly string[] => readdirSync(terminal.cwd).filter((name) => name.endsWith('.bak'));

test('what kubectl drops is kept, in the entry that changes too', async () => {
  await kubeconfig('set-cluster', 'prod', '--server', 'https://10.0.0.11:6443');
  expect(text()).toContain('    new-field: kept\n    server: https://10.0.0.11:6443\n');
  expect(text()).toContain('\ntop: kept\n');
});

test('what is not secret is shown, and nothing that nobody knows', async () => {
  const { stdout } = await kubeconfig('view');
  expect(stdout).not.toContain('top-secret');
  expect(stdout).not.toContain(SECRET);
  expect(stdout).not.toContain('kept');
  expect(stdout).toContain('client-key-data: DATA+OMITTED');
  expect((await kubeconfig('view', '--raw')).stdout).toContain('later: top-secret');
});

test.each([
  ['set-credentials', 'a', '--token', 'top-secret', '--password', 'top-secret'],
  ['set-credentials', 'a', 'b', '--token', 'top-secret'],
  ['set-credentials', 'a', '--tokn=top-secret'],
  ['set-credentials', 'a', '--exec-env', 'top-secret'],
  ['set', 'users.jane.client-key-data', 'top-secret'],
  ['set', 'users.jane.exec', 'top-secret'],
  ['set', 'top-secret', 'users.jane.token'],
  ['set', 'users.jane.token=top-secret', 'true'],
  ['set-credentials', 'a', '--embed-certs', '--client-key=LS0tLS1CRUdJTi-top-secret'],
])('no error repeats a secret: %s', async (...words) => {
  const { code, stdout, stderr } = await kubeconfig(...words);
  expect(code).toBe(1);
  expect(stdout + stderr).not.toContain('top-secret');
  expect(text()).toBe(CONFIG);
});

test.each([[['delete-user', 'jane']], [['delete-context', 'prod']], [['unset', 'clusters']]])(
  '%j leaves a backup, as closed as the file',
  async (words) => {
    expect((await kubeconfig(...words)).code).toBe(0);
    const [backup = ''] = backups();
    expect(readFileSync(join(terminal.cwd, backup), 'utf8')).toBe(CONFIG);
    expect(statSync(join(terminal.cwd, backup)).mode & 0o777).toBe(0o600);
  },
);

test('what changes nothing writes nothing', async () => {
  expect((await kubeconfig('use-context', 'prod')).stdout).toBe('Switched to context "prod".\n');
  expect((await kubeconfig('set-context', '--current', '--namespace', 'team-a')).code).toBe(0);
  expect(text()).toBe(CONFIG);
});

test('a link stays a link, and what it points to keeps its mode', async () => {
  mkdirSync(join(terminal.cwd, 'there'));
  const target = join(terminal.cwd, 'there/config');
  writeFileSync(target, CONFIG);
  chmodSync(target, 0o640);
  const link = join(terminal.cwd, 'link');
  symlinkSync('there/config', link);
  const { code } = await terminal.kubepki(['kubeconfig', 'use-context', 'prod', `--kubeconfig=${link}`]);
  expect(code).toBe(0);
  await terminal.kubepki(['kubeconfig', 'set', 'current-context', 'other', `--kubeconfig=${link}`]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toContain('current-context: other\n');
  expect(statSync(target).mode & 0o777).toBe(0o640);
});

test('a lock of another program is respected and left', async () => {
  writeFileSync(`${file}.lock`, '');
  const { code, stderr } = await kubeconfig('set', 'current-context', 'other');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /config\.lock" is there since \d{4}-.*another program changes the kubeconfig\nhint: .*rm .*config\.lock/,
  );
  expect(text()).toBe(CONFIG);
  expect(readdirSync(terminal.cwd)).toContain('config.lock');
});

test('what cannot be read is named, and nothing is written', async () => {
  writeFileSync(file, 'clusters: 7\n');
  const { code, stderr } = await kubeconfig('set-cluster', 'a', '--server', 'https://a');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `kubepki: kubeconfig set-cluster: ${file} is not valid: clusters: expected a list, got a number\n`,
  });
  expect(readdirSync(terminal.cwd)).toEqual(['config']);
});

test('what is not there is named, with what is', async () => {
  expect((await kubeconfig('use-context', 'prd')).stderr).toBe(
    'kubepki: kubeconfig use-context: there is no context "prd"; there are "prod"\n',
  );
});

test('a new file is closed to others, and its folder is made', async () => {
  file = join(terminal.cwd, 'new/folder/config');
  await kubeconfig('set-cluster', 'a', '--server', 'https://a');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(terminal.cwd, 'new/folder'))).toEqual(['config']);
});

test('a file that is to be embedded and is not there is an error, not empty data', async () => {
  const { code, stderr } = await kubeconfig(
    'set-cluster',
    'prod',
    '--certificate-authority=none.crt',
    '--embed-certs',
  );
  expect(code).toBe(1);
  expect(stderr).toContain('none.crt');
  expect(text()).toBe(CONFIG);
});

test.each([[['use', 'prod']], [['view', '-h']], [['set', 'contexts.prod.namespace', '--', '-h']]])(
  'what kubectl understands is understood: %j',
  async (words) => {
    expect((await kubeconfig(...words)).code).toBe(0);
  },
);
