/** Our trees against what kubeadm writes: as stated in test/judges, and as recorded from real runs. */
import { join } from 'node:path';

import { apply } from '../../src/pki/apply.ts';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import type { ClusterSpec } from '../../src/pki/spec/spec.ts';
import { compareTree, type TreeDirectories } from '../judges/compare-tree.ts';
import { GoJudge } from '../judges/go.ts';
import { casesFor, kubeadmDocuments } from '../judges/kubeadm-cases.ts';
import type { FactsConfig } from '../judges/kubeadm-config.ts';
import { expectedTree } from '../judges/kubeadm-facts.ts';
import { compareWithRecorded, readRecorded } from '../judges/recorded-facts.ts';
import { describeWith, repositoryRoot, tempDir } from '../support/foreign.ts';

const VERSIONS = ['v1.28.15', 'v1.30.14', 'v1.33.1', 'v1.34.4', 'v1.36.3', 'v1.37.2'];
const RECORDED = [
  ...['single', 'ha-name'].map((name) => `kubeadm-1.28/${name}.json`),
  ...['single', 'ha-name', 'external-etcd', 'dual-stack', 'ecdsa-p256', 'extra-sans'].map(
    (name) => `kubeadm-1.36/${name}.json`,
  ),
];
/** Cases that releases with RSA keys in every kubeconfig, slow to make, are asked for. */
const BRIEF = new Set(['single', 'ha-name', 'external-etcd']);
/** The release whose RSA trees are made with RSA keys; all others get elliptic ones. */
const RSA_VERSION = 'v1.36.3';
const RSA_CASES = new Set(['single']);
const NOW = new Date();

function specOf(config: FactsConfig): ClusterSpec {
  const refuse = (): never => {
    throw new Error('the configuration says everything');
  };
  const text = kubeadmDocuments(config, '/etc/kubernetes/pki');
  return parseClusterConfig(text, { defaults: { hostName: refuse, address: refuse } }).spec;
}

async function treeOf(config: FactsConfig): Promise<TreeDirectories> {
  const kubeconfigs = join(tempDir(), 'kubernetes');
  const pki = join(kubeconfigs, 'pki');
  await apply(specOf(config), { certDir: pki, kubeconfigDir: kubeconfigs }, { now: NOW });
  return { pki, kubeconfigs };
}

function asked(version: string) {
  const isOld = Number(version.split('.')[1]) <= 30;
  return casesFor(version).flatMap(({ name, config }) => {
    const isRsa = config.keyAlgorithm.startsWith('RSA');
    const isKept = isRsa && version === RSA_VERSION && RSA_CASES.has(name);
    if (isOld && !BRIEF.has(name)) return [];
    if (isRsa && !isKept && name.startsWith('rsa')) return [];
    return [{ name, config: isRsa && !isKept ? { ...config, keyAlgorithm: 'ECDSA-P256' as const } : config }];
  });
}

describeWith(['go'], 'our tree is what kubeadm would have written', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  describe.each(VERSIONS)('%s', (version) => {
    it.each(asked(version))('$name', async ({ config }) => {
      const dirs = await treeOf(config);
      const options = { judge, made: 'kubepki', issuedAt: NOW } as const;
      expect(await compareTree(dirs, expectedTree(config, 'kubepki'), options)).toEqual([]);
    });
  });

  it.each(RECORDED)('recorded: %s', async (path) => {
    const recorded = await readRecorded(join(repositoryRoot, 'test/fixtures', path));
    const { serviceSubnets } = recorded.config;
    // Every recorded configuration with two subnets has this second one.
    const extraApiserverIps = serviceSubnets.length > 1 ? ['fd00:1::1'] : [];
    const dirs = await treeOf(recorded.config);
    expect(await compareWithRecorded(dirs, recorded, { judge, extraApiserverIps })).toEqual([]);
  });
});
