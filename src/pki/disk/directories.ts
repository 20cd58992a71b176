import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { PkiError } from '../../errors/pki-error.ts';
import { quotePath } from '../../errors/quote.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { unlessAbsent, withFile } from './file-system.ts';
import { hasErrno } from '../../errors/io-error.ts';
import { under } from './names.ts';
import type { UsedDirectory } from './record.ts';

/** The mode of the directories of a kubeadm tree. */
const DIRECTORY_MODE = 0o755;

/** Who is to own new files and directories; what is left out stays as the system gives it. */
interface Ownership {
  /** Numeric user id. */
  readonly owner?: number | undefined;
  /** Numeric group id. */
  readonly group?: number | undefined;
}

/** A directory that a transaction covers, as the caller names it and as it really is. */
interface Root {
  readonly given: string;
  readonly real: string;
}

/** What kind of file a status describes, in words; `nothing` for none. */
function kindOf(status: FileStatus | undefined): string {
  if (status === undefined) return 'nothing';
  if (status.isFile()) return 'a regular file';
  if (status.isDirectory()) return 'a directory';
  return status.isSymbolicLink() ? 'a symbolic link' : 'a socket, pipe or device';
}

/** The error for something that stands where something else must. */
function unexpectedFile(
  path: string,
  found: { expected: string; actual: string; hint: string },
): PkiError<'unexpected-file'> {
  const { expected, actual, hint } = found;
  const message = `${quotePath(path)}: expected ${expected}, got ${actual}`;
  return new PkiError('unexpected-file', message, { details: { path, expected, actual }, hint });
}

/** Makes a directory whose parent exists, with exactly the mode whatever the umask; false where it exists already. */
async function makeDirectory(
  fs: FileSystem,
  path: string,
  how: Ownership & { readonly mode?: number },
): Promise<boolean> {
  const mode = how.mode ?? DIRECTORY_MODE;
  try {
    await fs.mkdir(path, mode);
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  if (process.platform === 'win32') return true; // No modes, no owners, and no directory can be opened.
  try {
    await withFile(fs.open(path, 'r'), async (directory) => {
      const status = await directory.stat();
      if ((status.mode & 0o777) !== mode) await directory.chmod(mode | (status.mode & 0o7000));
      if (how.owner !== undefined || how.group !== undefined)
        await directory.chown(how.owner ?? -1, how.group ?? -1);
    });
  } catch (error) {
    await fs.rmdir(path).catch(() => undefined);
    throw error;
  }
  return true;
}

/** The real path of what must be a directory, links followed; `undefined` where nothing is. */
async function existingDirectory(fs: FileSystem, path: string): Promise<string | undefined> {
  const status = await unlessAbsent(fs.lstat(path));
  if (status === undefined) return undefined;
  if (status.isDirectory()) return path;
  const expected = 'a directory';
  const hint = 'move it away, or choose another directory';
  if (!status.isSymbolicLink()) throw unexpectedFile(path, { expected, actual: kindOf(status), hint });
  const real = await unlessAbsent(fs.realpath(path));
  if (real === undefined) throw unexpectedFile(path, { expected, actual: 'a dangling symbolic link', hint });
  const pointee = await fs.lstat(real);
  if (pointee?.isDirectory() !== true)
    throw unexpectedFile(path, { expected, actual: `a link to ${kindOf(pointee)}`, hint });
  return real;
}

/** Creates what is missing of the roots and finds their real paths; `made` is told of each new directory, outermost first. */
async function prepareRoots(
  fs: FileSystem,
  roots: readonly string[],
  how: Ownership & { readonly made: (path: string) => void },
): Promise<Root[]> {
  const ensure = async (path: string): Promise<void> => {
    if ((await existingDirectory(fs, path)) !== undefined) return;
    if (dirname(path) !== path) await ensure(dirname(path));
    if (await makeDirectory(fs, path, how)) how.made(path);
  };
  const prepared: Root[] = [];
  for (const given of roots) {
    await ensure(given);
    prepared.push({ given, real: await fs.realpath(given) });
  }
  return prepared;
}

// With this in it, a path is not yet what it names; and Windows takes upper and lower case for the same.
const mayClimb = (path: string): boolean => process.platform === 'win32' || path.includes(`${sep}..`);

/** Whether a path is a directory or lies under it, by its text alone. */
function isWithin(directory: string, path: string): boolean {
  if (!mayClimb(path) && !mayClimb(directory))
    return path === directory || path.startsWith(under(directory, ''));
  const rest = relative(directory, path);
  return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

/** The innermost root that covers a path. */
function rootOf(roots: readonly Root[], path: string): Root | undefined {
  let innermost: Root | undefined;
  for (const root of roots) {
    if (!isWithin(root.given, path)) continue;
    if (innermost === undefined || root.given.length > innermost.given.length) innermost = root;
  }
  return innermost;
}

/** The directories of a transaction: found or made once each. */
interface Directories {
  /** The real path of a directory under a root, made where it is missing. */
  resolve(path: string): Promise<string>;
  /** Notes that a file is staged in a directory, given by its real path. */
  use(path: string): Promise<unknown>;
  /** Real paths of all whose entries must be made durable. */
  readonly changed: Set<string>;
  /** Real paths of those made, outermost first. */
  readonly made: string[];
}

/** Where a directory is, or will be; `noted` once the record has it, for one that is missing. */
interface Location {
  readonly real: string;
  readonly noted?: Promise<void>;
}

// What has come out is kept without its promise: there are as many of them as directories. A failure stays one.
function onlyOnce<T extends object | string | true>(
  make: (path: string) => Promise<T>,
): (path: string) => Promise<T> {
  const known = new Map<string, T>();
  const running = new Map<string, Promise<T>>();
  const run = async (path: string): Promise<T> => {
    const result = await make(path);
    known.set(path, result);
    running.delete(path);
    return result;
  };
  return async (path) => {
    const result = known.get(path);
    if (result !== undefined) return result;
    const promise = running.get(path) ?? run(path);
    if (!known.has(path)) running.set(path, promise);
    return promise;
  };
}

/** Finds and makes directories under the roots, and tells `note` of each before anything changes in it. */
function createDirectories(
  fs: FileSystem,
  roots: readonly Root[],
  options: Ownership & { readonly note: (directory: UsedDirectory) => Promise<void> },
): Directories {
  const changed = new Set<string>();
  const made: string[] = [];
  // The roots stand in the record's first line already.
  const noted = new Set(roots.map((root) => root.real));
  // All that is missing of a path is noted together, before the first of it is made: that is one sync instead of many.
  const locate = onlyOnce(async (path: string): Promise<Location> => {
    const root = roots.find((candidate) => candidate.given === path);
    if (root) return { real: root.real };
    const parent = await locate(dirname(path));
    const joined = join(parent.real, basename(path));
    const real = joined === path ? path : joined;
    const existing = parent.noted === undefined ? await existingDirectory(fs, real) : undefined;
    if (existing !== undefined) return { real: existing };
    noted.add(real);
    const note = options.note({ path: real, made: true });
    note.catch(() => undefined); // Whoever makes the directory awaits it.
    return { real, noted: note };
  });
  const find = onlyOnce(async (path: string): Promise<string> => {
    const { real, noted: note } = await locate(path);
    if (note === undefined) return real;
    const parent = await find(dirname(path));
    await note;
    if (await makeDirectory(fs, real, options)) {
      made.push(real);
      changed.add(parent);
      return real;
    }
    return (await existingDirectory(fs, real)) ?? real;
  });
  const use = onlyOnce(async (path: string): Promise<true> => {
    changed.add(path);
    if (!noted.has(path)) await options.note({ path, made: false });
    return true;
  });
  return { resolve: find, use, changed, made };
}

export {
  DIRECTORY_MODE,
  createDirectories,
  isWithin,
  kindOf,
  makeDirectory,
  prepareRoots,
  rootOf,
  unexpectedFile,
};
export type { Directories, Ownership, Root };
