/** kubeadm's phases on trees of ours, again and again: it finds everything in order, and says so of every file. */
import fc from 'fast-check';
import { describeWith, tempDir } from '../support/foreign.ts';
import { changesBetween } from '../support/disk-tree.ts';
import { snapshotOf } from './support/agreement.ts';
import { initPhasesOk } from './support/kubeadm.ts';
import { questionsFor } from './support/questions.ts';
import { RELEASES, seedOf } from './support/releases.ts';
import { applyOnto, prepare } from './support/sides.ts';

const RUNS = 6;

const CERTIFICATES = ['apiserver', 'apiserver-kubelet-client', 'front-proxy-client'];
const ETCD = ['etcd/server', 'etcd/peer', 'etcd/healthcheck-client', 'apiserver-etcd-client'];
const KUBECONFIGS = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'];

/** What kubeadm says of a tree in which nothing is to be done, in any order. */
function linesOf(isExternal: boolean, { pki, kubeconfigs }: { pki: string; kubeconfigs: string }): string[] {
  const authorities = ['ca', 'front-proxy-ca', ...(isExternal ? [] : ['etcd/ca'])];
  const leaves = [...CERTIFICATES, ...(isExternal ? [] : ETCD)];
  return [
    `[certs] Using certificateDir folder "${pki}"`,
    ...authorities.map((name) => `[certs] Using existing ${name} certificate authority`),
    ...leaves.map((name) => `[certs] Using existing ${name} certificate and key on disk`),
    '[certs] Using the existing "sa" key',
    `[kubeconfig] Using kubeconfig folder "${kubeconfigs}"`,
    ...KUBECONFIGS.map(
      (name) => `[kubeconfig] Using existing kubeconfig file: "${kubeconfigs}/${name}.conf"`,
    ),
    ...(isExternal
      ? ETCD.map((name) => `[certs] External etcd mode: Skipping ${name} certificate generation`)
      : []),
    ...(isExternal ? ['[certs] External etcd mode: Skipping etcd/ca certificate authority generation'] : []),
  ];
}

for (const release of RELEASES) {
  describeWith(release.tools, `on our tree, kubeadm ${release.version}`, () => {
    it('uses what exists and rewrites nothing, however often it runs', async () => {
      await fc.assert(
        fc.asyncProperty(questionsFor(release), async (question) => {
          const root = tempDir();
          const place = await prepare(question, root);
          await applyOnto(question, root, place);
          const before = snapshotOf(place);
          const isExternal = JSON.stringify(question.cluster['etcd'] ?? {}).includes('"external"');
          for (const time of ['once', 'twice']) {
            const { stdout } = await initPhasesOk(release, place);
            const lines = stdout.split('\n').filter((line) => line !== '');
            const wanted = linesOf(isExternal, { ...place, pki: root + question.certDir });
            expect([time, ...lines.sort()]).toEqual([time, ...wanted.sort()]);
            expect(changesBetween(before, snapshotOf(place))).toEqual([]);
          }
        }),
        { numRuns: RUNS, ...seedOf(release) },
      );
    });
  });
}
