import fs from 'node:fs';
import { dirname } from 'node:path';
import { equalBytes } from '../asn1/bytes.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { writeWhole } from './whole-file.ts';

/** A certificate or a key that is to lie at a path. */
export interface CredentialFile {
  /** Absolute. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Mode 0600, else 0644. */
  readonly isSecret: boolean;
}

/**
 * What is at a path: nothing, a file with these bytes, or anything else.
 *
 * @throws PkiError `io`
 */
export function compareFile({ path, data }: CredentialFile): 'absent' | 'same' | 'other' {
  try {
    return equalBytes(fs.readFileSync(path), data) ? 'same' : 'other';
  } catch (error) {
    if (hasErrno(error, 'EISDIR')) return 'other';
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw ioError('read', path, error);
    // A link that leads nowhere is something too: a key does not go where it happens to point.
    const isThere = hasErrno(error, 'ENOENT') && fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    return isThere ? 'other' : 'absent';
  }
}

/**
 * Writes the files that are not there with these bytes, each whole or not at all, with its mode from the first moment
 * on, and waits until they are on the disk. Others of their names are replaced, and kept as `FILE.TIME.bak`. Folders
 * that are not there are made with mode 0700. Where one cannot be written, those that are new are removed again.
 *
 * @returns absolute paths
 * @throws PkiError `io`, `unexpected-file`
 */
export function writeCredentialFiles(files: readonly CredentialFile[]): {
  readonly written: readonly string[];
  readonly backups: readonly string[];
} {
  const written: string[] = [];
  const backups: string[] = [];
  const made: string[] = [];
  try {
    for (const file of files) {
      const { path, data, isSecret } = file;
      const present = compareFile(file);
      if (present === 'same') continue;
      makeFolder(dirname(path));
      const kept = writeWhole(path, data, { backup: true, mode: isSecret ? 0o600 : 0o644 });
      written.push(path);
      if (present === 'absent') made.push(path);
      if (kept !== undefined) backups.push(kept);
    }
  } catch (error) {
    for (const path of made) fs.rmSync(path, { force: true });
    throw error;
  }
  return { written, backups };
}

function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw ioError('make', path, error);
  }
}
