import { fstatSync, statSync, writeSync, type Stats } from 'node:fs';
import { devNull } from 'node:os';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { collect } from './input.ts';
import type { Io } from './io.ts';
import { stoppable } from './signals.ts';

const DEFAULT_COLUMNS = 80;

/** What a command line has of this process. */
export interface ProcessIo extends Io {
  /** Whether all that was written has arrived, so that the process may end at once. */
  readonly isWritten: () => boolean;
}

/** The streams, environment and clock of this process. */
export function processIo(version: string): ProcessIo {
  // What cannot be said on standard error cannot be said at all.
  const stderr = output(2, 'stderr', () => {
    process.exitCode ||= 1;
  });
  const stdout = output(1, 'stdout', (error) => {
    throw ioError('write', 'standard output', error);
  });
  return {
    stdout: stdout.write,
    stderr: stderr.write,
    stdin: () => collect(process.stdin, 'standard input'),
    env: process.env,
    cwd: process.cwd(),
    isTerminal: { stdout: stdout.terminal?.isTTY === true, stderr: stderr.terminal?.isTTY === true },
    columns: (stdout.terminal ?? stderr.terminal)?.columns || DEFAULT_COLUMNS,
    now: () => new Date(),
    stoppable: stoppable(stderr.write),
    version,
    isWritten: () => !stdout.isStream() && !stderr.isStream(),
  };
}

interface Output {
  readonly write: (output: string | Uint8Array) => void;
  /** Node's stream, where it is a terminal that things are written to, or may be. */
  readonly terminal: NodeJS.WriteStream | undefined;
  /** Whether Node's stream has something to write, which it may do later. */
  readonly isStream: () => boolean;
}

/**
 * Standard output or error. Files and pipes are written to without Node's stream, which takes longer to load than most
 * results to be written; a pipe whose other end does not wait (EAGAIN) gets the rest by the stream, which does.
 */
function output(descriptor: 1 | 2, name: 'stdout' | 'stderr', onFailure: (error: unknown) => void): Output {
  const open = (): NodeJS.WriteStream =>
    process[name].on('error', (error) => {
      // It comes when the command has ended.
      if (!isReaderGone(error)) process.exitCode ||= 1;
    });
  const terminal = mayBeTerminal(descriptor) && process[name].isTTY ? open() : undefined;
  let stream = terminal;
  // What has failed once is not tried again: the error of it is to be said.
  let isBroken = false;
  const write = (output: string | Uint8Array): void => {
    if (isBroken) return;
    try {
      const rest = stream === undefined ? writeNow(descriptor, output) : output;
      if (rest.length > 0) (stream ??= open()).write(rest);
    } catch (error) {
      isBroken = true;
      if (!isReaderGone(error)) onFailure(error);
    }
  };
  return { write, terminal, isStream: () => stream !== undefined };
}

/** What could not be written without waiting. */
function writeNow(descriptor: number, output: string | Uint8Array): Uint8Array {
  let rest: Uint8Array = typeof output === 'string' ? Buffer.from(output) : output;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if (!hasErrno(error, 'EAGAIN')) throw error;
  }
  return rest;
}

/** Whether a descriptor is a device, but for the one that swallows everything; on Windows, consoles are not told apart. */
function mayBeTerminal(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  const status = statusOf(() => fstatSync(descriptor));
  if (status === undefined) return true;
  return status.isCharacterDevice() && status.rdev !== statusOf(() => statSync(devNull))?.rdev;
}

function statusOf(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** A reader that has gone (`| head`) is no failure, for the work is done; a full disk is. */
function isReaderGone(error: unknown): boolean {
  return hasErrno(error, 'EPIPE');
}
