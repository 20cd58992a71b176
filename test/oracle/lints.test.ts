/** The table of lints that kubeadm's own trees get, held to those trees both ways. */
import { GoJudge } from '../judges/go.ts';
import { lintTree, unexpectedFindings } from '../judges/lint-tree.ts';
import { KUBEADM_LINTS, type KnownLint } from '../judges/lint.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { quickCases } from './support/cases.ts';
import { makeKubeadmTree } from './support/kubeadm.ts';
import { ALL_RELEASES } from './support/releases.ts';

const tools = [...ALL_RELEASES.flatMap((release) => release.tools), 'go', 'zlint', 'pkilint'] as const;

describeWith(tools, 'the linters on trees of real kubeadms', () => {
  const seen = new Set<KnownLint>();
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  const rows = ALL_RELEASES.flatMap((release) =>
    // To a linter an RSA key of 3072 bits is one of 2048, and it takes kubeadm ten seconds.
    quickCases(release.version)
      .filter(({ name }) => name !== 'rsa-3072')
      .map((row) => ({ ...row, release, version: release.version })),
  );

  it.each(rows)('find nothing that the table lacks in $name of $version', async ({ release, config }) => {
    const findings = await lintTree(await makeKubeadmTree(release, config, tempDir()), judge);
    expect(unexpectedFindings(findings)).toEqual([]);
    for (const { known } of findings) if (known !== undefined) seen.add(known);
  });

  it('have found every row of the table', () => {
    const lacking = KUBEADM_LINTS.filter((row) => !seen.has(row));
    expect(lacking.map(({ lint }) => lint)).toEqual([]);
  });
});
