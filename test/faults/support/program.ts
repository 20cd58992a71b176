/** The command line as it is shipped, in processes of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/foreign.ts';
import { openDir } from './open-dir.ts';

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** A process under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error holds a text; rejects when the process ends without it. */
  says(text: string): Promise<void>;
}

export interface StartOptions {
  /** Put before the command, such as `nsenter …`. */
  readonly within?: readonly string[];
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
}

let installed: string | undefined;

/** Those under way: what a test that failed, or was not chosen, leaves behind is ended with its file. */
const alive = new Set<ChildProcess>();
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Path of the program: a copy of dist/cli where every user may read it. It keeps its compiled code beside itself, so
 * that the copies of two test files do not meet.
 */
export function program(): string {
  if (installed !== undefined) return installed;
  const built = join(repositoryRoot, 'dist/cli');
  if (!existsSync(join(built, 'main.js'))) throw new Error('dist/ is missing: run `npm run build` first');
  const folder = openDir();
  cpSync(built, folder, { recursive: true });
  installed = join(folder, 'main.js');
  return installed;
}

function spawnOpen(argv: readonly string[], { within = [], uid, env }: StartOptions): ChildProcess {
  const [command = process.execPath, ...args] = [...within, process.execPath, program(), ...argv];
  // A file whose mode is left to the umask would be open to everyone, and seen.
  const before = process.umask(0);
  try {
    return spawn(command, args, {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
  } finally {
    process.umask(before);
  }
}

/** Starts the program, with a umask that cuts nothing. */
export function start(argv: readonly string[], options: StartOptions = {}): Running {
  const began = performance.now();
  const child = spawnOpen(argv, options);
  alive.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal, stdout, stderr, milliseconds: performance.now() - began });
    });
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      child.stderr?.on('data', look);
      look();
      ended.then(() => {
        reject(new Error(`ended without saying "${text}": ${stderr}`));
      }, reject);
    });
  return { child, ended, says };
}

/** Runs the program to its end. */
export function kubepki(argv: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(argv, options).ended;
}

/** What a run said that did not end as it was to; empty where it did. */
export function unless(code: number, what: string, ended: Ended): string[] {
  if (ended.code === code) return [];
  return [`${what} ended with ${ended.code ?? ended.signal ?? 'nothing'}: ${ended.stderr || ended.stdout}`];
}
