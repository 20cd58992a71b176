import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { backupPath } from './backup.ts';
import type { Directories, Ownership, Root } from './directories.ts';
import { kindOf, rootOf, unexpectedFile } from './directories.ts';
import type { FileStatus, FileSystem, OpenFile } from './file-system.ts';
import { unlessAbsent, withFile } from './file-system.ts';
import type { JournalEntry } from './journal.ts';
import { sha256 } from './journal.ts';
import { PREFIX, beside, stagePrefix } from './names.ts';

/** A file to be written. */
interface StagedFile {
  /** Absolute, under one of the roots. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Permission bits, such as `0o600`. */
  readonly mode: number;
}

/** What was staged: the journal's entry, and the path and root as the caller names them. */
interface Staged {
  readonly path: string;
  readonly root: Root;
  readonly entry: JournalEntry;
}

/** What staging needs to know of the transaction. */
interface StageContext extends Ownership {
  readonly fs: FileSystem;
  readonly id: string;
  readonly roots: readonly Root[];
  readonly directories: Directories;
  /** Name of the transaction's directory among the backups. */
  readonly backup: string;
}

/** The path and root of a file that may be staged. */
function checkStagedFile(
  roots: readonly Root[],
  file: StagedFile,
): { readonly path: string; readonly root: Root } {
  if (typeof file.path !== 'string' || !isAbsolute(file.path)) throw new TypeError('path must be absolute');
  const resolved = resolve(file.path);
  // The caller's own string, not another of the same letters: there are many files, and each path is kept.
  const path = file.path === resolved ? file.path : resolved;
  if (!(file.data instanceof Uint8Array)) throw new TypeError(`data of ${path} must be a Uint8Array`);
  if (!Number.isInteger(file.mode) || file.mode < 0 || file.mode > 0o777) {
    throw new TypeError(`mode of ${path} must be between 0 and 0o777`);
  }
  const root = rootOf(roots, path);
  if (root === undefined || path === root.given) throw new TypeError(`${path} lies under none of the roots`);
  const names = path.slice(root.given.length).split(/[/\\]/);
  if (names.some((name) => name.startsWith(PREFIX))) {
    throw new TypeError(`${path}: names that begin with ${PREFIX} are our own`);
  }
  return { path, root };
}

// A link to a file stays, and what it points to is replaced.
async function followTarget(
  fs: FileSystem,
  path: string,
): Promise<{ target: string; status: FileStatus | undefined }> {
  const expected = 'a regular file';
  const hint = 'move it away and run again';
  const status = await unlessAbsent(fs.lstat(path));
  if (status === undefined || status.isFile()) return { target: path, status };
  if (!status.isSymbolicLink()) throw unexpectedFile(path, { expected, actual: kindOf(status), hint });
  const target = await unlessAbsent(fs.realpath(path));
  if (target === undefined)
    throw unexpectedFile(path, { expected, actual: 'a dangling symbolic link', hint });
  const pointee = await fs.lstat(target);
  if (pointee?.isFile() !== true)
    throw unexpectedFile(path, { expected, actual: `a link to ${kindOf(pointee)}`, hint });
  return { target, status: pointee };
}

function checkOwner(path: string, status: FileStatus | undefined): void {
  const user = process.geteuid?.();
  if (status === undefined || user === undefined || user === 0 || user === status.uid) return;
  const expected = `a file owned by user ${user}`;
  const hint = 'run as root or as the owner of the file, or move the file away';
  throw unexpectedFile(path, { expected, actual: `a file owned by user ${status.uid}`, hint });
}

// Who has tightened a mode keeps it; who has widened it gets what the file must have.
function wantedMode(mode: number, existing: FileStatus | undefined): number {
  if (existing === undefined) return mode;
  const present = existing.mode & 0o777;
  return (present & ~mode) === 0 ? present : mode;
}

async function settle(
  file: OpenFile,
  wanted: Ownership & { readonly mode: number; readonly existing: FileStatus | undefined },
): Promise<void> {
  const status = await file.stat();
  if (process.platform === 'win32') return; // No owners, and no mode but read-only.
  if ((status.mode & 0o777) !== wanted.mode) await file.chmod(wanted.mode); // The umask has cut it.
  const inherited = process.geteuid?.() === 0 ? wanted.existing : undefined;
  const owner = wanted.owner ?? inherited?.uid ?? status.uid;
  const group = wanted.group ?? inherited?.gid ?? status.gid;
  if (owner !== status.uid || group !== status.gid) await file.chown(owner, group);
}

/** Where a file is to go: everything that can refuse it before a byte is written. */
interface Place {
  readonly target: string;
  readonly existing: FileStatus | undefined;
  readonly old: string | undefined;
}

/** Finds what stands where a file is to go; makes the directories that are missing. */
async function observe(context: StageContext, path: string): Promise<Place> {
  const { fs, directories } = context;
  const real = join(await directories.resolve(dirname(path)), basename(path));
  const { target, status } = await followTarget(fs, real === path ? path : real);
  checkOwner(path, status);
  const old = status === undefined ? undefined : sha256(await fs.readFile(target));
  await directories.use(dirname(target));
  return { target, existing: status, old };
}

/**
 * Writes a file beside its target under a name of our own, complete and durable, with its mode and owner from the first
 * byte on; `created` is called as soon as there is something to be removed again.
 */
async function writeStaged(
  context: StageContext,
  place: Place & { readonly staged: string; readonly created: () => void },
  file: StagedFile,
): Promise<void> {
  const mode = wantedMode(file.mode, place.existing);
  await withFile(context.fs.open(place.staged, 'wx', mode), async (open) => {
    place.created();
    await settle(open, { mode, existing: place.existing, owner: context.owner, group: context.group });
    await open.writeFile(file.data);
    await open.sync();
  });
}

/** The name under which the file of this number is staged beside its target. */
function stagedPath(context: StageContext, target: string, number: number): string {
  return beside(target, `${stagePrefix(context.id)}${number}`);
}

/** What is kept of a staged file, one of many: the entry is made anew whenever it is asked for. */
class KeptStaged implements Staged {
  readonly path: string;
  readonly root: Root;
  readonly #context: StageContext;
  readonly #number: number;
  readonly #target: string;
  readonly #sha256: string;
  readonly #old: string | undefined;

  constructor(
    context: StageContext,
    file: { readonly path: string; readonly root: Root; readonly number: number },
    place: Pick<Place, 'target' | 'old'> & { readonly sha256: string },
  ) {
    this.path = file.path;
    this.root = file.root;
    this.#context = context;
    this.#number = file.number;
    this.#target = place.target;
    this.#sha256 = place.sha256;
    this.#old = place.old;
  }

  get entry(): JournalEntry {
    const target = this.#target;
    return {
      staged: stagedPath(this.#context, target, this.#number),
      target,
      sha256: this.#sha256,
      backup: backupPath(this.root, this.#context.backup, this.path),
      ...(this.#old === undefined ? {} : { old: this.#old }),
    };
  }
}

/** Notes what was staged. */
function describeStaged(
  context: StageContext,
  file: { readonly path: string; readonly root: Root; readonly number: number; readonly data: Uint8Array },
  place: Place,
): Staged {
  return new KeptStaged(context, file, { ...place, sha256: sha256(file.data) });
}

export { checkStagedFile, describeStaged, observe, stagedPath, writeStaged };
export type { Place, StageContext, Staged, StagedFile };
