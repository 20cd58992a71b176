import {
  entriesByName,
  namesIn,
  withEntry,
  withoutEntry,
  type EntryTypes,
  type Section,
} from '../../kubeconfig/entries.ts';
import type { MergedKubeconfig } from '../../kubeconfig/merge.ts';
import type { Cluster, Kubeconfig, Preferences } from '../../kubeconfig/model.ts';
import { mapClusterPaths, mapUserPaths } from '../../kubeconfig/paths.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import type { Io } from '../io.ts';

const SECTIONS = ['clusters', 'contexts', 'users'] as const;

/** How {@link modify} writes. */
export interface ModifyOptions {
  /** Whether paths of changed entries are written relative to their file where they lie below it. */
  readonly relative: boolean;
  /** A context whose name changes: it stays in its file. */
  readonly renamed?: { readonly from: string; readonly to: string };
}

/**
 * Does to the files what makes them mean another kubeconfig, as kubectl does (client-go tools/clientcmd/config.go,
 * ModifyConfig): each entry in the file that it is from, a new one in the default file; what has not changed is not
 * written. All is computed again under the lock.
 *
 * @param edit what the merged kubeconfig is to be
 * @returns what the files meant before
 */
export function modify(
  io: Io,
  files: KubeconfigFiles,
  edit: (merged: Kubeconfig) => Kubeconfig,
  options: ModifyOptions,
): Promise<Kubeconfig> {
  edit(filled(files.load().config));
  const work = (): Kubeconfig => {
    const loaded = files.load();
    const merged = { ...loaded, config: filled(loaded.config) };
    const wanted = edit(merged.config);
    changeCurrentContext(files, merged.config, wanted.currentContext);
    changePreferences(files, merged.config, wanted.preferences);
    const modification = { files, merged, wanted, options };
    for (const section of SECTIONS) writeEntries(modification, section);
    for (const section of SECTIONS) removeEntries(modification, section);
    return merged.config;
  };
  // A signal that ended the process in the midst of it would leave the locks.
  return io.stoppable(() => Promise.resolve(files.withLock(work)));
}

interface Modification {
  readonly files: KubeconfigFiles;
  readonly merged: MergedKubeconfig;
  readonly wanted: Kubeconfig;
  readonly options: ModifyOptions;
}

/**
 * A kubeconfig with the empty maps that Go has where a file says nothing: to take away what is not there is a change
 * then, as it is to kubectl, which writes the file.
 */
function filled(config: Kubeconfig): Kubeconfig {
  return {
    ...config,
    preferences: filledPreferences(config.preferences),
    clusters: config.clusters.map((one) => ({
      ...one,
      cluster: { ...one.cluster, extensions: one.cluster.extensions ?? [] },
    })),
    contexts: config.contexts.map((one) => ({
      ...one,
      context: { ...one.context, extensions: one.context.extensions ?? [] },
    })),
    users: config.users.map((one) => {
      const { extensions = [], asUserExtra = {} } = one.user;
      return { ...one, user: { ...one.user, extensions, asUserExtra } };
    }),
  };
}

function filledPreferences(preferences: Preferences | undefined): Preferences {
  return { ...preferences, extensions: preferences?.extensions ?? [] };
}

/** Whether two are the same to Go: to it an empty text, `false` and no value are one, an empty list and none are not. */
function isSame(one: object | undefined, other: object | undefined): boolean {
  const text = (value: object | undefined): string =>
    JSON.stringify(goFields(value), (_key, field: unknown) =>
      typeof field === 'bigint' ? String(field) : field,
    );
  return one === other || text(one) === text(other);
}

function goFields(value: object = {}): readonly (readonly [string, unknown])[] {
  return Object.entries(value)
    .filter(([, field]) => field !== undefined && field !== '' && field !== false)
    .map(
      ([key, field]: [string, unknown]) =>
        [key, key === 'exec' && typeof field === 'object' ? goFields(field ?? {}) : field] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function changeCurrentContext(files: KubeconfigFiles, present: Kubeconfig, currentContext: string): void {
  if (present.currentContext === currentContext) return;
  // To clear it, the file that says it is changed.
  const path =
    files.isExplicit || currentContext !== ''
      ? files.defaultPath
      : files.paths.find((one) => files.load([one]).config.currentContext !== '');
  if (path !== undefined) files.change(path, (config) => ({ ...config, currentContext }));
}

/** The first file whose preferences are others gets them (writePreferences). */
function changePreferences(
  files: KubeconfigFiles,
  present: Kubeconfig,
  wanted: Preferences | undefined,
): void {
  if (isSame(present.preferences, wanted)) return;
  const path = files.isExplicit
    ? files.defaultPath
    : files.paths.find((one) => !isSame(filledPreferences(files.load([one]).config.preferences), wanted));
  if (path !== undefined) files.change(path, (config) => ({ ...config, preferences: wanted ?? {} }));
}

function writeEntries({ files, merged, wanted, options }: Modification, section: Section): void {
  const present = entriesByName(merged.config, section);
  for (const [name, entry] of entriesByName(wanted, section)) {
    const before = present.get(name);
    if (before !== undefined && isSame(before, entry)) continue;
    const { from = name, to = name } = options.renamed ?? {};
    const path = merged.originOf(section, name === to ? from : name) ?? files.defaultPath;
    const written = options.relative ? withRelativePaths(files, section, entry, path) : entry;
    files.change(path, (config) => withEntry(config, section, [name, written]));
  }
}

function removeEntries({ files, merged, wanted }: Modification, section: Section): void {
  const left = new Set(namesIn(wanted, section));
  const names = namesIn(merged.config, section).filter((name) => !left.has(name));
  const pathOf = (name: string): string => merged.originOf(section, name) ?? files.defaultPath;
  // Each file once: its backup is the file as it was before all of it.
  for (const path of new Set(names.map(pathOf))) {
    const here = names.filter((name) => pathOf(name) === path);
    const remove = (config: Kubeconfig): Kubeconfig =>
      here.reduce((rest, name) => withoutEntry(rest, section, name), config);
    files.change(path, remove, { backup: true });
  }
}

function withRelativePaths<S extends Section>(
  files: KubeconfigFiles,
  section: S,
  entry: EntryTypes[S],
  origin: string,
): EntryTypes[S] {
  const change = (path: string): string => files.relativePath(path, origin);
  if (section === 'clusters') return mapClusterPaths(entry as Cluster, '', change) as EntryTypes[S];
  return section === 'users' ? (mapUserPaths(entry, '', change) as EntryTypes[S]) : entry;
}
