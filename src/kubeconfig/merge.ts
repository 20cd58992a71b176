import { namesIn, type Section } from './entries.ts';
import { setField } from '../yaml/compose.ts';
import type { Kubeconfig, OtherFields, Preferences } from './model.ts';

/** A kubeconfig and the file that it is from. */
export interface LoadedKubeconfig {
  readonly path: string;
  readonly config: Kubeconfig;
}

/** Several files as one. */
export interface MergedKubeconfig {
  readonly config: Kubeconfig;
  /** The file that an entry is from; `undefined` where no file has it. */
  readonly originOf: (section: Section, name: string) => string | undefined;
}

/**
 * Several kubeconfigs as the one that kubectl takes them for: of entries of one name the first counts, whole, and of
 * single values the first that is not empty (client-go tools/clientcmd/loader.go, Load).
 */
export function mergeKubeconfigs(files: readonly LoadedKubeconfig[]): MergedKubeconfig {
  const configs = files.map(({ config }) => config);
  const preferences = mergePreferences(configs.flatMap((one) => one.preferences ?? []));
  const extensions = firstOfName(configs.map((one) => one.extensions ?? []));
  const other = firstOfKey(configs.map((one) => one.other));
  return {
    config: {
      clusters: firstOfName(configs.map(({ clusters }) => clusters)),
      contexts: firstOfName(configs.map(({ contexts }) => contexts)),
      currentContext: configs.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
      users: firstOfName(configs.map(({ users }) => users)),
      ...(preferences === undefined ? {} : { preferences }),
      ...(extensions.length === 0 ? {} : { extensions }),
      ...(other === undefined ? {} : { other }),
    },
    originOf: (section, name) => files.find(({ config }) => namesIn(config, section).includes(name))?.path,
  };
}

function mergePreferences(list: readonly Preferences[]): Preferences | undefined {
  if (list.length === 0) return undefined;
  const extensions = firstOfName(list.map((one) => one.extensions ?? []));
  const other = firstOfKey(list.map((one) => one.other));
  return {
    ...(list.some(({ colors }) => colors === true) ? { colors: true } : {}),
    ...(extensions.length === 0 ? {} : { extensions }),
    ...(other === undefined ? {} : { other }),
  };
}

function firstOfName<T extends { readonly name: string }>(lists: readonly (readonly T[])[]): readonly T[] {
  const found = new Map<string, T>();
  for (const list of lists) for (const one of list) if (!found.has(one.name)) found.set(one.name, one);
  return [...found.values()];
}

function firstOfKey(list: readonly (OtherFields | undefined)[]): OtherFields | undefined {
  const out: Record<string, unknown> = {};
  for (const fields of list)
    for (const [key, value] of Object.entries(fields ?? {}))
      if (!Object.hasOwn(out, key)) setField(out, key, value);
  return Object.keys(out).length === 0 ? undefined : out;
}
