import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { PkiError } from '../errors/pki-error.ts';
import { ioError } from '../errors/io-error.ts';

/** Certificates, keys and kubeconfigs are small; what is larger is something else. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a file; `undefined` where there is none.
 *
 * @throws PkiError `io`, `unexpected-file` for directories, pipes and devices, `limit-exceeded` above 16 MiB
 */
export function readFileIfPresent(path: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    resolve(readNow(path));
  });
}

// On the calling thread: a file of this size is read in less time than the way to the thread pool and back takes.
function readNow(path: string): Uint8Array | undefined {
  try {
    // Most files are not there when a tree is made: this answers it without an error, which costs more than a file.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink() && statSync(path, { throwIfNoEntry: false }) === undefined)
      throw unexpected(path, 'a dangling symbolic link');
    // A pipe in the place of a file must not hold the reader up.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw unexpected(path, stats.isDirectory() ? 'a directory' : 'not a regular file');
      if (stats.size > MAX_BYTES) {
        const details = { limit: 'file size', maximum: MAX_BYTES, source: path };
        throw new PkiError('limit-exceeded', `${path} has ${stats.size} bytes`, { details });
      }
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw unexpected(path, 'a symbolic link that leads back to itself');
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
