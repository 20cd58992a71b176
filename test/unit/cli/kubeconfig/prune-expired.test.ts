import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console } from '../support/console.ts';

describe('kubeconfig prune --expired', () => {
  let terminal: Console;
  const path = (name: string): string => join(terminal.cwd, name);
  const data = (name: string): string => readFileSync(path(name)).toString('base64');
  beforeAll(async () => {
    terminal = openConsole();
    const past = '--now 2026-12-01T00:00:00Z';
    mkdirSync(path('sub'));
    await terminal.kubepki(`ca create --common-name root --out root ${past}`);
    for (const [name, validity] of [
      ['old', '2027-01-01T10:00:00Z'],
      ['sub/old', '2027-01-02T00:00:00Z'],
      ['new', '2027-06-01T00:00:00Z'],
    ] as const)
      await terminal.kubepki(
        `issue client --ca root --common-name jane --organization dev --out ${name} --validity ${validity} ${past}`,
      );
  });
  afterAll(() => {
    terminal.remove();
  });

  const config = (users: Readonly<Record<string, string>>, ...contexts: readonly string[]): string => `
clusters: [{name: c, cluster: {server: 'https://c'}}]
users:
${Object.entries(users)
  .map(([name, user]) => `- {name: ${name}, user: {${user}}}\n`)
  .join('')}
contexts:
${contexts.map((user) => `- {name: of-${user}, context: {cluster: c, user: ${user}}}\n`).join('')}
current-context: of-embedded
`;
  const prune = async (words: string): Promise<{ readonly lines: string[]; readonly stderr: string }> => {
    const { stdout, stderr } = await terminal.kubepki(`kubeconfig prune --dry-run ${words}`);
    return { lines: stdout.split('\n').filter((line) => line.startsWith('remove')), stderr };
  };

  test('removes users whose certificate has ended, embedded or by path, and their contexts', async () => {
    const users = {
      embedded: `client-certificate-data: ${data('old.crt')}`,
      named: 'client-certificate: old.crt',
      living: `client-certificate-data: ${data('new.crt')}`,
      token: 'token: t',
    };
    writeFileSync(path('sub/conf'), config(users, ...Object.keys(users)));
    const { lines, stderr } = await prune('--expired --kubeconfig sub/conf');
    const [one, two] = ['2027-01-01T10:00:00.000Z', '2027-01-02T00:00:00.000Z'].map(
      (time) => `its client certificate ended ${time}`,
    );
    expect(lines).toEqual([
      `remove  context          of-embedded: its user "embedded": ${one ?? ''}`,
      `remove  context          of-named: its user "named": ${two ?? ''}`,
      `remove  user             embedded: ${one ?? ''}`,
      `remove  user             named: ${two ?? ''}`,
      'remove  current-context  of-embedded: there is no such context',
    ]);
    expect(stderr).toBe('');
    expect((await prune('--kubeconfig sub/conf')).lines).toEqual([]);
  });

  test('goes by the clock: a certificate is good in its last second', async () => {
    writeFileSync(
      path('conf'),
      config({ embedded: `client-certificate-data: ${data('old.crt')}` }, 'embedded'),
    );
    const at = async (time: string): Promise<number> =>
      (await prune(`--expired --kubeconfig conf --now ${time}`)).lines.length;
    expect(await at('2027-01-01T10:00:00Z')).toBe(0);
    // The cluster goes too, as no context names it any more.
    expect(await at('2027-01-01T10:00:01Z')).toBe(4);
  });

  test('keeps users that have another credential, or of which it cannot be told, and says so', async () => {
    const users = {
      both: `client-certificate-data: ${data('old.crt')}, token: sesame`,
      missing: 'client-certificate: nope.crt',
      garbage: `client-certificate-data: ${Buffer.from('sesame').toString('base64')}`,
    };
    writeFileSync(path('conf'), config(users, ...Object.keys(users)));
    const { lines, stderr } = await prune('--expired --kubeconfig conf');
    expect(lines).toEqual(['remove  current-context  of-embedded: there is no such context']);
    expect(stderr).toMatch(/^warning: the user "both" is kept: .* ended 2027-.* another credential$/m);
    expect(stderr).toMatch(/^warning: the user "missing" is kept: cannot read ".*nope\.crt"/m);
    expect(stderr).toMatch(/^warning: the user "garbage" is kept: .*expected a certificate/m);
    expect(stderr).not.toContain('sesame');
  });

  test('goes by the user that kubectl takes, of several of its name', async () => {
    writeFileSync(path('one'), config({ jane: 'client-certificate: old.crt' }));
    writeFileSync(path('two'), config({ jane: 'client-certificate: new.crt' }, 'jane'));
    const env = (KUBECONFIG: string): object => ({ env: { KUBECONFIG } });
    const run = async (list: string): Promise<string> =>
      (await terminal.kubepki('kubeconfig prune --expired --dry-run', env(list))).stdout;
    expect(await run('one:two')).toContain('of-jane: its user "jane": its client certificate ended');
    expect(await run('two:one')).not.toContain('jane');
  });
});
