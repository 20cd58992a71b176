import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { ioError } from '../pki/disk/io-error.ts';
import type { Io } from './io.ts';

/** The name of standard input and output on the command line. */
export const STANDARD = '-';

/** Configurations, certificates and keys are small; a device that never ends must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a stream to its end.
 *
 * @param source what to call it in errors
 * @throws PkiError `limit-exceeded` above 64 MiB
 */
export async function collect(stream: AsyncIterable<unknown>, source: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES) {
      const details = { limit: 'input size', maximum: MAX_BYTES, source };
      throw new PkiError('limit-exceeded', `${source} has more than ${MAX_BYTES} bytes`, { details });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a file that the command line names; `-` is standard input, and pipes are read as well.
 *
 * @param path relative to the working directory, or absolute
 * @throws PkiError `io`, `limit-exceeded`
 */
export async function readInput(path: string, io: Io): Promise<Uint8Array> {
  if (path === STANDARD) return io.stdin();
  const absolute = resolve(io.cwd, path);
  try {
    return await collect(createReadStream(absolute), path);
  } catch (error) {
    if (isPkiError(error)) throw error;
    throw ioError('read', absolute, error);
  }
}

/** What an input is called in messages. */
export function sourceName(path: string): string {
  return path === STANDARD ? 'standard input' : path;
}
