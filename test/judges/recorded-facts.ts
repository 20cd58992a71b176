/** kubeadm's facts as recorded in test/fixtures/kubeadm-*, for comparison on machines without kubeadm. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { dataOf } from './compare-kubeconfig.ts';
import type { TreeDirectories } from './compare-tree.ts';
import type { GoCertificate, GoJudge } from './go.ts';
import type { FactsConfig } from './kubeadm-config.ts';
import { treeCertificates } from './tree-certificates.ts';

/** A kubeconfig without its data: what is left is the same in every run. */
interface RecordedKubeconfig {
  readonly lines: readonly string[];
}

interface RecordedTree {
  readonly kubeadm: string;
  readonly config: FactsConfig;
  readonly certificates: Readonly<Record<string, GoCertificate>>;
  readonly kubeconfigs: Readonly<Record<string, RecordedKubeconfig>>;
}

/** Fields that differ from run to run: serial, dates, and what depends on the key. */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  'serial',
  'serialBits',
  'notBefore',
  'notAfter',
  'ski',
  'sha256',
  'spkiSha256',
]);

const withoutData = (text: string): string[] =>
  text.split('\n').map((line) => line.replace(/(-data: ).+$/, '$1…'));

/** The facts of a tree, in the form that is recorded. */
async function recordTree(dirs: TreeDirectories, config: FactsConfig, judge: GoJudge): Promise<RecordedTree> {
  const certificates: Record<string, GoCertificate> = {};
  const kubeconfigs: Record<string, RecordedKubeconfig> = {};
  for (const { path, pem } of await treeCertificates(dirs)) {
    const [facts] = await judge.parse(pem);
    if (facts === undefined) throw new Error(`${path}: no certificate`);
    certificates[path] = facts;
    if (!path.endsWith('.conf')) continue;
    const text = await readFile(join(dirs.kubeconfigs, path), 'utf8');
    if (dataOf(text).key === '') throw new Error(`${path}: no embedded key`);
    kubeconfigs[path] = { lines: withoutData(text) };
  }
  return { kubeadm: config.kubernetesVersion, config, certificates, kubeconfigs };
}

interface CompareRecordedOptions {
  readonly judge: GoJudge;
  /** Addresses that the apiserver certificate has on purpose beyond kubeadm's: those of further service CIDRs. */
  readonly extraApiserverIps?: readonly string[];
}

type Facts = Readonly<Record<string, unknown>>;

/** The fields to compare; of the two key identifiers only whether they are there, and that they agree elsewhere. */
function comparable(facts: GoCertificate): Facts {
  const kept = Object.fromEntries(Object.entries(facts).filter(([field]) => !OF_THE_RUN.has(field)));
  const aki = facts.aki === null ? null : { ...facts.aki, keyId: facts.aki.keyId !== '' };
  return { ...kept, ski: facts.ski !== '', aki };
}

function withoutExtras(path: string, facts: GoCertificate, extras: readonly string[]): GoCertificate {
  if (path !== 'apiserver.crt') return facts;
  return { ...facts, sans: facts.sans.filter(({ kind, value }) => kind !== 'IP' || !extras.includes(value)) };
}

function differences(path: string, recorded: Facts, actual: Facts): string[] {
  const fields = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])];
  return fields
    .filter((field) => !isDeepStrictEqual(recorded[field], actual[field]))
    .map(
      (field) =>
        `${path}: ${field}: recorded ${JSON.stringify(recorded[field])}, got ${JSON.stringify(actual[field])}`,
    );
}

/** Every difference of a tree from recorded facts, one line each, serials, keys and dates aside. */
async function compareWithRecorded(
  dirs: TreeDirectories,
  recorded: RecordedTree,
  { judge, extraApiserverIps = [] }: CompareRecordedOptions,
): Promise<string[]> {
  const actual = await recordTree(dirs, recorded.config, judge);
  const paths = [...new Set([...Object.keys(recorded.certificates), ...Object.keys(actual.certificates)])];
  const lines = paths.flatMap((path) => {
    const [was, is] = [recorded.certificates[path], actual.certificates[path]];
    if (was === undefined) return [`${path}: not in the recorded tree`];
    if (is === undefined) return [`${path}: missing`];
    return differences(path, comparable(was), comparable(withoutExtras(path, is, extraApiserverIps)));
  });
  const missing = extraApiserverIps.filter(
    (ip) => !(actual.certificates['apiserver.crt']?.sans ?? []).some(({ value }) => value === ip),
  );
  const kubeconfigs = Object.entries(recorded.kubeconfigs).flatMap(([path, { lines: was }]) =>
    differences(path, { lines: was }, { lines: actual.kubeconfigs[path]?.lines }),
  );
  return [...lines, ...missing.map((ip) => `apiserver.crt: expected the address ${ip}`), ...kubeconfigs];
}

/** Reads a recorded tree of test/fixtures. */
async function readRecorded(path: string): Promise<RecordedTree> {
  // The seam to the fixtures, which recordTree wrote.
  return JSON.parse(await readFile(path, 'utf8')) as RecordedTree;
}

export { compareWithRecorded, readRecorded, recordTree };
export type { CompareRecordedOptions, RecordedKubeconfig, RecordedTree };
