/** Clocks that are wrong, and clocks that jump, by `--now` and by the system's own clock as a process sees it. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, requireTool, runOk } from '../support/foreign.ts';
import { configuration } from './support/cluster.ts';
import { firstRoot, stopSoonAfter } from './support/moment.ts';
import { openDir } from './support/open-dir.ts';
import { mismatchedPairs } from './support/pairs.ts';
import { kubepki, start, unless, type Ended, type StartOptions } from './support/program.ts';
import {
  changedAuthorities,
  differences,
  exposedSecrets,
  litterOf,
  lostKeys,
  readTree,
} from './support/tree-state.ts';

jest.setTimeout(300_000);

const NOW = '2027-06-01T12:00:00Z';
let file: string;

beforeAll(() => {
  file = configuration({ name: 'left', nodes: 10 });
});

type Clock = (time: string) => { readonly args: readonly string[]; readonly how: StartOptions };

const byOption: Clock = (time) => ({ args: ['--now', time], how: {} });

/** One run at a time, and what is wrong after it whatever the time was. */
async function runAt(
  { root, clock }: { readonly root: string; readonly clock: Clock },
  command: string,
  time: string,
): Promise<Ended & { readonly changed: readonly string[]; readonly problems: readonly string[] }> {
  const before = readTree(root);
  const { args, how } = clock(time);
  const ended = await kubepki([command, '--config', file, '--rootfs', root, ...args], how);
  const after = readTree(root);
  const problems = [
    ...[...changedAuthorities(before, after), ...lostKeys(before, after), ...exposedSecrets(after)],
    ...litterOf(after).map((path) => `${path} is left`),
    ...mismatchedPairs(after).map((path) => `${path} do not match`),
  ];
  return { ...ended, changed: differences(before, after), problems };
}

/** What runs at these times do, one after the other: exit codes, and how many files changed. */
function jumps(title: string, clockOf: () => Clock): void {
  describe(title, () => {
    let place: { root: string; clock: Clock };
    let made: number;

    beforeAll(async () => {
      place = { root: openDir(), clock: clockOf() };
      const first = await runAt(place, 'apply', NOW);
      expect([first.code, first.problems]).toEqual([0, []]);
      made = first.changed.length;
    });

    test.each([
      ['a day back', '2027-05-31T12:00:00Z', 'it is valid from 2027-06-01T11:5'],
      ['ten years back', '2017-06-01T12:00:00Z', 'it is valid from 2027-06-01T11:5'],
      ['beyond the CAs', '2047-06-01T12:00:00Z', 'it expired at 2037-05-29T12:0'],
    ])(
      '%s: what is not valid is blocked, nothing is overwritten, and it is said why',
      async (_title, time, why) => {
        const ended = await runAt(place, 'apply', time);
        expect([ended.code, ended.changed, ended.problems]).toEqual([1, [], []]);
        expect(ended.stdout).toContain(why);
        expect(ended.stdout).toContain('mend the clock');
        expect([(await runAt(place, 'plan', NOW)).code]).toEqual([0]);
      },
    );

    test('two years forward and back: leaves are made anew, then wait for their time, and no CA or key of one changes', async () => {
      const forward = await runAt(place, 'apply', '2029-06-01T12:00:00Z');
      expect([forward.code, forward.problems]).toEqual([0, []]);
      expect(forward.changed.length).toBeGreaterThan(made / 2);
      const back = await runAt(place, 'apply', NOW);
      const again = await runAt(place, 'apply', NOW);
      const plan = await runAt(place, 'plan', NOW);
      expect(plan.stdout.match(/ it is valid from 2029-06-01T11:55:00.000Z only$/gm)).toHaveLength(
        forward.stdout.match(/^wrote .*(\.crt|\.pem|\.conf)$/gm)?.length ?? 0,
      );
      expect(again.stderr).toMatch(
        /^warning: not valid yet: \d+ of the certificates that are kept, such as \/.*\nhint: check this clock; /,
      );
      expect([back.problems, again.problems]).toEqual([[], []]);
      expect([again.code, again.changed, plan.code]).toEqual([0, [], 0]);
      console.log(
        `${title}: ${made} files; two years on ${forward.changed.length} changed, back again ${back.changed.length}`,
      );
    });
  });
}

jumps('a clock given by --now jumps', () => byOption);

describeWith(['faketime'], 'with a clock of the system that is another', () => {
  let preload: string;

  beforeAll(async () => {
    const { stdout } = await runOk(requireTool('faketime'), ['-f', '+0', 'printenv', 'LD_PRELOAD']);
    preload = stdout.trim();
  });

  // As settimeofday(2) would have it: what counts the time since the start goes on as before.
  const faked = (more: Readonly<Record<string, string>>): StartOptions => ({
    env: { LD_PRELOAD: preload, FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC', ...more },
  });

  jumps('a clock of the system jumps', () => (time) => {
    const start = time.replace('T', ' ').replace('Z', '');
    return { args: [], how: faked({ FAKETIME: `@${start}` }) };
  });

  test.each([
    ['forward', '+400d'],
    ['back', '-400d'],
  ])(
    'who waits for a lock waits as long as asked for, though the clock jumps a year %s meanwhile',
    async (_title, jump) => {
      const root = openDir();
      mkdirSync(firstRoot(root), { recursive: true });
      const args = ['--config', file, '--rootfs', root];
      const holder = start(['apply', ...args]);
      await stopSoonAfter(holder, { seen: /^\.kubepki-transaction$/, in: firstRoot(root), after: 0 });
      const clock = join(openDir(), 'clock');
      writeFileSync(clock, '+0');
      const how = faked({ FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1' });
      const waiting = start(['apply', ...args, '--lock-timeout', '3s'], how);
      await waiting.says('note: waiting for process');
      writeFileSync(clock, jump);
      const ended = await waiting.ended;
      // Nor does a lock grow old: its holder lives, whatever the time is.
      const later = await kubepki(['apply', ...args, '--lock-timeout', '1ms'], faked({ FAKETIME: jump }));
      holder.child.kill('SIGCONT');
      expect([ended.code, later.code, (await holder.ended).code]).toEqual([1, 1, 0]);
      expect(ended.stderr).toContain('waited 3 s');
      expect(ended.milliseconds).toBeGreaterThan(2900);
      expect(ended.milliseconds).toBeLessThan(15_000);
      expect(unless(0, 'the next run', await kubepki(['apply', ...args]))).toEqual([]);
    },
  );

  test.each([
    ['forward', '+400d'],
    ['back', '-400d'],
  ])('a run whose clock jumps a year %s on its way makes one tree of one time', async (_title, jump) => {
    const root = openDir();
    mkdirSync(firstRoot(root), { recursive: true });
    const clock = join(openDir(), 'clock');
    writeFileSync(clock, '+0');
    const args = ['--config', file, '--rootfs', root];
    const running = start(
      ['apply', ...args],
      faked({ FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1' }),
    );
    await stopSoonAfter(running, { seen: /^\.kubepki-transaction$/, in: firstRoot(root), after: 0 });
    writeFileSync(clock, jump);
    running.child.kill('SIGCONT');
    expect(unless(0, 'the run', await running.ended)).toEqual([]);
    const tree = readTree(root);
    const starts = [...tree].filter(([path]) => path.endsWith('.crt')).map(([, { content }]) => content);
    expect(new Set(starts.map((pem) => new X509Certificate(pem).validFrom)).size).toBe(1);
    expect(unless(0, 'the plan after it', await kubepki(['plan', ...args]))).toEqual([]);
  });
});
