import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientPair } from '../../../support/client-pair.ts';
import { openConsole, type Console } from '../support/console.ts';

const CONFIG = `clusters: [{name: prod, cluster: {server: 'https://10.0.0.10:6443', certificate-authority: ca.crt}}]
contexts: [{name: work, context: {cluster: prod, user: jane}}]
users: [{name: jane, user: {token: sesame, password: one}}]
current-context: work
`;

describe('kubeconfig diff', () => {
  let terminal: Console;
  let ca: string;
  beforeAll(async () => {
    ({ ca } = await clientPair());
  });
  const path = (name: string): string => join(terminal.cwd, name);
  const diff = (words: string, input = ''): ReturnType<Console['kubepki']> =>
    terminal.kubepki(`kubeconfig diff ${words}`, { input });
  beforeEach(() => {
    terminal = openConsole();
    for (const folder of ['a', 'b']) {
      mkdirSync(path(folder));
      writeFileSync(path(`${folder}/ca.crt`), ca);
      writeFileSync(path(`${folder}/conf`), CONFIG);
    }
  });
  afterEach(() => {
    terminal.remove();
  });

  test('of two that mean the same ends with 0, and reads files from the folder of each', async () => {
    expect(await diff('a/conf b/conf')).toMatchObject({
      code: 0,
      stdout: 'they mean the same\n',
      stderr: '',
    });
    const { stdout: whole } = await terminal.kubepki('kubeconfig embed --kubeconfig a/conf --out -');
    expect(await diff('- b/conf', whole)).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout } = await diff('a/conf b/conf -o json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ apiVersion: 'kubepki/v1alpha1', kind: 'KubeconfigDiff' },
      ...{ same: true, changes: [], notices: [] },
    });
  });

  test('of two that differ ends with 1, says by what in lines, and no secret', async () => {
    const other = CONFIG.replace('10.0.0.10', 'lb').replace('sesame', 'mellon').replaceAll('work', 'home');
    writeFileSync(
      path('b/conf'),
      other.replace('}}]\ncurrent', '}}, {name: joe, user: {username: joe}}]\ncurrent'),
    );
    const { code, stdout, stderr } = await diff('a/conf b/conf');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(`~ cluster  prod server
    - https://10.0.0.10:6443
    + https://lb:6443
~ user     jane token: another token
+ user     joe: username joe
~ context  work is home now
`);
    const json = await diff('b/conf a/conf -o json');
    expect(json.code).toBe(1);
    expect(json.stdout).not.toMatch(/sesame|mellon/);
    expect(JSON.parse(json.stdout)).toMatchObject({ same: false, changes: { length: 4 } });
  });

  test('is in colour on a terminal', async () => {
    writeFileSync(path('b/conf'), readFileSync(path('b/conf'), 'utf8').replace('10.0.0.10', 'lb'));
    const words = 'kubeconfig diff a/conf b/conf';
    const { stdout } = await terminal.kubepki(words, { isTerminal: true });
    expect(stdout).toContain('\u001b[33m~ cluster  prod server\u001b[0m\n\u001b[31m    - https');
  });

  test('warns of files that cannot be read', async () => {
    writeFileSync(path('a/conf'), CONFIG.replace('ca.crt', 'gone.crt'));
    const { code, stdout, stderr } = await diff('a/conf b/conf');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /certificate-authority: the file cannot be read\n {4}- .*gone.crt\n {4}\+ CN = kubernetes/,
    );
    expect(stderr).toBe(`warning: ${path('a/gone.crt')}: cannot be read, and is compared by its path\n`);
  });

  test.each([
    ['a file that is not there', 'a/conf nope'],
    ['a file that is no kubeconfig', 'a/ca.crt a/conf'],
    ['standard input twice', '- -'],
    ['one file', 'a/conf'],
  ])('of %s ends with 2', async (_, words) => {
    const { code, stdout, stderr } = await diff(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kubepki: kubeconfig diff: /);
  });
});
