/** Control planes as real kubeadms leave them, manifests and kubelet's configuration too: the health check has nothing to say that is not documented. */
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFiles } from '../../src/check/check.ts';
import { diskFiles } from '../../src/node/disk-files.ts';
import { describeWith, requireTool, run, tempDir } from '../support/foreign.ts';
import { RELEASES, type Release } from './support/releases.ts';

/** The phases of `kubeadm init` that write files. */
const PHASES = ['certs all', 'kubeconfig all', 'control-plane all', 'etcd local', 'kubelet-start'];

/** docs/health-rules.md, "What a fresh cluster is told". */
const FRESH = ['apiserver-without-kubelet-ca', 'kubelet-serving-self-signed', 'system-masters-of-kubeadm'];

interface Case {
  readonly cluster: string;
  readonly told: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'nothing said': { cluster: '', told: FRESH },
  'elliptic keys and an endpoint': {
    cluster: 'encryptionAlgorithm: ECDSA-P256\ncontrolPlaneEndpoint: api.example.com:6443\n',
    told: FRESH,
  },
  'two service networks': {
    cluster: 'networking: {serviceSubnet: "10.96.0.0/12,fd00:10:96::/112"}\n',
    told: [...FRESH, 'dual-stack-gap'],
  },
};

const documents = ({ version }: Release, cluster: string): string => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 192.0.2.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: ${version}
${cluster}`;

async function initBelow({ tools: [tool], program }: Release, root: string): Promise<void> {
  const kubeadm = tool === undefined ? program : requireTool(tool);
  for (const phase of PHASES) {
    const args = ['init', 'phase', ...phase.split(' '), '--config', '/kubeadm.yaml', '--rootfs', root];
    const isRoot = process.getuid?.() === 0;
    const { code, stderr } = isRoot
      ? await run(kubeadm, args)
      : await run('unshare', ['--user', '--map-root-user', kubeadm, ...args]);
    expect([phase, code, code === 0 ? '' : stderr]).toEqual([phase, 0, '']);
  }
}

for (const release of RELEASES) {
  describeWith([...release.tools, 'unshare'], `the health of what kubeadm ${release.version} makes`, () => {
    test.each(Object.entries(CASES))('with %s is as documented', async (_name, { cluster, told }) => {
      const root = tempDir();
      mkdirSync(join(root, 'tmp'));
      await writeFile(join(root, 'kubeadm.yaml'), documents(release, cluster));
      await initBelow(release, root);
      const { findings, certificates } = await checkFiles(diskFiles(root));
      expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...told].sort());
      expect(certificates.length).toBeGreaterThan(15);
    });
  });
}
