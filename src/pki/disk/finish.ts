import { dirname, join } from 'node:path';
import { preserve, removeBackups } from './backup.ts';
import type { FileSystem } from './file-system.ts';
import { syncDirectory, unlessAbsent } from './file-system.ts';
import { hasErrno } from '../../errors/io-error.ts';
import type { Header, JournalEntry } from './journal.ts';
import { damaged, journalOf, moveJournal, removeJournal, sha256 } from './journal.ts';
import { forEachLimited } from './limit.ts';
import { stagePrefix } from './names.ts';
import { readDirectories, removeRecords } from './record.ts';

const WIDTH = 16;

/** A target that someone else changed between a crash and the recovery, and what became of it. */
interface Conflict {
  readonly path: string;
  /** Where the content that was found is kept; absent where it was left in its place. */
  readonly keptAs?: string;
}

async function hashOf(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return sha256(await fs.readFile(path));
  } catch (error) {
    if (hasErrno(error, 'EISDIR')) return 'a directory';
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function syncAround(fs: FileSystem, entries: readonly JournalEntry[]): Promise<void> {
  await syncDirectories(fs, new Set(entries.map(({ target }) => dirname(target))));
}

async function syncDirectories(fs: FileSystem, directories: ReadonlySet<string>): Promise<void> {
  await forEachLimited(directories, WIDTH, (path) => unlessAbsent(syncDirectory(fs, path)));
}

/** Puts every staged file in its place, right after the journal was written: nothing is looked at again. */
async function renameAll(
  fs: FileSystem,
  files: readonly { readonly entry: Pick<JournalEntry, 'staged' | 'target'> }[],
): Promise<void> {
  const directories = new Set<string>();
  await forEachLimited(files, WIDTH, async ({ entry: { staged, target } }) => {
    await fs.rename(staged, target);
    directories.add(dirname(target));
  });
  await syncDirectories(fs, directories);
}

async function setAside(fs: FileSystem, entry: JournalEntry): Promise<Conflict> {
  for (let number = 1; ; number += 1) {
    const keptAs = join(
      dirname(entry.target),
      `.kubepki-found-${number}-${sha256(new TextEncoder().encode(entry.target)).slice(0, 16)}`,
    );
    try {
      await preserve(fs, entry.target, keptAs);
      return { path: entry.target, keptAs };
    } catch (error) {
      if (!hasErrno(error, 'EEXIST')) throw error;
      // A second name of the same content, from a recovery that was itself interrupted, will do.
      if ((await hashOf(fs, keptAs)) === (await hashOf(fs, entry.target)))
        return { path: entry.target, keptAs };
    }
  }
}

async function forwardOne(fs: FileSystem, entry: JournalEntry): Promise<Conflict | undefined> {
  const present = await hashOf(fs, entry.target);
  const staged = await hashOf(fs, entry.staged);
  if (staged === undefined) return present === entry.sha256 ? undefined : { path: entry.target };
  if (staged !== entry.sha256) throw damaged(entry.staged, 'another content');
  const foreign = present !== undefined && present !== entry.old && present !== entry.sha256;
  const conflict = foreign ? await setAside(fs, entry) : undefined;
  await fs.rename(entry.staged, entry.target);
  return conflict;
}

/**
 * Completes what a journal says, wherever it was interrupted. What someone else has put in the place of a target since is
 * given a second name first, then replaced: the set is one state again, and nothing is lost. A target that was
 * changed after its rename is left as it is.
 */
async function rollForward(fs: FileSystem, entries: readonly JournalEntry[]): Promise<Conflict[]> {
  const conflicts: Conflict[] = [];
  await forEachLimited(entries, WIDTH, async (entry) => {
    const conflict = await forwardOne(fs, entry);
    if (conflict) conflicts.push(conflict);
  });
  await syncAround(fs, entries);
  return conflicts;
}

async function backOne(fs: FileSystem, entry: JournalEntry): Promise<Conflict | undefined> {
  const { staged, target, backup, old } = entry;
  const present = await hashOf(fs, target);
  let conflict: Conflict | undefined;
  if (present === entry.sha256 && present !== old) {
    if (old === undefined) await fs.unlink(target);
    else {
      await unlessAbsent(fs.unlink(staged));
      await preserve(fs, backup, staged);
      await fs.rename(staged, target);
    }
  } else if (present !== old) conflict = { path: target };
  // rename(2) of two names of one file does nothing, so the staged name may still be there.
  await unlessAbsent(fs.unlink(staged));
  return conflict;
}

/** Puts back what a journal replaced and removes what it created; what someone else has changed since is left as it is. */
async function rollBack(fs: FileSystem, entries: readonly JournalEntry[]): Promise<Conflict[]> {
  const conflicts: Conflict[] = [];
  await forEachLimited(entries, WIDTH, async (entry) => {
    const conflict = await backOne(fs, entry);
    if (conflict) conflicts.push(conflict);
  });
  await syncAround(fs, entries);
  return conflicts;
}

/** Removes directories that a transaction made, innermost first, where they are empty. */
async function removeMade(fs: FileSystem, made: readonly string[]): Promise<void> {
  for (const path of made.toReversed()) {
    await fs.rmdir(path).catch((error: unknown) => {
      if (!hasErrno(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY')) throw error;
    });
  }
}

async function removeStaged(fs: FileSystem, directory: string, prefix: string): Promise<void> {
  try {
    const names = await fs.readdir(directory);
    const staged = names.filter((name) => name.startsWith(prefix));
    await forEachLimited(staged, WIDTH, (name) => unlessAbsent(fs.unlink(join(directory, name))));
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error; // Made and not yet there, or moved away since.
  }
}

/** Removes what a run that was cut short has staged and never committed, in every directory that its record lists. */
async function discardStaging(fs: FileSystem, header: Header): Promise<void> {
  const used = await readDirectories(fs, header);
  const directories = new Set([...header.roots, ...used.map(({ path }) => path)]);
  await forEachLimited(directories, WIDTH, (path) => removeStaged(fs, path, stagePrefix(header.id)));
  await removeBackups(fs, header);
  // The roots stay: they hold this run's locks.
  const made = used.filter(({ path, made: isMade }) => isMade && !header.roots.includes(path));
  await removeMade(
    fs,
    made.map(({ path }) => path),
  );
}

/** Ends a transaction whose files are all in place: the journal says so, the records go, then the journal. */
async function closeCompleted(fs: FileSystem, header: Header): Promise<void> {
  await unlessAbsent(moveJournal(fs, header, { from: 'journal', to: 'done' }));
  await removeRecords(fs, header);
  // Not synced: what a power loss brings back says again that all is done.
  await unlessAbsent(fs.unlink(journalOf(header, 'done')));
}

/** Ends a transaction that is to be undone and whose journal says `undo`. */
async function undoAll(
  fs: FileSystem,
  header: Header,
  entries: readonly JournalEntry[],
): Promise<Conflict[]> {
  const conflicts = await rollBack(fs, entries);
  await removeJournal(fs, header, 'undo');
  await discardStaging(fs, header);
  await removeRecords(fs, header);
  return conflicts;
}

/**
 * Brings a committed transaction to one state: forward, at the second try if need be (a passing failure), else back.
 *
 * @returns `undoneBecause` holds the failure for which everything was put back; without it, {@link closeCompleted} is due
 */
async function settleCommitted(
  fs: FileSystem,
  header: Header,
  entries: readonly JournalEntry[],
): Promise<{ readonly conflicts: readonly Conflict[]; readonly undoneBecause?: Error }> {
  try {
    return { conflicts: await rollForward(fs, entries).catch(() => rollForward(fs, entries)) };
  } catch (error) {
    await moveJournal(fs, header, { from: 'journal', to: 'undo' });
    const undoneBecause = error instanceof Error ? error : new Error(String(error));
    return { conflicts: await undoAll(fs, header, entries), undoneBecause };
  }
}

export { closeCompleted, discardStaging, removeMade, renameAll, settleCommitted, undoAll };
export type { Conflict };
