/** Disks that are full after so many bytes or names, and limits on the size of a file: what is refused changes nothing. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { configuration } from './support/cluster.ts';
import { mismatchedPairs } from './support/pairs.ts';
import { kubepki, unless, type Ended, type StartOptions } from './support/program.ts';
import { randomSource, SEED } from './support/random.ts';
import { RefusedSteps, refusalProblems } from './support/refusal.ts';
import { fileSizes, removeBackups, scarce, type Scarcity } from './support/scarcity.ts';
import { SmallDisk } from './support/small-disk.ts';
import { readTree } from './support/tree-state.ts';

jest.setTimeout(600_000);

const ROUNDS = 8;
let variants: readonly string[];
let disk: SmallDisk | undefined;

beforeAll(async () => {
  variants = ['left', 'right'].map((name) => configuration({ name, nodes: 25 }));
  disk = await SmallDisk.open();
});
afterAll(() => disk?.close());

type Run = (command: string, round: number, how: StartOptions) => Promise<Ended>;

function runsIn({ root }: Scarcity): Run {
  return (command, round, how) =>
    kubepki([command, '-o', 'json', '--config', variants[round % 2] ?? '', '--rootfs', root], how);
}

interface Starved {
  readonly steps: RefusedSteps;
  readonly problems: string[];
}

/** One run under a limit, and one without it that must mend whatever is to be mended. */
async function starveOnce(
  scarcity: Scarcity,
  { round, share }: { readonly round: number; readonly share: number },
  steps: RefusedSteps,
): Promise<string[]> {
  const run = runsIn(scarcity);
  const before = readTree(scarcity.seen);
  const ended = await run('apply', round, scarcity.limit(share));
  steps.add(ended);
  const after = readTree(scarcity.seen);
  const refused = ended.code === 0 ? [] : refusalProblems(ended, scarcity.errno, { before, after });
  const again = await run('apply', round, scarcity.relieve());
  const plan = await run('plan', round, scarcity.relieve());
  return [
    ...refused,
    ...unless(0, 'the next run', again),
    ...unless(0, 'the plan after it', plan),
    ...mismatchedPairs(readTree(scarcity.seen)).map((path) => `${path} do not match`),
  ];
}

/** Runs under limits that rise from nothing to all that is needed. */
async function starve(scarcity: Scarcity, situation: 'first run' | 'change'): Promise<Starved> {
  const began = performance.now();
  const random = randomSource(situation.length + scarcity.name.length);
  const found: Starved = { steps: new RefusedSteps(), problems: [] };
  mkdirSync(scarcity.seen, { recursive: true });
  const prepare = (): void => {
    removeBackups(scarcity.seen);
    if (situation === 'first run') rmSync(join(scarcity.seen, 'etc'), { recursive: true, force: true });
  };
  for (const round of [0, 1]) {
    prepare();
    scarcity.observe('before');
    found.problems.push(...unless(0, 'a run', await runsIn(scarcity)('apply', round, scarcity.relieve())));
    scarcity.observe('after');
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    prepare();
    const share = (round + random()) / ROUNDS;
    const problems = await starveOnce(scarcity, { round, share }, found.steps);
    found.problems.push(...problems.map((problem) => `round ${round}, ${share.toFixed(3)}: ${problem}`));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${situation}, scarce are ${scarcity.name}: ${found.steps.toString()}, in ${seconds} s; PROPERTY_SEED=${SEED}`,
  );
  return found;
}

describe.each(['first run', 'change'] as const)('a %s', (situation) => {
  test.each(['bytes', 'inodes'] as const)(
    'on a disk that runs out of %s ends with an error and changes nothing, and the next one completes',
    async (name) => {
      const { steps, problems } = await starve(scarce(disk, name), situation);
      expect(problems).toEqual([]);
      expect(steps.refused).toBeGreaterThanOrEqual(ROUNDS / 2);
    },
  );

  test('that may not write large files ends with an error and changes nothing, and the next one completes', async () => {
    const { steps, problems } = await starve(fileSizes(), situation);
    expect(problems).toEqual([]);
    expect(steps.refused).toBeGreaterThanOrEqual(ROUNDS / 2);
  });
});
