import { join } from 'node:path';
import { formatInstant } from '../../asn1/time.ts';
import { PkiError } from '../../errors/pki-error.ts';
import { quotePath } from '../../errors/quote.ts';
import type { FileSystem } from './file-system.ts';
import { unlessAbsent, writeDurably } from './file-system.ts';
import type { Holder } from './holder.ts';
import { describeSelf, holderName, isDead, parseHolder } from './holder.ts';
import { hasErrno } from '../../errors/io-error.ts';
import { LOCK, newId } from './names.ts';
import { throwIfStopped, type StopSignal } from './stop.ts';
import { readLock } from './trust.ts';

/** Lock files are public, so that whoever waits can say for whom. */
const LOCK_MODE = 0o644;
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 250;

/** Who waits for a lock, and for how long. */
interface LockOptions {
  /** Milliseconds in all, for all locks together. */
  readonly timeout: number;
  readonly now: Date;
  /** Called once for each lock that is held by another, when the wait begins. */
  readonly onWait?: ((holder: Holder | undefined) => void) | undefined;
  /** Ends the wait. */
  readonly signal?: StopSignal | undefined;
}

/** A lock that this process holds. */
interface HeldLock {
  readonly path: string;
  release(): Promise<void>;
}

interface Claim {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly self: Omit<Holder, 'nonce' | 'since'>;
  readonly since: string;
}

type Attempt =
  | { readonly outcome: 'held'; readonly lock: HeldLock }
  | { readonly outcome: 'busy'; readonly holder: Holder | undefined }
  | { readonly outcome: 'changed' };

async function readHolder(
  fs: FileSystem,
  path: string,
): Promise<{ readonly holder: Holder | undefined } | undefined> {
  const data = await readLock(fs, path);
  return data && { holder: parseHolder(data) };
}

function heldLock(fs: FileSystem, path: string, nonce: string): HeldLock {
  const removeOwn = async (): Promise<void> => {
    if ((await readHolder(fs, path))?.holder?.nonce === nonce) await unlessAbsent(fs.unlink(path));
  };
  return {
    path,
    // A lock that is left behind by a process that lives on would lock it out of its own tree: so try twice.
    release: () => removeOwn().catch(removeOwn),
  };
}

// The file appears whole or not at all, and only where none is: link(2) does both. Where there are no hard links
// (FAT), exclusive creation does the second; a crash in the middle then leaves a lock that names nobody.
async function createExclusively(
  fs: FileSystem,
  path: string,
  draft: string,
  content: string,
): Promise<boolean> {
  try {
    await fs.link(draft, path);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    if (!hasErrno(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK')) throw error;
  }
  try {
    await writeDurably(fs, path, content, LOCK_MODE);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Replaces the lock of a dead holder. Several may find it dead at once, and one of them may sleep until another has
 * replaced it, so the right to replace the lock NONCE is itself a lock, `.kubepki.lock-over-NONCE`, taken in the same way
 * (should its holder die as well, it is taken over likewise). Only who holds that right renames its own lock over the
 * dead one, after seeing that it is still the lock NONCE: nonces never return, so no live lock can be replaced.
 */
async function takeOver(
  claim: Claim,
  path: string,
  dead: Holder & { readonly draft: string; readonly own: string },
): Promise<Attempt> {
  const { fs, directory } = claim;
  const right = await attempt(claim, join(directory, `${LOCK}-over-${dead.nonce}`));
  if (right.outcome !== 'held')
    return right.outcome === 'busy' ? { outcome: 'busy', holder: right.holder } : right;
  try {
    if ((await readHolder(fs, path))?.holder?.nonce !== dead.nonce) return { outcome: 'changed' };
    await fs.rename(dead.draft, path);
    return { outcome: 'held', lock: heldLock(fs, path, dead.own) };
  } finally {
    // If this fails, what stays names a lock that is gone: the next holder sweeps it.
    await right.lock.release().catch(() => undefined);
  }
}

async function attempt(claim: Claim, path: string): Promise<Attempt> {
  const { fs, directory, self, since } = claim;
  const nonce = newId();
  const content = `${JSON.stringify({ nonce, since, ...self })}\n`;
  const draft = join(directory, `${LOCK}-${nonce}`);
  const found = await readHolder(fs, path);
  if (found && (found.holder === undefined || !(await isDead(fs, found.holder, self)))) {
    return { outcome: 'busy', holder: found.holder };
  }
  try {
    await writeDurably(fs, draft, content, LOCK_MODE);
    if (found?.holder) return await takeOver(claim, path, { ...found.holder, draft, own: nonce });
    const created = await createExclusively(fs, path, draft, content);
    return created ? { outcome: 'held', lock: heldLock(fs, path, nonce) } : { outcome: 'changed' };
  } catch (error) {
    // A sweep may have taken our half-written draft for the litter of a dead run.
    if (hasErrno(error, 'ENOENT') && (await unlessAbsent(fs.lstat(directory)))) return { outcome: 'changed' };
    throw error;
  } finally {
    await fs.unlink(draft).catch(() => undefined);
  }
}

function lockedError(path: string, holder: Holder | undefined, seconds: number): PkiError<'locked'> {
  const name = holderName(holder);
  const since = holder?.since ?? 'unknown';
  return new PkiError('locked', `${quotePath(path)} is held by ${name} since ${since}, waited ${seconds} s`, {
    details: { path, holder: name, since },
    hint: `wait for that run to end; if it is gone (another machine, another container), remove ${path}`,
  });
}

// While the lock is held: drafts and rights of dead processes, which lead nowhere once their lock is gone.
async function sweep(claim: Claim): Promise<void> {
  const { fs, directory, self } = claim;
  for (const name of await fs.readdir(directory)) {
    if (!name.startsWith(`${LOCK}-`)) continue;
    const path = join(directory, name);
    const found = await readHolder(fs, path);
    if (found && (found.holder === undefined || (await isDead(fs, found.holder, self))))
      await unlessAbsent(fs.unlink(path));
  }
}

// Neither of these two loads a module that a run without a wait does not need.
const monotonicNow = (): number => process.uptime() * 1000;
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function acquire(
  claim: Claim,
  options: LockOptions & { readonly deadline: number },
): Promise<HeldLock> {
  const path = join(claim.directory, LOCK);
  let pause = FIRST_POLL_MS;
  let told = false;
  for (;;) {
    throwIfStopped(options.signal);
    const result = await attempt(claim, path);
    if (result.outcome === 'held') return result.lock;
    const left = options.deadline - monotonicNow();
    if (left <= 0) {
      // Whoever was faster holds it by now.
      const holder = result.outcome === 'busy' ? result.holder : (await readHolder(claim.fs, path))?.holder;
      throw lockedError(path, holder, options.timeout / 1000);
    }
    if (result.outcome === 'changed') continue;
    if (!told) options.onWait?.(result.holder);
    told = true;
    await sleep(Math.min(pause, left));
    pause = Math.min(pause * 2, LONGEST_POLL_MS);
  }
}

/** Releases locks, the last one first; all are tried before the first error is thrown. */
async function releaseLocks(locks: readonly HeldLock[]): Promise<void> {
  const failures: unknown[] = [];
  for (const lock of locks.toReversed()) await lock.release().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/**
 * Takes the lock of each directory, in one order for every run, so that two runs never wait for each other.
 *
 * @param directories real paths of directories that exist
 * @throws PkiError `locked` when another run still holds one of them after the timeout; `io`
 */
async function acquireLocks(
  fs: FileSystem,
  directories: readonly string[],
  options: LockOptions,
): Promise<HeldLock[]> {
  const deadline = monotonicNow() + options.timeout;
  const self = await describeSelf(fs);
  const locks: HeldLock[] = [];
  try {
    for (const directory of [...new Set(directories)].sort()) {
      const claim = { fs, directory, self, since: formatInstant(options.now) };
      locks.push(await acquire(claim, { ...options, deadline }));
      await sweep(claim);
    }
    return locks;
  } catch (error) {
    await releaseLocks(locks).catch(() => undefined);
    throw error;
  }
}

export { acquireLocks, releaseLocks };
export type { HeldLock, LockOptions };
