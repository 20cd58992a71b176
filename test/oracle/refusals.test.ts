/** For generated values, right and wrong: what kubeadm refuses we refuse, and what it takes we take. */
import fc from 'fast-check';
import { GoJudge } from '../judges/go.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { askBoth } from './support/agreement.ts';
import { deliberateRefusal, isSameTree } from './support/deliberate.ts';
import { hostileQuestionsFor } from './support/hostile-questions.ts';
import { RELEASES, seedOf } from './support/releases.ts';
import type { Outcome } from './support/sides.ts';
import { Tally } from './support/tally.ts';

/** How many values for each release. */
const RUNS = Number(process.env['ORACLE_REFUSALS'] ?? '120');
/** A busy machine takes some seconds for a value that both take. */
const TIMEOUT = 120_000 + RUNS * 3000;

for (const release of RELEASES) {
  describeWith([...release.tools, 'go'], `we and kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it(
      'take the same values and make the same trees of them, and refuse the same',
      async () => {
        const tally = new Tally();
        await fc.assert(
          fc.asyncProperty(hostileQuestionsFor(release), async (hostile) => {
            const { kubeadm, ours, ...found } = await askBoth(release, hostile.question, {
              judge,
              root: tempDir(),
            });
            const meant = deliberateRefusal(hostile, { kubeadm, ours });
            tally.add(meant ?? (kubeadm.accepted ? 'taken by both' : 'refused by both'));
            const verdict = ({ accepted, said }: Outcome) => ({ accepted, said: accepted ? '' : said });
            // A refusal shows its own words where the other side did not refuse.
            if (meant === undefined && kubeadm.accepted !== ours.accepted)
              expect(verdict(ours)).toEqual(verdict(kubeadm));
            expect(isSameTree(hostile) ? found.differences : []).toEqual([]);
          }),
          { numRuns: RUNS, ...seedOf(release) },
        );
        console.log(`kubeadm ${release.version}: ${tally.text()}`);
        expect(tally.count('taken by both')).toBeGreaterThan(0);
        expect(tally.count('refused by both')).toBeGreaterThan(0);
      },
      TIMEOUT,
    );
  });
}
