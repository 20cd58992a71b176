import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console } from '../support/console.ts';

const TOKEN = 'sesame-open';

const CONFIG = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster:
    server: https://192.0.2.1:6443
contexts:
- name: prod
  context: {cluster: prod, user: jane, namespace: shop}
- name: old
  context: {cluster: lost, user: jane}
users:
- name: jane
  user:
    token: ${TOKEN}
`;

const GOOD = CONFIG.replace(/- name: old\n.*\n/, '');

describe('kubeconfig check', () => {
  let terminal: Console;
  const put = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(terminal.cwd, name), text);
    chmodSync(join(terminal.cwd, name), mode);
  };
  beforeEach(() => {
    terminal = openConsole();
    put('conf', CONFIG);
  });
  afterEach(() => {
    terminal.remove();
  });

  test('has a block for every context, then the findings with what to do, and no secret', async () => {
    const { code, stdout, stderr } = await terminal.kubepki('kubeconfig check --kubeconfig conf');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const path = join(terminal.cwd, 'conf');
    expect(stdout).toMatch(/^WARNING: 2 contexts, 0 critical, 1 warnings, 1 notes\n/);
    expect(stdout).toContain(`
prod (current, namespace shop)
  file        ${path}
  cluster     prod
  server      https://192.0.2.1:6443
  CA          none: those of the machine decide
  user        jane
  logs in by  token
  is          known to the API server alone

old
  file        ${path}
  cluster     lost, which is not there
  user        jane
`);
    expect(stdout).toContain(
      `WARNING context-dangling: ${path}#contexts[1].context: context "old" names cluster "lost"`,
    );
    expect(stdout).toContain(
      `  fix: kubectl config delete-context old --kubeconfig=${path}, or kubepki kubeconfig prune`,
    );
    expect(stdout).not.toContain(TOKEN);
    expect(readdirSync(terminal.cwd)).toEqual(['conf']);
  });

  test('is a document for programs with -o json', async () => {
    const { code, stdout } = await terminal.kubepki('kubeconfig check conf -o json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'kubepki/v1alpha1',
      kind: 'KubeconfigReport',
      status: 'WARNING',
      contexts: [
        { name: 'prod', current: true, user: { name: 'jane', method: 'token' } },
        { name: 'old', current: false, cluster: { name: 'lost', found: false } },
      ],
      findings: [{ code: 'context-dangling', severity: 'warning' }, { code: 'kubeconfig-token' }],
    });
    expect(stdout).not.toContain(TOKEN);
  });

  test('exits with what was found: 0, 1, 2, and says it in a line with --quiet', async () => {
    put('good', GOOD);
    put('open', GOOD, 0o640);
    put('bad', GOOD.replace('current-context: prod', 'current-context: lost'));
    const quiet = (file: string): ReturnType<Console['kubepki']> =>
      terminal.kubepki(`kubeconfig check ${file} --quiet`);
    expect(await quiet('good')).toMatchObject({
      code: 0,
      stdout: 'OK: 1 context, 0 critical, 0 warnings, 1 notes\n',
    });
    expect(await quiet('open')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^WARNING: /) as string,
    });
    expect(await quiet('bad')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^CRITICAL: /) as string,
    });
  });

  test('takes the files of KUBECONFIG as one, those that are missing as empty, and each FILE by itself', async () => {
    put('users', GOOD.replace(/clusters:\n[^]*(?=users:)/, '').replace('current-context: prod\n', ''));
    put('rest', GOOD.replace(/users:\n[^]*$/, ''));
    const env = { KUBECONFIG: 'rest:nope:users' };
    const listed = await terminal.kubepki('kubeconfig check -o json', { env });
    expect(listed.code).toBe(0);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      checked: [join(terminal.cwd, 'rest'), join(terminal.cwd, 'users')],
      contexts: [{ user: { name: 'jane', found: true } }],
    });
    const apart = await terminal.kubepki('kubeconfig check rest users');
    expect(apart.code).toBe(2);
    expect(apart.stdout).toContain('current-context-dangling');
  });

  test('looks at one context with --context', async () => {
    const { code, stdout } = await terminal.kubepki('kubeconfig check conf --context prod');
    expect(code).toBe(0);
    expect(stdout).not.toContain('old');
  });

  test.each([
    ['kubeconfig check nope', /cannot read .*nope.*ENOENT/],
    ['kubeconfig check --kubeconfig nope', /cannot read .*nope.*ENOENT/],
    ['kubeconfig check', /cannot read .*\.kube\/config/],
    ['kubeconfig check conf --kubeconfig conf', /FILE and --kubeconfig both/],
    ['kubeconfig check conf --context lost', /no context "lost"; there are: "prod", "old"/],
    ['kubeconfig check conf --warn 1d', /--warn is shorter than --crit/],
    ['kubeconfig check conf --warn soon', /soon/],
    ['kubeconfig check conf --wrong', /--wrong/],
  ])('%s is unknown: exit code 3', async (line, message) => {
    const { code, stdout, stderr } = await terminal.kubepki(line, { env: { HOME: '/nonexistent' } });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('is broken at the width of a terminal between words, and coloured there alone', async () => {
    const { stdout } = await terminal.kubepki('kubeconfig check conf', {
      isTerminal: true,
      columns: 40,
      env: { TERM: 'xterm' },
    });
    expect(stdout).toContain('\u001b[32mprod\u001b[0m (current');
    const plain = stdout.replace(/\u001b\[\d+m/g, '');
    expect(plain).toContain('  is          known to the API server\n              alone\n');
    expect((await terminal.kubepki('kubeconfig check conf')).stdout).not.toContain('\u001b');
  });

  test('shows no control characters of names', async () => {
    put('odd', GOOD.replaceAll('prod', '"\\e[31mprod"'));
    const { stdout } = await terminal.kubepki('kubeconfig check odd');
    expect(stdout).toContain('[31mprod');
    expect(stdout).not.toContain('\u001b');
  });
});
