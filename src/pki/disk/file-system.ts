import * as nodeFs from 'node:fs';
import { errnoOf, hasErrno, ioError } from '../../errors/io-error.ts';

/** What is used of the result of `stat`. `mode` holds the type of the file and its permission bits, as stat(2). */
interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** An open file: what is used of node's `FileHandle`. */
interface OpenFile {
  writeFile(data: Uint8Array): Promise<void>;
  stat(): Promise<FileStatus>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Exactly the operations that a transaction uses, so that a test can count them, fail them, or end the process between any two. */
interface FileSystem {
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  readdir(path: string): Promise<string[]>;
  /** `undefined` where nothing is, which is what most files of a new tree are: an error would cost more than the file. */
  lstat(path: string): Promise<FileStatus | undefined>;
  realpath(path: string): Promise<string>;
  readlink(path: string): Promise<string>;
  mkdir(path: string, mode: number): Promise<unknown>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
}

/** Runs work that does not wait as a promise, so that what it throws is a rejection. */
function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

function openFile(path: string, flags: string, mode: number | undefined): OpenFile {
  const descriptor = nodeFs.openSync(path, flags, mode);
  let isOpen = true;
  return {
    writeFile: (data) =>
      settle(() => {
        nodeFs.writeFileSync(descriptor, data);
      }),
    stat: () => settle(() => nodeFs.fstatSync(descriptor)),
    chmod: (bits) =>
      settle(() => {
        nodeFs.fchmodSync(descriptor, bits);
      }),
    chown: (uid, gid) =>
      settle(() => {
        nodeFs.fchownSync(descriptor, uid, gid);
      }),
    sync: () => sync(descriptor),
    close: () =>
      settle(() => {
        // Once: the number may be another file's by now.
        if (!isOpen) return;
        isOpen = false;
        nodeFs.closeSync(descriptor);
      }),
  };
}

// In the next turn of the event loop: all that is ready to be written is written before, for a file system lets
// nobody create a file while it commits, and one commit serves all syncs that wait for it.
function sync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      nodeFs.fsync(descriptor, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  });
}

/**
 * The file system of this machine. Files are small and metadata lies in memory, so all of it takes less than the way
 * to the thread pool and back, but for syncs: those wait for the disk, and several at once share one wait.
 */
const nodeFileSystem: FileSystem = Object.freeze({
  open: (path, flags, mode) => settle(() => openFile(path, flags, mode)),
  readFile: (path) => settle(() => nodeFs.readFileSync(path)),
  readdir: (path) => settle(() => nodeFs.readdirSync(path)),
  lstat: (path) => settle(() => nodeFs.lstatSync(path, { throwIfNoEntry: false })),
  realpath: (path) => settle(() => nodeFs.realpathSync.native(path)),
  readlink: (path) => settle(() => nodeFs.readlinkSync(path)),
  mkdir: (path, mode) =>
    settle(() => {
      nodeFs.mkdirSync(path, mode);
    }),
  link: (from, to) =>
    settle(() => {
      nodeFs.linkSync(from, to);
    }),
  rename: (from, to) =>
    settle(() => {
      nodeFs.renameSync(from, to);
    }),
  unlink: (path) =>
    settle(() => {
      nodeFs.unlinkSync(path);
    }),
  rmdir: (path) =>
    settle(() => {
      nodeFs.rmdirSync(path);
    }),
} satisfies FileSystem);

// What each operation is called in a message: `cannot VERB "path"`.
const VERBS = Object.freeze({
  readFile: 'read',
  readdir: 'list',
  lstat: 'look at',
  realpath: 'resolve',
  readlink: 'resolve',
  mkdir: 'create directory',
  link: 'link',
  rename: 'rename',
  unlink: 'remove',
  rmdir: 'remove directory',
  writeFile: 'write',
  stat: 'look at',
  chmod: 'set the mode of',
  chown: 'set the owner of',
  sync: 'sync',
  close: 'close',
});

async function guarded<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw errnoOf(error) === undefined ? error : ioError(operation, path, error);
  }
}

function guardedFile(file: OpenFile, path: string): OpenFile {
  return {
    writeFile: (data) => guarded(VERBS.writeFile, path, () => file.writeFile(data)),
    stat: () => guarded(VERBS.stat, path, () => file.stat()),
    chmod: (mode) => guarded(VERBS.chmod, path, () => file.chmod(mode)),
    chown: (uid, gid) => guarded(VERBS.chown, path, () => file.chown(uid, gid)),
    sync: () => guarded(VERBS.sync, path, () => file.sync()),
    close: () => guarded(VERBS.close, path, () => file.close()),
  };
}

/** The same file system, whose refusals are `PkiError` of code `io` that name the operation and the path. */
function withIoErrors(fs: FileSystem): FileSystem {
  return {
    async open(path, flags, mode) {
      const verb = flags.includes('w') ? 'create' : 'open';
      return guardedFile(await guarded(verb, path, () => fs.open(path, flags, mode)), path);
    },
    readFile: (path) => guarded(VERBS.readFile, path, () => fs.readFile(path)),
    readdir: (path) => guarded(VERBS.readdir, path, () => fs.readdir(path)),
    lstat: (path) => guarded(VERBS.lstat, path, () => fs.lstat(path)),
    realpath: (path) => guarded(VERBS.realpath, path, () => fs.realpath(path)),
    readlink: (path) => guarded(VERBS.readlink, path, () => fs.readlink(path)),
    mkdir: (path, mode) => guarded(VERBS.mkdir, path, () => fs.mkdir(path, mode)),
    link: (from, to) => guarded(VERBS.link, to, () => fs.link(from, to)),
    rename: (from, to) => guarded(VERBS.rename, to, () => fs.rename(from, to)),
    unlink: (path) => guarded(VERBS.unlink, path, () => fs.unlink(path)),
    rmdir: (path) => guarded(VERBS.rmdir, path, () => fs.rmdir(path)),
  };
}

/** The result of an operation, or `undefined` where the file is not there. */
async function unlessAbsent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Opens a file, hands it on, and closes it whatever happens; the first error is the one that is thrown. */
async function withFile<T>(opening: Promise<OpenFile>, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await opening;
  let result: T;
  try {
    result = await use(file);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  await file.close();
  return result;
}

/**
 * Makes the names in a directory durable (fsync of the directory).
 * Windows has no such operation and refuses to open a directory: there it is left out.
 */
async function syncDirectory(fs: FileSystem, path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(fs.open(path, 'r'), (directory) => directory.sync());
}

/** Writes a new file and makes its content durable; a partly written one is removed again. */
async function writeDurably(
  fs: FileSystem,
  path: string,
  data: Uint8Array | string,
  mode = 0o600,
): Promise<void> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  try {
    await withFile(fs.open(path, 'wx', mode), async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) await fs.unlink(path).catch(() => undefined);
    throw error;
  }
}

export { nodeFileSystem, syncDirectory, unlessAbsent, withFile, withIoErrors, writeDurably };
export type { FileStatus, FileSystem, OpenFile };
