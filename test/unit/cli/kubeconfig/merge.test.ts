import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console, type ConsoleOptions } from '../support/console.ts';

const conf = (host: string): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority: pki/ca.crt
    server: https://${host}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: admin
  name: admin@kubernetes
current-context: admin@kubernetes
kind: Config
users:
- name: admin
  user:
    token: sesame-${host}
`;

describe('kubeconfig merge', () => {
  let terminal: Console;
  const path = (name: string): string => join(terminal.cwd, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  const backups = (): readonly string[] => readdirSync(terminal.cwd).filter((name) => name.endsWith('.bak'));
  beforeEach(() => {
    terminal = openConsole();
    writeFileSync(path('conf'), conf('a'), { mode: 0o640 });
    mkdirSync(path('sub'));
    writeFileSync(path('sub/b'), conf('b'));
  });
  afterEach(() => {
    terminal.remove();
  });
  const merge = (words: string, options: ConsoleOptions = {}): ReturnType<Console['kubepki']> =>
    terminal.kubepki(`kubeconfig merge --kubeconfig conf ${words}`, options);

  test('puts a kubeconfig into another, keeps a backup, and lets paths lead where they led', async () => {
    const { code, stdout, stderr } = await merge('sub/b');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .*conf: has mode 640, which stays: .*\nhint: chmod 600 .*conf\n$/);
    expect(text('conf')).toContain(
      '- cluster:\n    certificate-authority: sub/pki/ca.crt\n    server: https://b\n  name: kubernetes-2\n',
    );
    expect(text('conf')).toContain('current-context: admin@kubernetes\n');
    expect(stdout).toContain(
      'rename  user     admin to admin@kubernetes-2: there is another of that name (sub/b)\n',
    );
    expect(stdout).not.toContain('sesame');
    expect(statSync(path('conf')).mode & 0o777).toBe(0o640);
    expect(backups().map(text)).toEqual([conf('a')]);
  });

  test('writes nothing where nothing is new', async () => {
    await merge('sub/b');
    const merged = text('conf');
    const { code, stdout } = await merge('sub/b');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^keep +cluster +kubernetes-2: it was "kubernetes" \(sub\/b\)\n[^]*nothing to do\n$/,
    );
    expect(text('conf')).toBe(merged);
    expect(backups()).toHaveLength(1);
  });

  test('makes a kubeconfig that is not there for its owner alone, and its folder', async () => {
    const { code } = await terminal.kubepki('kubeconfig merge sub/b', { env: { HOME: path('home') } });
    expect(code).toBe(0);
    expect(statSync(path('home/.kube/config')).mode & 0o777).toBe(0o600);
    expect(text('home/.kube/config')).toBe(conf('b').replace('pki/ca.crt', path('sub/pki/ca.crt')));
  });

  test('goes to the file that kubectl writes new entries to', async () => {
    const env = { KUBECONFIG: 'nope:conf:sub/b' };
    writeFileSync(path('c'), conf('c').replaceAll('kubernetes', 'c'));
    const { stdout } = await terminal.kubepki('kubeconfig merge c', { env });
    expect(stdout).toContain(`wrote ${path('conf')}\n`);
    expect(text('sub/b')).toBe(conf('b'));
  });

  test('hides nothing of the files that KUBECONFIG lists behind it', async () => {
    const env = { KUBECONFIG: 'conf:sub/b' };
    writeFileSync(path('conf'), '');
    await terminal.kubepki(['kubeconfig', 'merge', '-'], { env, input: conf('c') });
    const view = await terminal.kubepki('kubeconfig view --raw', { env });
    expect(view.stdout).toMatch(/server: https:\/\/c\n {2}name: kubernetes-2\n/);
    expect(view.stdout).toMatch(/server: https:\/\/b\n {2}name: kubernetes\n/);
    expect(view.stdout).toContain('current-context: admin@kubernetes\n');
    // Those that are merged are not used any more.
    await terminal.kubepki('kubeconfig merge sub/b', { env });
    expect(text('conf')).toMatch(/server: https:\/\/b\n {2}name: kubernetes\n/);
  });

  test('reads standard input, whose paths are from here', async () => {
    const { code, stdout } = await merge('- --name prod --use-context --out -', { input: conf('b') });
    expect(code).toBe(0);
    expect(stdout).toContain(
      `    certificate-authority: ${path('pki/ca.crt')}\n    server: https://b\n  name: prod\n`,
    );
    expect(stdout).toContain('current-context: admin@prod\n');
    expect(text('conf')).toBe(conf('a'));
  });

  test('puts what a file names into the kubeconfig with --embed', async () => {
    const nothing = await merge('sub/b --embed');
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining(path('sub/pki/ca.crt')) });
    mkdirSync(path('sub/pki'));
    writeFileSync(path('sub/pki/ca.crt'), 'the CA');
    const wrong = await merge('sub/b --embed');
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('certificate-authority "pki/ca.crt"'),
    });
    await terminal.kubepki('ca create --common-name ca --out sub/pki/ca --force');
    await merge('sub/b --embed');
    const data = readFileSync(path('sub/pki/ca.crt')).toString('base64');
    expect(text('conf')).toContain(`    certificate-authority-data: ${data}\n    server: https://b\n`);
  });

  test('says it for programs with -o json, and does nothing with --dry-run', async () => {
    const { code, stdout } = await merge('sub/b --dry-run -o json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kind: 'KubeconfigResult', dryRun: true, written: [], backups: [] },
      changes: ['clusters', 'users', 'contexts'].map((section) => ({ action: 'rename', section })),
    });
    expect(stdout).not.toContain('sesame');
    expect(text('conf')).toBe(conf('a'));
  });

  test('warns of what it does not take, and --quiet does not hide it', async () => {
    writeFileSync(path('c'), 'contexts: [{name: c, context: {cluster: "", user: admin}}]');
    const { code, stderr } = await merge('c --quiet --dry-run');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: c: the context "c" names the user "admin", .*\nhint: .*--join/);
    const joined = await merge('c --join --out -');
    expect(joined.stdout).toContain('    user: admin\n  name: c\n');
  });

  test('refuses the kubeconfig itself, also by another name', async () => {
    symlinkSync('conf', path('link'));
    for (const name of ['conf', './sub/../conf', 'link']) {
      const { code, stderr } = await merge(`sub/b ${name}`);
      expect(code).toBe(1);
      expect(stderr).toMatch(/is the kubeconfig that the others are merged into\nhint: /);
    }
    expect(text('conf')).toBe(conf('a'));
  });

  test('names every file that cannot be read, and writes nothing', async () => {
    writeFileSync(path('bad'), 'users: [{name: 1, user: {token: {s3cret: 1}}}]');
    writeFileSync(path('worse'), 'a: [');
    const { code, stderr } = await merge('sub/b bad worse nope');
    expect(code).toBe(1);
    expect(stderr).toMatch(/has 3 problems\n {2}bad: .*\n {2}worse: .*\n {2}nope: .*ENOENT/);
    expect(stderr).not.toContain('s3cret');
    const one = await merge('sub/b bad');
    expect(one.stderr).toMatch(/bad has 2 problems\n {2}users\[0\]\.name: expected a string/);
    expect(text('conf')).toBe(conf('a'));
    expect(readdirSync(terminal.cwd).sort()).toEqual(['bad', 'conf', 'sub', 'worse']);
  });

  test('needs a file, with a name', async () => {
    expect((await merge('')).code).toBe(1);
    const empty = await terminal.kubepki(['kubeconfig', 'merge', '']);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('is empty') });
  });
});
