/** What test/judges expects of kubeadm, held against kubeadm itself. */
import { compareTree } from '../judges/compare-tree.ts';
import { GoJudge } from '../judges/go.ts';
import { expectedTree } from '../judges/kubeadm-facts.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { quickCases } from './support/cases.ts';
import { makeKubeadmTree } from './support/kubeadm.ts';
import { ALL_RELEASES } from './support/releases.ts';

for (const release of ALL_RELEASES) {
  describeWith([...release.tools, 'go'], `the expectations of kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it.each(quickCases(release.version))('agree with its tree of $name', async ({ config }) => {
      const dirs = await makeKubeadmTree(release, config, tempDir());
      const expected = expectedTree(config, 'kubeadm');
      expect(await compareTree(dirs, expected, { judge, made: 'kubeadm' })).toEqual([]);
    });
  });
}
