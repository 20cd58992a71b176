/** Whether certificates and keys belong together, by OpenSSL's own judgement. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { targetsOf, type TreeState } from './tree-state.ts';

function belongTogether(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function embedded(text: string, field: string): string {
  const data = new RegExp(`${field}: (\\S+)`).exec(text)?.[1] ?? '';
  return Buffer.from(data, 'base64').toString('latin1');
}

/** Certificates of a tree whose key is another one, missing or unreadable: pairs of files, PEM files with both, kubeconfigs. */
export function mismatchedPairs(tree: TreeState): string[] {
  const targets = targetsOf(tree);
  return [...targets].flatMap(([path, { content }]) => {
    const key = targets.get(path.replace(/\.crt$/, '.key'))?.content;
    // A node has the certificate of the cluster's CA, and no key of it.
    if (path.endsWith('.crt'))
      return key === undefined || belongTogether(content, key) ? [] : [`${path} and its key`];
    if (path.endsWith('.pem')) return belongTogether(content, content) ? [] : [path];
    if (!content.includes('client-key-data')) return [];
    const certificate = embedded(content, 'client-certificate-data');
    return belongTogether(certificate, embedded(content, 'client-key-data')) ? [] : [path];
  });
}

/** How many certificates {@link mismatchedPairs} looks at. */
export function countPairs(tree: TreeState): number {
  return [...targetsOf(tree)].filter(
    ([path, { content }]) =>
      path.endsWith('.crt') || path.endsWith('.pem') || content.includes('client-key-data'),
  ).length;
}
