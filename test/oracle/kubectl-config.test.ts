/** Random sequences of `kubectl config`, run by kubectl and by kubepki: the same output, exit codes and files. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { describeWith, run } from '../support/foreign.ts';
import { kubeconfig as anyKubeconfig } from '../support/kubeconfigs.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

const RUNS = Number(process.env['KUBEPKI_SEQUENCES'] ?? 40);

const name = fc.constantFrom(
  'a',
  'b',
  'prod',
  'kubernetes-admin@kubernetes',
  '10.0.0.1',
  'true',
  'é ö',
  'x.y.z',
  '012',
);
const value = fc.constantFrom(
  'https://10.0.0.1:6443',
  'a',
  'b',
  'yes',
  '0x1f',
  'two words',
  '',
  ' lead',
  'a: b',
  '#x',
  'ca.crt',
  './sub/../ca.crt',
  '/etc/x.crt',
  '~',
  '1e3',
);
const file = fc.constantFrom('ca.crt', 'sub/key.pem', './ca.crt', '/nowhere/ca.crt', 'missing.crt', '');
const flag = (flagName: string, values: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: values.map((one) => [`--${flagName}=${one}`]) },
    { weight: 1, arbitrary: values.map((one) => [`--${flagName}`, one]) },
  );
const toggle = (flagName: string): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom([`--${flagName}`], [`--${flagName}=true`], [`--${flagName}=false`]),
    },
  );
const command = (words: readonly fc.Arbitrary<readonly string[]>[]): fc.Arbitrary<readonly string[]> =>
  fc.tuple(...words).map((parts) => parts.flat());
const verb = (word: string): fc.Arbitrary<readonly string[]> => fc.constant([word]);
const one = (values: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> => values.map((word) => [word]);
const property = fc.oneof(
  fc.constantFrom(
    'current-context',
    'preferences.colors',
    'preferences',
    'clusters',
    'users',
    'contexts',
    'nonsense',
    'clusters.a',
    'kind',
  ),
  fc
    .tuple(
      name,
      fc.constantFrom(
        'server',
        'certificate-authority',
        'certificate-authority-data',
        'insecure-skip-tls-verify',
        'tls-server-name',
        'proxy-url',
        'disable-compression',
      ),
    )
    .map(([entry, field]) => `clusters.${entry}.${field}`),
  fc
    .tuple(name, fc.constantFrom('cluster', 'user', 'namespace'))
    .map(([entry, field]) => `contexts.${entry}.${field}`),
  fc
    .tuple(
      name,
      fc.constantFrom(
        'token',
        'username',
        'client-key',
        'client-certificate-data',
        'act-as',
        'as',
        'tokenFile',
      ),
    )
    .map(([entry, field]) => `users.${entry}.${field}`),
);

const JSON_PATH = fc
  .tuple(
    fc.constantFrom('jsonpath', 'jsonpath-as-json'),
    fc.constantFrom(
      '{.users[*].name}',
      '{.clusters[0].cluster.server}',
      '{.users[?(@.name=="a")].user}',
      "{.users[?(@.name=='prod')].user.token}",
      '{range .contexts[*]}{.name}{"\\t"}{.context.cluster}{"\\n"}{end}',
      '{.current-context}',
      '{.contexts[-1:].name} and {.contexts[0:2].context}',
      '{.contexts[?(@.context.namespace)].name}',
      "{.clusters[*]['name','cluster']}",
      '{..server}',
      '{.nothing}',
      '{.clusters[7]}',
      '{.users[0].user.exec.env[0].name}{.users[0].user.exec.provideClusterInfo}',
      '{range .users[*]}{range .user.exec.args[*]}[{@}]{end};{end}',
      '{.users}{1}{true}{"x"}',
      'plain text',
      '{.users[*',
      '{nonsense}',
      '{.kind[0]}',
      '{.users[?(@.name!="a")].name}',
      '{.contexts[?(@.name>"b")].name}',
      '{.clusters[?(@.cluster.insecure-skip-tls-verify==true)].name}',
    ),
  )
  .map((parts) => parts.join('='));

const COMMAND = fc.oneof(
  {
    weight: 4,
    arbitrary: command([
      verb('set-cluster'),
      one(name),
      flag('server', value),
      flag('certificate-authority', file),
      toggle('embed-certs'),
      toggle('insecure-skip-tls-verify'),
      flag('tls-server-name', value),
      flag('proxy-url', value),
    ]),
  },
  {
    weight: 4,
    arbitrary: command([
      verb('set-context'),
      fc.oneof(one(name), fc.constant(['--current'])),
      flag('cluster', name),
      flag('user', name),
      flag('namespace', value),
    ]),
  },
  {
    weight: 4,
    arbitrary: command([
      verb('set-credentials'),
      one(name),
      flag('client-certificate', file),
      flag('client-key', file),
      toggle('embed-certs'),
      flag('token', value),
      flag('username', value),
      flag('password', value),
      flag('auth-provider', name),
      flag('auth-provider-arg', fc.constantFrom('k=v', 'k-', 'a=b=c', 'nothing')),
      flag('exec-command', fc.constantFrom('cmd', './cmd', '/bin/cmd', 'sub/cmd')),
      flag('exec-arg', fc.constantFrom('x', 'x,y', '"a,b",c', '')),
      flag('exec-env', fc.constantFrom('K=V', 'K-', 'L=,')),
      flag('exec-api-version', value),
      flag('exec-interactive-mode', fc.constantFrom('Never', 'Always', 'Sometimes')),
      toggle('exec-provide-cluster-info'),
    ]),
  },
  { weight: 2, arbitrary: command([verb('use-context'), one(name)]) },
  { weight: 2, arbitrary: command([verb('rename-context'), one(name), one(name)]) },
  {
    weight: 1,
    arbitrary: command([fc.constantFrom(['delete-cluster'], ['delete-context'], ['delete-user']), one(name)]),
  },
  {
    weight: 3,
    arbitrary: command([
      verb('set'),
      one(property),
      one(fc.oneof(value, fc.constantFrom('true', 'false', 'T', 'YWJj', 'YQ=='))),
    ]),
  },
  { weight: 2, arbitrary: command([verb('unset'), one(property)]) },
  {
    weight: 2,
    arbitrary: command([
      verb('view'),
      toggle('raw'),
      toggle('flatten'),
      toggle('minify'),
      flag('output', fc.oneof(fc.constantFrom('yaml', 'json'), JSON_PATH)),
      flag('context', name),
      toggle('merge'),
    ]),
  },
  {
    weight: 1,
    arbitrary: command([
      verb('get-contexts'),
      fc.oneof(fc.constant([]), one(name)),
      flag('output', fc.constantFrom('name', 'wide')),
      toggle('no-headers'),
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['current-context'],
      ['get-users'],
      ['use-context'],
      ['set-cluster'],
      ['view', '--nonsense'],
    ),
  },
);

/** Which files there are, and how they are named. */
interface Situation {
  readonly kubeconfig: readonly string[] | undefined;
  readonly explicit: string | undefined;
  readonly files: readonly (readonly [path: string, text: string, mode: number])[];
}

const content = fc.oneof(
  {
    weight: 3,
    arbitrary: anyKubeconfig.map((config) => renderKubeconfig(config)).filter((text) => !text.includes('<<')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '# nothing\n',
      '{"kind":"Config","apiVersion":"v1","clusters":null}',
      'apiVersion: v1\nkind: Config\nclusters: 7\n',
      'clusters: [',
      'preferences: {colors: true}\ncurrent-context: a\n',
    ),
  },
);
const SITUATION: fc.Arbitrary<Situation> = fc.record({
  kubeconfig: fc.option(
    fc.uniqueArray(fc.constantFrom('one', 'sub/two', 'new/three', 'four'), { minLength: 1, maxLength: 3 }),
    { nil: undefined },
  ),
  explicit: fc.option(fc.constantFrom('one', 'new/explicit'), { nil: undefined, freq: 3 }),
  files: fc.uniqueArray(
    fc.tuple(
      fc.constantFrom('one', 'sub/two', '.kube/config', 'four'),
      content,
      fc.constantFrom(0o600, 0o640),
    ),
    { selector: ([path]) => path, maxLength: 4 },
  ),
});

function prepare(home: string, { files }: Situation): void {
  for (const folder of ['sub', '.kube']) mkdirSync(join(home, folder));
  for (const [path, text, mode] of files) {
    writeFileSync(join(home, path), text);
    chmodSync(join(home, path), mode);
  }
  writeFileSync(join(home, 'ca.crt'), 'a certificate\n');
  writeFileSync(join(home, 'sub/key.pem'), 'a key\n');
}

/** Every file below a folder: mode and content. Backups are kubepki's own. */
function snapshot(home: string): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path.endsWith('.bak')) continue;
    const stats = statSync(join(home, path));
    out[path] = stats.isDirectory()
      ? 'folder'
      : `${(stats.mode & 0o777).toString(8)} ${readFileSync(join(home, path), 'utf8')}`;
  }
  return out;
}

describeWith(['kubectl'], 'sequences of kubectl config', () => {
  let place: Console;
  const base = mkdtempSync(join(tmpdir(), 'kubepki-sequences-'));
  afterAll(() => {
    rmSync(base, { recursive: true, force: true });
  });
  let rounds = 0;

  async function expectSame(situation: Situation, commands: readonly (readonly string[])[]): Promise<void> {
    const round = String(++rounds).padStart(6, '0');
    const [theirs, ours] = ['t', 'o'].map((who) => join(base, `${who}${round}`)) as [string, string];
    place = openConsole();
    const homes = { theirs, ours };
    for (const home of Object.values(homes)) {
      mkdirSync(home);
      prepare(home, situation);
    }
    const { kubeconfig, explicit } = situation;
    const steps: string[] = [];
    for (const argv of commands) {
      const words = [...argv, ...(explicit === undefined ? [] : [`--kubeconfig=${explicit}`])];
      const env = (home: string): Record<string, string> => ({
        HOME: home,
        PATH: process.env['PATH'] ?? '',
        ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig.join(':') }),
      });
      steps.push(words.join(' '));
      const [kubectl, kubepki] = await Promise.all([
        run('kubectl', ['config', ...words], { cwd: theirs, env: env(theirs) }),
        place.kubepki(['kubeconfig', ...words], { env: env(ours), cwd: ours }),
      ]);
      const neutral = (text: string): string =>
        text.replaceAll(theirs, '/home/x').replaceAll(ours, '/home/x');
      const answer = (
        { code, stdout }: { readonly code: number; readonly stdout: string },
        home: string,
      ): object => ({
        steps,
        code,
        // Its help, which is its own.
        stdout: neutral(code !== 0 && !argv.includes('get-contexts') ? '' : stdout),
        files: Object.fromEntries(
          Object.entries(snapshot(home)).map(([path, text]) => [path, neutral(text)]),
        ),
      });
      const saying = `${kubepki.stderr}${kubectl.stderr}`;
      expect({ ...answer(kubepki, ours), saying }).toEqual({ ...answer(kubectl, theirs), saying });
    }
    place.remove();
    for (const home of Object.values(homes)) rmSync(home, { recursive: true, force: true });
  }

  test('leave the same files, and say the same', async () => {
    const sequence = fc.array(COMMAND, { minLength: 4, maxLength: 12 });
    await fc.assert(fc.asyncProperty(SITUATION, sequence, expectSame), { numRuns: RUNS, endOnFailure: true });
  }, 600_000);
});
