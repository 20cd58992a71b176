/** The dates that either side gives to what it adds to a tree that is a month old. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { apply } from '../../src/pki/apply.ts';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import { GoJudge } from '../judges/go.ts';
import { filesBelow } from '../support/disk-tree.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { initPhasesOk, type Workplace } from './support/kubeadm.ts';
import { documentsOf, type Question } from './support/question.ts';
import { RELEASES } from './support/releases.ts';
import { applyOnto, prepare } from './support/sides.ts';
import { treeFacts, type Dates } from './support/tree-facts.ts';

const BACKDATE = 300;
const [HOUR, DAY] = [3600, 86_400];

const question = (kubernetesVersion: string): Question => ({
  api: 'v1beta4',
  init: { nodeRegistration: { name: 'cp-1' }, localAPIEndpoint: { advertiseAddress: '192.0.2.10' } },
  cluster: { kubernetesVersion, encryptionAlgorithm: 'ECDSA-P256', certificateValidityPeriod: '100h' },
  others: [],
  style: 'json',
  clusterFirst: true,
  certDir: '/kubernetes/pki',
  throughCli: false,
});

for (const release of RELEASES) {
  describeWith([...release.tools, 'go'], `in a tree a month old, kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    let root: string;
    let place: Workplace;
    let started: number;

    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    // CAs of a month ago, and nothing under them.
    beforeEach(async () => {
      root = tempDir();
      place = await prepare(question(release.version), root);
      const { spec } = parseClusterConfig(documentsOf(question(release.version), root));
      const now = new Date(Date.now() - 30 * DAY * 1000);
      await apply(spec, { kubeconfigDir: place.kubeconfigs }, { now });
      const leaves = filesBelow(place.kubeconfigs).filter((path) => !/ca\.(?:crt|key)$|sa\./.test(path));
      for (const path of leaves) await rm(join(place.kubeconfigs, path));
      started = Math.floor(Date.now() / 1000);
    });

    async function datesOf(pattern: RegExp): Promise<readonly (readonly [string, Dates])[]> {
      const { dates } = await treeFacts(place, judge);
      const found = [...dates].filter(([path]) => pattern.test(path) && !path.endsWith('ca.crt'));
      expect(found.length).toBeGreaterThanOrEqual(5);
      return found;
    }

    /** Begun five minutes before now, for a hundred hours from now. */
    function expectNew(path: string, { start, end }: Dates): void {
      const ended = Math.floor(Date.now() / 1000);
      expect([path, start >= started - BACKDATE && start <= ended - BACKDATE]).toEqual([path, true]);
      expect([path, end - start]).toEqual([path, 100 * HOUR + BACKDATE]);
    }

    it('dates its certificates from now, as we do', async () => {
      await initPhasesOk(release, place);
      for (const [path, dates] of await datesOf(/\.crt$/)) expectNew(path, dates);
    });

    it('dates those in its kubeconfigs from the start of their CA, which we do not copy', async () => {
      await initPhasesOk(release, place);
      const ended = Math.floor(Date.now() / 1000);
      for (const [path, { start, end, authorityStart }] of await datesOf(/\.conf$/)) {
        expect([path, start]).toEqual([path, authorityStart]);
        expect([path, start < started - 29 * DAY]).toEqual([path, true]);
        expect([path, end - 100 * HOUR >= started && end - 100 * HOUR <= ended]).toEqual([path, true]);
      }
    });

    it('has its place taken by us, and all is dated from now', async () => {
      await applyOnto(question(release.version), root, place);
      for (const [path, dates] of await datesOf(/\.(?:crt|conf)$/)) expectNew(path, dates);
    });
  });
}
