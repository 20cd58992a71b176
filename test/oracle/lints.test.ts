import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GoJudge } from '../go.ts';
import { casesFor } from '../kubeadm-cases.ts';
import { lintTree, unexpectedFindings } from '../lint-tree.ts';
import { KUBEADM_LINTS } from '../lint.ts';
import type { KnownLint } from '../lint.ts';
import { kubeadmBinaries, makeKubeadmTree } from './kubeadm-tree.ts';

describe('the linters on trees of real kubeadms', () => {
  const seen = new Set<KnownLint>();
  let judge: GoJudge;
  let directory: string;

  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubepki-oracle-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const rows = kubeadmBinaries().flatMap(({ version, path }) =>
    casesFor(version).map((row) => ({ ...row, version, path })),
  );

  it.each(rows)('find nothing that the table lacks in $name of $version', async ({ path, config }) => {
    const findings = await lintTree(await makeKubeadmTree(path, config, directory), judge);
    expect(unexpectedFindings(findings)).toEqual([]);
    for (const { known } of findings) if (known !== undefined) seen.add(known);
  });

  it('have found every row of the table', () => {
    const lacking = KUBEADM_LINTS.filter((row) => !seen.has(row));
    expect(lacking.map(({ lint }) => lint)).toEqual([]);
  });
});
