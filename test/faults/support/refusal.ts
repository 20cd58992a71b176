/** Judges runs that the system has refused something: they end with one clear error, and nothing has changed. */
import type { Ended } from './program.ts';
import type { TreeState } from './tree-state.ts';

/** What our own files are for, in the order in which a run comes to them. */
const STEPS: readonly (readonly [step: string, path: RegExp])[] = Object.freeze([
  ['a lock', /\.kubepki\.lock/],
  ['the record', /\.kubepki-transaction/],
  ['a staged file', /\.kubepki-stage-/],
  ['a backup', /\.kubepki-backups/],
  ['the journal', /\.kubepki-journal-/],
  ['a directory', /./],
]);

/** Paths of all files, dot files too, that differ in content or mode, or are there in one state only. */
export function changedFiles(before: TreeState, after: TreeState): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return old?.content !== now?.content || old?.mode !== now?.mode;
  });
}

/** Whether a run ended with 1 and one error of this code of the system, which names the whole path, and a hint. */
export function saysOneError(ended: Ended, errno: string): boolean {
  const [error = '', hint = '', ...rest] = ended.stderr.split('\n');
  return (
    ended.code === 1 &&
    /^kubepki: apply: cannot [a-z ]+ "\/.*": .*$/.test(error) &&
    error.endsWith(`(${errno})`) &&
    error.includes(JSON.stringify(refusedPath(ended))) &&
    /^hint: .{10}/.test(hint) &&
    rest.join('') === ''
  );
}

/** What is wrong with a run that was to be refused with this code of the system. */
export function refusalProblems(
  ended: Ended,
  errno: string,
  { before, after }: { readonly before: TreeState; readonly after: TreeState },
): string[] {
  const how = `ended with ${ended.code ?? ended.signal ?? 'nothing'} and said ${ended.stderr}`;
  return [
    ...(saysOneError(ended, errno) ? [] : [how]),
    ...changedFiles(before, after).map((path) => `${path} has changed`),
  ];
}

/** The path of which the document on standard output says that it was refused. */
function refusedPath({ stdout }: Ended): string {
  const document: unknown = stdout === '' ? {} : JSON.parse(stdout);
  return (document as { details?: { path?: string } }).details?.path ?? 'none';
}

/** How many runs were refused at which step. */
export class RefusedSteps {
  readonly #counts = new Map<string, number>();
  through = 0;

  add(ended: Ended): void {
    const path = refusedPath(ended);
    if (ended.code === 0) this.through += 1;
    else {
      const step = STEPS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'nothing';
      this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    }
  }

  get refused(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  toString(): string {
    const steps = [...this.#counts].map(([step, count]) => `${count} at ${step}`).join(', ');
    return `${this.refused} runs refused (${steps}), ${this.through} went through`;
  }
}
