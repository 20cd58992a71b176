/** What becomes of the files of kubeconfigs beside their content. */
import { linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console, type Outcome } from './support/console.ts';

const CONFIG = 'clusters: [{name: a}, {name: b}]\nusers: [{name: a}, {name: b}]\ncurrent-context: a\n';

let terminal: Console;
beforeEach(() => {
  terminal = openConsole();
});
afterEach(() => {
  terminal.remove();
});

const path = (name: string): string => join(terminal.cwd, name);
const kubeconfig = (list: string, ...words: readonly string[]): Promise<Outcome> =>
  terminal.kubepki(['kubeconfig', ...words], { env: { KUBECONFIG: list, HOME: terminal.cwd } });

test('a second name of a file stays its name', async () => {
  writeFileSync(path('one'), CONFIG);
  linkSync(path('one'), path('two'));
  expect((await kubeconfig('one', 'set', 'current-context', 'b')).code).toBe(0);
  expect(readFileSync(path('two'), 'utf8')).toContain('current-context: b\n');
  expect(statSync(path('two')).ino).toBe(statSync(path('one')).ino);
});

test('what gets shorter in place has no rest of what it was', async () => {
  writeFileSync(path('one'), `# ${'x'.repeat(5000)}\n${CONFIG}`);
  linkSync(path('one'), path('two'));
  await kubeconfig('one', 'unset', 'users');
  expect(readFileSync(path('one'), 'utf8')).toMatch(/^apiVersion: v1\n[^#]*users: null\n$/);
});

test('of several entries that go at once there is one backup, of the file with all of them', async () => {
  writeFileSync(path('one'), CONFIG);
  writeFileSync(path('two'), 'users: [{name: c}, {name: d}]\n');
  expect((await kubeconfig('one:two', 'unset', 'users')).code).toBe(0);
  const backups = readdirSync(terminal.cwd).filter((name) => name.endsWith('.bak'));
  expect(backups.map((name) => readFileSync(path(name), 'utf8')).sort()).toEqual([
    CONFIG,
    'users: [{name: c}, {name: d}]\n',
  ]);
  expect(readFileSync(path('two'), 'utf8')).toContain('users: null');
});

test('preferences are changed in the first file that has others', async () => {
  writeFileSync(path('one'), 'current-context: a\n');
  writeFileSync(path('two'), 'preferences: {colors: true}\n');
  await kubeconfig('one:two', 'set', 'preferences.colors', 'false');
  expect(readFileSync(path('one'), 'utf8')).toBe('current-context: a\n');
  expect(readFileSync(path('two'), 'utf8')).toContain('preferences: {}\n');
});

test('a context that is renamed stays in its file', async () => {
  writeFileSync(path('one'), 'current-context: a\n');
  writeFileSync(path('two'), 'contexts: [{name: a}]\n');
  await kubeconfig('one:two', 'rename-context', 'a', 'constructor');
  expect(readFileSync(path('one'), 'utf8')).toContain('current-context: constructor\n');
  expect(readFileSync(path('two'), 'utf8')).toContain('  name: constructor\n');
});

test('an empty part of KUBECONFIG is no file', async () => {
  expect((await kubeconfig('one:', 'set-context', 'a')).code).toBe(1);
  expect(readdirSync(terminal.cwd)).toEqual([]);
  expect((await kubeconfig(':one', 'set-context', 'a')).stdout).toBe('Context "a" created.\n');
  expect(readdirSync(terminal.cwd)).toEqual(['one']);
});

test('integers that no number holds are told apart, and kept, by all that looks at them', async () => {
  for (const [name, id] of [
    ['one', '9007199254740993'],
    ['two', '9007199254740992'],
  ] as const)
    writeFileSync(
      path(name),
      `clusters: [{name: a, cluster: {extensions: [{name: e, extension: {id: ${id}}}]}}]\n`,
    );
  expect((await kubeconfig('one', 'diff', 'one', 'two')).code).toBe(1);
  expect((await kubeconfig('one', 'diff', 'one', 'one')).code).toBe(0);
  expect((await kubeconfig('three', 'merge', 'one', '--out', 'three')).code).toBe(0);
  expect((await kubeconfig('three', 'set-cluster', 'a', '--server', 'https://a')).code).toBe(0);
  expect(readFileSync(path('three'), 'utf8')).toContain('id: 9007199254740993\n');
  for (const form of ['json', 'jsonpath={.clusters}', 'go-template={{.clusters}}'])
    expect((await kubeconfig('three', 'view', '--raw', '-o', form)).code).toBe(0);
});
