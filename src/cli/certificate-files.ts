import { lstatSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PkiError } from '../errors/pki-error.ts';
import { quote, quotePath } from '../errors/quote.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { withTransaction, type CommitResult, type StagedFile } from '../pki/disk/transaction.ts';
import type { StopSignal } from '../pki/disk/stop.ts';
import { STANDARD } from './input.ts';
import type { Io } from './io.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/** Certificates may be read by all; what holds a key, by its owner alone. */
export const MODE = Object.freeze({ public: 0o644, secret: 0o600 });

/** The files of one certificate, absolute. */
export interface CertificatePaths {
  readonly certificate: string;
  readonly key: string;
}

/**
 * The files that `--out` names; `undefined` where it is standard output.
 *
 * @throws PkiError `usage`
 */
export function pathsOf(values: Values, { cwd }: Io): CertificatePaths | undefined {
  const base = values.required('out');
  if (base === STANDARD) return undefined;
  if (/(?:^|\/)\.{0,2}$/.test(base)) {
    const hint = 'name the files without their extension: tls/web makes tls/web.crt and tls/web.key';
    throw usageError(`--out ${quote(base)} is a directory`, { option: '--out', hint });
  }
  const path = resolve(cwd, base);
  return { certificate: `${path}.crt`, key: `${path}.key` };
}

/**
 * Makes sure that nothing is overwritten without `--force`: called before anything is made, and again under the lock.
 *
 * @param options `other`: what to give so that they stay
 * @throws PkiError `file-exists`, `io`
 */
export function refuseExisting(
  paths: readonly string[],
  { force, other = 'another --out' }: { readonly force: boolean; readonly other?: string },
): void {
  if (force) return;
  for (const path of paths) {
    if (!exists(path)) continue;
    throw new PkiError('file-exists', `${quotePath(path)} exists`, {
      details: { path },
      hint: `nothing was written; --force replaces it and keeps a backup, ${other} leaves it alone`,
    });
  }
}

// Not by node:fs/promises, which takes longer to load than all of this takes.
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (hasErrno(error, 'ENOTDIR')) return false;
    throw ioError('read', path, error);
  }
}

/**
 * Writes a set of files, all or none.
 *
 * @throws PkiError `file-exists`, `io`, `locked`, `unexpected-file`
 */
export function writeFiles(
  files: readonly StagedFile[],
  { force, now, signal }: { readonly force: boolean; readonly now: Date; readonly signal: StopSignal },
): Promise<CommitResult> {
  const paths = files.map(({ path }) => path);
  const roots = [...new Set(paths.map((path) => dirname(path)))];
  return withTransaction(roots, { now, signal }, async (transaction) => {
    refuseExisting(paths, { force });
    for (const file of files) await transaction.stage(file);
    return transaction.commit();
  });
}
