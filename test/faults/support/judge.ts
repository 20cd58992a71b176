/** Judges what a killed run has left, knowing what was there before and what the next run has made of it. */
import { mismatchedPairs } from './pairs.ts';
import type { Phase, TreeState } from './tree-state.ts';
import {
  changedAuthorities,
  differences,
  exposedSecrets,
  litterOf,
  lostKeys,
  phaseOf,
} from './tree-state.ts';

/** The states around a kill, or several: the run after the last one was left alone. */
export interface Round {
  readonly before: TreeState;
  readonly kills: readonly TreeState[];
  readonly settled: TreeState;
}

/** How far the killed run had come: the phase that dot files tell, and how many files were renamed. */
export function progressOf({ before, settled }: Round, killed: TreeState): string {
  const phase = phaseOf(killed);
  const changed = differences(before, killed).length;
  if (phase === 'renaming' && changed === 0) return 'committed';
  if (phase === 'renaming') return differences(killed, settled).length === 0 ? 'all renamed' : 'renaming';
  const isClosed = phase === 'before the lock' || phase === 'locked';
  return isClosed && changed > 0 ? 'unlocking' : phase;
}

const MAY_BE_MIXED: readonly Phase[] = ['renaming', 'undoing'];

/** What is wrong with the state that a kill has left. */
function killedProblems({ before, settled }: Round, killed: TreeState): string[] {
  const changed = differences(before, killed);
  const left = new Set(differences(killed, settled));
  const torn = changed.filter((path) => left.has(path)).map((path) => `${path} is neither old nor new`);
  const isMixed = changed.length > 0 && left.size > 0 && !MAY_BE_MIXED.includes(phaseOf(killed));
  return [
    ...torn,
    ...(isMixed ? [`${changed.length} files are new and ${left.size} old, and no journal says so`] : []),
    ...exposedSecrets(killed),
    ...lostKeys(before, killed),
    ...changedAuthorities(before, killed),
    ...changedAuthorities(killed, settled),
  ];
}

/** What is wrong with the states of a round. */
export function roundProblems(round: Round): string[] {
  const { before, kills, settled } = round;
  return [
    ...kills.flatMap((killed) => killedProblems(round, killed)),
    ...[...lostKeys(before, settled), ...changedAuthorities(before, settled), ...exposedSecrets(settled)],
    ...litterOf(settled).map((path) => `${path} is left`),
    ...mismatchedPairs(settled).map((path) => `${path} do not match`),
  ];
}

const OUTCOMES: Readonly<Record<string, 'completed' | 'undone'>> = Object.freeze({
  staging: 'undone',
  'backing up': 'undone',
  committed: 'completed',
  renaming: 'completed',
  'all renamed': 'completed',
  'cleaning up': 'completed',
});

/** What the next run has to say that it did with what a killed run had left. */
export function expectedOutcome(progress: string): string {
  return OUTCOMES[progress] ?? 'nothing';
}
