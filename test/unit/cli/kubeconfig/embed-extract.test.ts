import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { clientPair, type ClientPair } from '../../../support/client-pair.ts';
import { openConsole, type Console } from '../support/console.ts';

const CONFIG = `apiVersion: v1
clusters:
- cluster:
    certificate-authority: ../pki/ca.crt
    server: https://z
    x-unknown: kept
  name: z
contexts:
- context:
    cluster: z
    user: jane/dev
  name: z
current-context: z
kind: Config
users:
- name: jane/dev
  user:
    client-certificate: jane.crt
    client-key: jane.key
- name: robot
  user:
    tokenFile: robot.token
`;

let pair: ClientPair;
let terminal: Console;
const path = (name: string): string => join(terminal.cwd, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');
const modeOf = (name: string): number => statSync(path(name)).mode & 0o777;
const backups = (folder: string): string[] =>
  readdirSync(path(folder)).filter((name) => name.endsWith('.bak'));
const kubepki = (words: string): ReturnType<Console['kubepki']> => terminal.kubepki(`kubeconfig ${words}`);

beforeAll(async () => {
  pair = await clientPair();
});
beforeEach(() => {
  terminal = openConsole();
  for (const folder of ['k', 'pki']) mkdirSync(path(folder));
  writeFileSync(path('k/conf'), CONFIG, { mode: 0o600 });
  writeFileSync(path('pki/ca.crt'), pair.ca);
  writeFileSync(path('k/jane.crt'), pair.certificate);
  writeFileSync(path('k/jane.key'), pair.key, { mode: 0o600 });
  writeFileSync(path('k/robot.token'), 'sesame\n', { mode: 0o600 });
});
afterEach(() => {
  terminal.remove();
});

describe('kubeconfig embed', () => {
  test('reads files from the folder of the kubeconfig, and keeps a backup and a mode, which it tells when it is wide', async () => {
    chmodSync(path('k/conf'), 0o644);
    const { code, stdout, stderr } = await kubepki('embed --kubeconfig k/conf');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `warning: ${path('k/conf')}: has mode 644, which stays: others than its owner can get at the key that is in it now\nhint: chmod 600 ${path('k/conf')}\n`,
    });
    expect(stdout).toContain('change  user     jane/dev client-key: jane.key -> client-key-data\n');
    expect(text('k/conf')).toContain(`client-key-data: ${Buffer.from(pair.key).toString('base64')}\n`);
    expect(text('k/conf')).toMatch(/tokenFile: robot.token/);
    expect(text('k/conf')).toContain('x-unknown: kept');
    expect(text('k/conf')).not.toMatch(/certificate:|authority:|client-key:/);
    expect(modeOf('k/conf')).toBe(0o644);
    expect(backups('k').map((name) => text(join('k', name)))).toEqual([CONFIG]);
    expect(stdout + stderr).not.toContain(Buffer.from(pair.key).toString('base64').slice(60, 90));
  });

  test('does it to each file of KUBECONFIG, by what is chosen', async () => {
    writeFileSync(path('k/other'), CONFIG.replaceAll('jane/dev', 'joe').replaceAll('z', 'w'), {
      mode: 0o600,
    });
    const env = { KUBECONFIG: `${path('k/conf')}:${path('k/nope')}:${path('k/other')}` };
    const { code, stderr } = await terminal.kubepki(
      'kubeconfig embed --user joe --user robot --token-files',
      {
        env,
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(text('k/conf')).toMatch(/certificate-authority: \.\.[^]*client-key: jane.key[^]*token: sesame/);
    expect(text('k/other')).toMatch(/certificate-authority: \.\.[^]*client-key-data: [^]*token: sesame/);
    expect(existsSync(path('k/nope'))).toBe(false);
    const unknown = await terminal.kubepki('kubeconfig embed --user jo', { env });
    expect(unknown).toMatchObject({
      code: 1,
      stderr: 'kubepki: kubeconfig embed: there is no user "jo"\nhint: did you mean "joe"?\n',
    });
  });

  test('changes nothing where one file cannot be read, or with --dry-run', async () => {
    const dry = await kubepki('embed --kubeconfig k/conf --dry-run -o json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ kind: 'KubeconfigResult', dryRun: true, written: [] });
    writeFileSync(path('k/jane.key'), pair.certificate);
    const wrong = await kubepki('embed --kubeconfig k/conf');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain(
      'client-key "jane.key" of user "jane/dev": expected a private key, found CERTIFICATE',
    );
    expect(text('k/conf')).toBe(CONFIG);
    expect(readdirSync(path('k')).sort()).toEqual(['conf', 'jane.crt', 'jane.key', 'robot.token']);
  });

  test('writes elsewhere with --out, in a new file that is a secret', async () => {
    const { stderr } = await kubepki('embed --kubeconfig k/conf --user jane/dev --out new/conf');
    expect(stderr).toBe('');
    expect(text('new/conf')).toContain(`certificate-authority: ${path('pki/ca.crt')}\n`);
    expect(modeOf('new/conf')).toBe(0o600);
    expect(text('k/conf')).toBe(CONFIG);
  });
});

describe('kubeconfig extract', () => {
  /** The kubeconfig with all in it, under the name that kubeconfigs usually have in the folder. */
  async function embedded(): Promise<string> {
    await kubepki('embed --kubeconfig k/conf --token-files --out e/conf');
    return text('e/conf');
  }

  test('writes files beside the kubeconfig, names them by relative path, and embedding them gives it back', async () => {
    const before = await embedded();
    const { code, stdout, stderr } = await kubepki('extract --kubeconfig e/conf --tokens');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('jane/dev client-key: client-key-data -> jane-dev.key\n');
    expect(text('e/conf')).toMatch(
      /certificate-authority: z-ca.crt[^]*client-key: jane-dev.key[^]*tokenFile: robot.token/,
    );
    expect(text('e/conf')).not.toMatch(/-data|sesame/);
    expect([text('e/z-ca.crt'), text('e/jane-dev.crt'), text('e/jane-dev.key')]).toEqual([
      pair.ca,
      pair.certificate,
      pair.key,
    ]);
    expect(
      ['z-ca.crt', 'jane-dev.crt', 'jane-dev.key', 'robot.token'].map((name) => modeOf(`e/${name}`)),
    ).toEqual([...[0o644, 0o644, 0o600, 0o600]]);
    expect(backups('e')).toHaveLength(1);
    await kubepki('embed --kubeconfig e/conf --token-files');
    expect(text('e/conf')).toBe(before);
  });

  test('makes a folder for its owner alone, and names what is not below the kubeconfig by absolute path', async () => {
    await embedded();
    await kubepki('extract --kubeconfig e/conf --user jane/dev --dir e/keys');
    expect(text('e/conf')).toContain('client-key: keys/jane-dev.key\n');
    expect(text('e/conf')).toContain('certificate-authority-data: ');
    expect(modeOf('e/keys')).toBe(0o700);
    await kubepki('extract --kubeconfig e/conf --dir far');
    expect(text('e/conf')).toContain(`certificate-authority: ${path('far/z-ca.crt')}\n`);
    await kubepki('embed --kubeconfig e/conf');
    await kubepki('extract --kubeconfig e/conf --absolute');
    expect(text('e/conf')).toContain(`client-key: ${path('e/jane-dev.key')}\n`);
  });

  test('uses files with the same bytes, and refuses others before anything is written', async () => {
    const before = await embedded();
    writeFileSync(path('e/jane-dev.key'), pair.key, { mode: 0o640 });
    chmodSync(path('e/jane-dev.key'), 0o640);
    writeFileSync(path('e/z-ca.crt'), 'mine');
    for (const words of ['', '--dry-run']) {
      const refused = await kubepki(`extract --kubeconfig e/conf ${words}`);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/z-ca.crt" exists, and holds other bytes\nhint: .*--force.*--dir/);
    }
    expect(readdirSync(path('e')).sort()).toEqual(['conf', 'jane-dev.key', 'z-ca.crt']);
    const { stderr, stdout } = await kubepki('extract --kubeconfig e/conf --force');
    expect(stderr).toMatch(/^warning: .*jane-dev.key: has mode 640/);
    expect(stdout).not.toMatch(/wrote .*jane-dev.key/);
    expect(text('e/z-ca.crt')).toBe(pair.ca);
    expect(
      backups('e')
        .map((name) => text(`e/${name}`))
        .sort(),
    ).toEqual([before, 'mine'].sort());
  });

  test('gives a key that replaces another mode 0600, and does not follow a link that leads nowhere', async () => {
    await embedded();
    writeFileSync(path('e/jane-dev.key'), 'old', { mode: 0o644 });
    await kubepki('extract --kubeconfig e/conf --force');
    expect(modeOf('e/jane-dev.key')).toBe(0o600);
    await kubepki('embed --kubeconfig e/conf');
    symlinkSync('/nonexistent/else', path('e/z-2'));
    mkdirSync(path('links'));
    symlinkSync('elsewhere.key', path('links/jane-dev.key'));
    const refused = await kubepki('extract --kubeconfig e/conf --dir links');
    expect(refused.code).toBe(1);
    expect(readdirSync(path('links'))).toEqual(['jane-dev.key']);
  });

  test('has keys on the disk, and for their owner alone, before the kubeconfig is changed', async () => {
    await embedded();
    const steps: string[] = [];
    const modes = new Map<string, unknown>();
    const named = new Map<number, string>();
    const short = (name: unknown): string => basename(String(name)).replace(/^\.(.*)\.[0-9a-f]{12}$/, '$1');
    const { openSync, renameSync, fsyncSync } = fs;
    const spies = [
      jest.spyOn(fs, 'openSync').mockImplementation((file, flags, mode) => {
        const descriptor = openSync(file, flags, mode);
        named.set(descriptor, short(file));
        if (flags === 'wx') modes.set(short(file), mode);
        return descriptor;
      }),
      jest.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
        steps.push(`sync ${named.get(descriptor) ?? ''}`);
        fsyncSync(descriptor);
      }),
      jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
        steps.push(`place ${short(to)}`);
        renameSync(from, to);
      }),
    ];
    try {
      await kubepki('extract --kubeconfig e/conf --user jane/dev --dir e/keys');
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    expect(steps).toEqual([
      ...['sync jane-dev.crt', 'place jane-dev.crt', 'sync keys'],
      ...['sync jane-dev.key', 'place jane-dev.key', 'sync keys'],
      ...['sync conf', 'place conf', 'sync e'],
    ]);
    expect(modes.get('jane-dev.key')).toBe(0o600);
  });

  test('leaves no new file where one cannot be written', async () => {
    const before = await embedded();
    mkdirSync(path('e/jane-dev.key'));
    const failed = await kubepki('extract --kubeconfig e/conf --force');
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('is a directory');
    expect(readdirSync(path('e')).sort()).toEqual(['conf', 'jane-dev.key']);
    expect(text('e/conf')).toBe(before);
  });

  test('keeps the files of several kubeconfigs apart, and shares what is the same', async () => {
    const one = await embedded();
    const other = await clientPair({ key: 'Ed25519' });
    const keys = [pair.key, other.key].map((key) => Buffer.from(key).toString('base64'));
    writeFileSync(path('e/b'), one.replace(keys[0] ?? '', keys[1] ?? ''), { mode: 0o600 });
    const env = { KUBECONFIG: `${path('e/conf')}:${path('e/b')}` };
    const { code } = await terminal.kubepki('kubeconfig extract', { env });
    expect(code).toBe(0);
    expect(text('e/conf')).toMatch(/authority: z-ca.crt[^]*certificate: jane-dev.crt[^]*key: jane-dev.key/);
    expect(text('e/b')).toMatch(/authority: z-ca.crt[^]*certificate: jane-dev.crt[^]*key: jane-dev-2.key/);
    expect(text('e/jane-dev-2.key')).toBe(other.key);
  });

  test('writes the kubeconfig elsewhere with --out, and its files beside that', async () => {
    const before = await embedded();
    await kubepki('extract --kubeconfig e/conf --out o/conf');
    expect(text('o/conf')).toContain('client-key: jane-dev.key\n');
    expect(text('o/jane-dev.key')).toBe(pair.key);
    expect(text('e/conf')).toBe(before);
    const { stdout, stderr } = await kubepki('extract --kubeconfig e/conf --dir p --out -');
    expect(stdout).toContain(`client-key: ${path('p/jane-dev.key')}\n`);
    expect(stderr).toContain(`wrote ${path('p/jane-dev.key')}\n`);
    expect(modeOf('p/jane-dev.key')).toBe(0o600);
  });
});
