import { join } from 'node:path';
import { checkEntries } from './bind.ts';
import type { FileSystem } from './file-system.ts';
import type { Conflict } from './finish.ts';
import { closeCompleted, discardStaging, settleCommitted, undoAll } from './finish.ts';
import type { Header } from './journal.ts';
import { readJournal } from './journal.ts';
import { BACKUPS } from './names.ts';
import { removeRecords } from './record.ts';
import { checkBackupDirectory } from './trust.ts';

/** What an earlier run that was cut short left behind, and what this one did about it. */
interface RecoveredTransaction {
  readonly id: string;
  /** When that run began; RFC 3339. */
  readonly since: string;
  /** Real paths of the directories it covered. */
  readonly roots: readonly string[];
  /** `completed`: all its files are in place. `undone`: all files are as they were before it. */
  readonly outcome: 'completed' | 'undone';
  /** Real paths of the files it was to write; empty where it was cut short before they were all known. */
  readonly files: readonly string[];
  /** Files that someone else has changed since. */
  readonly conflicts: readonly Conflict[];
}

/** Completes or undoes one transaction, whose roots must all be locked. It can itself be cut short anywhere and begun again. */
async function recoverTransaction(fs: FileSystem, header: Header): Promise<RecoveredTransaction> {
  const { id, since, roots } = header;
  const report = (
    outcome: RecoveredTransaction['outcome'],
    entries: readonly { readonly target: string }[],
    conflicts: readonly Conflict[],
  ): RecoveredTransaction => ({
    id,
    since,
    roots,
    outcome,
    files: entries.map(({ target }) => target),
    conflicts,
  });

  const done = await readJournal(fs, header, 'done');
  if (done) {
    await closeCompleted(fs, header);
    return report('completed', done, []);
  }
  const undo = await readJournal(fs, header, 'undo');
  if (undo) {
    await checkEntries(fs, header, { state: 'undo', entries: undo });
    return report('undone', undo, await undoAll(fs, header, undo));
  }
  const entries = await readJournal(fs, header, 'journal');
  if (entries) {
    await checkEntries(fs, header, { state: 'journal', entries });
    const { conflicts, undoneBecause } = await settleCommitted(fs, header, entries);
    if (undoneBecause !== undefined) return report('undone', entries, conflicts);
    await closeCompleted(fs, header);
    return report('completed', entries, conflicts);
  }
  for (const root of roots) await checkBackupDirectory(fs, join(root, BACKUPS));
  await discardStaging(fs, header);
  await removeRecords(fs, header);
  return report('undone', [], []);
}

export { recoverTransaction };
export type { RecoveredTransaction };
