/** Trees made by a real kubeadm. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TreeDirectories } from '../compare-tree.ts';
import { kubeadmDocuments } from '../kubeadm-cases.ts';
import type { FactsConfig } from '../kubeadm-config.ts';
import { run } from '../../support/foreign.ts';

/** kubeadm binaries by version: `KUBEADM_BINARIES=v1.36.3=/path,v1.28.15=/path`. */
function kubeadmBinaries(): readonly { readonly version: string; readonly path: string }[] {
  const pairs = (process.env['KUBEADM_BINARIES'] ?? '').split(',').filter((pair) => pair !== '');
  return pairs.map((pair) => {
    const [version = '', path = ''] = pair.split('=');
    return { version, path };
  });
}

/** Runs `init phase certs all` and `init phase kubeconfig all` in an empty directory. */
async function makeKubeadmTree(
  binary: string,
  config: FactsConfig,
  directory: string,
): Promise<TreeDirectories> {
  const dirs = { kubeconfigs: join(directory, 'kubernetes'), pki: join(directory, 'kubernetes', 'pki') };
  await mkdir(dirs.kubeconfigs, { recursive: true });
  const file = join(directory, 'kubeadm.yaml');
  await writeFile(file, kubeadmDocuments(config, dirs.pki));
  const phases = [
    ['init', 'phase', 'certs', 'all', '--config', file],
    ['init', 'phase', 'kubeconfig', 'all', '--config', file, '--kubeconfig-dir', dirs.kubeconfigs],
  ];
  for (const phase of phases) {
    const result = await run(binary, phase);
    if (result.code !== 0) throw new Error(`kubeadm ${phase.join(' ')}: ${result.stderr}`);
  }
  return dirs;
}

export { kubeadmBinaries, makeKubeadmTree };
