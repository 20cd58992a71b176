import { isPkiError } from '../errors/pki-error.ts';
import { fileNameOf, foldedFileName } from './file-names.ts';
import type { Kubeconfig } from './model.ts';
import { minifyKubeconfig } from './view.ts';

/** A context as a kubeconfig of its own. */
export interface KubeconfigPart {
  /** The context's name. */
  readonly name: string;
  /** A name for its file that every system takes and no other part has, in whatever letter case: `prod.conf`. */
  readonly fileName: string;
  readonly config: Kubeconfig;
}

/** A kubeconfig by contexts. */
export interface SplitKubeconfig {
  readonly parts: readonly KubeconfigPart[];
  /** The contexts whose cluster or user is not there: they make no kubeconfig. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * A kubeconfig for each context: with what it names, and with the context as the current one. Fields at the top, known or
 * not, are in each of them.
 */
export function splitKubeconfig(config: Kubeconfig): SplitKubeconfig {
  const fileNames = fileNamesOf(config.contexts.map(({ name }) => name));
  const parts: KubeconfigPart[] = [];
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  for (const { name } of config.contexts) {
    const part = partOf(config, name);
    if (typeof part === 'string') leftOut.push({ name, reason: part });
    else parts.push({ name, fileName: fileNames.get(name) ?? name, config: part });
  }
  return { parts, leftOut };
}

/** One context alone; why there is none, where it leads nowhere. */
function partOf(config: Kubeconfig, name: string): Kubeconfig | string {
  if (name === '') return 'it has no name';
  try {
    return minifyKubeconfig({ ...config, currentContext: name });
  } catch (error) {
    if (!isPkiError(error, 'invalid-kubeconfig')) throw error;
    return error.message;
  }
}

/** File names by the names that they are for: those that are safe keep theirs. */
function fileNamesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const taken = new Set<string>();
  const take = (name: string, base: string): boolean => {
    const fileName = `${base}.conf`;
    const key = foldedFileName(fileName);
    if (taken.has(key)) return false;
    taken.add(key);
    out.set(name, fileName);
    return true;
  };
  const left = names.filter((name) => fileNameOf(name) !== name || !take(name, name));
  for (const name of left) {
    const safe = fileNameOf(name);
    let count = 1;
    while (!take(name, count === 1 ? safe : `${safe}-${count}`)) count++;
  }
  return out;
}
