import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { Finding } from '../errors/finding.ts';
import { layout } from './layout/layout.ts';
import type { Plan, PlanStep } from './plan/step.ts';
import type { TreeFile } from './produce/tree-file.ts';
import { readFileIfPresent } from './read-file.ts';
import { Run, type ReadFile } from './run.ts';
import type { ClusterSpec } from './spec/spec.ts';
import type { TreeOptions } from './tree-options.ts';

/** Where {@link plan} and {@link generate} read files from. */
export interface ReadOptions extends TreeOptions {
  /** Reads a file by its absolute path; `undefined` where there is none. */
  readonly read?: ReadFile;
}

/**
 * Says what {@link apply} would do, and why. Nothing is changed.
 *
 * @throws PkiError `io` where a file cannot be read
 */
export async function plan(
  spec: ClusterSpec,
  options: ReadOptions = {},
  environment?: Environment,
): Promise<Plan> {
  const { signers, read = readFileIfPresent } = options;
  const run = new Run({ env: resolveEnvironment(environment), signers, read });
  const steps: PlanStep[] = [];
  for (const group of layout(spec, options)) steps.push(...(await run.plan(group)).steps);
  return { steps };
}

/** A tree in memory. */
export interface GeneratedTree {
  readonly steps: readonly PlanStep[];
  /** The files, by their absolute paths. Keys and kubeconfigs are secrets. */
  readonly files: ReadonlyMap<string, TreeFile>;
  readonly notices: readonly Finding[];
}

/**
 * Makes a tree in memory, without a disk: for test harnesses, and for writing it elsewhere.
 *
 * @param options.read what there is already. Default: nothing
 * @throws PkiError `invalid-request`, `verification-failed`
 */
export async function generate(
  spec: ClusterSpec,
  options: ReadOptions = {},
  environment?: Environment,
): Promise<GeneratedTree> {
  const { signers, read: before = () => Promise.resolve(undefined) } = options;
  const files = new Map<string, TreeFile>();
  const read: ReadFile = async (path) => files.get(path)?.data ?? before(path);
  const run = new Run({ env: resolveEnvironment(environment), signers, read });
  const steps: PlanStep[] = [];
  const notices: Finding[] = [];
  for (const group of layout(spec, options)) {
    const planned = await run.plan(group);
    steps.push(...planned.steps);
    const found = await run.produce(planned, {
      accept: (product) => {
        for (const file of product.files) files.set(file.path, file);
        return Promise.resolve();
      },
    });
    notices.push(...found);
  }
  return { steps, files, notices };
}
