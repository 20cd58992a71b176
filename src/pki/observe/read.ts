import type { Signer } from '../../ca/signer.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { AuthorityId } from '../layout/target.ts';
import type { Known } from './known.ts';
import type { Authorities, Obstacle } from './observation.ts';

/** What observing needs: a way to read files, cryptography, and keys that live elsewhere. */
export interface ObserveContext {
  /** A file's content; `undefined` where there is no file. Throws PkiError `io` or `unexpected-file`. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly crypto: CryptoProvider;
  /** Signers of authorities whose key is not on disk. */
  readonly signers?: Readonly<Partial<Record<AuthorityId, Signer>>> | undefined;
  readonly authorities: Authorities;
  /** What this run has issued itself. */
  readonly known?: Known | undefined;
}

/** Where a file is read from, and where what is wrong with it is noted. */
export interface Reading {
  readonly context: Pick<ObserveContext, 'read' | 'crypto' | 'known'>;
  readonly obstacles: Obstacle[];
}

/**
 * A file's content; an empty file, as a power loss leaves it, counts as none. What is no file is an obstacle.
 *
 * @throws PkiError `io`
 */
export function present(path: string, reading: Reading): Promise<Uint8Array | undefined> {
  return parsed(path, reading.obstacles, async () => {
    const content = await reading.context.read(path);
    return content?.length === 0 ? undefined : content;
  });
}

/** Reads or parses something; what is wrong with it becomes an obstacle, but for a file system that refuses. */
export async function parsed<T>(
  path: string,
  obstacles: Obstacle[],
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isPkiError(error) || error.code === 'io') throw error;
    obstacles.push({ path, message: error.message });
    return undefined;
  }
}
