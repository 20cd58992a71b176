/** The facts that are recorded in test/fixtures: that they are the same in every run, and with RECORD=1, writing them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GoJudge } from '../judges/go.ts';
import { casesFor, kubeadmDocuments } from '../judges/kubeadm-cases.ts';
import { compareWithRecorded, readRecorded, recordTree } from '../judges/recorded-facts.ts';
import { describeWith, repositoryRoot, tempDir } from '../support/foreign.ts';
import { makeKubeadmTree } from './support/kubeadm.ts';
import { ALL_RELEASES } from './support/releases.ts';

/** What is recorded, by minor version. */
const RECORDED: Readonly<Record<number, readonly string[]>> = {
  36: ['single', 'ha-name', 'external-etcd', 'dual-stack', 'ecdsa-p256', 'extra-sans'],
  28: ['single', 'ha-name'],
};

for (const release of ALL_RELEASES) {
  const { version, minor, tools } = release;
  const fixtures = resolve(repositoryRoot, `test/fixtures/kubeadm-1.${minor}`);
  const rows = casesFor(version).filter(({ name }) => RECORDED[minor]?.includes(name));
  if (rows.length === 0) continue;

  describeWith([...tools, 'go'], `the recorded facts of kubeadm ${version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it.each(rows)('are those of a tree made today: $name', async ({ name, config }) => {
      const dirs = await makeKubeadmTree(release, config, tempDir());
      if (process.env['RECORD'] === '1') {
        await mkdir(fixtures, { recursive: true });
        const recorded = await recordTree(dirs, config, judge);
        await writeFile(join(fixtures, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
        await writeFile(join(fixtures, `${name}.yaml`), kubeadmDocuments(config, '/etc/kubernetes/pki'));
      }
      const recorded = await readRecorded(join(fixtures, `${name}.json`));
      expect(await compareWithRecorded(dirs, recorded, { judge })).toEqual([]);
    });
  });
}
