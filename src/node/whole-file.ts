import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';

/**
 * Writes a file whole or not at all: beside it, synced, then renamed. An existing one keeps its mode, its owner and the
 * links that lead to it; a new one has mode 0600. Where no other file can take its place (a mount, as in containers, a
 * second name of it, another's file, a closed folder) it is written in place, with a copy beside it until that is done.
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
    if (existing === undefined || existing.nlink === 1) replace(target, content, { existing, mode, kept });
    else writeInPlace(target, content, { mode, kept });
    syncFolder(dirname(target));
    return kept;
  } catch (error) {
    throw isPkiError(error) ? error : ioError('write', path, error);
  }
}

interface Replacing {
  readonly existing: fs.Stats | undefined;
  /** That of the file, whether it is there or not. */
  readonly mode: number | undefined;
  /** Where the file as it was is to stay. */
  readonly kept: string | undefined;
}

function replace(target: string, content: string | Uint8Array, how: Replacing): void {
  const { existing, kept } = how;
  let staged: string | undefined;
  try {
    staged = stage(target, content, how);
    if (kept !== undefined) preserve(target, kept);
    fs.renameSync(staged, target);
  } catch (error) {
    if (staged !== undefined) fs.rmSync(staged, { force: true });
    if (existing === undefined || !hasErrno(error, 'EACCES', 'EPERM', 'EBUSY')) throw error;
    // A link would be the same file.
    if (kept !== undefined) fs.rmSync(kept, { force: true });
    writeInPlace(target, content, how);
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

/** Writes the new content beside the file, as what is to be renamed over it. */
function stage(target: string, content: string | Uint8Array, { existing, mode }: Replacing): string {
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    withFile(staged, 'wx', (file) => {
      fs.writeFileSync(file, content);
      if (existing !== undefined) takeOwner(file, existing);
      const wanted = mode ?? (existing && existing.mode & 0o7777);
      if (wanted !== undefined) fs.fchmodSync(file, wanted);
      fs.fsyncSync(file);
    });
    return staged;
  } catch (error) {
    fs.rmSync(staged, { force: true });
    throw error;
  }
}

/** Gives a new file the owner and group of the old one, where it is not so yet; who may not do so writes in place. */
function takeOwner(file: number, { uid, gid }: fs.Stats): void {
  const own = fs.fstatSync(file);
  if (own.uid !== uid || own.gid !== gid) fs.fchownSync(file, uid, gid);
}

/** Gives the file as it is a second name, with its mode and owner; where there are no such links, it is copied. */
function preserve(target: string, kept: string): void {
  try {
    fs.linkSync(target, kept);
  } catch {
    copyFile(target, kept);
  }
}

/** A copy for its owner alone: its group may be another than the file's. */
function copyFile(from: string, to: string): void {
  withFile(to, 'wx', (file) => {
    fs.writeFileSync(file, fs.readFileSync(from));
    fs.fsyncSync(file);
  });
}

function writeInPlace(
  target: string,
  content: string | Uint8Array,
  { mode, kept }: Omit<Replacing, 'existing'>,
): void {
  const copy = copyOf(target, kept);
  try {
    withFile(target, 'r+', (file) => {
      fs.writeFileSync(file, content);
      fs.ftruncateSync(file, Buffer.byteLength(content));
      if (mode !== undefined) fs.fchmodSync(file, mode);
      fs.fsyncSync(file);
    });
  } catch (error) {
    throw ioError('write', target, error, copy && `the file as it was is ${quotePath(copy)}`);
  }
  if (copy !== undefined && kept === undefined) fs.rmSync(copy);
}

/** A copy of the file as it is; in a folder that is closed there can be none, unless it is asked for. */
function copyOf(target: string, kept: string | undefined): string | undefined {
  const copy = kept ?? backupPath(target);
  try {
    copyFile(target, copy);
    return copy;
  } catch (error) {
    if (kept === undefined && hasErrno(error, 'EACCES', 'EPERM')) return undefined;
    fs.rmSync(copy, { force: true });
    throw error;
  }
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
    // Its way begins where the folder really is.
    return link === undefined ? path : targetOf(resolve(fs.realpathSync(dirname(path)), link));
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
