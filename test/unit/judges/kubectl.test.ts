import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dataOf } from '../../judges/compare-kubeconfig.ts';
import type { TreeDirectories } from '../../judges/compare-tree.ts';
import { forgeTree } from '../../judges/forge-tree.ts';
import { GoJudge } from '../../judges/go.ts';
import { kubectlRewrite, kubectlView } from '../../judges/kubectl.ts';
import { DEFAULT_FACTS } from '../../judges/kubeadm-config.ts';
import { expectedTree } from '../../judges/kubeadm-facts.ts';
import { describeWith } from '../../support/foreign.ts';

describeWith(['go', 'kubectl'], 'kubectl as a judge of kubeconfigs', () => {
  let judge: GoJudge;
  let directory: string;

  const forge = (clusterName: string): Promise<TreeDirectories> => {
    const config = { ...DEFAULT_FACTS, keyAlgorithm: 'ECDSA-P256', clusterName } as const;
    const issuedAt = new Date('2026-03-01T12:00:00Z');
    const wanted = ['ca.crt', 'admin.conf'];
    const files = expectedTree(config, 'kubepki').filter(({ path }) => wanted.includes(path));
    return forgeTree(files, directory, { judge, issuedAt });
  };

  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubepki-kubectl-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('says what a kubeconfig means, its data included', async () => {
    const { kubeconfigs } = await forge('yes');
    const path = join(kubeconfigs, 'admin.conf');
    const view = await kubectlView(path);
    expect(view).toMatchObject({
      'current-context': 'kubernetes-admin@yes',
      clusters: [{ name: 'yes', cluster: { server: 'https://192.0.2.10:6443' } }],
      contexts: [{ name: 'kubernetes-admin@yes', context: { cluster: 'yes', user: 'kubernetes-admin' } }],
      users: [{ name: 'kubernetes-admin' }],
    });
    const { certificate } = dataOf(await readFile(path, 'utf8'));
    const data = view.users[0]?.user['client-certificate-data'] ?? '';
    expect(Buffer.from(data, 'base64').toString()).toBe(certificate);
  });

  it.each(['kubernetes', '0123', 'my cluster', '*a: b', '1e3', 'y', "it's", '~', '2026-01-01'])(
    'writes a cluster named %s in the quotes that the expectations have',
    async (clusterName) => {
      const path = join((await forge(clusterName)).kubeconfigs, 'admin.conf');
      // Up to its release 1.33 kubectl adds the line that kubeadm then had too.
      const rewritten = (await kubectlRewrite(path)).replace('preferences: {}\n', '');
      expect(rewritten).toBe(await readFile(path, 'utf8'));
    },
  );

  it('refuses what is no kubeconfig', async () => {
    const path = join(directory, 'bad.conf');
    await writeFile(path, 'kind: Config\nusers: 1\n');
    await expect(kubectlView(path)).rejects.toThrow('kubectl config view');
  });
});
