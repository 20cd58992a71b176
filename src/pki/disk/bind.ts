import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isWithin, kindOf } from './directories.ts';
import type { FileSystem } from './file-system.ts';
import { hasErrno } from '../../errors/io-error.ts';
import type { Header, JournalEntry } from './journal.ts';
import { damaged, journalOf } from './journal.ts';
import { forEachLimited } from './limit.ts';
import type { JournalState } from './names.ts';
import { BACKUPS, stagePrefix } from './names.ts';
import { readDirectories } from './record.ts';
import { checkBackupDirectory } from './trust.ts';

const WIDTH = 16;

function isPlain(path: string): boolean {
  return isAbsolute(path) && resolve(path) === path;
}

function isBackup(header: Header, path: string): boolean {
  return header.roots.some((root) => {
    const [name, ...rest] = relative(join(root, BACKUPS), path).split(sep);
    return name !== undefined && name.endsWith(`-${header.id}`) && rest.length > 0;
  });
}

function isStaged(header: Header, entry: JournalEntry): boolean {
  const prefix = stagePrefix(header.id);
  const name = basename(entry.staged);
  return (
    name.startsWith(prefix) &&
    /^\d+$/.test(name.slice(prefix.length)) &&
    dirname(entry.staged) === dirname(entry.target)
  );
}

// What was removed since stops nobody: nothing can be done there.
async function absentOr<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function checkReal(fs: FileSystem, journal: string, directory: string): Promise<void> {
  if (((await absentOr(fs.realpath(directory))) ?? directory) !== directory)
    throw damaged(journal, `a file in ${directory}, which leads through a symbolic link by now`);
}

async function checkFile(fs: FileSystem, journal: string, path: string): Promise<void> {
  const status = await absentOr(fs.lstat(path));
  if (status && !status.isFile()) throw damaged(journal, `${kindOf(status)} at ${path}`);
}

/**
 * Sees that a journal names nothing but what its transaction can have touched, before any of it is done: files staged under
 * the transaction's own name beside their targets, in a root, below one or in a directory that the record lists
 * (behind a link), and its own backups.
 *
 * @throws PkiError `unexpected-file`
 */
async function checkEntries(
  fs: FileSystem,
  header: Header,
  found: { readonly state: JournalState; readonly entries: readonly JournalEntry[] },
): Promise<void> {
  const journal = journalOf(header, found.state);
  const recorded = new Set((await readDirectories(fs, header)).map(({ path }) => path));
  const directories = new Set<string>();
  for (const entry of found.entries) {
    const { staged, target, backup } = entry;
    if (![staged, target, backup].every(isPlain))
      throw damaged(journal, 'a path that is not absolute and plain');
    if (!isStaged(header, entry)) throw damaged(journal, 'a staged file that is not its own');
    if (!isBackup(header, backup)) throw damaged(journal, 'a backup that is not its own');
    const directory = dirname(target);
    if (!recorded.has(directory) && !header.roots.some((root) => isWithin(root, directory)))
      throw damaged(journal, 'a target outside its directories');
    directories.add(directory).add(dirname(backup));
  }
  await forEachLimited(header.roots, WIDTH, (root) => checkBackupDirectory(fs, join(root, BACKUPS)));
  await forEachLimited(directories, WIDTH, (directory) => checkReal(fs, journal, directory));
  await forEachLimited(found.entries, WIDTH, async ({ staged, backup }) => {
    await checkFile(fs, journal, staged);
    await checkFile(fs, journal, backup);
  });
}

export { checkEntries };
