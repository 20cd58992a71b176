import type { Ownership, Root } from './directories.ts';
import { prepareRoots } from './directories.ts';
import type { FileSystem } from './file-system.ts';
import { unlessAbsent } from './file-system.ts';
import { removeMade } from './finish.ts';
import type { Header } from './journal.ts';
import { damaged, firstRoot } from './journal.ts';
import type { HeldLock, LockOptions } from './lock.ts';
import { acquireLocks, releaseLocks } from './lock.ts';
import { hasErrno } from '../../errors/io-error.ts';
import type { RecoveredTransaction } from './recover.ts';
import { recoverTransaction } from './recover.ts';
import { findTransactions } from './record.ts';

const ATTEMPTS = 5;

/** Locked roots, with nothing of an earlier run left in them. */
interface Session {
  readonly roots: readonly Root[];
  /** Directories made so that the roots exist, outermost first. */
  readonly made: readonly string[];
  readonly recovered: readonly RecoveredTransaction[];
  readonly locks: readonly HeldLock[];
}

// A transaction may have covered more directories than this run does: they must be locked as well before it is touched.
async function rootsBeyond(
  fs: FileSystem,
  found: readonly Header[],
  covered: readonly string[],
): Promise<string[]> {
  const beyond = new Set<string>();
  for (const header of found) {
    for (const root of header.roots) {
      if (covered.includes(root)) continue;
      if ((await unlessAbsent(fs.lstat(root)))?.isDirectory()) beyond.add(root);
      else if (root === firstRoot(header))
        throw damaged(root, 'no directory, though the journal of a run would lie in it');
    }
  }
  return [...beyond];
}

async function lockAndRecover(
  fs: FileSystem,
  real: readonly string[],
  options: LockOptions,
): Promise<Pick<Session, 'locks' | 'recovered'>> {
  let covered = real;
  for (;;) {
    const locks = await acquireLocks(fs, covered, options);
    try {
      const found = await findTransactions(fs, covered);
      const beyond = await rootsBeyond(fs, found, covered);
      if (beyond.length === 0) {
        const recovered: RecoveredTransaction[] = [];
        for (const header of found) recovered.push(await recoverTransaction(fs, header));
        return { locks, recovered };
      }
      covered = [...covered, ...beyond];
    } catch (error) {
      await releaseLocks(locks).catch(() => undefined);
      throw error;
    }
    await releaseLocks(locks);
  }
}

/**
 * Makes the roots where they are missing, locks them, and completes or undoes what an earlier run left in them.
 *
 * @throws PkiError `locked`, `io`, `unexpected-file`
 */
async function openSession(
  fs: FileSystem,
  given: readonly string[],
  options: LockOptions & Ownership,
): Promise<Session> {
  const made: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      const roots = await prepareRoots(fs, given, { ...options, made: (path) => made.push(path) });
      const real = [...new Set(roots.map((root) => root.real))].sort();
      return { roots, made, ...(await lockAndRecover(fs, real, options)) };
    } catch (error) {
      await removeMade(fs, made).catch(() => undefined);
      made.length = 0;
      // Another run that made the root, and gave up, has just removed it again.
      if (!hasErrno(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
    }
  }
}

export { openSession };
export type { Session };
