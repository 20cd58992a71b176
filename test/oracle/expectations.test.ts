import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareTree } from '../compare-tree.ts';
import { GoJudge } from '../go.ts';
import { casesFor } from '../kubeadm-cases.ts';
import { expectedTree } from '../kubeadm-facts.ts';
import { kubeadmBinaries, makeKubeadmTree } from './kubeadm-tree.ts';

describe.each(kubeadmBinaries())('expectations against kubeadm $version', ({ version, path }) => {
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

  it.each(casesFor(version))('agree on $name', async ({ config }) => {
    const dirs = await makeKubeadmTree(path, config, directory);
    expect(await compareTree(dirs, expectedTree(config, 'kubeadm'), { judge, made: 'kubeadm' })).toEqual([]);
  });
});
