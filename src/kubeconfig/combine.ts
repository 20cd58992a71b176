import type { Finding } from '../errors/finding.ts';
import { PkiError } from '../errors/pki-error.ts';
import { combineFields, type Notes } from './combine-fields.ts';
import { namesOf, placeSource, type Names } from './combine-names.ts';
import { changeOf, noteMissing } from './combine-notes.ts';
import type { ChangedKubeconfig } from './kubeconfig-change.ts';
import type { LoadedKubeconfig } from './merge.ts';
import type { Kubeconfig } from './model.ts';
import { cannotBe } from './parse.ts';
import { mapPaths } from './paths.ts';

/** How {@link combineKubeconfigs} puts kubeconfigs together. */
export interface CombineOptions {
  /** Name of the one cluster of the one source; default: its own, with a number where another cluster has that. */
  readonly clusterName?: string | undefined;
  /** Make the first source's current context, or its only one, the current one; default false. */
  readonly useContext?: boolean | undefined;
  /**
   * Let a context mean what another of the kubeconfigs has under a name, where its own has nothing, as kubectl does with
   * the files of KUBECONFIG; default false.
   */
  readonly join?: boolean | undefined;
  /**
   * Kubeconfigs that are used with the target, as those of KUBECONFIG behind it: an entry of the target would hide one of
   * its name there, and so their names are taken.
   */
  readonly among?: readonly Kubeconfig[] | undefined;
  /** What a path leads to, so that paths which lead to one file are the same; default: the path as it is written. */
  readonly resolvePath?: ((path: string) => string) | undefined;
}

/** Several kubeconfigs as one, and what there is to know about it. */
export interface CombinedKubeconfig extends ChangedKubeconfig {
  readonly notices: readonly Finding[];
}

/**
 * A kubeconfig with all that others have, of which nothing is lost: what has the name of something else gets another
 * name, users and contexts `USER@CLUSTER`, clusters `NAME-2`; contexts follow; what is there already, by meaning, is not
 * added again. Entries keep their order, and fields that nobody knows stay. A context goes on to mean what it meant in its
 * own kubeconfig: where that has no such cluster or user, it does not get another's. `mergeKubeconfigs` has kubectl's rule,
 * by which the first entry of a name counts and all others are dropped.
 *
 * Paths are written as they are: those of a source from another folder have to be rebased before.
 *
 * @throws PkiError `invalid-value` where `clusterName` cannot be given; `invalid-kubeconfig` where `useContext` finds no
 *   context
 */
export function combineKubeconfigs(
  target: Kubeconfig,
  sources: readonly LoadedKubeconfig[],
  options: CombineOptions = {},
): CombinedKubeconfig {
  refuseClusterName(sources, options.clusterName);
  const notes: Notes = { changes: [], notices: [] };
  const { among = [] } = options;
  const together = {
    target: comparable(target, options),
    among: among.map((one) => comparable(one, options)),
    sources: sources.map(({ config }) => config),
  };
  const combining = { options, notes, names: namesOf(together, options) };
  let config = target;
  const currents: string[] = [];
  for (const [index, source] of sources.entries()) {
    const added = addSource(config, source, combining);
    ({ config } = added);
    const current = currentOf(source, index === 0 && options.useContext === true);
    if (current !== undefined) currents.push(added.nameOfContext(current));
  }
  const [current] = currents;
  const hasNone = [config, ...among].every((one) => one.currentContext === '');
  const isWanted = options.useContext === true || hasNone;
  if (current === undefined || !isWanted || current === config.currentContext) return { config, ...notes };
  notes.changes.push({
    ...{ action: 'change', section: 'current-context', name: '' },
    ...(config.currentContext === '' ? {} : { before: config.currentContext }),
    after: current,
  });
  return { config: { ...config, currentContext: current }, ...notes };
}

function refuseClusterName(sources: readonly LoadedKubeconfig[], clusterName: string | undefined): void {
  if (clusterName === undefined) return;
  const count = sources.reduce((sum, { config }) => sum + config.clusters.length, 0);
  if (clusterName !== '' && sources.length === 1 && count === 1) return;
  const message =
    clusterName === ''
      ? 'the name of a cluster is empty'
      : `expected one source with one cluster to name, got sources: ${sources.length}, clusters: ${count}`;
  throw new PkiError('invalid-value', message, {
    details: { kind: 'cluster name', value: clusterName, expected: 'a name for one source with one cluster' },
    hint: 'merge the sources one by one, or without a name',
  });
}

function comparable(config: Kubeconfig, { resolvePath }: CombineOptions): Kubeconfig {
  return resolvePath === undefined ? config : mapPaths(config, resolvePath);
}

/** What is being put together. */
interface Combining {
  readonly options: CombineOptions;
  readonly notes: Notes;
  readonly names: Names;
}

interface AddedSource {
  readonly config: Kubeconfig;
  readonly nameOfContext: (name: string) => string;
}

function addSource(
  target: Kubeconfig,
  source: LoadedKubeconfig,
  { options, notes, names }: Combining,
): AddedSource {
  const places = placeSource(comparable(source.config, options), names, options);
  const { clusters, users, contexts, following } = places;
  const added = <T extends { readonly name: string }>(
    section: keyof Names,
    entries: readonly T[],
  ): readonly T[] =>
    entries.flatMap((entry, index) => {
      const { name } = entry;
      const place = places[section].get(name);
      if (place === undefined) return [];
      const [was, is] = [source.config.contexts[index]?.context, following[index]?.context];
      const follows = section === 'contexts' && was && is ? { was, is } : undefined;
      notes.changes.push(changeOf({ section, name, place, source, follows }, names));
      return place.isThere ? [] : [{ ...entry, name: place.name }];
    });
  const config = {
    ...target,
    clusters: [...target.clusters, ...added('clusters', source.config.clusters)],
    users: [...target.users, ...added('users', source.config.users)],
    contexts: [...target.contexts, ...added('contexts', following)],
    ...combineFields(target, source, notes),
  };
  if (options.join !== true) noteMissing(source, { clusters, users }, names, notes);
  return { config, nameOfContext: (name) => contexts.get(name)?.name ?? name };
}

/** The current context of a source, where it is there. */
function currentOf({ path, config }: LoadedKubeconfig, isNeeded: boolean): string | undefined {
  const { currentContext, contexts } = config;
  if (contexts.some(({ name }) => name === currentContext)) return currentContext;
  if (!isNeeded) return undefined;
  const [only] = contexts;
  if (only !== undefined && contexts.length === 1) return only.name;
  throw cannotBe('current-context', `${path} has no current context, so none can be used`);
}
