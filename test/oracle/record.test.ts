import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { GoJudge } from '../go.ts';
import { casesFor, kubeadmDocuments } from '../kubeadm-cases.ts';
import { compareWithRecorded, recordTree } from '../recorded-facts.ts';
import { kubeadmBinaries, makeKubeadmTree } from './kubeadm-tree.ts';

/** What is recorded, by minor version. */
const RECORDED: Readonly<Record<string, readonly string[]>> = {
  '36': ['single', 'ha-name', 'external-etcd', 'dual-stack', 'ecdsa-p256', 'extra-sans'],
  '28': ['single', 'ha-name'],
};

describe.each(kubeadmBinaries())('facts of kubeadm $version', ({ version, path }) => {
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

  const minor = version.split('.')[1] ?? '';
  const cases = casesFor(version).filter(({ name }) => RECORDED[minor]?.includes(name) ?? false);
  const rows = cases.length > 0 ? cases : casesFor(version).slice(0, 1);

  it.each(rows)('are the same in two runs of $name', async ({ name, config }) => {
    const dirs = [await makeKubeadmTree(path, config, directory)];
    dirs.push(await makeKubeadmTree(path, config, join(directory, 'again')));
    const [first, second] = dirs;
    if (first === undefined || second === undefined) throw new Error('two trees were made');
    const recorded = await recordTree(first, config, judge);
    expect(await compareWithRecorded(second, recorded, { judge })).toEqual([]);
    if (process.env['RECORD'] !== '1' || cases.length === 0) return;
    const fixtures = resolve(`test/fixtures/kubeadm-1.${minor}`);
    await mkdir(fixtures, { recursive: true });
    await writeFile(join(fixtures, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
    await writeFile(join(fixtures, `${name}.yaml`), kubeadmDocuments(config, '/etc/kubernetes/pki'));
  });
});
