import { randomBytes } from 'node:crypto';
import { join, sep } from 'node:path';
import { formatInstant } from '../../asn1/time.ts';

/** Names of the dot files that a transaction leaves in a root or beside a target; all begin with this. */
const PREFIX = '.kubepki';

/** The lock of a root. Beside it, `LOCK-NONCE` is a lock being written and `LOCK-over-NONCE` the right to replace the dead lock NONCE. */
const LOCK = `${PREFIX}.lock`;

/** Says that a transaction is under way, which one, and over which roots; one in each root. */
const RECORD = `${PREFIX}-transaction`;

/** Where what was replaced is kept, one directory for each transaction. */
const BACKUPS = `${PREFIX}-backups`;

/**
 * The three states of a journal, in the first root; it passes from one to the next by rename.
 * `journal`: committed, to be completed. `undo`: to be undone. `done`: complete, only the records are to be removed.
 */
type JournalState = 'journal' | 'undo' | 'done';

/** An identifier of 16 hexadecimal digits that no other run has. */
function newId(): string {
  return randomBytes(8).toString('hex');
}

function journalPath(root: string, state: JournalState, id: string): string {
  return join(root, `${PREFIX}-${state}-${id}`);
}

/** The state and transaction that the name of a journal tells, or `undefined` for the name of another file. */
function parseJournalName(name: string): { readonly state: JournalState; readonly id: string } | undefined {
  const match = /^\.kubepki-(journal|undo|done)-([0-9a-f]{16})$/.exec(name);
  const [, state, id] = match ?? [];
  if (id === undefined || (state !== 'journal' && state !== 'undo' && state !== 'done')) return undefined;
  return { state, id };
}

/** What the names of a transaction's staged files begin with. */
function stagePrefix(id: string): string {
  return `${PREFIX}-stage-${id}-`;
}

// Paths of a transaction are absolute and normal, so that text will do; node:path reads each letter by letter again.

/** A file of another name in the same directory as a file. */
function beside(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf(sep) + 1) + name;
}

/** What lies under a directory. */
function under(directory: string, name: string): string {
  return directory.endsWith(sep) ? directory + name : directory + sep + name;
}

/** The path in another directory that a path has in the one given. */
function rebase(path: string, from: string, to: string): string {
  return under(to, path.slice(under(from, '').length));
}

/** A file that is being written and not yet renamed to its name: `NAME.tmp`. */
function temporary(path: string): string {
  return `${path}.tmp`;
}

/** The name of a transaction's directory under {@link BACKUPS}: the time in UTC, then its id, so that names sort by time. */
function backupName(now: Date, id: string): string {
  return `${formatInstant(now).replaceAll(/[-:]|\.\d+/g, '')}-${id}`;
}

export {
  BACKUPS,
  LOCK,
  PREFIX,
  RECORD,
  backupName,
  beside,
  journalPath,
  newId,
  parseJournalName,
  rebase,
  stagePrefix,
  temporary,
  under,
};
export type { JournalState };
