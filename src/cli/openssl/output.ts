import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ioError } from '../../errors/io-error.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import type { GivenOption } from './options.ts';
import { lastValue } from './values.ts';

const MODE = 0o644;

/** The file that `-out` names; default: standard output. */
export function outputOf(options: readonly GivenOption[]): string {
  return lastValue(options, 'out') ?? STANDARD;
}

/**
 * Writes to standard output, or to a file: whole, or not at all. Devices and pipes are written to directly.
 *
 * @param path relative to the working directory, or absolute; `-` is standard output
 * @throws PkiError `io`
 */
export async function writeOutput(bytes: Uint8Array, path: string, io: Io): Promise<void> {
  if (path === STANDARD) {
    if (bytes.length > 0) io.stdout(bytes);
    return;
  }
  const file = resolve(io.cwd, path);
  try {
    await Promise.resolve();
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) writeFileSync(file, bytes);
    else replace(file, bytes, existing?.mode ?? MODE);
  } catch (error) {
    throw ioError('write', file, error);
  }
}

function replace(file: string, bytes: Uint8Array, mode: number): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}`);
  const descriptor = openSync(temporary, 'wx', mode & 0o7777);
  try {
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}
