/** Every certificate of a tree, those inside kubeconfigs too. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import type { TreeDirectories } from './compare-tree.ts';
import { dataOf } from './compare-kubeconfig.ts';

interface TreeCertificate {
  /** `apiserver.crt`, `etcd/ca.crt`, or the kubeconfig that holds it: `admin.conf`. */
  readonly path: string;
  readonly pem: string;
}

/** Reads the `.crt` files below the pki directory and the client certificates of the `.conf` files, sorted by path. */
async function treeCertificates(dirs: TreeDirectories): Promise<readonly TreeCertificate[]> {
  const found: TreeCertificate[] = [];
  for (const entry of await readdir(dirs.pki, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.crt')) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(dirs.pki, file).split(sep).join('/');
    found.push({ path, pem: await readFile(file, 'utf8') });
  }
  for (const name of await readdir(dirs.kubeconfigs)) {
    if (!name.endsWith('.conf')) continue;
    found.push({ path: name, pem: dataOf(await readFile(join(dirs.kubeconfigs, name), 'utf8')).certificate });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export { treeCertificates };
export type { TreeCertificate };
