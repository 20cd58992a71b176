/** The two sides of a comparison: kubeadm, and we, each asked for the same configuration in the same place. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPkiError } from '../../../src/errors/pki-error.ts';
import { apply } from '../../../src/pki/apply.ts';
import { plan } from '../../../src/pki/plan-tree.ts';
import type { PlanStep } from '../../../src/pki/plan/step.ts';
import { parseClusterConfig } from '../../../src/pki/spec/parse.ts';
import { repositoryRoot, run } from '../../support/foreign.ts';
import { initPhases, type Workplace } from './kubeadm.ts';
import { certDirOf, documentsOf, type Question } from './question.ts';
import type { Release } from './releases.ts';

/** What came of a request: a tree, or a refusal and its text. */
export interface Outcome {
  readonly accepted: boolean;
  readonly said: string;
  /** When it was made: the seconds before and after. */
  readonly between: readonly [number, number];
}

const now = (): number => Math.floor(Date.now() / 1000);
const cli = join(repositoryRoot, 'dist/cli/main.js');

/** Writes the configuration of a question into a directory, and says where its tree belongs. */
export async function prepare(question: Question, root: string): Promise<Workplace> {
  const place = {
    config: join(root, 'kubeadm.yaml'),
    kubeconfigs: join(root, 'kubernetes'),
    pki: certDirOf(question, root),
  };
  await writeFile(place.config, documentsOf(question, root));
  await mkdir(place.kubeconfigs, { recursive: true });
  return place;
}

/** Moves a tree out of the way, so that another can be made in its place. */
export async function setAside(place: Workplace, name: string): Promise<void> {
  await rename(place.kubeconfigs, `${place.kubeconfigs}-${name}`);
  const isApart = !place.pki.startsWith(`${place.kubeconfigs}/`);
  if (isApart && existsSync(place.pki)) await rename(place.pki, `${place.pki}-${name}`);
  await mkdir(place.kubeconfigs);
}

/** Asks kubeadm. */
export async function askKubeadm(release: Release, place: Workplace): Promise<Outcome> {
  const start = now();
  const { code, stdout, stderr } = await initPhases(release, place);
  return { accepted: code === 0, said: `${stdout}\n${stderr}`, between: [start, now()] };
}

/** Asks us: the library, or the command line as it is shipped. */
export async function askUs(question: Question, root: string, place: Workplace): Promise<Outcome> {
  const start = now();
  const answer = question.throughCli ? await askCommandLine(place) : await askLibrary(question, root, place);
  return { ...answer, between: [start, now()] };
}

/** Applies a configuration that we accept. */
export async function applyOnto(
  question: Question,
  root: string,
  { kubeconfigs }: Workplace,
): Promise<readonly PlanStep[]> {
  const { spec } = parseClusterConfig(documentsOf(question, root));
  return (await apply(spec, { kubeconfigDir: kubeconfigs })).steps;
}

/** Whether we accept a configuration. */
export function accepts(question: Question, root: string): boolean {
  try {
    parseClusterConfig(documentsOf(question, root));
    return true;
  } catch (error) {
    if (isPkiError(error)) return false;
    throw error;
  }
}

async function askLibrary(
  question: Question,
  root: string,
  place: Workplace,
): Promise<Omit<Outcome, 'between'>> {
  try {
    const steps = await applyOnto(question, root, place);
    const blocked = steps.filter(({ action }) => action === 'blocked');
    return { accepted: blocked.length === 0, said: JSON.stringify(blocked) };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { accepted: false, said: `${error.code}: ${error.message}` };
  }
}

async function askCommandLine({ config, kubeconfigs }: Workplace): Promise<Omit<Outcome, 'between'>> {
  const args = [cli, 'apply', '--config', config, '--kubeconfig-dir', kubeconfigs];
  const { code, stdout, stderr } = await run(process.execPath, args);
  return { accepted: code === 0, said: `${stdout}\n${stderr}` };
}

/** What `plan` says of the tree in its place beside `reuse` without a note, one line each: target, action, codes. */
export async function planned(question: Question, root: string, place: Workplace): Promise<string[]> {
  const { spec } = parseClusterConfig(documentsOf(question, root));
  const { steps } = await plan(spec, { kubeconfigDir: place.kubeconfigs });
  const lines = steps
    .filter(({ action, reasons }) => action !== 'reuse' || reasons.length > 0)
    .map(({ target, action, reasons }) => [target, action, ...reasons.map(({ code }) => code)].join(' '));
  if (!question.throughCli) return lines;
  const args = [cli, 'plan', '--config', place.config, '--kubeconfig-dir', place.kubeconfigs, '-o', 'json'];
  const { code, stderr } = await run(process.execPath, args);
  const pending = steps.some(({ action }) => action !== 'reuse');
  if (code !== (pending ? 1 : 0)) throw new Error(`kubepki plan ended with ${code}: ${stderr}`);
  return lines;
}
