/** SIGINT, SIGTERM and SIGHUP at random moments: the run takes back what it has begun, unlocks, and ends. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { configuration } from './support/cluster.ts';
import { roundProblems } from './support/judge.ts';
import { firstRoot, signalAt, stopSoonAfter, type Moment } from './support/moment.ts';
import { openDir } from './support/open-dir.ts';
import { kubepki, start, unless, type Ended } from './support/program.ts';
import { randomSource, SEED } from './support/random.ts';
import { removeBackups } from './support/scarcity.ts';
import { differences, litterOf, readTree } from './support/tree-state.ts';

jest.setTimeout(300_000);

const ROUNDS = 8;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const COMMITTED = /^\.kubepki-journal-[0-9a-f]+$/;
let variants: readonly string[];

beforeAll(() => {
  variants = ['left', 'right'].map((name) => configuration({ name, nodes: 20 }));
});

const args = (command: string, root: string, round: number): string[] => [
  ...[command, '--config', variants[round % 2] ?? '', '--rootfs', root],
];

interface Signalled {
  readonly outcome: string;
  readonly milliseconds: number;
  readonly problems: readonly string[];
}

/** What a signal may not leave behind: anything but the tree as it was, or as it is to be. */
function leftovers(ended: Ended, name: string, states: Parameters<typeof roundProblems>[0]): string[] {
  const [found = states.before] = states.kills;
  const changed = differences(states.before, found).length > 0;
  const expected = ended.signal === name ? 'old' : 'new';
  const fits = ended.signal === name ? !changed : ended.code === 0 && changed;
  return [
    ...(fits ? [] : [`ended with ${ended.code ?? ended.signal ?? 'nothing'}, and is not wholly ${expected}`]),
    ...litterOf(found).map((path) => `${path} is left by the signal`),
  ];
}

/** One run that gets a signal, and one that must have nothing to mend. */
async function signalOnce(
  root: string,
  { round, name, moment }: { readonly round: number; readonly name: NodeJS.Signals; readonly moment: Moment },
): Promise<Signalled> {
  removeBackups(root);
  const before = readTree(root);
  const running = start(args('apply', root, round));
  let sent = performance.now();
  const ended = await signalAt(running, moment, name, () => (sent = performance.now()));
  const milliseconds = performance.now() - sent;
  const found = readTree(root);
  const next = await kubepki([...args('apply', root, round), '--lock-timeout', '0s']);
  const states = { before, kills: [found], settled: readTree(root) };
  const problems = [
    ...leftovers(ended, name, states),
    ...unless(0, 'the next run', next),
    ...(next.stderr === '' ? [] : [`the next run says ${next.stderr}`]),
    ...unless(0, 'the plan after it', await kubepki(args('plan', root, round))),
    ...roundProblems(states),
  ];
  return { outcome: ended.signal === null ? 'went to its end' : 'was undone', milliseconds, problems };
}

test.each(SIGNALS)('%s at random moments leaves the tree wholly old or new, and no lock', async (name) => {
  const root = openDir();
  mkdirSync(firstRoot(root), { recursive: true });
  const random = randomSource(name.length);
  const whole = (await kubepki(args('apply', root, 1))).milliseconds;
  const outcomes: Signalled[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const committed: Moment = { seen: COMMITTED, in: firstRoot(root), after: random() };
    const moment = round % 4 === 3 ? committed : { after: ((round + random()) / ROUNDS) * whole };
    outcomes.push(await signalOnce(root, { round, name, moment }));
  }
  const undone = outcomes.filter(({ outcome }) => outcome === 'was undone').length;
  const longest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
  console.log(
    `${name}: of ${ROUNDS} runs ${undone} were undone and ${ROUNDS - undone} went to their end, ` +
      `${longest.toFixed(0)} ms after it at most; PROPERTY_SEED=${SEED}`,
  );
  expect(outcomes.flatMap(({ problems }, round) => problems.map((text) => `${round}: ${text}`))).toEqual([]);
  expect(undone).toBeGreaterThan(0);
  expect(longest).toBeLessThan(5000);
});

test('who waits for a lock ends at a signal, and leaves the lock to its holder', async () => {
  const root = openDir();
  mkdirSync(firstRoot(root), { recursive: true });
  const holder = start(args('apply', root, 0));
  await stopSoonAfter(holder, { seen: /^\.kubepki-transaction$/, in: firstRoot(root), after: 0 });
  const waiting = start(args('apply', root, 1));
  await waiting.says('note: waiting for process');
  const before = readTree(root);
  waiting.child.kill('SIGINT');
  const ended = await waiting.ended;
  expect([ended.signal, litterOf(readTree(root)).sort()]).toEqual(['SIGINT', litterOf(before).sort()]);
  expect(ended.stderr).toContain('kubepki: ended by SIGINT: what it had begun is undone');
  holder.child.kill('SIGCONT');
  expect(unless(0, 'the holder', await holder.ended)).toEqual([]);
});

/** How to run something as the first process of a container, if that is permitted. */
function container(): readonly string[] {
  const ways = [
    ['-p', '-f', '--kill-child'],
    ['-r', '-p', '-f', '--kill-child'],
  ];
  const way = ways.find((options) => {
    try {
      execFileSync('unshare', [...options, 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  return way === undefined ? [] : ['unshare', ...way];
}

test('a container that is stopped leaves no lock, which nobody outside could take for dead', async () => {
  const root = openDir();
  mkdirSync(firstRoot(root), { recursive: true });
  const within = container();
  const running = start(args('apply', root, 0), { within });
  await stopSoonAfter(running, { seen: /^\.kubepki-transaction$/, in: firstRoot(root), after: 0 });
  const pid = running.child.pid ?? 0;
  const inner = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  process.kill(inner === '' ? pid : Number(inner), 'SIGTERM');
  running.child.kill('SIGCONT');
  const ended = await running.ended;
  console.log(
    `in ${within.length === 0 ? 'no container, for none is permitted' : 'a container'}: ${ended.code ?? ended.signal ?? ''}`,
  );
  expect(ended.stderr).toContain('kubepki: ended by SIGTERM: what it had begun is undone');
  expect([...readTree(root).keys()]).toEqual([]);
  expect(
    unless(0, 'the next run', await kubepki([...args('apply', root, 0), '--lock-timeout', '0s'])),
  ).toEqual([]);
});

test('a second signal ends a run at once, and the next one mends what is left', async () => {
  const root = openDir();
  mkdirSync(firstRoot(root), { recursive: true });
  const running = start(args('apply', root, 0));
  await stopSoonAfter(running, { seen: /^\.kubepki-transaction$/, in: firstRoot(root), after: 0 });
  running.child.kill('SIGTERM');
  running.child.kill('SIGINT');
  running.child.kill('SIGCONT');
  const ended = await running.ended;
  expect(['SIGTERM', 'SIGINT']).toContain(ended.signal);
  expect(
    unless(0, 'the next run', await kubepki([...args('apply', root, 0), '--lock-timeout', '0s'])),
  ).toEqual([]);
  expect(unless(0, 'the plan after it', await kubepki(args('plan', root, 0)))).toEqual([]);
  rmSync(join(root, 'etc'), { recursive: true });
});
