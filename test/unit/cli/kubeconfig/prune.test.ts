import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console } from '../support/console.ts';

const CONFIG = `apiVersion: v1
clusters:
- cluster:
    server: https://z
  name: z
- cluster:
    certificate-authority: ca.crt
    server: https://a
  name: a
contexts:
- context:
    cluster: z
    user: jane
  name: z
- context:
    cluster: a
    user: lost
  name: dead
current-context: dead
kind: Config
users:
- name: jane
  user:
    token: sesame
`;

describe('kubeconfig prune', () => {
  let terminal: Console;
  const path = (name: string): string => join(terminal.cwd, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  beforeEach(() => {
    terminal = openConsole();
    writeFileSync(path('conf'), CONFIG, { mode: 0o640 });
  });
  afterEach(() => {
    terminal.remove();
  });
  const prune = (words = ''): ReturnType<Console['kubepki']> =>
    terminal.kubepki(`kubeconfig prune --kubeconfig conf ${words}`);

  test('says what goes, writes the rest in its order, and keeps a backup, the mode and the link', async () => {
    symlinkSync('conf', path('link'));
    const { code, stdout, stderr } = await terminal.kubepki('kubeconfig prune --kubeconfig link');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('remove  context          dead: there is no user "lost"\n');
    expect(stdout).toContain('remove  cluster          a: no context names it\n');
    expect(text('conf')).toMatch(/^ {2}name: z\n[^]*current-context: ""/m);
    expect(text('conf')).not.toContain('https://a');
    expect(statSync(path('conf')).mode & 0o777).toBe(0o640);
    const backup = readdirSync(terminal.cwd).find((name) => name.endsWith('.bak'));
    expect(text(backup ?? '')).toBe(CONFIG);
    expect(stdout).toContain(`backup of what was replaced: ${path(backup ?? '')}\n`);
    expect(existsSync(path('conf.lock')) || existsSync(path('link.lock'))).toBe(false);
  });

  test('only says it with --dry-run, and for programs with -o json', async () => {
    const dry = await prune('--dry-run -o json');
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      apiVersion: 'kubepki/v1alpha1',
      kind: 'KubeconfigResult',
      dryRun: true,
      written: [],
      backups: [],
    });
    expect(text('conf')).toBe(CONFIG);
    expect(readdirSync(terminal.cwd)).toEqual(['conf']);
  });

  test('does not touch a file that has nothing dead', async () => {
    await prune();
    const before = statSync(path('conf')).mtimeMs;
    const { stdout } = await prune();
    expect(stdout).toBe('nothing to do\n');
    expect(statSync(path('conf')).mtimeMs).toBe(before);
  });

  test('writes elsewhere with --out, so that paths lead where they led, and never over a file', async () => {
    writeFileSync(path('conf'), CONFIG.replace('user: lost', 'user: jane'));
    const { code } = await prune('--out sub/new');
    expect(code).toBe(0);
    expect(text('sub/new')).toContain(`certificate-authority: ${path('ca.crt')}\n`);
    expect(statSync(path('sub/new')).mode & 0o777).toBe(0o600);
    const again = await prune('--out sub/new');
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/exists\nhint: .*--force/);
    const out = await prune('--out -');
    expect(out.stdout).toContain(`certificate-authority: ${path('ca.crt')}\n`);
    expect(out.stderr).toBe('nothing to do\n');
  });

  test('writes over no file that it names', async () => {
    writeFileSync(path('conf'), CONFIG.replace('user: lost', 'user: jane'));
    writeFileSync(path('ca.crt'), 'a certificate\n');
    const { code, stderr } = await prune('--out ca.crt --force');
    expect(code).toBe(1);
    expect(stderr).toMatch(/ca\.crt" is the certificate-authority of clusters\["a"\]/);
    expect(text('ca.crt')).toBe('a certificate\n');
  });

  test('of a file that is not there says how to name one', async () => {
    const { code, stderr } = await terminal.kubepki('kubeconfig prune --kubeconfig nope');
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot read .*nope.*ENOENT.*\nhint: name a kubeconfig with --kubeconfig FILE/);
  });
});
