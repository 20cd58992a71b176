/** Kills runs of `apply` at random moments, over and over, and judges every state that they leave. */
import { join } from 'node:path';
import { expectedOutcome, progressOf, roundProblems, type Round } from './judge.ts';
import { firstRoot, signalAt, whenSeen, type Moment } from './moment.ts';
import { mismatchedPairs } from './pairs.ts';
import { kubepki, start, unless } from './program.ts';
import { randomSource } from './random.ts';
import { differences, readTree, type TreeState } from './tree-state.ts';

/** What is run and killed. */
export interface Situation {
  readonly name: string;
  readonly root: string;
  readonly kills: number;
  readonly signals?: readonly NodeJS.Signals[];
  /** Brings the tree to where a run starts, and says with which configuration it runs. */
  readonly prepare: (round: number) => string;
}

/** How long the parts of an undisturbed run take, in milliseconds. */
interface Timing {
  readonly whole: number;
  /** Until it has the first lock. */
  readonly locked: number;
  /** From the commit until all is renamed and synced. */
  readonly renames: number;
  /** The files that it writes. */
  readonly files: readonly string[];
}

/** What came of all rounds. */
export class KillNumbers {
  readonly problems: string[] = [];
  readonly progress = new Map<string, number>();
  readonly outcomes = new Map<string, number>();
  kills = 0;
  /** Runs that were killed while they were to mend what another had left; they are among the kills. */
  recoveries = 0;
  /** Most pairs of certificate and key that did not match between two renames. */
  mismatched = 0;
  seconds = 0;
  tree: TreeState = new Map();

  add(round: Round & { readonly said: string }): void {
    const seen = round.kills.map((killed) => progressOf(round, killed));
    for (const progress of seen) count(this.progress, progress);
    this.kills += seen.length;
    this.recoveries += Math.max(0, seen.length - 1);
    const halfway = round.kills.filter((_, index) => seen[index] === 'renaming');
    this.mismatched = Math.max(this.mismatched, ...halfway.map((killed) => mismatchedPairs(killed).length));
    const outcome = /is now (completed|undone)/.exec(round.said)?.[1] ?? 'nothing';
    count(this.outcomes, outcome);
    const last = seen.at(-1) ?? 'no kill';
    if (outcome !== expectedOutcome(last)) this.problems.push(`${last}, and ${outcome} was recovered`);
    this.problems.push(...roundProblems(round));
    this.tree = round.settled;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const args = (command: string, configuration: string, root: string): string[] => [
  ...[command, '--config', configuration, '--rootfs', root],
];

async function measure({ root, prepare }: Situation, round: number): Promise<Timing> {
  const configuration = prepare(round);
  const before = readTree(root);
  const began = performance.now();
  const running = start(args('apply', configuration, root));
  const seen = new Map<string, number>();
  whenSeen(running, firstRoot(root), (name) => {
    const kind = name.replace(/-[0-9a-f]{16}$/, '');
    if (!seen.has(kind)) seen.set(kind, performance.now() - began);
  });
  const ended = await running.ended;
  const [failure] = unless(0, 'an undisturbed run', ended);
  if (failure !== undefined) throw new Error(failure);
  const at = (kind: string): number => seen.get(kind) ?? Number.NaN;
  return {
    whole: ended.milliseconds,
    locked: at('.kubepki.lock'),
    renames: at('.kubepki-done') - at('.kubepki-journal'),
    files: differences(before, readTree(root)),
  };
}

/** One run and what follows: it is killed, so are perhaps those that come to mend it, and the last is left alone. */
async function killOnce(
  { root, prepare }: Situation,
  round: number,
  moments: readonly Moment[],
): Promise<Round & { readonly said: string; readonly problems: readonly string[] }> {
  const configuration = prepare(round);
  const before = readTree(root);
  const kills: TreeState[] = [];
  const problems: string[] = [];
  for (const moment of moments) {
    const ended = await signalAt(start(args('apply', configuration, root)), moment);
    if (ended.signal === 'SIGKILL') kills.push(readTree(root));
    else problems.push(...unless(0, 'a run that was not hit', ended));
  }
  const next = await kubepki(args('apply', configuration, root));
  const settled = readTree(root);
  const plan = await kubepki(args('plan', configuration, root));
  problems.push(...unless(0, 'the next run', next), ...unless(0, 'the plan after it', plan));
  return { before, kills, settled, said: next.stderr, problems };
}

/**
 * The moments of a round. Every second round is killed at a moment of the whole run, in each of as many equal parts as
 * there are rounds to come. The renames take a few milliseconds only: every fourth round is killed between two of them,
 * every fourth soon after the commit. In every fourth round those that come to mend are killed too, soon after they
 * have the lock.
 */
function momentsOf(round: number, situation: Situation, timing: Timing, random: () => number): Moment[] {
  const parts = Math.ceil(situation.kills / 2);
  const file = timing.files[Math.floor(random() * timing.files.length)] ?? '';
  const within = { in: firstRoot(situation.root) };
  const committed = { ...within, seen: /^\.kubepki-journal-[0-9a-f]+$/, after: random() * timing.renames };
  const first: readonly Moment[] = [
    { after: ((((round / 2) % parts) + random()) / parts) * timing.whole },
    { ...within, renamed: join(situation.root, file) },
    { after: ((((round / 2) % parts) + random()) / parts) * timing.whole },
    committed,
  ];
  const again = (): Moment => ({ after: timing.locked + random() * (20 + 2 * timing.renames) });
  return [
    first[round % 4] ?? committed,
    ...(round % 8 === 0 || round % 8 === 1 ? [again()] : []),
    ...(round % 16 === 1 ? [again()] : []),
  ];
}

/** Kills until there were as many kills as asked for. */
export async function killAtRandom(situation: Situation): Promise<KillNumbers> {
  const numbers = new KillNumbers();
  const began = performance.now();
  const random = randomSource(situation.kills + situation.name.length);
  await measure(situation, -2);
  const timing = await measure(situation, -1);
  const rounds = 2 * situation.kills;
  for (let round = 0; numbers.kills < situation.kills && round < rounds; round += 1) {
    const outcome = await killOnce(situation, round, momentsOf(round, situation, timing, random));
    numbers.add(outcome);
    numbers.problems.push(...outcome.problems.map((problem) => `round ${round}: ${problem}`));
  }
  numbers.seconds = (performance.now() - began) / 1000;
  return numbers;
}
