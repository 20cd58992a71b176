import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  lstatSync,
  statSync,
  type Stats,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { FileFacts, FileSource } from '../check/files.ts';
import { PkiError } from '../errors/pki-error.ts';

/** Larger files are not read: no certificate, key or manifest comes near. */
const MAX_BYTES = 64 * 1024 * 1024;

/** As many links may be followed one after the other as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * The files below a directory that stands in for a machine's root: links are followed as the machine would follow them,
 * so that an absolute one stays below the root.
 *
 * @param root a directory; default: this machine's own root
 */
export function diskFiles(root = '/'): FileSource {
  const whole = resolve(root);
  const names = ownerNames(whole);
  // A path below begins with its own slash.
  const base = whole.replace(/\/$/, '');
  const folders: KnownFolders = new Map();
  const follow = (path: string): Found | undefined => followLinks(base, path, folders);
  // What is kept from this user is nothing to them, until they read it.
  const find = (path: string): Found | undefined => {
    try {
      return follow(path);
    } catch (error) {
      if (error instanceof PkiError) return undefined;
      throw error;
    }
  };
  return {
    stat: (path) => {
      const found = find(path);
      const stats = found?.stats ?? (found && statOf(base + found.path));
      return stats === undefined ? undefined : factsOf(stats, names);
    },
    realPath: (path) => find(path)?.path,
    list: (path) => {
      const found = find(path);
      return found && listOf(base + found.path);
    },
    read: (path) => {
      const found = follow(path);
      return found && readNow(base + found.path, path);
    },
  };
}

function errnoOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'UNKNOWN';
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function listOf(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch {
    return undefined;
  }
}

/** What a path leads to, below the root; what is known of it from the way there. */
interface Found {
  readonly path: string;
  readonly stats?: Stats;
}

/** Where folders lead; a run looks at the files of each many times. */
type KnownFolders = Map<string, string | undefined>;

/**
 * Where a path leads below a root, each link taken as the machine would; `undefined` where nothing is, or in a circle.
 *
 * @throws PkiError `io` where a folder on the way is kept from this user
 */
function followLinks(base: string, path: string, known: KnownFolders, links = 0): Found | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const last = parts.pop();
  if (last === undefined) return { path: '/' };
  const above = `/${parts.join('/')}`;
  const folder = known.has(above) ? known.get(above) : followLinks(base, above, known, links)?.path;
  known.set(above, folder);
  if (folder === undefined) return undefined;
  if (last === '..') return { path: folder.replace(/\/[^/]*$/, '').replace(/^$/, '/') };
  const here = folder === '/' ? `/${last}` : `${folder}/${last}`;
  const stats = linkStat(base + here);
  if (stats === undefined || !stats.isSymbolicLink()) return stats && { path: here, stats };
  if (links >= MAX_LINKS) return undefined;
  const target = linkTarget(base + here);
  if (target === undefined) return undefined;
  return followLinks(base, target.startsWith('/') ? target : `${folder}/${target}`, known, links + 1);
}

function linkStat(path: string): Stats | undefined {
  return unlessGone(path, () => lstatSync(path, { throwIfNoEntry: false }));
}

/** Another program may take the link away after it was seen. */
function linkTarget(path: string): string | undefined {
  return unlessGone(path, () => readlinkSync(path));
}

/** What the system says where there is no such thing: nothing, no folder on the way, no link any more, too long a name. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG', 'ELOOP']);

function unlessGone<T>(path: string, look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const errno = errnoOf(error);
    if (GONE.has(errno)) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): PkiError {
  const errno = errnoOf(cause);
  return new PkiError('io', `cannot read ${path}: ${errno}`, {
    details: { operation: 'read', path, errno },
    cause,
  });
}

interface Names {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** Names of users and groups of the machine whose root it is (passwd(5), group(5)). */
function ownerNames(base: string): Names {
  return { users: namesIn(join(base, 'etc/passwd')), groups: namesIn(join(base, 'etc/group')) };
}

function namesIn(file: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>([[0, 'root']]);
  if (!existsSync(file) || !(statOf(file)?.isFile() ?? false)) return names;
  try {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [name = '', , id = ''] = line.split(':');
      if (name !== '' && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
    }
  } catch {
    // Without names there are numbers.
  }
  return names;
}

function factsOf(stats: Stats, { users, groups }: Names): FileFacts {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    owner: users.get(stats.uid),
    group: groups.get(stats.gid),
    size: stats.size,
    modified: stats.mtime,
  };
}

/** Reads a regular file; a pipe or device in its place does not hold the reader up. */
function readNow(file: string, path: string): Uint8Array | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      const actual = stats.isDirectory() ? 'a directory' : 'not a regular file';
      throw new PkiError('unexpected-file', `${path} is ${actual}`, {
        details: { path, expected: 'a regular file', actual },
      });
    }
    if (stats.size > MAX_BYTES) {
      const details = { limit: 'file size', maximum: MAX_BYTES, source: path };
      throw new PkiError('limit-exceeded', `${path} has ${stats.size} bytes`, { details });
    }
    return readFileSync(descriptor);
  } catch (error) {
    if (error instanceof PkiError) throw error;
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
