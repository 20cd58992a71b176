/**
 * The command line as people run it: bundled as it is shipped, in processes of its own, with nothing in PATH.
 */
import { spawn } from 'node:child_process';
import { closeSync, cpSync, existsSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { COMMANDS } from '../../src/cli/commands.ts';
import { repositoryRoot, run, tempDir } from '../support/foreign.ts';
import type { RunOptions, RunResult } from '../support/foreign.ts';
import { CLUSTER } from '../unit/cli/support/console.ts';

const NOW = '2027-01-31T12:00:00Z';
const PASSWORD = 'correct horse battery';

const BUILT = join(repositoryRoot, 'dist/cli');

let bundle: string;

beforeAll(() => {
  if (!existsSync(BUILT)) throw new Error('dist/cli is missing: run `npm run build` first');
  bundle = tempDir();
  // Without compiled code: the first run of each command has none, the others have.
  cpSync(BUILT, bundle, { recursive: true, filter: (path) => !path.endsWith('.cache') });
});

/** A working directory with what the examples name. */
function workplace(): string {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'cluster.yaml'), CLUSTER);
  writeFileSync(join(cwd, 'password.txt'), `${PASSWORD}\n`);
  return cwd;
}

function kubepki(
  argv: readonly string[],
  options: RunOptions & { readonly program?: string } = {},
): Promise<RunResult> {
  const { program = bundle, ...rest } = options;
  return run(process.execPath, [join(program, 'main.js'), ...argv], { env: { PATH: '' }, ...rest });
}

const words = (line: string): string[] => line.split(' ');

describe('every command, with an empty PATH', () => {
  interface Call {
    readonly line: string;
    readonly code?: number;
  }
  // One after the other in one directory.
  const CALLS: readonly Call[] = [
    { line: 'plan --config cluster.yaml --rootfs root', code: 1 },
    { line: 'plan --config cluster.yaml --rootfs root -o json', code: 1 },
    { line: 'apply --config cluster.yaml --rootfs root --dry-run', code: 1 },
    { line: 'apply --config cluster.yaml --rootfs root -o json' },
    { line: 'apply --config cluster.yaml --rootfs root' },
    { line: 'plan --config cluster.yaml --rootfs root' },
    { line: 'plan --config nope.yaml', code: 2 },
    { line: 'apply --config nope.yaml', code: 2 },
    { line: 'ca create --common-name root --out root' },
    { line: 'ca create --common-name root --out root', code: 1 },
    {
      line: 'ca create --common-name middle --parent root --out middle --key-password-file password.txt -o json',
    },
    { line: 'issue server --ca middle --ca-key-password-file password.txt --common-name web --out web' },
    { line: 'issue client --ca middle --common-name jane --out jane', code: 2 },
    {
      line: 'issue client --ca root --common-name jane --organization dev --out jane --key-algorithm Ed25519',
    },
    { line: 'issue peer --ca root --common-name etcd-1 --san 10.0.0.1,localhost --out peer -o json' },
    { line: 'issue kubelet-client --ca root --common-name node01 --out kubelet-client' },
    { line: 'issue kubelet-server --ca root --common-name node01 --out kubelet-server' },
    { line: 'issue webhook --ca root --common-name hook.ns --out hook --secret hook.yaml -o json' },
    { line: 'check root' },
    { line: 'check root -o json' },
    { line: 'check root -o html --output report.html' },
    { line: 'check nope', code: 3 },
    { line: 'verify web.crt --ca root.crt --intermediates middle.crt' },
    { line: 'verify web.crt --ca root.crt --host web.internal -o json', code: 1 },
    { line: 'explain nothing-known root', code: 1 },
    { line: 'x509 -in web.crt -noout -text' },
    { line: 'csr show -in nope.csr', code: 1 },
    { line: 'crl show -in nope.crl', code: 1 },
    { line: 'kubeconfig set-cluster prod --server https://10.0.0.10:6443 --kubeconfig conf' },
    { line: 'kubeconfig set-credentials jane --client-certificate jane.crt --kubeconfig conf' },
    { line: 'kubeconfig set-context prod --cluster prod --user jane --kubeconfig conf' },
    { line: 'kubeconfig use-context prod --kubeconfig conf' },
    { line: 'kubeconfig current-context --kubeconfig conf' },
    { line: 'kubeconfig get-contexts --kubeconfig conf' },
    { line: 'kubeconfig get-clusters --kubeconfig conf' },
    { line: 'kubeconfig get-users --kubeconfig conf' },
    { line: 'kubeconfig view --flatten --kubeconfig conf' },
    { line: 'kubeconfig embed --kubeconfig conf' },
    { line: 'kubeconfig extract --kubeconfig conf --dir extracted' },
    { line: 'kubeconfig diff conf conf -o json' },
    { line: 'kubeconfig set contexts.prod.namespace team-a --kubeconfig conf' },
    { line: 'kubeconfig unset current-context --kubeconfig conf' },
    { line: 'kubeconfig rename-context prod production --kubeconfig conf' },
    { line: 'kubeconfig delete-user jane --kubeconfig conf' },
    { line: 'kubeconfig delete-cluster prod --kubeconfig conf' },
    { line: 'kubeconfig delete-context production --kubeconfig conf' },
    { line: 'kubeconfig prune --kubeconfig conf' },
    { line: `kubeconfig create jane --ca root --server https://10.0.0.10:6443 --out jane.conf --now ${NOW}` },
    {
      line: 'kubeconfig create --client-certificate jane.crt --client-key x --from jane.conf --out -',
      code: 1,
    },
    { line: 'kubeconfig merge root/etc/kubernetes/admin.conf --kubeconfig conf --name prod' },
    { line: 'kubeconfig merge root/etc/kubernetes/admin.conf --kubeconfig conf --name prod -o json' },
    { line: 'kubeconfig split --kubeconfig conf --dir contexts' },
    { line: 'kubeconfig split --kubeconfig conf --dir contexts', code: 1 },
    { line: `kubeconfig check root/etc/kubernetes/scheduler.conf --now ${NOW}` },
    { line: 'completion bash' },
    { line: 'completion zsh' },
    { line: 'completion fish' },
    { line: '--version' },
    { line: '--help' },
    { line: '', code: 2 },
  ];
  let cwd: string;
  beforeAll(() => {
    cwd = workplace();
  });

  test('is among the calls', () => {
    const called = COMMANDS.filter(({ path }) =>
      CALLS.some(({ line }) => `${line} `.startsWith(`${path.join(' ')} `)),
    );
    expect(called).toEqual([...COMMANDS]);
  });

  test.each(CALLS.map(({ line, code = 0 }) => [line, code] as const))('kubepki %s', async (line, code) => {
    const argv = words(line).filter((word) => word !== '');
    const now = ['plan', 'apply', 'ca', 'issue', 'check', 'verify'].includes(argv[0] ?? '')
      ? ['--now', NOW]
      : [];
    const result = await kubepki([...argv, ...now], { cwd });
    const output = result.stdout + result.stderr;
    expect({ code: result.code, output: result.code === code ? '' : output }).toEqual({ code, output: '' });
    expect(result.stderr === '').toBe(code === 0 || (code === 1 && result.stdout !== ''));
    expect(output).not.toMatch(/PRIVATE KEY|correct horse/);
    if (line.endsWith('-o json'))
      expect(JSON.parse(result.stdout)).toMatchObject({ apiVersion: 'kubepki/v1alpha1' });
  });

  test.each(COMMANDS.map(({ path }) => [path.join(' ')]))('kubepki %s --help', async (line) => {
    const { code, stdout, stderr } = await kubepki([...words(line), '--help'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n/);
  });

  test('leaves nothing behind but what it was asked for', () => {
    const left = readdirSync(cwd, { recursive: true }).map(String);
    expect(left.filter((name) => /\.kubepki(?!-backups)/.test(name))).toEqual([]);
    expect(existsSync(join(cwd, '.kubepki-backups'))).toBe(false);
  });
});

describe('starting is cheap', () => {
  test('--version needs one file', async () => {
    const alone = tempDir();
    for (const file of ['main.js', 'package.json']) cpSync(join(bundle, file), join(alone, file));
    expect((await kubepki(['--version'], { program: alone })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await kubepki(['--help'], { program: alone })).code).not.toBe(0);
  });

  test('help and completion load neither cryptography nor YAML', async () => {
    const { metafile } = await build({
      absWorkingDir: repositoryRoot,
      entryPoints: ['src/cli/start.ts'],
      bundle: true,
      platform: 'node',
      write: false,
      outdir: tempDir(),
      metafile: true,
    });
    const loadedFrom = (entries: readonly string[], follow: (kind: string) => boolean): string[] => {
      const loaded = new Set(entries);
      for (const path of loaded)
        for (const { path: target, kind } of metafile.inputs[path]?.imports ?? [])
          if (follow(kind)) loaded.add(target);
      return [...loaded].filter((path) => /src\/(?:yaml|crypto|x509)\/|js-yaml/.test(path));
    };
    const light = ['src/cli/start.ts', 'src/cli/commands/completion.ts'];
    expect(loadedFrom(light, (kind) => kind !== 'dynamic-import')).toEqual([]);
    expect(loadedFrom(light, () => true)).not.toEqual([]);
  });
});

describe('readers that leave and processes that die', () => {
  test.each([
    [['--version']],
    [['--help']],
    [['completion', 'bash']],
    [['plan', '--config', 'cluster.yaml', '-o', 'json']],
  ])('a closed pipe after %j is no error to talk about', async (argv) => {
    const child = spawn(process.execPath, [join(bundle, 'main.js'), ...argv], {
      cwd: workplace(),
      env: { PATH: '' },
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });

  test('a result that cannot be written is a failure', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(bundle, 'main.js'), '--help'], {
      env: { PATH: '' },
      stdio: ['ignore', full, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^kubepki: cannot write "standard output": no space left on device \(ENOSPC\)\nhint: [^\n]+\n$/,
    );
  });

  test('after an apply that was killed the next run takes over its lock and finishes', async () => {
    const cwd = workplace();
    const argv = [
      'apply',
      '--config',
      'cluster.yaml',
      '--rootfs',
      'root',
      '--lock-timeout',
      '5s',
      '--now',
      NOW,
    ];
    const slow = CLUSTER.replace('ECDSA-P256', 'RSA-4096');
    writeFileSync(join(cwd, 'cluster.yaml'), slow);
    const child = spawn(process.execPath, [join(bundle, 'main.js'), ...argv], { cwd, env: { PATH: '' } });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on('close', (_code, signal) => {
        resolve(signal);
      }),
    );
    const lock = join(cwd, 'root/etc/kubernetes/pki/.kubepki.lock');
    for (let tries = 0; !existsSync(lock) && tries < 2000; tries++) await sleep(5);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(lock)).toBe(true);

    writeFileSync(join(cwd, 'cluster.yaml'), CLUSTER);
    const next = await kubepki(argv, { cwd });
    expect({ code: next.code, stderr: next.code === 0 ? '' : next.stderr }).toEqual({ code: 0, stderr: '' });
    expect((await kubepki(['plan', ...argv.slice(1, 5), '--now', NOW], { cwd })).code).toBe(0);
    const left = readdirSync(join(cwd, 'root'), { recursive: true }).map(String);
    expect(left.filter((name) => /\.kubepki(?!-backups)/.test(name))).toEqual([]);
  });
});

describe('completion in bash', () => {
  let script: string;
  beforeAll(async () => {
    const folder = tempDir();
    script = join(folder, 'kubepki.bash');
    writeFileSync(script, (await kubepki(['completion', 'bash'])).stdout);
  });

  test('is a script that bash reads', async () => {
    expect(await run('/bin/bash', ['-n', script])).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    [
      '',
      [
        'apply',
        'plan',
        'ca',
        'issue',
        'check',
        'explain',
        'x509',
        'csr',
        'crl',
        'verify',
        'kubeconfig',
        'completion',
        '--help',
        '--version',
      ],
    ],
    ['a', ['apply']],
    ['issue kube', ['kubelet-client', 'kubelet-server']],
    ['ca ', ['create', '--help']],
    ['apply --kubeconfig-', ['--kubeconfig-dir', '--kubeconfig-certs']],
    ['apply --kubeconfig-certs f', ['files', 'files-abs']],
    ['apply --kubeconfig-certs = f', ['files', 'files-abs']],
    ['plan -o ', ['text', 'json']],
    ['plan --node-name ', []],
    ['apply --config clus', ['cluster.yaml']],
    ['apply --rootfs ro', ['root']],
    ['ca create --common-name apply --out x --par', ['--parent']],
    ['issue webhook --sec', ['--secret']],
    ['issue server --sec', []],
  ])('kubepki %s is completed', async (line, expected) => {
    const cwd = workplace();
    await kubepki(['ca', 'create', '--common-name', 'x', '--out', 'root/x'], { cwd });
    const typed = ['kubepki', ...words(line)];
    const call = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kubepki; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await run('/bin/bash', ['-c', call, 'bash', script, ...typed], { cwd });
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((word) => word !== '')).toEqual(expected);
  });
});
