import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';

/**
 * Writes a file whole or not at all: beside it, synced, then renamed. An existing one keeps its mode, its owner and the
 * link that leads to it; a new one has mode 0600.
 *
 * @param options `backup`: what is replaced stays as `FILE.TIME.bak`; `mode`: that of the file, whether it is there or not
 * @returns the backup's path, where there is one
 * @throws PkiError `unexpected-file`, `io`
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  { backup, mode }: { readonly backup: boolean; readonly mode?: number | undefined },
): string | undefined {
  const target = targetOf(path);
  const existing = existingFile(target, path);
  const kept = backupPath(target);
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    fs.mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    if (existing !== undefined) {
      // A file that may not be written is not replaced either.
      fs.accessSync(target, fs.constants.W_OK);
      if (backup) fs.copyFileSync(target, kept, fs.constants.COPYFILE_EXCL);
    }
    const file = fs.openSync(staged, 'wx', 0o600);
    try {
      fs.writeFileSync(file, content);
      if (mode !== undefined) fs.fchmodSync(file, mode);
      if (existing !== undefined) {
        if (mode === undefined) fs.fchmodSync(file, existing.mode & 0o7777);
        if (process.geteuid?.() === 0) fs.fchownSync(file, existing.uid, existing.gid);
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(staged, target);
    return backup && existing !== undefined ? kept : undefined;
  } catch (error) {
    fs.rmSync(staged, { force: true });
    throw ioError('write', path, error);
  }
}

/** What is there, which may be a file alone. */
function existingFile(target: string, path: string): fs.Stats | undefined {
  const existing = fs.statSync(target, { throwIfNoEntry: false });
  if (existing === undefined || existing.isFile()) return existing;
  const actual = existing.isDirectory() ? 'a directory' : 'no regular file';
  throw new PkiError('unexpected-file', `${quotePath(path)} is ${actual}`, {
    details: { path, expected: 'a file', actual },
    hint: 'name another file',
  });
}

/** Where a path leads: a link stays, and what it points to is written, even where that is not there yet. */
function targetOf(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw ioError('read', path, error);
    const link = linkOf(path);
    return link === undefined ? path : targetOf(resolve(dirname(path), link));
  }
}

function linkOf(path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Beside the file, with its name and the time; never the name of another backup. */
function backupPath(target: string): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('.', '');
  for (let count = 1; ; count++) {
    const path = `${target}.${time}${count === 1 ? '' : `-${count}`}.bak`;
    if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}
