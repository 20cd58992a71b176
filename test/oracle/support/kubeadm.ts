/** A real kubeadm at work. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeDirectories } from '../../judges/compare-tree.ts';
import { kubeadmDocuments } from '../../judges/kubeadm-cases.ts';
import type { FactsConfig } from '../../judges/kubeadm-config.ts';
import { run, type RunResult } from '../../support/foreign.ts';
import type { Release } from './releases.ts';

/** Where kubeadm reads and writes. */
export interface Workplace extends TreeDirectories {
  /** The configuration, which names `pki` as its certificatesDir. */
  readonly config: string;
}

/** The directories of a tree below a root, and the file of its configuration beside them. */
export function workplaceIn(root: string): Workplace {
  const kubeconfigs = join(root, 'kubernetes');
  return { kubeconfigs, pki: join(kubeconfigs, 'pki'), config: join(root, 'kubeadm.yaml') };
}

/** What `init phase certs all` and `init phase kubeconfig all` answered; the second runs where the first did not fail. */
export async function initPhases(
  { program }: Release,
  { config, kubeconfigs }: Pick<Workplace, 'config' | 'kubeconfigs'>,
): Promise<RunResult> {
  const certs = await run(program, ['init', 'phase', 'certs', 'all', '--config', config]);
  if (certs.code !== 0) return certs;
  const args = ['init', 'phase', 'kubeconfig', 'all', '--config', config, '--kubeconfig-dir', kubeconfigs];
  const result = await run(program, args);
  return {
    ...result,
    stdout: certs.stdout + result.stdout,
    stderr: certs.stderr + result.stderr,
  };
}

/**
 * As {@link initPhases}.
 *
 * @throws Error where kubeadm refuses
 */
export async function initPhasesOk(
  release: Release,
  place: Pick<Workplace, 'config' | 'kubeconfigs'>,
): Promise<RunResult> {
  const result = await initPhases(release, place);
  if (result.code !== 0) throw new Error(`kubeadm ${release.version}: ${result.stdout}\n${result.stderr}`);
  return result;
}

/** Makes the tree of a configuration below a directory. */
export async function makeKubeadmTree(
  release: Release,
  config: FactsConfig,
  directory: string,
): Promise<TreeDirectories> {
  const place = workplaceIn(directory);
  await mkdir(place.kubeconfigs, { recursive: true });
  await writeFile(place.config, kubeadmDocuments(config, place.pki));
  await initPhasesOk(release, place);
  return { pki: place.pki, kubeconfigs: place.kubeconfigs };
}
