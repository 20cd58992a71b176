import { PkiError } from './pki-error.ts';
import { quotePath } from './quote.ts';

/** What the system's code means, and what the reader can do about it. Meanings as in errno(3). */
const ERRNO_TABLE: Readonly<Record<string, readonly [meaning: string, hint: string]>> = Object.freeze({
  EACCES: ['permission denied', 'run as the owner of the directory or as root, or choose another directory'],
  EPERM: [
    'operation not permitted',
    'run as root, or check the owner and the attributes (lsattr) of the file',
  ],
  EROFS: ['read-only file system', 'remount it for writing, or choose another directory'],
  ENOSPC: ['no space left on device', 'free some space or inodes (df, df -i) and run again'],
  EDQUOT: ['disk quota exceeded', 'free some space or raise the quota, and run again'],
  EFBIG: ['file too large', 'raise the limit on the size of files (ulimit -f) and run again'],
  EMFILE: ['too many open files', 'raise the limit on open files (ulimit -n) and run again'],
  ENFILE: ['too many open files in the system', 'raise fs.file-max, or wait, and run again'],
  ENOENT: ['no such file or directory', 'check the path'],
  EEXIST: ['file exists', 'move it away, or choose another path'],
  ENOTDIR: [
    'part of the path is not a directory',
    'move away the file that stands in place of the directory',
  ],
  EISDIR: ['is a directory', 'name a file, or move the directory away'],
  ENOTEMPTY: ['directory not empty', 'empty the directory, or choose another one'],
  ELOOP: [
    'a symbolic link of the path leads back to itself',
    'repair the link: ls -l shows where each one leads',
  ],
  ENAMETOOLONG: ['file name too long', 'shorten the name or the directory'],
  EBUSY: ['resource busy', 'a mount point cannot be replaced: mount the directory rather than the file'],
  EXDEV: ['crosses file systems', 'keep the directory on one file system'],
  ETXTBSY: ['text file busy', 'stop the program that uses the file'],
  EIO: ['input/output error', 'check the disk (dmesg) and run again'],
});

/** The system's error code that a value carries (`ENOENT`), or `undefined` where it carries none. */
function errnoOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  if (
    'details' in cause &&
    typeof cause.details === 'object' &&
    cause.details !== null &&
    'errno' in cause.details
  ) {
    return typeof cause.details.errno === 'string' ? cause.details.errno : undefined;
  }
  return 'code' in cause && typeof cause.code === 'string' && /^E[A-Z0-9]+$/.test(cause.code)
    ? cause.code
    : undefined;
}

/** Whether a caught value, ours or the system's own, carries one of these system codes. */
function hasErrno(cause: unknown, ...codes: readonly string[]): boolean {
  const errno = errnoOf(cause);
  return errno !== undefined && codes.includes(errno);
}

/**
 * The error for a refusal of the file system, with a hint where the system's code is a known one.
 *
 * @param operation what was tried, as a verb: `read`, `write`, `rename`
 * @param path the file it was tried on
 * @param cause what was caught; its system code becomes `details.errno`, `EIO` where it has none
 * @param better a hint that says more than that of the code
 */
function ioError(operation: string, path: string, cause: unknown, better?: string): PkiError<'io'> {
  const errno = errnoOf(cause) ?? 'EIO';
  const [meaning, usual] = ERRNO_TABLE[errno] ?? [undefined, undefined];
  const hint = better ?? usual;
  const why = meaning === undefined ? errno : `${meaning} (${errno})`;
  return new PkiError('io', `cannot ${operation} ${quotePath(path)}: ${why}`, {
    details: { operation, path, errno },
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

export { errnoOf, hasErrno, ioError };
