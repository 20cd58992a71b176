/** A tree in memory: generated once, changed file by file, and planned again. */
import { generate, plan } from '../../src/pki/plan-tree.ts';
import type { ReadOptions } from '../../src/pki/plan-tree.ts';
import type { PlanStep } from '../../src/pki/plan/step.ts';
import type { ClusterSpec } from '../../src/pki/spec/spec.ts';
import { NOW } from './cluster.ts';

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

export class MemoryTree {
  readonly spec: ClusterSpec;
  readonly options: ReadOptions;
  readonly files: Map<string, Uint8Array>;

  constructor(spec: ClusterSpec, options: ReadOptions, files: ReadonlyMap<string, Uint8Array>) {
    this.spec = spec;
    this.options = options;
    this.files = new Map(files);
  }

  /** The tree that a specification asks for. */
  static async of(spec: ClusterSpec, options: ReadOptions = {}, now = NOW): Promise<MemoryTree> {
    const { files } = await generate(spec, options, { now });
    return new MemoryTree(spec, options, new Map([...files].map(([path, { data }]) => [path, data])));
  }

  /** A tree of the same files, to be changed apart from this one; `spec` may ask for another cluster. */
  copy(spec = this.spec): MemoryTree {
    return new MemoryTree(spec, this.options, this.files);
  }

  text(path: string): string {
    const data = this.files.get(path);
    if (data === undefined) throw new Error(`there is no ${path}`);
    return decoder.decode(data);
  }

  put(path: string, text: string): this {
    this.files.set(path, encoder.encode(text));
    return this;
  }

  /** Changes a text; a change that changes nothing is a mistake of the test. */
  edit(path: string, change: (text: string) => string): this {
    const [before, after] = [this.text(path), change(this.text(path))];
    if (before === after) throw new Error(`${path} was not changed`);
    return this.put(path, after);
  }

  /** Takes files from another tree: those of the given paths. */
  take(from: MemoryTree, ...paths: string[]): this {
    for (const path of paths) this.put(path, from.text(path));
    return this;
  }

  /** Removes files; all below a directory whose path ends with a slash. */
  remove(...paths: string[]): this {
    for (const path of paths) {
      const doomed = [...this.files.keys()].filter(
        (file) => file === path || (path.endsWith('/') && file.startsWith(path)),
      );
      if (doomed.length === 0) throw new Error(`there is no ${path}`);
      for (const file of doomed) this.files.delete(file);
    }
    return this;
  }

  readonly read = (path: string): Promise<Uint8Array | undefined> => Promise.resolve(this.files.get(path));

  async plan(now = NOW): Promise<readonly PlanStep[]> {
    return (await plan(this.spec, { ...this.options, read: this.read }, { now })).steps;
  }

  /** The step of a target, such as `apiserver`, of the first owner that has it or of the one named. */
  async step(target: string, { owner, now = NOW }: { owner?: string; now?: Date } = {}): Promise<PlanStep> {
    const steps = await this.plan(now);
    const found = steps.find(
      (step) => step.target === target && (owner === undefined || step.owner === owner),
    );
    if (found === undefined) throw new Error(`no step is about ${target}`);
    return found;
  }

  /** Every step that does not reuse, and every note, as `OWNER/TARGET ACTION CODES`. */
  async summary(now = NOW): Promise<readonly string[]> {
    return summaryOf(await this.plan(now));
  }

  /** Does what a plan says, in memory; the steps, and the paths that were written. */
  async apply(
    now = NOW,
  ): Promise<{ readonly steps: readonly PlanStep[]; readonly written: readonly string[] }> {
    const { steps, files } = await generate(this.spec, { ...this.options, read: this.read }, { now });
    for (const [path, { data }] of files) this.files.set(path, data);
    return { steps, written: [...files.keys()].sort() };
  }
}

/** What a plan has to say: `OWNER/TARGET ACTION CODES` of each step that does not reuse in silence. */
export function summaryOf(steps: readonly PlanStep[]): string[] {
  return steps
    .filter(({ action, reasons }) => action !== 'reuse' || reasons.length > 0)
    .map(({ owner, target, action, reasons }) =>
      [`${owner}/${target}`, action, ...reasons.map(({ code }) => code)].join(' '),
    );
}
