import { join, resolve } from 'node:path';
import type { FileSystem, OpenFile } from './file-system.ts';
import { syncDirectory, unlessAbsent, writeDurably } from './file-system.ts';
import type { Header } from './journal.ts';
import { damaged, firstRoot, parseHeader, renderHeader } from './journal.ts';
import { forEachLimited } from './limit.ts';
import { RECORD, parseJournalName, temporary } from './names.ts';
import { hasErrno } from '../../errors/io-error.ts';
import { readTrusted } from './trust.ts';

const WIDTH = 16;

/** A directory that a transaction works in; `made` where it did not exist before. */
interface UsedDirectory {
  readonly path: string;
  readonly made: boolean;
}

function renderDirectory(directory: UsedDirectory): string {
  return `${JSON.stringify(directory)}\n`;
}

/** The record in the first root, open so that directories can be added to it. */
interface OpenRecord {
  add(directory: UsedDirectory): Promise<void>;
  close(): Promise<void>;
}

// Many directories are begun at once: those that wait for a sync share the next one.
function appendDurably(file: OpenFile): (line: string) => Promise<void> {
  let pending: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    const lines = pending;
    pending = [];
    next = undefined;
    await file.writeFile(new TextEncoder().encode(lines.join('')));
    await file.sync();
  };
  return (line) => {
    pending.push(line);
    if (next === undefined) {
      next = last.then(flush);
      last = next.catch(() => undefined);
    }
    return next;
  };
}

/**
 * Writes the record of a transaction into each root, durably, before anything is staged: a later run over any one of the
 * roots then learns of the others. The one in the first root goes on to list each directory below or beside the roots
 * before it is made or a file is staged in it, so that recovery finds all of them, behind links too, without a search.
 */
async function writeRecords(fs: FileSystem, header: Header, made: readonly string[]): Promise<OpenRecord> {
  const first = made.map((path) => renderDirectory({ path, made: true })).join('');
  await forEachLimited(header.roots, WIDTH, async (root) => {
    const path = join(root, RECORD);
    const content = renderHeader(header) + (root === firstRoot(header) ? first : '');
    await writeDurably(fs, temporary(path), content);
    await fs.rename(temporary(path), path);
    await syncDirectory(fs, root);
  });
  const file = await fs.open(join(firstRoot(header), RECORD), 'a');
  const append = appendDurably(file);
  return { add: (directory) => append(renderDirectory(directory)), close: () => file.close() };
}

async function readLines(fs: FileSystem, path: string): Promise<string[] | undefined> {
  const data = await readTrusted(fs, path);
  return data && new TextDecoder().decode(data).split('\n');
}

async function readHeader(fs: FileSystem, path: string): Promise<Header | undefined> {
  const lines = await readLines(fs, path);
  return lines && parseHeader(path, lines[0]);
}

// A record lies in each root, a journal in the first under the name of its transaction: what lies elsewhere was put there.
function checkPlace(
  place: { readonly root: string; readonly path: string; readonly id: string | undefined },
  header: Header,
  other: Header | undefined,
): void {
  const { root, path, id } = place;
  const fits =
    id === undefined ? header.roots.includes(root) : id === header.id && root === firstRoot(header);
  if (!fits) throw damaged(path, 'that of a run elsewhere');
  if (other && renderHeader(other) !== renderHeader(header))
    throw damaged(path, 'two that contradict each other');
}

/** Headers of the transactions that an earlier run left in these roots, which must be locked; half-written files are removed. */
async function findTransactions(fs: FileSystem, roots: readonly string[]): Promise<Header[]> {
  const found = new Map<string, Header>();
  for (const root of roots) {
    for (const name of await fs.readdir(root)) {
      const path = join(root, name);
      if (/^\.kubepki-(transaction|journal-[0-9a-f]{16})\.tmp$/.test(name))
        await unlessAbsent(fs.unlink(path));
      const id = parseJournalName(name)?.id;
      if (name !== RECORD && id === undefined) continue;
      const header = await readHeader(fs, path);
      if (header === undefined) continue;
      checkPlace({ root, path, id }, header, found.get(header.id));
      found.set(header.id, header);
    }
  }
  return [...found.values()].sort((a, b) => (a.since < b.since ? -1 : 1));
}

/** The directories that the record in the first root lists; a torn last line is left out. */
async function readDirectories(fs: FileSystem, header: Header): Promise<UsedDirectory[]> {
  const path = join(firstRoot(header), RECORD);
  const [first, ...lines] = (await readLines(fs, path)) ?? [];
  if (first === undefined || parseHeader(path, first).id !== header.id) return [];
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null || !('path' in value) || typeof value.path !== 'string')
        return [];
      if (resolve(value.path) !== value.path) return [];
      return [{ path: value.path, made: 'made' in value && value.made === true }];
    } catch {
      return [];
    }
  });
}

/** Removes the records of a transaction, which has nothing left to be removed, durably. Records of other transactions stay. */
async function removeRecords(fs: FileSystem, header: Header): Promise<void> {
  await forEachLimited(header.roots, WIDTH, async (root) => {
    const path = join(root, RECORD);
    try {
      if ((await readHeader(fs, path))?.id !== header.id) return;
      await fs.unlink(path);
      await syncDirectory(fs, root);
    } catch (error) {
      if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error; // A root that is gone needs no record.
    }
  });
}

export { findTransactions, readDirectories, removeRecords, writeRecords };
export type { OpenRecord, UsedDirectory };
