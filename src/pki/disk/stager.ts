import { resolve } from 'node:path';
import { PkiError } from '../../errors/pki-error.ts';
import type { Root } from './directories.ts';
import { isWithin, unexpectedFile } from './directories.ts';
import { unlessAbsent } from './file-system.ts';
import { sha256 } from './journal.ts';
import type { Limiter } from './limit.ts';
import { createLimiter, forEachLimited } from './limit.ts';
import { rebase } from './names.ts';
import type { StageContext, Staged, StagedFile } from './stage.ts';
import { checkStagedFile, describeStaged, observe, stagedPath, writeStaged } from './stage.ts';

// Node's four file threads are busy with 4 already; more of them share the syncs of the record when directories are made.
const WIDTH = 32;

/** The staged files of one transaction. */
interface Stager {
  /** Whether anything was begun on disk. */
  readonly begun: boolean;
  stage(file: StagedFile): Promise<void>;
  /** The content that lies on disk for a staged path. @throws PkiError `verification-failed` where it is not what was written */
  read(path: string): Promise<Uint8Array>;
  /** Waits for every call of `stage`. */
  settled(): Promise<void>;
  /** What was staged, in the order of the calls, once all have ended. @throws what the first failed one threw */
  all(): Promise<readonly Staged[]>;
  /** Removes every staged file. */
  removeAll(): Promise<void>;
}

// Two names of one file cannot get two contents.
function claimTarget(targets: Map<string, string>, target: string, path: string): void {
  const other = targets.get(target);
  if (other !== undefined) throw otherName(path, other);
  targets.set(target, path);
}

function otherName(path: string, other: string): PkiError<'unexpected-file'> {
  const hint = 'remove the link and run again';
  return unexpectedFile(path, { expected: 'a file of its own', actual: `another name of ${other}`, hint });
}

/**
 * A link may lead to a file that is not of the set, which is replaced in its place; but not to another file of the set, as
 * from the key of a leaf to that of its CA, which is then somebody else's to replace.
 */
function refuseOtherName({ roots, belongs }: Shared, { path, root }: CheckedFile, target: string): void {
  if (belongs === undefined || target === rebase(path, root.given, root.real)) return;
  for (const { given, real } of roots) {
    if (!isWithin(real, target)) continue;
    const named = rebase(target, real, given);
    if (named !== path && belongs(named)) throw otherName(path, named);
  }
}

/** What all files of a transaction share before it has begun. */
interface Shared extends Pick<StageContext, 'fs' | 'roots'> {
  /** Whether a path, under a root as given, is that of a file of the set, staged or not. */
  readonly belongs?: ((path: string) => boolean) | undefined;
}

interface Stages {
  readonly shared: Shared;
  readonly begin: () => Promise<StageContext>;
  readonly limited: Limiter;
  /** From the path to the number of the call. */
  readonly numbers: Map<string, number>;
  readonly targets: Map<string, string>;
  /** The target of each call, from when something lies beside it. */
  readonly created: (string | undefined)[];
  readonly staged: Staged[];
  readonly failures: unknown[];
  readonly running: Set<Promise<void>>;
  context?: Promise<StageContext>;
}

/** A file that may be staged: its path as it is kept, and its root. */
type CheckedFile = StagedFile & { readonly root: Root };

async function stageOne(stages: Stages, file: CheckedFile, number: number): Promise<void> {
  if (stages.failures.length > 0) throw stages.failures[0];
  const { path, root } = file;
  const context = await (stages.context ??= stages.begin());
  const place = await observe(context, path);
  refuseOtherName(stages.shared, file, place.target);
  claimTarget(stages.targets, place.target, path);
  const created = (): void => {
    stages.created[number] = place.target;
  };
  const placed = { ...place, staged: stagedPath(context, place.target, number), created };
  await writeStaged(context, placed, file);
  stages.staged[number] = describeStaged(context, { path, root, number, data: file.data }, place);
}

async function stage(stages: Stages, file: StagedFile): Promise<void> {
  const checked = { ...file, ...checkStagedFile(stages.shared.roots, file) };
  const { path } = checked;
  if (stages.numbers.has(path)) throw new TypeError(`${path} is staged twice`);
  const number = stages.numbers.size;
  stages.numbers.set(path, number);
  const task = stages.limited(() => stageOne(stages, checked, number));
  stages.running.add(task);
  try {
    await task;
  } catch (error) {
    stages.failures.push(error);
    throw error;
  } finally {
    stages.running.delete(task);
  }
}

async function removeCreated({ shared, created, context: begun }: Stages): Promise<void> {
  if (begun === undefined || created.length === 0) return; // Where beginning failed, nothing was created.
  const context = await begun;
  const failures: unknown[] = [];
  await forEachLimited(created.entries(), WIDTH, async ([number, target]) => {
    if (target === undefined) return;
    // One directory that cannot be written is no reason to leave keys in all others.
    await unlessAbsent(shared.fs.unlink(stagedPath(context, target, number))).catch((error: unknown) =>
      failures.push(error),
    );
  });
  if (failures.length > 0) throw failures[0];
}

function notKept(path: string): PkiError<'verification-failed'> {
  const details = { field: path, expected: 'what was written', actual: 'another content' };
  return new PkiError('verification-failed', `${path}, read back, is not what was written`, {
    details,
    hint: 'check the disk and the memory of this machine',
  });
}

/**
 * Stages files, some at once.
 *
 * @param begin runs once, before the first file, and opens the transaction on disk
 */
function createStager(begin: () => Promise<StageContext>, shared: Shared): Stager {
  const stages: Stages = {
    shared,
    begin,
    limited: createLimiter(WIDTH),
    numbers: new Map(),
    targets: new Map(),
    created: [],
    staged: [],
    failures: [],
    running: new Set(),
  };
  const settled = async (): Promise<void> => {
    await Promise.allSettled(stages.running);
  };
  return {
    get begun() {
      return stages.context !== undefined;
    },
    stage: (file) => stage(stages, file),
    async read(path) {
      const entry = stages.staged[stages.numbers.get(resolve(path)) ?? -1]?.entry;
      if (entry === undefined) throw new TypeError(`${path} is not staged`);
      const data = await shared.fs.readFile(entry.staged);
      if (sha256(data) !== entry.sha256) throw notKept(path);
      return data;
    },
    settled,
    async all() {
      await settled();
      if (stages.failures.length > 0) throw stages.failures[0];
      return stages.staged;
    },
    removeAll: () => removeCreated(stages),
  };
}

export { createStager };
export type { Stager };
