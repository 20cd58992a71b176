import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { namesIn } from './entries.ts';
import {
  EntryNames,
  meaningOf,
  MISSING,
  numbered,
  userAtCluster,
  type Place,
  type WantedName,
} from './entry-names.ts';
import { mergeKubeconfigs } from './merge.ts';
import type { Kubeconfig, NamedContext } from './model.ts';

/** What the names of a kubeconfig mean, by section. */
export type Names = Readonly<Record<'clusters' | 'users' | 'contexts', EntryNames>>;

/** How a source's entries get their names. */
export interface NamingOptions {
  /** Name of the source's one cluster. */
  readonly clusterName?: string | undefined;
  /** Whether a context may mean what another kubeconfig has under a name that its own has not. */
  readonly join?: boolean | undefined;
}

type Places = ReadonlyMap<string, Place>;

/** Where the entries of a source go, by their names in it. */
export interface SourcePlaces {
  readonly clusters: Places;
  readonly users: Places;
  readonly contexts: Places;
  /** The source's contexts under their own names, with the new names of what they name. */
  readonly following: readonly NamedContext[];
}

/** Kubeconfigs whose names come together. */
export interface Together {
  readonly target: Kubeconfig;
  /** What is used with the target, and has names that an entry of the target would hide. */
  readonly among: readonly Kubeconfig[];
  readonly sources: readonly Kubeconfig[];
}

/**
 * What the names of a target mean. What contexts name and have not is kept as not there; with `join`, for an entry of
 * that name, of whatever source.
 */
export function namesOf({ target, among, sources }: Together, { join = false }: NamingOptions): Names {
  const names = { clusters: new EntryNames(), users: new EntryNames(), contexts: new EntryNames() };
  for (const section of ['clusters', 'users', 'contexts'] as const) {
    for (const entry of target[section]) names[section].hold(entry.name, meaningOf(section, entry));
    for (const entry of among.flatMap((one) => [...one[section]]))
      names[section].holdElsewhere(entry.name, meaningOf(section, entry));
  }
  const { config: used } = mergeKubeconfigs([target, ...among].map((config) => ({ path: '', config })));
  for (const section of ['clusters', 'users'] as const) {
    if (join)
      for (const one of [used, ...sources])
        for (const { name } of missingIn(one, section)) names[section].reserve(name);
    else for (const { name } of missingIn(used, section)) names[section].hold(name, MISSING);
  }
  return names;
}

/** What is named and not there. */
interface Missing {
  readonly name: string;
  /** The first context that names it. */
  readonly context: string;
}

/** The clusters or users that contexts name and that are not there. */
export function missingIn(config: Kubeconfig, section: 'clusters' | 'users'): readonly Missing[] {
  const there = new Set(namesIn(config, section));
  const missing = new Map<string, string>();
  for (const { name: context, context: fields } of config.contexts) {
    const name = section === 'clusters' ? fields.cluster : fields.user;
    if (name !== '' && !there.has(name) && !missing.has(name)) missing.set(name, context);
  }
  return [...missing].map(([name, context]) => ({ name, context }));
}

/**
 * Gives all entries of a source their names among those that are there.
 *
 * @throws PkiError `invalid-value` where another cluster has the `clusterName`
 */
export function placeSource(source: Kubeconfig, names: Names, options: NamingOptions): SourcePlaces {
  const clusters = names.clusters.placeAll(wantedOf(source, 'clusters', options, clusterCandidates(options)));
  if (options.clusterName !== undefined && clusters.size < source.clusters.length)
    throw clusterNameTaken(options.clusterName, names);
  const nameOfCluster = (was: string): string => (was === '' ? '' : (clusters.get(was)?.name ?? was));
  // The first context that uses it decides.
  const clusterOfUser = new Map(
    [...source.contexts].reverse().map(({ context: { user, cluster } }) => [user, cluster]),
  );
  const users = names.users.placeAll(
    wantedOf(source, 'users', options, (name) => {
      const was = clusterOfUser.get(name) ?? '';
      if (was === '') return numbered(name);
      return numbered(name, userAtCluster(name, { was, is: nameOfCluster(was) }));
    }),
  );
  const following = source.contexts.map((one) => ({
    ...one,
    context: {
      ...one.context,
      cluster: nameOfCluster(one.context.cluster),
      user: one.context.user === '' ? '' : (users.get(one.context.user)?.name ?? one.context.user),
    },
  }));
  const contexts = names.contexts.placeAll(
    following.map((one, index) => ({
      name: one.name,
      meaning: meaningOf('contexts', one),
      candidates: () => contextCandidates(source.contexts[index] ?? one, one.context.cluster),
    })),
  );
  return { clusters, users, contexts, following };
}

type Candidates = (name: string) => Iterable<string>;

/** A section's entries, and what is only named of it. */
function wantedOf(
  source: Kubeconfig,
  section: 'clusters' | 'users',
  { join = false }: NamingOptions,
  candidates: Candidates,
): readonly WantedName[] {
  const entries = source[section].map((one) => ({
    name: one.name,
    meaning: meaningOf(section, one),
    candidates: () => candidates(one.name),
  }));
  const missing = join ? [] : missingIn(source, section);
  return [
    ...entries,
    ...missing.map(({ name }) => ({ name, meaning: MISSING, candidates: () => candidates(name) })),
  ];
}

function clusterCandidates({ clusterName }: NamingOptions): Candidates {
  return (name) => (clusterName === undefined ? numbered(name) : [clusterName]);
}

/** A name that says user and cluster says the new one; what has no such name gets one where its own is taken. */
function contextCandidates({ name, context }: NamedContext, is: string): Iterable<string> {
  const { user, cluster: was } = context;
  const made = userAtCluster(user, { was, is }) || name;
  const saysBoth = was !== '' && name === `${user}@${was}`;
  return saysBoth && was !== is ? numbered(made) : numbered(name, made);
}

function clusterNameTaken(clusterName: string, { clusters }: Names): PkiError {
  const isNamed = clusters.meaningAt(clusterName) === MISSING;
  const why = isNamed ? 'a context names another, which is not there' : 'there is another of that name';
  return new PkiError('invalid-value', `the cluster cannot be named ${quote(clusterName)}: ${why}`, {
    details: { kind: 'cluster name', value: clusterName, expected: 'a name that is free' },
    hint: isNamed
      ? 'remove that context (kubeconfig prune), or let it have this cluster (--join)'
      : 'choose another name, or remove what has it',
  });
}
