import { dirname, resolve } from 'node:path';
import { entryOf, withoutEmpty, type Section } from '../kubeconfig/entries.ts';
import { isGiven } from '../kubeconfig/go-values.ts';
import { mergeKubeconfigs, type LoadedKubeconfig } from '../kubeconfig/merge.ts';
import type { Kubeconfig } from '../kubeconfig/model.ts';
import { mapPaths } from '../kubeconfig/paths.ts';
import { inClusterKubeconfig, isInCluster, type InClusterLocation } from './in-cluster.ts';
import { KubeconfigFiles, type KubeconfigLocation } from './kubeconfig-files.ts';

/** Where {@link loadKubeconfig} looks. */
export interface LoadKubeconfigOptions extends KubeconfigLocation, InClusterLocation {}

/** The kubeconfig that a program goes by, and where it is from. */
export interface KubeconfigOnDisk {
  /** All files as one; paths in it are absolute. */
  readonly config: Kubeconfig;
  /** Which rule named the files. */
  readonly rule: 'explicit' | 'KUBECONFIG' | 'home' | 'in-cluster';
  /** Files that were read, absolute, in the order in which they count. */
  readonly read: readonly string[];
  /** Files that are named and not there, absolute. */
  readonly missing: readonly string[];
  /** The file that an entry is from, absolute; `undefined` where none has it, and in a pod. */
  readonly originOf: (section: Section, name: string) => string | undefined;
}

/**
 * The kubeconfig that kubectl and programs on client-go go by: `explicit` alone, else the files of KUBECONFIG, merged, else
 * `~/.kube/config`; where they lead to no cluster, the service account of the pod that this runs in (client-go
 * tools/clientcmd, ClientConfigLoadingRules and DeferredLoadingClientConfig). Relative paths in a file are resolved
 * against its folder. Nothing but `env` says where to look.
 *
 * @example
 * ```ts
 * const { config, rule, read } = loadKubeconfig({ env: process.env });
 * const { cluster, user } = resolveContext(config);
 * ```
 * @throws PkiError `io` where `explicit` is not there, or a file cannot be read; `invalid-kubeconfig`, `invalid-yaml`
 */
export function loadKubeconfig(options: LoadKubeconfigOptions): KubeconfigOnDisk {
  const files = new KubeconfigFiles(options);
  const loaded: LoadedKubeconfig[] = [];
  const missing: string[] = [];
  for (const path of files.paths.filter(isGiven)) {
    const place = files.absolute(path);
    const config = files.isExplicit ? files.loadFile(path) : files.loadIfThere(path);
    if (config === undefined) missing.push(place);
    else loaded.push({ path: place, config: withAbsolutePaths(config, place) });
  }
  const read = loaded.map(({ path }) => path);
  const merged = mergeKubeconfigs(loaded);
  if (leadsNowhere(merged.config) && isInCluster(options)) {
    const pod = inClusterKubeconfig(options);
    return {
      config: pod.config,
      rule: 'in-cluster',
      read: [...read, ...pod.read],
      missing: [...missing, ...pod.missing],
      originOf: () => undefined,
    };
  }
  return { ...merged, rule: ruleOf(files, options), read, missing };
}

function ruleOf({ isExplicit }: KubeconfigFiles, { env }: KubeconfigLocation): KubeconfigOnDisk['rule'] {
  if (isExplicit) return 'explicit';
  return isGiven(env['KUBECONFIG']) ? 'KUBECONFIG' : 'home';
}

function withAbsolutePaths(config: Kubeconfig, place: string): Kubeconfig {
  return mapPaths(config, (path) => resolve(dirname(place), path));
}

/**
 * Whether a kubeconfig says nothing about where to go: no context is chosen, or its cluster is not there or has no fields. A
 * current context that is not there is a mistake, not nothing (client-go tools/clientcmd/client_config.go, ConfirmUsable).
 */
function leadsNowhere(config: Kubeconfig): boolean {
  const { currentContext: name } = config;
  const context = entryOf(config, 'contexts', name);
  if (context === undefined) return name === '';
  const { other: _unknown, ...cluster } = entryOf(config, 'clusters', context.cluster) ?? { server: '' };
  return Object.keys(withoutEmpty(cluster)).length === 0;
}
