import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console, type ConsoleOptions } from '../support/console.ts';

const CONFIG = `clusters:
- {name: prod, cluster: {server: 'https://prod', certificate-authority: ca.crt}}
users:
- {name: jane, user: {token: sesame, x-unknown: kept}}
contexts:
- {name: 'arn:aws:1:cluster/prod', context: {cluster: prod, user: jane}}
- {name: anonymous, context: {cluster: prod, user: ''}}
`;
const ARN = 'arn-aws-1-cluster-prod.conf';

describe('kubeconfig split', () => {
  let terminal: Console;
  const path = (name: string): string => join(terminal.cwd, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  beforeEach(() => {
    terminal = openConsole();
    writeFileSync(path('conf'), CONFIG);
  });
  afterEach(() => {
    terminal.remove();
  });
  const split = (words: string, options: ConsoleOptions = {}): ReturnType<Console['kubepki']> =>
    terminal.kubepki(`kubeconfig split --kubeconfig conf ${words}`, options);

  test('writes each context with what it needs, for its owner alone', async () => {
    const { code, stdout, stderr } = await split('--dir out/here');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(path('out/here')).sort()).toEqual(['anonymous.conf', ARN]);
    expect(text(`out/here/${ARN}`)).toBe(`apiVersion: v1
clusters:
- cluster:
    certificate-authority: ${path('ca.crt')}
    server: https://prod
  name: prod
contexts:
- context:
    cluster: prod
    user: jane
  name: arn:aws:1:cluster/prod
current-context: arn:aws:1:cluster/prod
kind: Config
users:
- name: jane
  user:
    token: sesame
    x-unknown: kept
`);
    expect(stdout).toContain(`add  context  arn:aws:1:cluster/prod to ${ARN}\n`);
    expect(stdout).not.toContain('sesame');
    expect(statSync(path('out/here')).mode & 0o777).toBe(0o700);
    expect(statSync(path(`out/here/${ARN}`)).mode & 0o777).toBe(0o600);
    expect(text('conf')).toBe(CONFIG);
  });

  test('refuses files that exist before it writes any, and replaces them with --force and a backup', async () => {
    await split('--dir out --context anonymous');
    writeFileSync(path('out/anonymous.conf'), 'mine');
    const refused = await split('--dir out');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/anonymous\.conf" exists\nhint: .*another --dir leaves it alone/);
    expect(readdirSync(path('out'))).toEqual(['anonymous.conf']);
    expect(text('out/anonymous.conf')).toBe('mine');
    const { code, stdout } = await split('--dir out --force');
    expect(code).toBe(0);
    const [, backup = ''] = /^backup of what was replaced: (.*)$/m.exec(stdout) ?? [];
    expect(readFileSync(join(backup, 'anonymous.conf'), 'utf8')).toBe('mine');
    expect(text('out/anonymous.conf')).toContain('https://prod');
  });

  test('takes the contexts that are asked for, and knows which ones it has not', async () => {
    await split('--dir out --context anonymous --context anonymous');
    expect(readdirSync(path('out'))).toEqual(['anonymous.conf']);
    const { code, stderr } = await split('--dir new --context nope --context anonymous --context neither');
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 problems\n {2}there is no context "nope"\n {2}there is no context "neither"/);
    expect((await split('--dir new --context nope')).stderr).toContain('there is no context "nope"');
    expect(existsSync(path('new'))).toBe(false);
  });

  test('leaves contexts out that lead nowhere, with a warning; one that is asked for is an error', async () => {
    writeFileSync(path('conf'), CONFIG.replace("user: ''", 'user: lost'));
    const { code, stderr } = await split('--dir out');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warning: the context "anonymous" makes no kubeconfig: there is no user "lost"\nhint: /,
    );
    expect(readdirSync(path('out'))).toEqual([ARN]);
    const asked = await split('--dir out2 --context anonymous');
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no user "lost"') });
  });

  test('reads the files of KUBECONFIG as one', async () => {
    const [clusters = '', rest = ''] = CONFIG.split('users:');
    writeFileSync(path('conf'), clusters);
    writeFileSync(path('other'), `users:${rest}`);
    const env = { KUBECONFIG: 'conf:nope:other' };
    const { code, stderr } = await terminal.kubepki('kubeconfig split --dir .', { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(text(ARN)).toContain('certificate-authority: ca.crt');
    expect(text(ARN)).toContain('sesame');
  });

  test('only says it with --dry-run, and for programs with -o json', async () => {
    const { code, stdout } = await split('--dir out --dry-run -o json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kind: 'KubeconfigResult', dryRun: true, written: [], notices: [] },
      changes: [
        { action: 'add', section: 'contexts', name: 'arn:aws:1:cluster/prod', to: ARN },
        { action: 'add', section: 'contexts', name: 'anonymous', to: 'anonymous.conf' },
      ],
    });
    expect(existsSync(path('out'))).toBe(false);
  });

  test('says what is missing, and leaves no folder behind that it could not fill', async () => {
    const missing = await terminal.kubepki('kubeconfig split --dir out --kubeconfig nope');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('--kubeconfig FILE') });
    const unnamed = await terminal.kubepki(['kubeconfig', 'split', '--kubeconfig', 'conf', '--dir', '']);
    expect(unnamed).toMatchObject({ code: 1, stderr: expect.stringContaining('--dir is empty') });
    writeFileSync(path('file'), '');
    expect((await split('--dir file/out')).code).toBe(1);
  });
});
