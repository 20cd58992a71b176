import {
  entryOf,
  namesIn,
  withEntry,
  withoutEntry,
  type EntryTypes,
  type Section,
} from '../../kubeconfig/entries.ts';
import type { MergedKubeconfig } from '../../kubeconfig/merge.ts';
import type { Cluster, Kubeconfig, Preferences, User } from '../../kubeconfig/model.ts';
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
  return text(one) === text(other);
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
  for (const { name } of wanted[section]) {
    const entry = entryOf(wanted, section, name);
    const present = entryOf(merged.config, section, name);
    if (entry === undefined || (present !== undefined && isSame(present, entry))) continue;
    const { from = name, to = name } = options.renamed ?? {};
    const path = merged.originOf(section, name === to ? from : name) ?? files.defaultPath;
    const written = options.relative ? withRelativePaths(files, section, entry, path) : entry;
    files.change(path, (config) => withEntry(config, section, [name, written]));
  }
}

function removeEntries({ files, merged, wanted }: Modification, section: Section): void {
  const gone = namesIn(merged.config, section).filter((name) => entryOf(wanted, section, name) === undefined);
  const pathOf = (name: string): string => merged.originOf(section, name) ?? files.defaultPath;
  // Each file once: its backup is the file as it was before all of it.
  for (const path of new Set(gone.map(pathOf))) {
    const names = gone.filter((name) => pathOf(name) === path);
    const remove = (config: Kubeconfig): Kubeconfig =>
      names.reduce((rest, name) => withoutEntry(rest, section, name), config);
    files.change(path, remove, { backup: true });
  }
}

function withRelativePaths<S extends Section>(
  files: KubeconfigFiles,
  section: S,
  entry: EntryTypes[S],
  origin: string,
): EntryTypes[S] {
  const path = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : files.relativePath(value, origin);
  if (section === 'clusters') {
    const cluster = entry as Cluster;
    return { ...cluster, certificateAuthority: path(cluster.certificateAuthority) } as EntryTypes[S];
  }
  if (section === 'users') {
    const user = entry as User;
    const { exec } = user;
    return {
      ...user,
      clientCertificate: path(user.clientCertificate),
      clientKey: path(user.clientKey),
      tokenFile: path(user.tokenFile),
      // A command without a slash is looked for in PATH.
      ...(exec?.command.includes('/') === true
        ? { exec: { ...exec, command: files.relativePath(exec.command, origin) } }
        : {}),
    } as EntryTypes[S];
  }
  return entry;
}
