/**
 * The transactional writer of a set of files: the only code that changes the disk.
 *
 * Each root holds a lock while a run lasts. What else lies there says how far a run came, and what the next one does:
 *
 * 1. nothing but a lock: nothing was begun. A dead holder's lock is taken over.
 * 2. `.kubepki-transaction` (the record, in each root): files are being staged beside their targets as
 *    `.kubepki-stage-…`, each synced; old contents get a second name under `.kubepki-backups`. Nothing is changed yet: the next run removes it all.
 * 3. `.kubepki-journal-ID` (in the first root; that it appears, by rename, is the commit): the staged files are renamed
 *    over their targets. The next run renames the rest. Where that cannot be done, the journal becomes:
 * 4. `.kubepki-undo-ID`: old contents are put back from their second names. The next run puts back the rest.
 * 5. `.kubepki-done-ID`: everything is in place; the next run removes the markers.
 *
 * Everything a step stands on is synced before the step. A target that someone else changes after a crash is never lost: it gets
 * a second name before it is replaced. Windows knows no owners, no modes but read-only and no sync of directories; macOS
 * does not tell when a process started, so a dead holder whose process id is in use again is waited for.
 */
import { dirname, isAbsolute, resolve } from 'node:path';
import { formatInstant } from '../../asn1/time.ts';
import { PkiError, isPkiError } from '../../errors/pki-error.ts';
import { backUpTargets, removeBackups } from './backup.ts';
import type { BackupManifest } from './backup.ts';
import type { Directories } from './directories.ts';
import { createDirectories } from './directories.ts';
import type { FileSystem } from './file-system.ts';
import { nodeFileSystem, unlessAbsent, withIoErrors } from './file-system.ts';
import type { Conflict } from './finish.ts';
import { closeCompleted, removeMade, renameAll, settleCommitted } from './finish.ts';
import type { Holder } from './holder.ts';
import type { Header } from './journal.ts';
import { firstRoot, removeJournal, writeJournal } from './journal.ts';
import { releaseLocks } from './lock.ts';
import { backupName, journalPath, newId, temporary } from './names.ts';
import type { OpenRecord } from './record.ts';
import { removeRecords, writeRecords } from './record.ts';
import type { RecoveredTransaction } from './recover.ts';
import type { Session } from './session.ts';
import { openSession } from './session.ts';
import type { StageContext, Staged, StagedFile } from './stage.ts';
import type { Stager } from './stager.ts';
import { createStager } from './stager.ts';
import { throwIfStopped, type StopSignal } from './stop.ts';

const LOCK_TIMEOUT_MS = 30_000;
const ENDED = 'a transaction whose run has ended takes no more files';

/** How {@link withTransaction} works; everything is optional. */
interface DiskOptions {
  /** Milliseconds to wait for another run, 30000 by default. */
  readonly lockTimeout?: number;
  /** Numeric user id that new files and directories get. */
  readonly owner?: number;
  /** Numeric group id that new files and directories get. */
  readonly group?: number;
  /** The time that the lock, the journal and the backups bear. */
  readonly now?: Date;
  /** The file system; node's own by default. */
  readonly fs?: FileSystem;
  /** Whether an absolute path is that of a file of the set, staged or not: no link leads from one of them to another. */
  readonly belongs?: (path: string) => boolean;
  /** Called when another run holds a lock, once for each lock; `undefined` where the lock does not name its holder. */
  readonly onWait?: (holder: Holder | undefined) => void;
  /**
   * Asks the run to stop, as an `AbortSignal` does: until it has committed it takes back what it has begun and is
   * rejected with the signal's reason; from then on it goes to its end.
   */
  readonly signal?: StopSignal;
}

/** What a commit did. */
interface CommitResult {
  /** The paths written, as they were given, in the order of the calls of `stage`. */
  readonly written: readonly string[];
  /** Directories that hold what was replaced; a {@link BackupManifest} lies beside each, as NAME.json. */
  readonly backups: readonly string[];
}

/** A set of files being written: stage each, look at what really lies on disk, commit once. */
interface Transaction {
  /** What earlier runs that were cut short had left, and what became of it. */
  readonly recovered: readonly RecoveredTransaction[];
  /**
   * Writes a file beside its target, with its mode and owner, durably; calls may overlap.
   *
   * @throws PkiError `io`; `unexpected-file` when something stands there that may not be replaced
   * @throws TypeError when the path is relative, outside the roots, or staged twice
   */
  stage(file: StagedFile): Promise<void>;
  /**
   * Reads back what was staged for a path.
   *
   * @throws PkiError `verification-failed` where the disk has another content
   */
  readStaged(path: string): Promise<Uint8Array>;
  /**
   * Puts all staged files in their places, all or none; then nothing more can be staged.
   *
   * @throws PkiError `unexpected-file` when a target has changed since it was staged; `io`. After either, all files are as they were.
   */
  commit(): Promise<CommitResult>;
}

interface State {
  readonly fs: FileSystem;
  readonly header: Header;
  readonly session: Session;
  readonly backup: string;
  readonly directories: Directories;
  readonly stager: Stager;
  readonly signal: StopSignal | undefined;
  record?: OpenRecord;
  /** `closed`: the run ended without a commit. `settled`: committed. */
  phase: 'open' | 'committing' | 'settled' | 'closed';
  commitment?: Promise<CommitResult>;
}

function begin(session: Session, fs: FileSystem, options: DiskOptions): State {
  const now = options.now ?? new Date();
  const roots = [...new Set(session.roots.map((root) => root.real))].sort();
  const header = { id: newId(), roots, since: formatInstant(now) };
  const backup = backupName(now, header.id);
  const ownership = { owner: options.owner, group: options.group };
  const directories = createDirectories(fs, session.roots, {
    ...ownership,
    note: (directory) => state.record?.add(directory) ?? Promise.resolve(),
  });
  for (const path of session.made) directories.changed.add(dirname(path));
  const open = async (): Promise<StageContext> => {
    state.record = await writeRecords(fs, header, session.made);
    return { fs, id: header.id, roots: session.roots, directories, backup, ...ownership };
  };
  const stager = createStager(open, { fs, roots: session.roots, belongs: options.belongs });
  const state: State = {
    fs,
    header,
    session,
    backup,
    directories,
    stager,
    signal: options.signal,
    phase: 'open',
  };
  return state;
}

/** Says how far the files came, which matters more than what to do about the cause. */
function hinting(hint: string): (error: unknown) => never {
  return (error) => {
    if (!isPkiError(error, 'io')) throw error;
    throw new PkiError('io', error.message, { details: error.details, hint, cause: error });
  };
}

// Neither forward nor back: only who reads this can help.
const halfWritten = hinting(
  'some files are new and some old: when the cause is mended, the next run makes them one state',
);
const stillLocked = hinting(
  'all files are in place, only the lock is left: the next run takes it over once the cause is mended',
);

async function renameCommitted(state: State, staged: readonly Staged[]): Promise<void> {
  const { fs, header } = state;
  try {
    await renameAll(fs, staged);
  } catch {
    const entries = staged.map(({ entry }) => entry);
    const { undoneBecause } = await settleCommitted(fs, header, entries).catch(halfWritten);
    if (undoneBecause !== undefined) throw undoneBecause;
  }
  // Every file is in its place: what fails from here on leaves litter, which the next run removes.
  await closeCompleted(fs, header).catch(() => undefined);
}

async function commit(state: State): Promise<CommitResult> {
  if (state.phase === 'closed') throw new TypeError(ENDED);
  if (state.phase !== 'open') throw new TypeError('a transaction can be committed once');
  state.phase = 'committing';
  const { fs, header, backup: name, directories, stager } = state;
  const staged = await stager.all();
  if (staged.length === 0) return { written: [], backups: [] };
  await state.record?.close();
  delete state.record;
  const backups = await backUpTargets(fs, header, { staged, name, changed: directories.changed });
  throwIfStopped(state.signal);
  await writeJournal(fs, header, staged);
  state.phase = 'settled';
  await renameCommitted(state, staged);
  return { written: staged.map(({ path }) => path), backups };
}

// The journal goes first: as long as it may be there, what it names must be there as well.
async function abort(state: State): Promise<void> {
  const { fs, header, directories, stager } = state;
  await state.record?.close().catch(() => undefined);
  delete state.record;
  await unlessAbsent(fs.unlink(temporary(journalPath(firstRoot(header), 'journal', header.id))));
  await removeJournal(fs, header, 'journal');
  await stager.removeAll();
  await removeBackups(fs, header);
  await removeMade(fs, directories.made);
  await removeRecords(fs, header);
}

async function finish(state: State): Promise<void> {
  // First: what is staged from here on would lie there when the locks are gone.
  if (state.phase === 'open') state.phase = 'closed';
  await state.stager.settled();
  await state.commitment?.catch(() => undefined); // A run may end without waiting for it.
  if (state.phase !== 'settled' && state.stager.begun) await abort(state).catch(() => abort(state));
}

async function runLocked<T>(state: State, run: (transaction: Transaction) => Promise<T>): Promise<T> {
  const { stager } = state;
  const transaction: Transaction = {
    recovered: state.session.recovered,
    async stage(file) {
      if (state.phase === 'closed') throw new TypeError(ENDED);
      if (state.phase !== 'open') throw new TypeError('a committed transaction takes no more files');
      throwIfStopped(state.signal);
      await stager.stage(file);
    },
    readStaged: (path) => stager.read(path),
    commit: () => {
      const commitment = commit(state);
      state.commitment ??= commitment;
      return commitment;
    },
  };
  let result: T;
  try {
    result = await run(transaction);
  } catch (error) {
    // What cannot be removed now, the next run removes; what went wrong first is what is told.
    await finish(state).catch(() => undefined);
    throw error;
  }
  await finish(state);
  return result;
}

async function close(session: Session, state: State): Promise<void> {
  const released = releaseLocks(session.locks);
  await (state.phase === 'settled' ? released.catch(stillLocked) : released);
  if (state.phase !== 'settled') await removeMade(state.fs, session.made);
}

/**
 * Runs with the given directories locked and in one state, and lets the run write a set of files into them, all or none.
 * When the run ends without a commit, by an error or not, nothing has changed.
 *
 * @param roots absolute paths of directories; those that are missing are made. They may lie in each other
 * @throws PkiError `locked` when another run holds a lock for longer than the timeout; `io`; `unexpected-file`
 */
async function withTransaction<T>(
  roots: readonly string[],
  options: DiskOptions,
  run: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (roots.length === 0 || !roots.every((root) => isAbsolute(root)))
    throw new TypeError('roots must be absolute paths');
  const fs = withIoErrors(options.fs ?? nodeFileSystem);
  const session = await openSession(fs, [...new Set(roots.map((root) => resolve(root)))], {
    timeout: options.lockTimeout ?? LOCK_TIMEOUT_MS,
    now: options.now ?? new Date(),
    onWait: options.onWait,
    signal: options.signal,
    owner: options.owner,
    group: options.group,
  });
  const state = begin(session, fs, options);
  let result: T;
  try {
    result = await runLocked(state, run);
  } catch (error) {
    await close(session, state).catch(() => undefined);
    throw error;
  }
  await close(session, state);
  return result;
}

export { withTransaction };
export type {
  BackupManifest,
  CommitResult,
  Conflict,
  DiskOptions,
  FileSystem,
  Holder,
  RecoveredTransaction,
  StagedFile,
  StopSignal,
  Transaction,
};
