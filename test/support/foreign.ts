/**
 * Foreign programs as judges: finding them, running them, and saying so where one is missing. Tests never look
 * for a program by themselves: `describeWith(['openssl'], 'title', body)` runs the body's tests where the program
 * is; elsewhere they are left out by name and counted at the end of the run, and with CI=true that is a failure.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

interface ToolRow {
  /** Name of the executable. */
  readonly command: string;
  /** Where a person gets it. */
  readonly install: string;
  /** Whether scripts/control-plane.mjs builds it. */
  readonly built?: true;
  /** What must hold beside the program's being there. */
  readonly usable?: () => boolean;
}

const built = (command: string): ToolRow & { built: true } => ({
  command,
  install: 'npm run control-plane',
  built: true,
});

/** Whether this user may change the root directory, as root or as that of a user namespace of its own. */
function mayChangeRoot(): boolean {
  const args = ['--user', '--map-root-user', 'chroot', '/', '/bin/true'];
  return process.getuid?.() === 0 || spawnSync('unshare', args).status === 0;
}

const TOOLS = Object.freeze({
  openssl: { command: 'openssl', install: 'Debian package openssl' },
  go: { command: 'go', install: 'Debian package golang-go, Go 1.24 or newer' },
  kubectl: {
    command: 'kubectl',
    install: 'Debian 13 package kubernetes-client, or a release, 1.28 or newer',
  },
  chromium: { command: 'chromium', install: 'Debian package chromium' },
  faketime: { command: 'faketime', install: 'Debian package faketime' },
  zlint: { command: 'zlint', install: 'npm run tools' },
  pkilint: { command: 'lint_pkix_cert', install: 'npm run tools' },
  unshare: {
    command: 'unshare',
    install: 'Debian package util-linux, and root or user namespaces for everyone',
    usable: mayChangeRoot,
  },
  etcd: built('etcd'),
  'kube-apiserver': built('kube-apiserver'),
  'kube-controller-manager': built('kube-controller-manager'),
  'kube-scheduler': built('kube-scheduler'),
  kubelet: built('kubelet'),
  'kubeadm-1.34': built('kubeadm-1.34'),
  'kubeadm-1.36': built('kubeadm-1.36'),
}) satisfies Readonly<Record<string, ToolRow>>;

/** A program that tests may ask. */
export type ForeignTool = keyof typeof TOOLS;

/** The root folder of this repository. */
export const repositoryRoot = resolve(__dirname, '../..');

// scripts/tools.sh installs here what no package manager brings.
const CACHED = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubepki-tools/bin');

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

// Asked once for each program and test file: an answer takes a process.
const builtPaths = new Map<string, string>();

function findBuilt(command: string): string | undefined {
  const script = join(repositoryRoot, 'scripts/control-plane.mjs');
  const known = builtPaths.get(command);
  const path =
    known ?? execFileSync(process.execPath, [script, '--where', command], { encoding: 'utf8' }).trim();
  builtPaths.set(command, path);
  return isExecutable(path) ? path : undefined;
}

/**
 * The path of a program: in KUBEBUILDER_ASSETS (which brings a kubectl), in the folder of scripts/tools.sh, in PATH, or
 * where Go's installer puts it; of a program of a control plane, where scripts/control-plane.mjs says.
 */
export function findTool(tool: ForeignTool): string | undefined {
  const row: ToolRow = TOOLS[tool];
  if (row.built) return findBuilt(row.command);
  if (row.usable?.() === false) return undefined;
  const { KUBEBUILDER_ASSETS = '', PATH = '' } = process.env;
  const folders = [KUBEBUILDER_ASSETS, CACHED, ...PATH.split(delimiter), '/usr/local/go/bin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder, TOOLS[tool].command))
    .find(isExecutable);
}

function missingText(tool: ForeignTool): string {
  return `${tool} is missing: ${TOOLS[tool].install}`;
}

/** The path of a program that must be there. Inside {@link describeWith} it is. */
export function requireTool(tool: ForeignTool): string {
  const found = findTool(tool);
  if (found === undefined) throw new Error(missingText(tool));
  return found;
}

/**
 * A group of tests that ask foreign programs. The body is read also where a program is missing, so that its tests
 * can be counted: call the program in tests and hooks only.
 */
export function describeWith(tools: readonly ForeignTool[], title: string, body: () => void): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length === 0) {
    describe(title, body);
  } else if (process.env['CI'] === 'true') {
    test(`${title}: needs ${missing.join(', ')}`, () => {
      throw new Error(missing.map(missingText).join('\n'));
    });
  } else {
    describe.skip(`${title} (left out: missing: ${missing.join(', ')})`, body);
  }
}

/**
 * A group of tests over data that is kept outside this repository, in the folder that KUBEPKI_VECTORS names.
 * Where the variable is not set the group is left out as one test, in CI too: not everyone has the data.
 * A folder that is named and does not exist is a failure.
 */
export function describeWithVectors(title: string, body: (folder: string) => void): void {
  const folder = process.env['KUBEPKI_VECTORS'];
  if (folder === undefined || folder === '') {
    test.skip(`${title} (left out: KUBEPKI_VECTORS is not set)`, () => undefined);
  } else if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) {
    describe(title, () => {
      body(folder);
    });
  } else {
    test(title, () => {
      throw new Error(`KUBEPKI_VECTORS names "${folder}", which is not a directory`);
    });
  }
}

/** How to run a program. */
export interface RunOptions {
  /** Given on standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** The whole environment; default: that of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the program is killed and the promise rejected; default 120,000. */
  readonly timeout?: number;
}

/** What a program answered. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output byte for byte. */
  readonly bytes: Buffer;
}

function isForeignTool(command: string): command is ForeignTool {
  return Object.hasOwn(TOOLS, command);
}

/**
 * Runs a program to its end, whatever its exit code.
 *
 * @param command a {@link ForeignTool} by name, or the path of any program
 * @throws Error when it cannot be started, is killed by a signal, or takes longer than `timeout`
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { input = '', cwd, env = process.env, timeout = 120_000 } = options;
  const program = isForeignTool(command) ? requireTool(command) : command;
  return new Promise((settle, reject) => {
    const child = spawn(program, args, { cwd, env, timeout, killSignal: 'SIGKILL' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(stdout);
      const errors = Buffer.concat(stderr).toString('utf8');
      if (code !== null) settle({ code, stdout: bytes.toString('utf8'), stderr: errors, bytes });
      else
        reject(
          new Error(
            `${command} ${args.join(' ')}: ended by ${signal ?? 'nothing'} (timeout ${timeout} ms): ${errors}`,
          ),
        );
    });
    // A program that does not read its input closes the pipe early, which is not an error here.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/**
 * Runs a program that must end with 0, and returns what it answered.
 *
 * @throws Error with both outputs for any other exit code
 */
export async function runOk(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  throw new Error(
    `${command} ${args.join(' ')}: exit code ${result.code}\n${result.stdout}\n${result.stderr}`,
  );
}

const made: string[] = [];

/** A new temporary directory, removed when the tests of the file have ended, passed or not. */
export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubepki-test-'));
  made.push(folder);
  return folder;
}

// Other programs take their time on a busy machine.
jest.setTimeout(150_000);

// Registered for each test file that imports this module, because Jest loads modules anew for each.
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});
