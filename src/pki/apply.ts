import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { Finding } from '../errors/finding.ts';
import { PkiError } from '../errors/pki-error.ts';
import { forEachLimited } from './disk/limit.ts';
import { withTransaction, type DiskOptions, type Transaction } from './disk/transaction.ts';
import type { RecoveredTransaction } from './disk/recover.ts';
import { throwIfStopped, type StopSignal } from './disk/stop.ts';
import { Known } from './observe/known.ts';
import { filesOfTree, layout, rootsOf } from './layout/layout.ts';
import { filesOf, type TargetGroup } from './layout/target.ts';
import type { PlanStep } from './plan/step.ts';
import type { Product } from './produce/produce.ts';
import type { TreeFile } from './produce/tree-file.ts';
import { readFileIfPresent } from './read-file.ts';
import { Run, type ReadFile } from './run.ts';
import { SeenFiles } from './seen-files.ts';
import { settleAll } from './settle-all.ts';
import type { ClusterSpec } from './spec/spec.ts';
import type { TreeOptions } from './tree-options.ts';

/** How {@link apply} writes. */
export interface ApplyOptions
  extends TreeOptions, Pick<DiskOptions, 'lockTimeout' | 'owner' | 'group' | 'onWait' | 'signal'> {
  /** Called whenever a machine or user is done. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a run is: in targets, such as certificates and kubeconfigs. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What {@link apply} did. */
export interface ApplyResult {
  /** Every step, also those that reuse and those that are blocked. */
  readonly steps: readonly PlanStep[];
  /** The files written, absolute. */
  readonly written: readonly string[];
  /** Directories that hold what was replaced. */
  readonly backups: readonly string[];
  /** What there is to know about what was issued. */
  readonly notices: readonly Finding[];
  /** Runs that were cut short before, and what became of them. */
  readonly recovered: readonly RecoveredTransaction[];
}

/** Groups in work at once: one waits for the disk while another signs. */
const GROUPS_AT_ONCE = 8;

/**
 * Makes the directories what the specification says: everything is staged, read back, verified, and then put in place
 * at once. What is blocked is left alone and said; a CA or service-account key that exists is never replaced.
 *
 * @example
 * ```ts
 * const { spec } = parseClusterConfig(await readFile('cluster.yaml', 'utf8'));
 * const { written } = await apply(spec, { rootfs: '/tmp/cluster' });
 * ```
 * @throws PkiError `io`, `locked`, `unexpected-file`, `verification-failed`; then nothing was changed
 */
export async function apply(
  spec: ClusterSpec,
  options: ApplyOptions = {},
  environment?: Environment,
): Promise<ApplyResult> {
  const env = resolveEnvironment(environment);
  let files: ReadonlySet<string> | undefined;
  // Asked where a link leads elsewhere alone, for there are many.
  const belongs = (path: string): boolean => (files ??= filesOfTree(spec, options)).has(path);
  const disk = { ...options, now: env.now, belongs };
  return withTransaction(rootsOf(spec, options), disk, async (transaction) => {
    const staged = new Set<string>();
    const seen = new SeenFiles();
    const runOver = (read: ReadFile): Run => {
      const overlay: ReadFile = (path) => (staged.has(path) ? transaction.readStaged(path) : read(path));
      return new Run({ env, signers: options.signers, read: overlay });
    };
    const tree: Tree = {
      run: runOver(seen.read),
      check: runOver(readFileIfPresent),
      ...{ transaction, staged, seen, signal: options.signal },
    };
    const { steps, notices } = await applyGroups(layout(spec, options), tree, progressOf(spec, options));
    const { recovered } = transaction;
    if (staged.size === 0) return { steps, written: [], backups: [], notices, recovered };
    return { steps, ...(await transaction.commit()), notices, recovered };
  });
}

interface Tree {
  readonly run: Run;
  /** A second pass over what is staged: it must find nothing left to do. */
  readonly check: Run;
  readonly transaction: Transaction;
  readonly staged: Set<string>;
  readonly seen: SeenFiles;
  readonly signal: StopSignal | undefined;
}

async function applyGroups(
  groups: Iterable<TargetGroup>,
  tree: Tree,
  progress: (targets: number) => void,
): Promise<{ readonly steps: PlanStep[]; readonly notices: Finding[] }> {
  const results: { readonly steps: readonly PlanStep[]; readonly notices: readonly Finding[] }[] = [];
  const first = new Known();
  const work = async (group: TargetGroup, index: number): Promise<void> => {
    throwIfStopped(tree.signal);
    // The authorities are among the first group's, and in the kubeconfigs of all.
    const known = index === 0 ? first : new Known(first);
    results[index] = await applyGroup(group, known, tree);
    progress(group.targets.length);
  };
  let index = 0;
  const iterator = groups[Symbol.iterator]();
  const next = iterator.next();
  if (next.done !== true) await work(next.value, index++);
  const rest = { [Symbol.iterator]: () => iterator };
  await forEachLimited(rest, GROUPS_AT_ONCE, (group) => work(group, index++));
  return {
    steps: results.flatMap((result) => result.steps),
    notices: results.flatMap((result) => result.notices),
  };
}

async function applyGroup(
  group: TargetGroup,
  known: Known,
  { run, check, transaction, staged, seen }: Tree,
): Promise<{ readonly steps: readonly PlanStep[]; readonly notices: readonly Finding[] }> {
  const planned = await run.plan(group);
  const accept = async ({ files }: Product): Promise<void> => {
    const stage = async (file: TreeFile): Promise<void> => {
      await transaction.stage(file);
      // From here on the transaction looks after it.
      await seen.check(file.path);
      staged.add(file.path);
    };
    // The files of a product share a sync.
    await settleAll(files.map(stage));
  };
  const notices = await run.produce(planned, { accept, known });
  seen.forget(group.targets.flatMap(filesOf));
  const { steps } = await check.plan(group, known);
  for (const [index, step] of steps.entries()) {
    const wanted = planned.steps[index];
    if (step.action === 'reuse' || (step.action === 'blocked' && wanted?.action === 'blocked')) continue;
    throw notAsPlanned(step);
  }
  return { steps: planned.steps, notices };
}

function notAsPlanned({ target, owner, files, reasons }: PlanStep): PkiError<'verification-failed'> {
  const why = reasons.map(({ message }) => message).join('; ');
  return new PkiError(
    'verification-failed',
    `${target} of ${owner}, read back before it was put in place, is not right: ${why}`,
    {
      details: { field: files[0] ?? target, expected: 'what was issued', actual: why },
      hint: 'nothing was changed; run again, and check the disk and the memory of this machine if it happens again',
    },
  );
}

function progressOf(spec: ClusterSpec, { onProgress, ...options }: ApplyOptions): (targets: number) => void {
  if (onProgress === undefined) return () => undefined;
  let total = 0;
  for (const { targets } of layout(spec, options)) total += targets.length;
  let done = 0;
  return (targets) => {
    done += targets;
    onProgress({ done, total });
  };
}
