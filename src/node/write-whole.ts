import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';

/**
 * Writes a file that holds secrets, whole or not at all: the new one takes the place of the old. Mode, owner and links
 * stay; a new one has mode 0600. Where no other file can take its place (a mount, another's file, a second name of it, a
 * closed folder), what is in it is written over, as kubectl does with all files.
 *
 * @param options `backup`: the file as it was is left beside it
 * @throws PkiError `unexpected-file` where it is no regular file, `io`
 */
export function writeWhole(path: string, text: string, { backup }: { readonly backup: boolean }): void {
  const target = targetOf(path);
  const existing = fs.statSync(target, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    const actual = existing.isDirectory() ? 'a directory' : 'no regular file';
    throw new PkiError('unexpected-file', `${quotePath(path)} is ${actual}`, {
      details: { path, expected: 'a kubeconfig', actual },
      hint: 'name another file',
    });
  }
  try {
    // A file that may not be written is not replaced either.
    if (existing !== undefined) fs.closeSync(fs.openSync(target, 'r+'));
    if (existing !== undefined && backup) keep(target);
    if (existing === undefined || existing.nlink === 1) replace(target, text, existing);
    else overwrite(target, text);
  } catch (error) {
    throw ioError('write', path, error);
  }
}

function replace(target: string, text: string, existing: fs.Stats | undefined): void {
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = fs.openSync(staged, 'wx', 0o600);
    try {
      fs.writeFileSync(file, text);
      if (existing !== undefined) adopt(file, existing);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(staged, target);
  } catch (error) {
    fs.rmSync(staged, { force: true });
    if (existing === undefined || !hasErrno(error, 'EACCES', 'EPERM', 'EBUSY')) throw error;
    overwrite(target, text);
  }
}

/** Gives an open file owner and mode of another. */
function adopt(file: number, { uid, gid, mode }: fs.Stats): void {
  const own = fs.fstatSync(file);
  if (own.uid !== uid || own.gid !== gid) fs.fchownSync(file, uid, gid);
  fs.fchmodSync(file, mode & 0o7777);
}

function overwrite(target: string, text: string): void {
  const bytes = Buffer.from(text);
  const file = fs.openSync(target, 'r+');
  try {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at, bytes.length - at, at);
    fs.ftruncateSync(file, bytes.length);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
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

/** Leaves a copy beside the file, named for the time; the older of two of one moment is the one to keep. */
function keep(target: string): void {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('.', '');
  try {
    fs.copyFileSync(target, `${target}.${time}.bak`, fs.constants.COPYFILE_EXCL);
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error;
  }
}
