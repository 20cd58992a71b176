/** Trees that one side has made and files have gone from, completed by the other. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { GoJudge } from '../judges/go.ts';
import { filesBelow } from '../support/disk-tree.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { kubeadmKeepsIt, lacksSecondAddress } from './support/agreement.ts';
import { compareFields } from './support/compare.ts';
import { initPhasesOk, type Workplace } from './support/kubeadm.ts';
import type { Question } from './support/question.ts';
import { questionsFor } from './support/questions.ts';
import { RELEASES, seedOf, type Release } from './support/releases.ts';
import { applyOnto, planned, prepare } from './support/sides.ts';
import { Tally } from './support/tally.ts';
import { treeFacts } from './support/tree-facts.ts';

const RUNS = Number(process.env['ORACLE_HALF_MADE'] ?? '12');

/** Files of the tree with their bytes, certificates under `pki/`. */
async function contentsOf({ kubeconfigs, pki }: Workplace): Promise<ReadonlyMap<string, string>> {
  const paths = [
    ...filesBelow(kubeconfigs).filter((path) => !path.startsWith('pki/')),
    ...filesBelow(pki).map((path) => `pki/${path}`),
  ];
  const place = { kubeconfigs, pki };
  const entries = paths.map(async (path) => [path, await readFile(onDisk(path, place), 'utf8')] as const);
  return new Map(await Promise.all(entries));
}

function onDisk(path: string, { kubeconfigs, pki }: Pick<Workplace, 'kubeconfigs' | 'pki'>): string {
  return path.startsWith('pki/') ? join(pki, path.slice('pki/'.length)) : join(kubeconfigs, path);
}

/** What can go and be made again by either side: a pair, a kubeconfig, or a CA with all that stands under it. */
function piecesOf(paths: readonly string[]): readonly (readonly string[])[] {
  const under = (pattern: RegExp): string[] => paths.filter((path) => pattern.test(path));
  const leaves = under(/\.crt$/).filter((path) => !/ca\.crt$/.test(path));
  const authorities = [
    under(/^pki\/etcd\/|apiserver-etcd-client/),
    under(/^pki\/front-proxy-/),
    under(/^pki\/(?:ca|apiserver|apiserver-kubelet-client)\.(?:crt|key)$|\.conf$/),
  ].filter((piece) => piece.length > 0);
  return [
    ...leaves.map((path) => [path, path.replace(/crt$/, 'key')]),
    ...under(/\.conf$/).map((path) => [path]),
    under(/^pki\/sa\./),
    ...authorities,
  ];
}

/** Removes pieces, and answers the contents of what is left. */
async function removePieces(
  place: Workplace,
  mask: readonly boolean[],
): Promise<ReadonlyMap<string, string>> {
  const pieces = piecesOf([...(await contentsOf(place)).keys()]);
  const gone = new Set(pieces.filter((_, index) => mask[index % mask.length]).flat());
  for (const path of gone) await rm(onDisk(path, place));
  return contentsOf(place);
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before].filter(([path, text]) => after.get(path) !== text).map(([path]) => path);
}

interface Case {
  readonly question: Question;
  readonly mask: readonly boolean[];
}

/** Which of the pieces go: twenty at most, and some of them always. */
const cases = (release: Release): fc.Arbitrary<Case> =>
  fc.record({
    question: questionsFor(release),
    mask: fc
      .array(fc.boolean(), { minLength: 20, maxLength: 20 })
      .filter((list) => list.slice(0, 5).includes(true)),
  });

/** Places of files in the list of them all. */
const fewFiles = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });

for (const release of RELEASES) {
  describeWith([...release.tools, 'go'], `half a tree, and kubeadm ${release.version}`, () => {
    let judge: GoJudge;
    beforeAll(async () => {
      judge = await GoJudge.start();
    });
    afterAll(() => judge.stop());

    it('that kubeadm made is completed by us, keeps the rest, and is right to both', async () => {
      const tally = new Tally();
      await fc.assert(
        fc.asyncProperty(cases(release), async ({ question, mask }) => {
          const root = tempDir();
          const place = await prepare(question, root);
          await initPhasesOk(release, place);
          const whole = await treeFacts(place, judge);
          const lacks = lacksSecondAddress(question, whole);
          const left = await removePieces(place, mask);
          const steps = await applyOnto(question, root, place);
          expect(steps.filter(({ action }) => action === 'blocked')).toEqual([]);
          const after = await contentsOf(place);
          // The certificate without the second service address is no longer what we want.
          const replaced = lacks && left.has('pki/apiserver.crt') ? ['apiserver.crt', 'apiserver.key'] : [];
          expect(changed(left, after).sort()).toEqual(replaced.map((name) => `pki/${name}`));
          expect([...after.keys()].sort()).toEqual([...whole.files.keys()].filter(isFile).sort());
          const differences = compareFields(question, whole, await treeFacts(place, judge));
          expect(differences.some(isBackup)).toBe(replaced.length > 0);
          expect(differences.filter((line) => !isBackup(line))).toEqual([]);
          expect(await planned(question, root, place)).toEqual([]);
          expect(await kubeadmKeepsIt(release, place)).toEqual([]);
          tally.add(`${String(after.size - left.size)} files`);
        }),
        { numRuns: RUNS, ...seedOf(release) },
      );
      console.log(`completed by us: ${tally.text()}`);
    });

    it('that we made is completed by kubeadm, which keeps the rest, and is right to both', async () => {
      await fc.assert(
        fc.asyncProperty(cases(release), async ({ question, mask }) => {
          const root = tempDir();
          const place = await prepare(question, root);
          await applyOnto(question, root, place);
          const whole = await treeFacts(place, judge);
          const left = await removePieces(place, mask);
          await initPhasesOk(release, place);
          const after = await contentsOf(place);
          expect(changed(left, after)).toEqual([]);
          expect([...after.keys()].sort()).toEqual([...whole.files.keys()].filter(isFile).sort());
          const facts = await treeFacts(place, judge);
          expect(compareFields(question, facts, whole)).toEqual([]);
          const lacks = lacksSecondAddress(question, facts);
          const wanted = lacks ? ['apiserver reissue missing-san'] : [];
          expect(await planned(question, root, place)).toEqual(wanted);
          expect(await kubeadmKeepsIt(release, place)).toEqual([]);
        }),
        { numRuns: RUNS, ...seedOf(release) },
      );
    });

    it('that lacks any files is never made worse: what is left keeps its bytes unless its other half is gone', async () => {
      const tally = new Tally();
      await fc.assert(
        fc.asyncProperty(questionsFor(release), fewFiles, fc.boolean(), async (question, few, isKubeadms) => {
          const root = tempDir();
          const place = await prepare(question, root);
          if (isKubeadms) await initPhasesOk(release, place);
          else await applyOnto(question, root, place);
          const before = await contentsOf(place);
          const all = [...before.keys()];
          const paths = few.map((index) => all[index % all.length] ?? '');
          for (const path of paths) await rm(onDisk(path, place), { force: true });
          const steps = await applyOnto(question, root, place);
          const after = await contentsOf(place);
          for (const [path, text] of before) {
            if (paths.includes(path) || after.get(path) === text) continue;
            // Only what can be made again is: never a CA, nor the key of the service accounts.
            expect([path, isReplaceable(path)]).toEqual([path, true]);
          }
          const blocked = steps.filter(({ action }) => action === 'blocked');
          tally.add(blocked.length === 0 ? 'completed' : 'blocked');
          if (blocked.length > 0) return;
          expect(await planned(question, root, place).then((lines) => lines.filter(isWork))).toEqual([]);
          const hasKeys = [...after.keys()].filter((path) => /ca\.crt$/.test(path));
          const isWhole = hasKeys.every((path) => existsSync(onDisk(path.replace(/crt$/, 'key'), place)));
          if (isWhole) expect(await kubeadmKeepsIt(release, place)).toEqual([]);
        }),
        { numRuns: RUNS, ...seedOf(release) },
      );
      console.log(`any files gone: ${tally.text()}`);
      expect(tally.count('completed')).toBeGreaterThan(0);
    });
  });
}

const isFile = (path: string): boolean => /\.\w+$/.test(path);
const isBackup = (line: string): boolean => /^(?:pki\/)?\.kubepki-backups/.test(line);
const isWork = (line: string): boolean => !/^\S+ reuse /.test(line);
const isReplaceable = (path: string): boolean => !/ca\.(?:crt|key)$|sa\.key$/.test(path);
