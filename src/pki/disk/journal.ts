import { hash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { PkiError } from '../../errors/pki-error.ts';
import { quote, quotePath } from '../../errors/quote.ts';
import type { FileSystem } from './file-system.ts';
import { syncDirectory, unlessAbsent, withFile } from './file-system.ts';
import type { JournalState } from './names.ts';
import { journalPath, temporary } from './names.ts';
import { readTrusted } from './trust.ts';

const VERSION = 1;
const LINES_PER_WRITE = 1000;

/** One file of a transaction. All paths are absolute and real: no link stands between them and the file. */
interface JournalEntry {
  /** The new content, beside the target. */
  readonly staged: string;
  readonly target: string;
  /** SHA-256 of the new content, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the content that was there when the file was staged; absent where there was none. */
  readonly old?: string;
  /** Where the old content is kept, or would be, or where content found during recovery is put beside. */
  readonly backup: string;
}

/** What identifies a transaction. */
interface Header {
  readonly id: string;
  /** Real paths, in the order of their locks; the journal lies in the first. */
  readonly roots: readonly string[];
  /** When it began; RFC 3339. */
  readonly since: string;
}

/** SHA-256 in hexadecimal, as journals hold it. */
function sha256(data: Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function firstRoot(header: Header): string {
  const [root] = header.roots;
  if (root === undefined) throw new TypeError('a transaction needs at least one root');
  return root;
}

/** Where the journal of a transaction lies in each of its states. */
function journalOf(header: Header, state: JournalState): string {
  return journalPath(firstRoot(header), state, header.id);
}

/** The error for a file of our own that cannot be what we wrote. */
function damaged(path: string, actual: string): PkiError<'unexpected-file'> {
  const expected = 'the record of an interrupted run';
  return new PkiError('unexpected-file', `${quotePath(path)}: expected ${expected}, got ${actual}`, {
    details: { path, expected, actual },
    hint: `compare the files with those under .kubepki-backups, restore what is missing, then remove ${path}`,
  });
}

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parseJson(path: string, line: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line ?? '');
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Answered below.
  }
  throw damaged(path, 'a line that is not a JSON object');
}

/** Reads the first line of a record or journal. */
function parseHeader(path: string, line: string | undefined): Header {
  const { version, id, roots, since } = parseJson(path, line);
  if (version !== VERSION) throw damaged(path, `version ${quote(version)}`);
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) throw damaged(path, 'no id');
  if (!isTextArray(roots) || roots.length === 0 || typeof since !== 'string') throw damaged(path, 'no roots');
  if (!roots.every((root) => isAbsolute(root) && resolve(root) === root))
    throw damaged(path, 'a root that is not absolute and plain');
  return { id, roots, since };
}

/** The first line of a record or journal, with its newline. */
function renderHeader(header: Header): string {
  return `${JSON.stringify({ version: VERSION, ...header })}\n`;
}

function parseEntry(path: string, line: string): JournalEntry {
  const { staged, target, sha256: hash, old, backup } = parseJson(path, line);
  const complete = [staged, target, hash, backup].every((field) => typeof field === 'string');
  if (!complete || (old !== undefined && typeof old !== 'string')) throw damaged(path, 'an incomplete entry');
  return {
    staged: String(staged),
    target: String(target),
    sha256: String(hash),
    backup: String(backup),
    ...(old === undefined ? {} : { old }),
  };
}

/** Writes the journal and makes it durable; that it appears under its name is the commit. */
async function writeJournal(
  fs: FileSystem,
  header: Header,
  staged: readonly { readonly entry: JournalEntry }[],
): Promise<void> {
  const path = journalOf(header, 'journal');
  const encoder = new TextEncoder();
  await withFile(fs.open(temporary(path), 'wx', 0o600), async (file) => {
    await file.writeFile(encoder.encode(renderHeader(header)));
    for (let start = 0; start < staged.length; start += LINES_PER_WRITE) {
      const lines = staged
        .slice(start, start + LINES_PER_WRITE)
        .map(({ entry }) => `${JSON.stringify(entry)}\n`);
      await file.writeFile(encoder.encode(lines.join('')));
    }
    await file.writeFile(encoder.encode(`${JSON.stringify({ entries: staged.length })}\n`));
    await file.sync();
  });
  await fs.rename(temporary(path), path);
  await syncDirectory(fs, firstRoot(header));
}

/** Reads the entries of a journal in one state, or `undefined` where there is none. */
async function readJournal(
  fs: FileSystem,
  header: Header,
  state: JournalState,
): Promise<JournalEntry[] | undefined> {
  const path = journalOf(header, state);
  const data = await readTrusted(fs, path);
  if (data === undefined) return undefined;
  const lines = new TextDecoder().decode(data).split('\n');
  if (renderHeader(parseHeader(path, lines[0])) !== renderHeader(header))
    throw damaged(path, 'that of another run');
  const end = parseJson(path, lines.at(-2));
  const entries = lines.slice(1, -2).map((line) => parseEntry(path, line));
  if (end['entries'] !== entries.length) throw damaged(path, 'an incomplete journal');
  return entries;
}

/** Passes a journal from one state to the next, durably. */
async function moveJournal(
  fs: FileSystem,
  header: Header,
  step: { from: JournalState; to: JournalState },
): Promise<void> {
  await fs.rename(journalOf(header, step.from), journalOf(header, step.to));
  await syncDirectory(fs, firstRoot(header));
}

/** Removes the journal in one state, durably; it need not be there. */
async function removeJournal(fs: FileSystem, header: Header, state: JournalState): Promise<void> {
  await unlessAbsent(fs.unlink(journalOf(header, state)));
  await syncDirectory(fs, firstRoot(header));
}

export {
  damaged,
  firstRoot,
  journalOf,
  moveJournal,
  parseHeader,
  parseJson,
  readJournal,
  removeJournal,
  renderHeader,
  sha256,
  writeJournal,
};
export type { Header, JournalEntry };
