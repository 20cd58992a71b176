import { isPkiError } from '../../../../src/errors/pki-error.ts';
import type { Fault } from './support/faulty-fs.ts';
import { Crash, faultyFileSystem } from './support/faulty-fs.ts';
import type { Scenario } from './support/scenario.ts';
import { SCENARIOS, prepare, recover, stateOf, tornFiles, write } from './support/scenario.ts';
import { buryLocks, newTree, removeTrees } from './support/tree.ts';

afterEach(removeTrees);
jest.setTimeout(120_000);

async function operationsOf(scenario: Scenario, kind: 'crash' | 'error'): Promise<readonly string[]> {
  const tree = newTree();
  prepare(scenario, tree);
  const fs = faultyFileSystem(kind === 'crash' ? { kind: 'none' } : { kind: 'error', at: -1, errno: 'EIO' });
  await write(scenario, tree, fs);
  return fs.log;
}

async function crashIn(
  run: (fs: ReturnType<typeof faultyFileSystem>) => Promise<unknown>,
  fault: Fault,
): Promise<string> {
  const fs = faultyFileSystem(fault);
  const outcome = await run(fs).then(
    () => 'ended',
    (error: unknown) => {
      if (error instanceof Crash) return 'crashed';
      throw error;
    },
  );
  await fs.closeAll();
  return outcome;
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : 'no error';
}

describe.each(SCENARIOS)('$name', (scenario) => {
  test.each([false, true])(
    'is wholly old or wholly new after a crash before any operation (torn writes: %s)',
    async (torn) => {
      const operations = await operationsOf(scenario, 'crash');
      const problems: string[] = [];
      const states = new Set<string>();
      for (let at = 1; at <= operations.length; at += 1) {
        // Only a write can be torn.
        if (torn && operations[at - 1]?.startsWith('writeFile ') !== true) continue;
        const tree = newTree();
        prepare(scenario, tree);
        await crashIn((fs) => write(scenario, tree, fs), { kind: 'crash', at, torn });
        const broken = tornFiles(scenario, tree);
        buryLocks(tree);
        await recover(scenario, tree);
        const state = stateOf(scenario, tree);
        states.add(state);
        if (broken.length > 0 || (state !== 'old' && state !== 'new'))
          problems.push(`${at}: ${broken.join()} ${state}`);
        // And the next run goes through.
        if (at % 8 === 0) await write(scenario, tree, faultyFileSystem({ kind: 'none' }));
        if (at % 8 === 0 && stateOf(scenario, tree) !== 'new')
          problems.push(`${at}: then ${stateOf(scenario, tree)}`);
        removeTrees();
      }
      expect(problems).toEqual([]);
      // Every write comes before the commit.
      expect([...states].sort()).toEqual(torn ? ['old'] : ['new', 'old']);
    },
  );

  test('is one state when the recovery crashes as well', async () => {
    const operations = await operationsOf(scenario, 'crash');
    const problems: string[] = [];
    for (let at = 11; at <= operations.length; at += 11) {
      for (let again = 5, crashed = true; crashed; again += 7) {
        const tree = newTree();
        prepare(scenario, tree);
        await crashIn((fs) => write(scenario, tree, fs), { kind: 'crash', at });
        buryLocks(tree);
        crashed =
          (await crashIn((fs) => recover(scenario, tree, fs), { kind: 'crash', at: again })) === 'crashed';
        const broken = tornFiles(scenario, tree);
        buryLocks(tree);
        await recover(scenario, tree);
        const state = stateOf(scenario, tree);
        if (broken.length > 0 || (state !== 'old' && state !== 'new'))
          problems.push(`${at}, ${again}: ${broken.join()} ${state}`);
        removeTrees();
      }
    }
    expect(problems).toEqual([]);
  });

  test.each([
    ['EIO', 1],
    ['ENOSPC', 1],
    ['EACCES', 3],
    ['EIO', 1_000_000],
  ])('is one state when any operation fails with %s, %i times', async (errno, times) => {
    const operations = await operationsOf(scenario, 'error');
    const problems: string[] = [];
    for (let at = 1; at <= operations.length; at += times === 1 ? 1 : 4) {
      // A full disk refuses only what needs room.
      if (errno === 'ENOSPC' && !/^(open|writeFile|mkdir|link|rename|sync) /.test(operations[at - 1] ?? ''))
        continue;
      const tree = newTree();
      prepare(scenario, tree);
      const fs = faultyFileSystem({ kind: 'error', at, errno, times });
      const error: unknown = await write(scenario, tree, fs).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      const before = stateOf(scenario, tree);
      // A single failure is dealt with at once; what goes on failing is dealt with by the next run.
      if (times === 1 && before !== (error === undefined ? 'new' : 'old') && !before.startsWith('litter: ')) {
        problems.push(`${at} ${fs.log[at - 1] ?? ''}: at once ${before}, ${describeError(error)}`);
      }
      if (error !== undefined && !(isPkiError(error, 'io') && error.details.errno === errno)) {
        problems.push(`${at} ${fs.log[at - 1] ?? ''}: ${describeError(error)}`);
      }
      buryLocks(tree);
      await recover(scenario, tree);
      const state = stateOf(scenario, tree);
      if (state !== 'old' && state !== 'new') problems.push(`${at} ${fs.log[at - 1] ?? ''}: ${state}`);
      removeTrees();
    }
    expect(problems).toEqual([]);
  });
});
