import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface DriverJob {
  readonly roots: readonly string[];
  readonly files: readonly { readonly path: string; readonly text: string; readonly mode: number }[];
  /** Every file gets the number in this file plus one, read under the lock. */
  readonly count?: string;
  readonly killAt?: number;
  readonly umask?: number;
  readonly owner?: number;
  readonly group?: number;
  readonly lockTimeout?: number;
}

export interface DriverOutcome {
  readonly written?: readonly string[];
  readonly recovered?: readonly string[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly details: object;
  };
}

export interface DriverRun {
  readonly signal: NodeJS.Signals | null;
  readonly outcome: DriverOutcome;
}

/** Bundles the driver into a directory, for node runs no TypeScript; returns its path. */
export async function buildDriver(directory: string): Promise<string> {
  const outfile = join(directory, 'driver.mjs');
  await build({
    entryPoints: [join(__dirname, 'driver.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  chmodSync(outfile, 0o644);
  return outfile;
}

/** nobody's ids: root is refused nothing, so what is to be refused runs as somebody else. */
export const NOBODY = 65534;

/** Runs the driver as this user or, where this user is root and `unprivileged` is set, as nobody; `shell` is run before it. */
export function runDriver(
  driver: string,
  job: DriverJob,
  how: { readonly unprivileged?: boolean; readonly shell?: string } = {},
): Promise<DriverRun> {
  const identity = how.unprivileged === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const own = [driver, JSON.stringify(job)];
  const [command, args] =
    how.shell === undefined
      ? [process.execPath, own]
      : ['sh', ['-c', `${how.shell}; exec "$0" "$@"`, process.execPath, ...own]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...identity, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      resolve({ signal, outcome: JSON.parse(output || '{}') as DriverOutcome });
    });
  });
}
