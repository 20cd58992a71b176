/** The numbers of the runs, as the output of the tests has them. */
import { countPairs } from './pairs.ts';
import { SEED } from './random.ts';
import { targetsOf } from './tree-state.ts';
import type { KillNumbers } from './kill-runs.ts';

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, number]) => `${number} ${name}`).join(', ');
}

/** What was killed, where, and what became of it. */
export function describeNumbers(title: string, numbers: KillNumbers): string {
  return [
    `${title}: ${targetsOf(numbers.tree).size} files, ${countPairs(numbers.tree)} certificates; PROPERTY_SEED=${SEED}`,
    `  kills: ${numbers.kills} in ${numbers.seconds.toFixed(0)} s, ${numbers.recoveries} of them of runs that were mending`,
    `  by what lay on disk: ${listed(numbers.progress)}`,
    `  the next run recovered: ${listed(numbers.outcomes)}`,
    `  most pairs that did not match between two renames, all mended: ${numbers.mismatched}`,
  ].join('\n');
}
