import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';

/**
 * Writes a file whole or not at all: beside it, synced, then renamed. An existing one keeps its mode, its owner and the
 * link that leads to it; a new one has mode 0600. Where the file itself is a mount, as in containers, it cannot be
 * renamed over and is written in place, with a backup until that is done.
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
  const existing = existingFile(path, target);
  try {
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // A file that may not be written is not replaced either.
    if (existing !== undefined) withFile(target, 'r+', () => undefined);
    const kept = backup && existing !== undefined ? backupPath(target) : undefined;
    const staged = stage(target, content, { existing, mode });
    try {
      if (kept !== undefined) preserve(target, kept);
      fs.renameSync(staged, target);
    } catch (error) {
      fs.rmSync(staged, { force: true });
      if (!hasErrno(error, 'EBUSY') || existing === undefined) throw error;
      writeInPlace(target, content, kept);
    }
    syncFolder(dirname(target));
    return kept;
  } catch (error) {
    throw isPkiError(error) ? error : ioError('write', path, error);
  }
}

function existingFile(path: string, target: string): fs.Stats | undefined {
  const existing = fs.statSync(target, { throwIfNoEntry: false });
  if (existing?.isFile() !== false) return existing;
  const actual = existing.isDirectory() ? 'a directory' : 'no regular file';
  throw new PkiError('unexpected-file', `${quotePath(path)} is ${actual}`, {
    details: { path, expected: 'a file', actual },
    hint: 'name another file',
  });
}

interface Stated {
  readonly existing: fs.Stats | undefined;
  /** That of the file, whether it is there or not. */
  readonly mode: number | undefined;
}

/** Writes the new content beside the file, as what is to be renamed over it. */
function stage(target: string, content: string | Uint8Array, { existing, mode }: Stated): string {
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    withFile(staged, 'wx', (file) => {
      fs.writeFileSync(file, content);
      const wanted = mode ?? (existing && existing.mode & 0o7777);
      if (wanted !== undefined) fs.fchmodSync(file, wanted);
      if (existing !== undefined && process.geteuid?.() === 0)
        fs.fchownSync(file, existing.uid, existing.gid);
      fs.fsyncSync(file);
    });
    return staged;
  } catch (error) {
    fs.rmSync(staged, { force: true });
    throw error;
  }
}

/** Gives the file as it is a second name, with its mode and owner; where there are no such links, it is copied. */
function preserve(target: string, kept: string): void {
  try {
    fs.linkSync(target, kept);
  } catch {
    fs.copyFileSync(target, kept, fs.constants.COPYFILE_EXCL);
    withFile(kept, 'r', fs.fsyncSync);
  }
}

function writeInPlace(target: string, content: string | Uint8Array, kept: string | undefined): void {
  // A link would be the same file.
  const copy = kept ?? backupPath(target);
  fs.rmSync(copy, { force: true });
  fs.copyFileSync(target, copy, fs.constants.COPYFILE_EXCL);
  withFile(copy, 'r', fs.fsyncSync);
  try {
    withFile(target, 'r+', (file) => {
      fs.writeFileSync(file, content);
      fs.ftruncateSync(file, Buffer.byteLength(content));
      fs.fsyncSync(file);
    });
  } catch (error) {
    throw ioError('write', target, error, `the file as it was is ${quotePath(copy)}`);
  }
  if (kept === undefined) fs.rmSync(copy);
}

function withFile(path: string, flags: string, work: (file: number) => void): void {
  const file = fs.openSync(path, flags, 0o600);
  try {
    work(file);
  } finally {
    fs.closeSync(file);
  }
}

/** A rename is durable when its folder is. */
function syncFolder(path: string): void {
  try {
    withFile(path, 'r', fs.fsyncSync);
  } catch {
    // Not every file system can; the content is synced.
  }
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
