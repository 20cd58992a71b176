/** Our trees and kubeadm's in each other's hands. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { apply } from '../../../src/pki/apply.ts';
import { plan } from '../../../src/pki/plan-tree.ts';
import { parseClusterConfig } from '../../../src/pki/spec/parse.ts';
import type { ClusterSpec } from '../../../src/pki/spec/spec.ts';
import { run } from '../../support/foreign.ts';
import type { TreeDirectories } from '../compare-tree.ts';
import { compareTree } from '../compare-tree.ts';
import { GoJudge } from '../go.ts';
import { casesFor, kubeadmDocuments } from '../kubeadm-cases.ts';
import type { FactsConfig } from '../kubeadm-config.ts';
import { DEFAULT_FACTS } from '../kubeadm-config.ts';
import { expectedTree } from '../kubeadm-facts.ts';
import { kubeadmBinaries, makeKubeadmTree } from './kubeadm-tree.ts';

function specOf(config: FactsConfig): ClusterSpec {
  const refuse = (): never => {
    throw new Error('the configuration says everything');
  };
  const text = kubeadmDocuments(config, '/etc/kubernetes/pki');
  return parseClusterConfig(text, { defaults: { hostName: refuse, address: refuse } }).spec;
}

const optionsOf = ({ pki, kubeconfigs }: TreeDirectories) => ({ certDir: pki, kubeconfigDir: kubeconfigs });

/** What a plan says about a tree beside `reuse` without a note. */
async function planned(config: FactsConfig, dirs: TreeDirectories): Promise<string[]> {
  const { steps } = await plan(specOf(config), optionsOf(dirs));
  return steps
    .filter(({ action, reasons }) => action !== 'reuse' || reasons.length > 0)
    .map(({ target, action, reasons }) => [target, action, ...reasons.map(({ code }) => code)].join(' '));
}

async function contents({ pki, kubeconfigs }: TreeDirectories): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const directory of [pki, kubeconfigs]) {
    for (const entry of await readdir(directory, { recursive: directory === pki, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes('/.')) files.set(path, await readFile(path, 'utf8'));
    }
  }
  return files;
}

const DUAL_STACK = ['apiserver reissue missing-san'];

describe.each(kubeadmBinaries())('our tree and that of kubeadm $version', ({ version, path }) => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubepki-oracle-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const plain: FactsConfig = { ...DEFAULT_FACTS, kubernetesVersion: version };

  it.each(casesFor(version))('kubeadm’s is right as it is: $name', async ({ name, config }) => {
    const dirs = await makeKubeadmTree(path, config, directory);
    expect(await planned(config, dirs)).toEqual(name === 'dual-stack' ? DUAL_STACK : []);
    if (name === 'dual-stack') return;
    const before = await contents(dirs);
    const { written } = await apply(specOf(config), optionsOf(dirs));
    expect(written).toEqual([]);
    expect(await contents(dirs)).toEqual(before);
  });

  /** Some leaves, a kubeconfig and the public key: what either side can make again. */
  const removable = (dirs: TreeDirectories): string[] => [
    ...['apiserver.crt', 'apiserver.key', 'etcd/peer.crt', 'etcd/peer.key', 'front-proxy-client.crt'].map(
      (file) => join(dirs.pki, file),
    ),
    ...[join(dirs.pki, 'front-proxy-client.key'), join(dirs.kubeconfigs, 'admin.conf')],
  ];

  it('a half-made one of kubeadm’s is completed by us, and then right to both', async () => {
    const judge = await GoJudge.start();
    try {
      const dirs = await makeKubeadmTree(path, plain, directory);
      const before = await contents(dirs);
      const gone = removable(dirs);
      for (const file of gone) await rm(file);
      const { written } = await apply(specOf(plain), optionsOf(dirs));
      expect([...written].sort()).toEqual([...gone].sort());
      for (const [file, text] of await contents(dirs))
        if (!gone.includes(file)) expect(text).toBe(before.get(file));
      const facts = await compareTree(dirs, expectedTree(plain, 'kubeadm'), { judge, made: 'kubeadm' });
      // Ours begin five minutes before they are made and have long serial numbers, whatever the release does.
      expect(facts.filter((line) => !/notBefore|lifetime|notAfter/.test(line))).toEqual([]);
      expect(await planned(plain, dirs)).toEqual([]);
    } finally {
      await judge.stop();
    }
  });

  async function ours(): Promise<TreeDirectories> {
    const dirs = { kubeconfigs: join(directory, 'kubernetes'), pki: join(directory, 'kubernetes', 'pki') };
    await apply(specOf(plain), optionsOf(dirs));
    return dirs;
  }

  it('a half-made one of ours is completed by kubeadm, which keeps the rest, and right to us', async () => {
    const dirs = await ours();
    const before = await contents(dirs);
    const gone = removable(dirs);
    for (const file of gone) await rm(file);
    await makeKubeadmTree(path, plain, directory);
    const after = await contents(dirs);
    for (const [file, text] of before)
      if (!gone.includes(file)) expect([file, after.get(file)]).toEqual([file, text]);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(await planned(plain, dirs)).toEqual([]);
  });

  // kubeadm looks for kubeconfigs in /etc/kubernetes alone: it is shut into our directory, which takes root.
  it('ours passes check-expiration, and is renewed', async () => {
    const kubeconfigs = join(directory, 'etc/kubernetes');
    const dirs = { kubeconfigs, pki: join(kubeconfigs, 'pki') };
    await apply(specOf(plain), { rootfs: directory });
    await writeFile(join(directory, 'kubeadm.yaml'), kubeadmDocuments(plain, '/etc/kubernetes/pki'));
    const certs = (...args: string[]) =>
      run(path, ['certs', ...args, '--config', '/kubeadm.yaml', '--rootfs', directory]);
    const before = await contents(dirs);
    const check = await certs('check-expiration');
    expect([check.code, check.stdout.includes('MISSING')]).toEqual([0, false]);
    const rows = check.stdout.split('\n').filter((line) => / UTC /.test(line));
    const minor = Number(version.split('.')[1]);
    expect(rows).toHaveLength(minor >= 29 ? 14 : 13);
    expect(rows.filter((line) => !/ (364d|365d|9y) .* no /.test(line))).toEqual([]);
    const renewal = await certs('renew', 'all');
    expect([renewal.code, renewal.stdout.includes('MISSING')]).toEqual([0, false]);
    const after = await contents(dirs);
    const changed = [...before.keys()].filter((file) => before.get(file) !== after.get(file));
    // Seven pairs and every kubeconfig but the kubelet's.
    expect(changed).toHaveLength(7 * 2 + (minor >= 29 ? 4 : 3));
    const { steps } = await plan(specOf(plain), { rootfs: directory });
    expect(steps.filter(({ action, reasons }) => action !== 'reuse' || reasons.length > 0)).toEqual([]);
  });
});
