import { canonicalKubeconfig } from '../../kubeconfig/canonical.ts';
import {
  EMPTY_KUBECONFIG,
  entriesOf,
  entryOf,
  namesIn,
  withEntry,
  withoutEntry,
  type EntryTypes,
  type Section,
} from '../../kubeconfig/entries.ts';
import type { MergedKubeconfig } from '../../kubeconfig/merge.ts';
import type { Cluster, Kubeconfig } from '../../kubeconfig/model.ts';
import { mapClusterPaths, mapUserPaths } from '../../kubeconfig/paths.ts';
import { renderKubeconfig } from '../../kubeconfig/render.ts';
import { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { KubectlArguments } from './flags.ts';

/** The files that a command line is about. */
export function filesOf(given: KubectlArguments, { env, cwd }: Io): KubeconfigFiles {
  return new KubeconfigFiles({ explicit: given.text('kubeconfig'), env, cwd });
}

/** Of a command's operands as many as it takes. */
export function operandsOf(given: KubectlArguments, names: readonly string[]): readonly string[] {
  const { operands } = given;
  if (operands.length === names.length) return operands;
  throw usageError(`expected ${names.join(' and ')}, got ${operands.length} arguments`, {
    hint: 'see --help for how it is called',
  });
}

/**
 * Does to the files what makes them mean another kubeconfig, as kubectl does (client-go tools/clientcmd/config.go,
 * ModifyConfig): each entry in the file that it is from, a new one in the default file; what has not changed is not
 * written. All is computed again under the lock.
 *
 * @param edit what the merged kubeconfig is to be
 * @param options `relative`: paths of changed entries are written relative to their file where they lie below it
 * @returns what the files meant before
 */
export function modify(
  files: KubeconfigFiles,
  edit: (merged: Kubeconfig) => Kubeconfig,
  { relative }: { readonly relative: boolean },
): Kubeconfig {
  edit(files.load().config);
  return files.withLock(() => {
    const merged = files.load();
    const wanted = edit(merged.config);
    changeCurrentContext(files, merged.config, wanted.currentContext);
    changePreferences(files, merged.config, wanted);
    const context = { files, merged, wanted };
    for (const section of ['clusters', 'contexts', 'users'] as const)
      writeEntries(context, section, relative);
    for (const section of ['clusters', 'contexts', 'users'] as const) removeEntries(context, section);
    return merged.config;
  });
}

interface Modification {
  readonly files: KubeconfigFiles;
  readonly merged: MergedKubeconfig;
  readonly wanted: Kubeconfig;
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

function changePreferences(files: KubeconfigFiles, present: Kubeconfig, wanted: Kubeconfig): void {
  const { preferences } = wanted;
  if (isSame(present, wanted, ({ preferences: one = {} }) => ({ ...EMPTY_KUBECONFIG, preferences: one })))
    return;
  const path = files.isExplicit ? files.defaultPath : files.paths[0];
  if (path !== undefined) files.change(path, (config) => ({ ...config, preferences: preferences ?? {} }));
}

function writeEntries({ files, merged, wanted }: Modification, section: Section, relative: boolean): void {
  const present = entriesOf(merged.config, section);
  for (const [name, entry] of entriesOf(wanted, section)) {
    // What an edit has not touched is the very same; kubeconfigs may have thousands of entries.
    if (entry === present.get(name)) continue;
    const only = (config: Kubeconfig): Kubeconfig => {
      const one = entryOf(config, section, name);
      return one === undefined ? EMPTY_KUBECONFIG : withEntry(EMPTY_KUBECONFIG, section, [name, one]);
    };
    if (isSame(merged.config, wanted, only)) continue;
    const path = merged.originOf(section, name) ?? files.defaultPath;
    const written = relative ? withRelativePaths(files, section, entry, path) : entry;
    files.change(path, (config) => withEntry(config, section, [name, written]));
  }
}

function removeEntries({ files, merged, wanted }: Modification, section: Section): void {
  const kept = entriesOf(wanted, section);
  const names = namesIn(merged.config, section).filter((name) => !kept.has(name));
  const pathOf = (name: string): string => merged.originOf(section, name) ?? files.defaultPath;
  for (const path of new Set(names.map(pathOf))) {
    const here = names.filter((name) => pathOf(name) === path);
    const remove = (config: Kubeconfig): Kubeconfig =>
      here.reduce((rest, name) => withoutEntry(rest, section, name), config);
    files.change(path, remove, { backup: true });
  }
}

function isSame(one: Kubeconfig, other: Kubeconfig, part: (config: Kubeconfig) => Kubeconfig): boolean {
  const text = (config: Kubeconfig): string => renderKubeconfig(canonicalKubeconfig(part(config)));
  return text(one) === text(other);
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
