/**
 * For generated configurations: kubeadm's tree and ours are the same in every field, `plan` and `apply` have nothing to
 * do on kubeadm's, and kubeadm has nothing to do on ours.
 */
import fc from 'fast-check';
import { GoJudge } from '../judges/go.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { askBoth } from './support/agreement.ts';
import { questionsFor } from './support/questions.ts';
import { RELEASES, seedOf } from './support/releases.ts';
import { Tally } from './support/tally.ts';

/** How many configurations of each release. */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? '40');
/** A busy machine takes some seconds for each. */
const TIMEOUT = 120_000 + RUNS * 6000;

for (const release of RELEASES) {
  describeWith([...release.tools, 'go'], `our tree and that of kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it(
      'agree in every field, and each side keeps the tree of the other',
      async () => {
        const tally = new Tally();
        await fc.assert(
          fc.asyncProperty(questionsFor(release), async (question) => {
            const { kubeadm, ours, ...found } = await askBoth(release, question, { judge, root: tempDir() });
            // Every one of these is a configuration that kubeadm takes.
            expect([kubeadm.accepted, kubeadm.accepted ? '' : kubeadm.said]).toEqual([true, '']);
            expect([ours.accepted, ours.accepted ? '' : ours.said]).toEqual([true, '']);
            expect(found.differences).toEqual([]);
            tally.add('compared', ...found.deliberate);
          }),
          { numRuns: RUNS, ...seedOf(release) },
        );
        console.log(`kubeadm ${release.version}: ${tally.text()}`);
        // Nothing is known of the deliberate differences unless they were met; few runs may miss them.
        if (RUNS < 40) return;
        expect(tally.count('dual stack')).toBeGreaterThan(0);
        expect(tally.count('cut to its CA')).toBeGreaterThan(0);
      },
      TIMEOUT,
    );
  });
}
