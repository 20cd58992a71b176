import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PkiError } from '../errors/pki-error.ts';
import { ioError } from './disk/io-error.ts';

/** Certificates, keys and kubeconfigs are small; what is larger is something else. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a file; `undefined` where there is none.
 *
 * @throws PkiError `io`, `unexpected-file` for directories, pipes and devices, `limit-exceeded` above 16 MiB
 */
export async function readFileIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    // A pipe in the place of a file must not hold the reader up.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw unexpected(path, stats.isDirectory() ? 'a directory' : 'not a regular file');
      if (stats.size > MAX_BYTES) {
        const details = { limit: 'file size', maximum: MAX_BYTES, source: path };
        throw new PkiError('limit-exceeded', `${path} has ${stats.size} bytes`, { details });
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof PkiError) throw error;
    throw ioError('read', path, error);
  }
}

function unexpected(path: string, actual: string): PkiError<'unexpected-file'> {
  return new PkiError('unexpected-file', `${path} is ${actual}`, {
    details: { path, expected: 'a regular file', actual },
    hint: 'move it away',
  });
}
