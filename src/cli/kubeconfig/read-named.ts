import { readFileSync } from 'node:fs';
import { ioError } from '../../errors/io-error.ts';

/**
 * Reads a file that a kubeconfig names.
 *
 * @param path absolute
 * @throws PkiError `io`
 */
export function readNamed(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
