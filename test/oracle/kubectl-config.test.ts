/** Random sequences of `kubectl config`, run by kubectl and by kubepki: the same output, exit codes and files. */
import fc from 'fast-check';
import { describeWith } from '../support/foreign.ts';
import { COMMAND } from './support/kubectl-config/commands.ts';
import { Sides } from './support/kubectl-config/sides.ts';
import { SITUATION } from './support/kubectl-config/situations.ts';

const RUNS = Number(process.env['KUBEPKI_SEQUENCES'] ?? 40);

describeWith(['kubectl'], 'sequences of kubectl config', () => {
  let sides: Sides;
  beforeAll(async () => {
    sides = await Sides.open();
  });
  afterAll(() => {
    sides.remove();
  });

  test('leave the same files, and say the same', async () => {
    let steps = 0;
    let done = 0;
    const sequence = fc.array(COMMAND, { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(SITUATION, sequence, (situation, commands) =>
        sides.run(situation, commands, (words, ours, theirs) => {
          steps++;
          if (theirs.code === 0) done++;
          // What each says of it helps whoever looks for the reason, and is not compared.
          const saying = `${ours.stderr}${theirs.stderr}`;
          expect({ words, ...ours, stderr: saying }).toEqual({ words, ...theirs, stderr: saying });
        }),
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    console.log(`${RUNS} sequences of ${steps} commands, of which ${done} did what they were asked`);
  }, 6_000_000);
});
