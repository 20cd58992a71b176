import { kindOf, unexpectedFile } from './directories.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { unlessAbsent } from './file-system.ts';

/** Write permission of the group and of others, as stat(2). */
const WRITABLE_BY_OTHERS = 0o022;

/** Refuses what another user has put there: only this user and root may tell a run what to do. Windows knows no owners. */
function checkOwner(path: string, status: FileStatus, what: string): void {
  const user = process.geteuid?.();
  if (user === undefined || status.uid === user || status.uid === 0) return;
  throw unexpectedFile(path, {
    expected: `${what} owned by user ${user} or root`,
    actual: `one owned by user ${status.uid}`,
    hint: `user ${status.uid} has put it there: run as that user to end its interrupted run, or look at it and remove it`,
  });
}

/**
 * Reads a record or journal, or `undefined` where there is none. What it says is done, so nobody else may have written it:
 * in a directory like `/tmp` anyone can leave one.
 *
 * @throws PkiError `unexpected-file` for a link, for what belongs to another user and for what others may write
 */
async function readTrusted(fs: FileSystem, path: string): Promise<Uint8Array | undefined> {
  const status = await unlessAbsent(fs.lstat(path));
  if (status === undefined) return undefined;
  const expected = 'a record of an interrupted run';
  const hint = 'look at it, and remove it if no run of yours has left it';
  if (!status.isFile()) throw unexpectedFile(path, { expected, actual: kindOf(status), hint });
  checkOwner(path, status, expected);
  if (process.platform !== 'win32' && (status.mode & WRITABLE_BY_OTHERS) !== 0)
    throw unexpectedFile(path, { expected, actual: 'a file that its group or others may write', hint });
  return unlessAbsent(fs.readFile(path));
}

/**
 * Whether a directory of backups stands at a path; others may not have made it, for old keys are kept there and put back from there.
 *
 * @throws PkiError `unexpected-file` for anything but a directory and for one of another user
 */
async function checkBackupDirectory(fs: FileSystem, path: string): Promise<boolean> {
  const status = await unlessAbsent(fs.lstat(path));
  if (status === undefined) return false;
  const expected = 'a directory of backups';
  const hint = 'move it away and run again';
  if (!status.isDirectory()) throw unexpectedFile(path, { expected, actual: kindOf(status), hint });
  checkOwner(path, status, expected);
  return true;
}

/**
 * Reads a lock, whoever holds it, or `undefined` where there is none.
 *
 * @throws PkiError `unexpected-file` for a link, pipe or directory: a lock is made as a file, so nothing behind it is one
 */
async function readLock(fs: FileSystem, path: string): Promise<Uint8Array | undefined> {
  const status = await unlessAbsent(fs.lstat(path));
  if (status === undefined) return undefined;
  const hint = 'look at it, remove it and run again';
  if (!status.isFile()) throw unexpectedFile(path, { expected: 'a lock file', actual: kindOf(status), hint });
  return unlessAbsent(fs.readFile(path));
}

export { checkBackupDirectory, readLock, readTrusted };
