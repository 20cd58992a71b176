/** One configuration, asked of kubeadm and of us in the same place, and everything the two must agree in. */
import type { TreeDirectories } from '../../judges/compare-tree.ts';
import type { GoJudge, GoSan } from '../../judges/go.ts';
import { firstServiceAddress } from '../../judges/kubeadm-config.ts';
import { changesBetween, snapshot } from '../../support/disk-tree.ts';
import { compareTrees, subnetsOf, type Made } from './compare.ts';
import type { Workplace } from './kubeadm.ts';
import type { Question } from './question.ts';
import type { Release } from './releases.ts';
import { accepts, applyOnto, askKubeadm, askUs, planned, prepare, setAside, type Outcome } from './sides.ts';
import { treeFacts, type TreeFacts } from './tree-facts.ts';

/** What was found. */
export interface Agreement {
  readonly kubeadm: Outcome;
  readonly ours: Outcome;
  /** Where both made a tree: everything in which they differ and should not. */
  readonly differences: readonly string[];
  /** The names of the deliberate differences that were met. */
  readonly deliberate: readonly string[];
}

/** Inodes, times, modes and bytes of a whole tree. */
export function snapshotOf({ kubeconfigs, pki }: TreeDirectories): ReadonlyMap<string, string> {
  const certificates = [...snapshot(pki)].map(([path, state]) => [`pki/${path}`, state] as const);
  return new Map([...snapshot(kubeconfigs), ...certificates]);
}

/** Whether the tree lacks the address of the second service network, which kubeadm leaves out. */
export function lacksSecondAddress(question: Question, facts: TreeFacts): boolean {
  const [, second] = subnetsOf(question);
  const sans = facts.files.get('pki/apiserver.crt')?.['sans'] as readonly GoSan[];
  if (second === undefined) return false;
  const value = firstServiceAddress(second);
  return !sans.some((san) => san.kind === 'IP' && san.value === value);
}

/** `plan` finds nothing to do on kubeadm's tree but for the second service address, and `apply` does no more. */
async function weKeepIt(
  asked: { readonly question: Question; readonly root: string; readonly place: Workplace },
  kubeadm: Made,
): Promise<string[]> {
  const { question, root, place } = asked;
  const isLacking = lacksSecondAddress(question, kubeadm.facts);
  const wanted = isLacking ? ['apiserver reissue missing-san'] : [];
  const found = await planned(question, root, place);
  const before = snapshotOf(place);
  await applyOnto(question, root, place);
  const changed = changesBetween(before, snapshotOf(place));
  const mayChange = isLacking ? ['pki/apiserver.crt', 'pki/apiserver.key'] : [];
  return [
    ...found.filter((line) => !wanted.includes(line)).map((line) => `plan on kubeadm's tree: ${line}`),
    ...wanted.filter((line) => !found.includes(line)).map((line) => `plan on kubeadm's tree lacks: ${line}`),
    ...changed
      .filter((path) => !mayChange.includes(path))
      .map((path) => `apply on kubeadm's tree changes ${path}`),
    ...(isLacking && changed.length === 0 ? ["apply on kubeadm's tree does not change apiserver.crt"] : []),
  ];
}

/** kubeadm's phases find all of our tree in order, and touch nothing. */
export async function kubeadmKeepsIt(release: Release, place: Workplace): Promise<string[]> {
  const before = snapshotOf(place);
  const { accepted, said } = await askKubeadm(release, place);
  const changed = changesBetween(before, snapshotOf(place));
  const doubts = said
    .split('\n')
    .filter((line) =>
      /^\[(?:certs|kubeconfig)\] (?:Generating|Writing)|unexpected API Server URL/.test(line),
    );
  return [
    ...(accepted ? [] : [`kubeadm refuses our tree: ${said}`]),
    ...doubts.map((line) => `kubeadm on our tree: ${line}`),
    ...changed.map((path) => `kubeadm changes ${path} of our tree`),
  ];
}

/** Asks both sides below an empty directory. */
export async function askBoth(
  release: Release,
  question: Question,
  { judge, root }: { readonly judge: GoJudge; readonly root: string },
): Promise<Agreement> {
  const place = await prepare(question, root);
  const theirs = await askKubeadm(release, place);
  const kubeadm = theirs.accepted ? { outcome: theirs, facts: await treeFacts(place, judge) } : undefined;
  const differences: string[] = [];
  if (kubeadm !== undefined && accepts(question, root))
    differences.push(...(await weKeepIt({ question, root, place }, kubeadm)));
  await setAside(place, 'kubeadm');
  const we = await askUs(question, root, place);
  const result = { kubeadm: theirs, ours: we };
  if (kubeadm === undefined || !we.accepted) return { ...result, differences, deliberate: [] };
  const ours = { outcome: we, facts: await treeFacts(place, judge) };
  const compared = compareTrees(question, kubeadm, ours);
  differences.push(...compared.differences, ...(await kubeadmKeepsIt(release, place)));
  return { ...result, differences, deliberate: compared.deliberate };
}
