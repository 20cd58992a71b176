import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import type { Io } from './io.ts';

/** The name of standard input and output on the command line. */
export const STANDARD = '-';

/** Configurations, certificates and keys are small; a device that never ends must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a stream to its end.
 *
 * @param source what to call it in errors
 * @throws PkiError `limit-exceeded` above 64 MiB
 */
export async function collect(
  stream: AsyncIterable<unknown> | Iterable<unknown>,
  source: string,
): Promise<Uint8Array> {
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
    return await collect(chunksOf(absolute), path);
  } catch (error) {
    if (isPkiError(error)) throw error;
    throw ioError('read', absolute, error, hasErrno(error, 'ENOENT') ? addressHint(path) : undefined);
  }
}

/** The content of a file, in parts: without the modules that a stream of it needs, which take longer to load than to read it. */
function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const size = readSync(file, chunk);
      if (size === 0) return;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

const ADDRESS = /^(?:https?:\/\/)?((?:\[[0-9a-f:]+\]|[\w.-]+):\d{1,5})\/?$/i;

/** What to do where a server is named in place of a file; `undefined` where it is none. */
export function addressHint(path: string): string | undefined {
  const [, address] = ADDRESS.exec(path) ?? [];
  if (address === undefined) return undefined;
  return `files are read, and no server is asked; its certificates in a file: openssl s_client -connect ${address} -showcerts </dev/null >server.pem`;
}

/** What an input is called in messages. */
export function sourceName(path: string): string {
  return path === STANDARD ? 'standard input' : path;
}
