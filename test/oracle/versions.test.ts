/**
 * kubernetesVersions of another release than kubeadm's own: kubeadm writes the tree of its own release, we that of the
 * kubeadm of `kubernetesVersion`. The two differ in what changed between those releases, and in nothing else.
 */
import { GoJudge } from '../judges/go.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { compareFields } from './support/compare.ts';
import { initPhasesOk } from './support/kubeadm.ts';
import type { Question } from './support/question.ts';
import { RELEASES } from './support/releases.ts';
import { applyOnto, prepare, setAside } from './support/sides.ts';
import { treeFacts } from './support/tree-facts.ts';

/** The organization of apiserver-kubelet-client, which went in a patch of each release. */
const ORGANIZATION = [
  'pki/apiserver-kubelet-client.crt: encoded subject',
  'pki/apiserver-kubelet-client.crt: subject',
];
/** The line `preferences: {}` of kubeconfigs, up to 1.33. */
const TEXTS = ['admin', 'controller-manager', 'kubelet', 'scheduler', 'super-admin'].map(
  (name) => `${name}.conf: text`,
);

/** By kubeadm's minor release: the version that is asked for, and what differs. */
const CASES: Readonly<
  Record<number, readonly (readonly [version: string, differences: readonly string[]])[]>
> = {
  34: [
    ['v1.34.0', []],
    ['v1.34.8', ORGANIZATION],
    ['v1.35.4', []],
    ['v1.35.5', ORGANIZATION],
    ['v1.33.11', TEXTS],
    ['v1.33.12', [...TEXTS, ...ORGANIZATION]],
  ],
  36: [
    ['v1.36.1', []],
    ['v1.36.0', ORGANIZATION],
    ['v1.35.5', []],
    ['v1.35.4', ORGANIZATION],
    ['v1.37.0', []],
  ],
};

const question = (kubernetesVersion: string): Question => ({
  api: 'v1beta4',
  init: { nodeRegistration: { name: 'cp-1' }, localAPIEndpoint: { advertiseAddress: '192.0.2.10' } },
  cluster: { kubernetesVersion, encryptionAlgorithm: 'ECDSA-P256', controlPlaneEndpoint: 'lb.example.com' },
  others: [],
  style: 'block',
  clusterFirst: true,
  certDir: '/kubernetes/pki',
  throughCli: false,
});

for (const release of RELEASES) {
  describeWith([...release.tools, 'go'], `asked for another release, kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it.each(CASES[release.minor] ?? [])('and we differ in what changed: %s', async (version, expected) => {
      const root = tempDir();
      const place = await prepare(question(version), root);
      await initPhasesOk(release, place);
      const kubeadm = await treeFacts(place, judge);
      await setAside(place, 'kubeadm');
      await applyOnto(question(version), root, place);
      const lines = compareFields(question(version), kubeadm, await treeFacts(place, judge));
      const fields = lines.map((line) => line.split(': ').slice(0, 2).join(': '));
      expect(fields.sort()).toEqual([...expected].sort());
    });
  });
}
