import { dirname, join, relative } from 'node:path';
import { isPkiError } from '../../errors/pki-error.ts';
import type { Root } from './directories.ts';
import { makeDirectory, unexpectedFile } from './directories.ts';
import type { FileSystem } from './file-system.ts';
import { syncDirectory, unlessAbsent, withFile, writeDurably } from './file-system.ts';
import { hasErrno } from '../../errors/io-error.ts';
import type { Header, JournalEntry } from './journal.ts';
import { sha256 } from './journal.ts';
import { forEachLimited } from './limit.ts';
import { BACKUPS, rebase, under } from './names.ts';
import type { Staged } from './stage.ts';
import { checkBackupDirectory } from './trust.ts';

const BACKUP_DIRECTORY_MODE = 0o700;
const WIDTH = 16;

/** What stands in `.kubepki-backups/NAME.json`: what a transaction replaced and what it created under one root. */
interface BackupManifest {
  readonly apiVersion: 'kubepki/v1alpha1';
  readonly kind: 'Backup';
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly files: readonly {
    /** Relative to the root; what was there before lies at the same path under `.kubepki-backups/NAME`. */
    readonly path: string;
    readonly existed: boolean;
    /** SHA-256 of what was written, in hexadecimal. */
    readonly sha256: string;
  }[];
}

/** Where the old content of a file is kept. */
function backupPath(root: Root, name: string, path: string): string {
  return rebase(path, root.given, under(under(root.real, BACKUPS), name));
}

async function copy(fs: FileSystem, from: string, to: string): Promise<void> {
  const status = await fs.lstat(from);
  if (status === undefined) {
    const hint = 'another program writes here: run again when it is done';
    throw unexpectedFile(from, { expected: 'a regular file', actual: 'nothing', hint });
  }
  const data = await fs.readFile(from);
  await withFile(fs.open(to, 'wx', status.mode & 0o777), async (file) => {
    const made = await file.stat();
    if (((made.mode ^ status.mode) & 0o777) !== 0) await file.chmod(status.mode & 0o777);
    if (made.uid !== status.uid || made.gid !== status.gid) await file.chown(status.uid, status.gid);
    await file.writeFile(data);
    await file.sync();
  });
}

/**
 * Gives a file a second name, so that its content outlives the first. Where link(2) is refused (another file system,
 * none with hard links, an immutable file) it is copied, mode and owner included.
 */
async function preserve(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    if (!hasErrno(error, 'EXDEV', 'EPERM', 'EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
    await copy(fs, from, to);
  }
}

/** Makes the directories of a backup, from `.kubepki-backups` down, once each; they belong to whoever runs, closed to all others. */
function createBackupDirectories(
  fs: FileSystem,
  changed: Set<string>,
): (root: string, path: string) => Promise<void> {
  const made = new Map<string, Promise<void>>();
  const make = async (root: string, path: string): Promise<void> => {
    if (path === root) return;
    await ensure(root, dirname(path));
    if (!(await makeDirectory(fs, path, { mode: BACKUP_DIRECTORY_MODE })))
      await checkBackupDirectory(fs, path);
    changed.add(dirname(path)).add(path);
  };
  const ensure = (root: string, path: string): Promise<void> => {
    const known = made.get(path) ?? make(root, path);
    made.set(path, known);
    return known;
  };
  return ensure;
}

async function backUp(fs: FileSystem, path: string, { target, backup, old }: JournalEntry): Promise<void> {
  const changedError = (actual: string): Error =>
    unexpectedFile(path, {
      expected: old === undefined ? 'no file' : 'the file as it was when this run began',
      actual,
      hint: 'another program writes here: run again when it is done',
    });
  if (old === undefined) {
    if (await unlessAbsent(fs.lstat(target))) throw changedError('a file that has appeared since');
    return;
  }
  try {
    await preserve(fs, target, backup);
  } catch (error) {
    throw hasErrno(error, 'ENOENT') ? changedError('nothing') : error;
  }
  // What is compared is what is kept: whatever happens to the target later, this is the content that was seen.
  if ((await fs.lstat(backup))?.isFile() !== true || sha256(await fs.readFile(backup)) !== old)
    throw changedError('another content');
}

/**
 * Keeps the old content of every staged file under a second name, and sees that nobody has changed the targets since they were observed.
 *
 * @param plan the staged files, the backup's name, and the set that gathers the directories to be synced
 * @returns the directories that hold what was replaced
 */
async function backUpTargets(
  fs: FileSystem,
  header: Header,
  plan: { readonly staged: readonly Staged[]; readonly name: string; readonly changed: Set<string> },
): Promise<string[]> {
  const ensure = createBackupDirectories(fs, plan.changed);
  // Where nothing is replaced there is nothing to go back to, and a manifest would be litter.
  const replaced: string[] = [];
  await forEachLimited(plan.staged, WIDTH, async ({ path, root, entry }) => {
    if (entry.old !== undefined) {
      replaced.push(path);
      await ensure(root.real, dirname(entry.backup));
    }
    await backUp(fs, path, entry);
  });
  const kept = replaced.length > 0 ? await writeManifests(fs, header, { ...plan, ensure }) : [];
  await forEachLimited(plan.changed, WIDTH, (path) => syncDirectory(fs, path));
  return kept;
}

/** Writes what was replaced and created, beside the backups in each root; returns the directories of those that hold any. */
async function writeManifests(
  fs: FileSystem,
  header: Header,
  plan: {
    readonly staged: readonly Staged[];
    readonly name: string;
    readonly ensure: (root: string, path: string) => Promise<void>;
  },
): Promise<string[]> {
  const roots = new Map<string, Staged[]>();
  for (const staged of plan.staged) {
    const files = roots.get(staged.root.real) ?? [];
    roots.set(staged.root.real, files);
    files.push(staged);
  }
  await forEachLimited(roots, WIDTH, async ([root, staged]) => {
    const files = staged.map(({ path, root: { given }, entry }) => ({
      path: relative(given, path),
      existed: entry.old !== undefined,
      sha256: entry.sha256,
    }));
    const manifest: BackupManifest = {
      apiVersion: 'kubepki/v1alpha1',
      kind: 'Backup',
      id: header.id,
      time: header.since,
      files,
    };
    await plan.ensure(root, join(root, BACKUPS));
    await writeDurably(fs, join(root, BACKUPS, `${plan.name}.json`), `${JSON.stringify(manifest)}\n`);
  });
  const kept = [...roots].filter(([, staged]) => staged.some(({ entry }) => entry.old !== undefined));
  return kept.map(([root]) => join(root, BACKUPS, plan.name));
}

async function removeTree(fs: FileSystem, path: string): Promise<void> {
  for (const name of (await unlessAbsent(fs.readdir(path))) ?? []) {
    const child = join(path, name);
    const status = await unlessAbsent(fs.lstat(child));
    if (status?.isDirectory()) await removeTree(fs, child);
    else if (status) await unlessAbsent(fs.unlink(child));
  }
  await unlessAbsent(fs.rmdir(path));
}

function notOurs(error: unknown): false {
  if (isPkiError(error, 'unexpected-file')) return false;
  throw error;
}

/** Removes what a transaction that is not to be has kept: second names of files that are still in their place. */
async function removeBackups(fs: FileSystem, header: Header): Promise<void> {
  for (const root of header.roots) {
    const backups = join(root, BACKUPS);
    // What stands there instead holds nothing of ours: no run goes on over it.
    if (!(await checkBackupDirectory(fs, backups).catch(notOurs))) continue;
    const names = (await unlessAbsent(fs.readdir(backups))) ?? [];
    const own = names.filter((name) => name.endsWith(`-${header.id}`) || name.endsWith(`-${header.id}.json`));
    for (const name of own) {
      const path = join(backups, name);
      if (name.endsWith('.json')) await unlessAbsent(fs.unlink(path));
      else await removeTree(fs, path);
    }
    if (names.length === own.length) await unlessAbsent(fs.rmdir(backups)).catch(() => undefined);
  }
}

export { backUpTargets, backupPath, preserve, removeBackups };
export type { BackupManifest };
