/** Several runs at once over one tree, and locks whose holders stop, die or see another time. */
import { mkdirSync } from 'node:fs';
import { configuration } from './support/cluster.ts';
import { firstRoot, stopSoonAfter } from './support/moment.ts';
import { openDir } from './support/open-dir.ts';
import { mismatchedPairs } from './support/pairs.ts';
import { kubepki, start, unless, type Ended, type Running } from './support/program.ts';
import {
  changedAuthorities,
  exposedSecrets,
  litterOf,
  lostKeys,
  readTree,
  type TreeState,
} from './support/tree-state.ts';

jest.setTimeout(300_000);

let variants: readonly string[];

beforeAll(() => {
  variants = ['left', 'right'].map((name) => configuration({ name, nodes: 20 }));
  longWait = beginLongWait();
});

const args = (command: string, root: string, variant: number): string[] => [
  ...[command, '--config', variants[variant] ?? '', '--rootfs', root],
];

/** Runs `apply` of these variants at once. */
function applyAtOnce(
  root: string,
  chosen: readonly number[],
  more: readonly string[] = [],
): Promise<Ended[]> {
  return Promise.all(chosen.map((variant) => kubepki([...args('apply', root, variant), ...more])));
}

/** What is wrong with a tree that runs have left which were not killed. */
async function problemsOf(root: string, before: TreeState): Promise<string[]> {
  const after = readTree(root);
  const plans = await Promise.all([0, 1].map((variant) => kubepki(args('plan', root, variant))));
  const codes = plans.map(({ code }) => code).sort();
  return [
    // Nothing to do for the one that came last, something for the other.
    ...(codes.join() === '0,1' ? [] : [`the plans end with ${codes.join()}`]),
    ...mismatchedPairs(after).map((path) => `${path} do not match`),
    ...[...exposedSecrets(after), ...lostKeys(before, after), ...changedAuthorities(before, after)],
    ...litterOf(after).map((path) => `${path} is left`),
  ];
}

test.each([
  ['two', [0, 1]],
  ['eight', [0, 1, 0, 1, 0, 1, 0, 1]],
])(
  '%s runs of two configurations at once come one after the other, and the tree is that of one of them',
  async (name, chosen) => {
    const root = openDir();
    const problems: string[] = [];
    const waits: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const before = readTree(root);
      const runs = await applyAtOnce(root, chosen);
      problems.push(...runs.flatMap((run) => unless(0, 'a run', run)), ...(await problemsOf(root, before)));
      waits.push(runs.filter(({ stderr }) => stderr.includes('note: waiting for process')).length);
    }
    console.log(`${name} runs at once, twice: ${waits.join(', ')} of them waited, all ended with 0`);
    expect(problems).toEqual([]);
  },
);

test('eight runs of one configuration at once make one tree, and seven find nothing to do', async () => {
  const root = openDir();
  const runs = await applyAtOnce(root, [0, 0, 0, 0, 0, 0, 0, 0]);
  expect(runs.flatMap((run) => unless(0, 'a run', run))).toEqual([]);
  const [summaries, made] = [runs.map(({ stdout }) => stdout.trim().split('\n').at(-1) ?? ''), / created$/];
  expect(summaries.filter((summary) => made.test(summary))).toHaveLength(1);
  expect(summaries.filter((summary) => /^\d+ unchanged$/.test(summary))).toHaveLength(7);
  expect(await problemsOf(root, new Map())).toEqual([]);
});

test('runs that may not wait end with an error that names the holder, and change nothing', async () => {
  const root = openDir();
  expect(unless(0, 'a run', await kubepki(args('apply', root, 0)))).toEqual([]);
  const before = readTree(root);
  const runs = await applyAtOnce(root, [1, 0, 1, 0, 1, 0], ['--lock-timeout', '10ms']);
  const refused = runs.filter(({ code }) => code !== 0);
  const said =
    /^kubepki: apply: "\/.*\.kubepki\.lock" is held by process \d+ on .* since .*, waited 0.01 s$/m;
  console.log(`six runs at once that wait for 10 ms: ${refused.length} of them ended with an error`);
  expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 1));
  expect(refused.filter(({ stderr }) => !said.test(stderr)).map(({ stderr }) => stderr)).toEqual([]);
  expect(await problemsOf(root, before)).toEqual([]);
});

const STATES = [
  ['has the lock', /^\.kubepki\.lock$/],
  ['is staging', /^\.kubepki-transaction$/],
  ['has committed', /^\.kubepki-journal-[0-9a-f]+$/],
] as const;

/** Starts a run and stops it in its tracks. */
async function stoppedRun(root: string, variant: number, seen: RegExp): Promise<Running> {
  mkdirSync(firstRoot(root), { recursive: true });
  const running = start(args('apply', root, variant));
  await stopSoonAfter(running, { seen, in: firstRoot(root), after: 0 });
  return running;
}

test.each(STATES)('when a holder is killed that %s, those who wait go on at once', async (_title, seen) => {
  const root = openDir();
  expect(unless(0, 'a run', await kubepki(args('apply', root, 0)))).toEqual([]);
  const before = readTree(root);
  const holder = await stoppedRun(root, 1, seen);
  const waiting = [1, 0, 1].map((variant) => start(args('apply', root, variant)));
  await Promise.all(waiting.map((run) => run.says(`note: waiting for process ${holder.child.pid ?? 0} on`)));
  const began = performance.now();
  holder.child.kill('SIGKILL');
  const ended = await Promise.all(waiting.map((run) => run.ended));
  const seconds = (performance.now() - began) / 1000;
  console.log(`three runs had ended ${seconds.toFixed(1)} s after their holder was killed`);
  expect((await holder.ended).signal).toBe('SIGKILL');
  expect(ended.flatMap((run) => unless(0, 'a run that waited', run))).toEqual([]);
  expect(await problemsOf(root, before)).toEqual([]);
  expect(seconds).toBeLessThan(20);
});

/** A run that waits for one that does not go on, from the start of the tests on: it takes its time, and nothing else. */
interface LongWait {
  readonly root: string;
  readonly holder: Running;
  readonly waiting: Running;
}
let longWait: Promise<LongWait>;

async function beginLongWait(): Promise<LongWait> {
  const root = openDir();
  const holder = await stoppedRun(root, 0, /^\.kubepki-transaction$/);
  return { root, holder, waiting: start(args('apply', root, 1)) };
}

test('who waits for 30 seconds in vain is told for whom, plans need no lock, and the holder ends well', async () => {
  const { root, holder, waiting } = await longWait;
  const ended = await waiting.ended;
  const plan = await kubepki(args('plan', root, 1));
  holder.child.kill('SIGCONT');
  const held = await holder.ended;
  console.log(`a run gave up after ${(ended.milliseconds / 1000).toFixed(1)} s`);
  expect([plan.code, ended.code, held.code]).toEqual([1, 1, 0]);
  expect(ended.stderr).toContain(`is held by process ${holder.child.pid ?? 0} on`);
  expect(ended.stderr).toMatch(/, waited 30 s\nhint: wait for that run to end; if it is gone /);
  expect(ended.milliseconds).toBeGreaterThan(29_900);
  expect(ended.milliseconds).toBeLessThan(45_000);
  expect(await problemsOf(root, new Map())).toEqual([]);
});
