import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Finding } from '../../errors/finding.ts';
import { PkiError } from '../../errors/pki-error.ts';
import { quotePath } from '../../errors/quote.ts';
import type { EntryChoice } from '../../kubeconfig/credential-fields.ts';
import { extractData } from '../../kubeconfig/extract.ts';
import type { KnownFile } from '../../kubeconfig/file-names.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { mapPaths } from '../../kubeconfig/paths.ts';
import { compareFile, writeCredentialFiles, type CredentialFile } from '../../node/credential-files.ts';
import type { RunCommand } from '../command.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import type { Values } from '../values.ts';
import { editKubeconfigs, filesOf, presentPaths, type Edited } from './edit-files.ts';
import { choiceOf } from './entry-choice.ts';
import { wideMode } from './wide-mode.ts';

/** A kubeconfig that names files, and those files. */
interface Extracted extends Edited {
  readonly files: readonly CredentialFile[];
}

/** `kubeconfig extract` */
export const extract: RunCommand = ({ values }, io) => {
  const files = filesOf(values, io);
  const paths = presentPaths(files);
  const choice = choiceOf(values, files, paths);
  const options = optionsOf(values, io, choice);
  // Of each kubeconfig: the files of one do not get into the way of another's.
  const extracted = new Map<string, readonly CredentialFile[]>();
  const edit = (config: Kubeconfig, path: string): Extracted => {
    const earlier = [...extracted.keys()];
    const before = earlier.slice(0, earlier.includes(path) ? earlier.indexOf(path) : undefined);
    const result = extractOne(config, path, {
      ...options,
      others: before.flatMap((one) => extracted.get(one) ?? []),
    });
    extracted.set(path, result.files);
    return result;
  };
  const before = ({ files: written }: Extracted): ReturnType<typeof writeCredentialFiles> =>
    writeCredentialFiles(written);
  return Promise.resolve(editKubeconfigs(values, io, { paths, edit, before }));
};

interface Options {
  readonly choice: EntryChoice;
  readonly tokens: boolean;
  readonly force: boolean;
  readonly absolute: boolean;
  /** Where the files go, absolute; `undefined` for beside the kubeconfig. */
  readonly dir: string | undefined;
  /** Where the kubeconfig goes, absolute, in place of where it is. */
  readonly target: string | undefined;
}

function optionsOf(values: Values, io: Io, choice: EntryChoice): Options {
  const [dir, out] = [values.text('dir'), values.text('out')];
  return {
    choice,
    tokens: values.flag('tokens'),
    force: values.flag('force'),
    absolute: values.flag('absolute'),
    dir: dir === undefined ? undefined : resolve(io.cwd, dir),
    target: out === undefined || out === STANDARD ? undefined : resolve(io.cwd, out),
  };
}

function extractOne(
  config: Kubeconfig,
  path: string,
  { others, ...options }: Options & { readonly others: readonly CredentialFile[] },
): Extracted {
  const { choice, tokens, force, target = path } = options;
  const folder = options.dir ?? dirname(target);
  const inFolder = (file: CredentialFile | { readonly path: string }): KnownFile[] =>
    dirname(file.path) !== folder
      ? []
      : [{ name: basename(file.path), ...('data' in file ? { data: file.data } : {}) }];
  const known = [...others, ...[path, target, ...pathsIn(config, path)].map((one) => ({ path: one }))];
  const pathOf = (name: string): string => writtenPath(join(folder, name), path, options);
  const edited = extractData(config, { ...choice, tokens, pathOf, known: known.flatMap(inFolder) });
  const files = edited.files.map(({ name, ...file }) => ({ ...file, path: join(folder, name) }));
  const notices = files.flatMap((file) => lookAt(file, force));
  return { ...edited, files, notices };
}

/** The files that a kubeconfig names, absolute. */
function pathsIn(config: Kubeconfig, from: string): readonly string[] {
  const paths: string[] = [];
  mapPaths(config, (path) => {
    paths.push(resolve(dirname(from), path));
    return path;
  });
  return paths;
}

/** A file's path as the kubeconfig names it: relative to the folder of the kubeconfig where it lies below it. */
function writtenPath(file: string, kubeconfig: string, { absolute, target }: Options): string {
  if (absolute) return file;
  const inside = relative(dirname(kubeconfig), file);
  // Of a kubeconfig that is written elsewhere, paths are changed to what they are from there.
  const isRebased = target !== undefined && dirname(target) !== dirname(kubeconfig);
  return isRebased || !inside.startsWith('../') ? inside : file;
}

/**
 * What there is to say about a file that is there already.
 *
 * @throws PkiError `file-exists` where it holds other bytes
 */
function lookAt(file: CredentialFile, force: boolean): readonly Finding[] {
  const { path, isSecret } = file;
  const present = compareFile(file);
  if (present === 'same') return isSecret ? wideMode(path, 'the key in it') : [];
  if (present === 'absent' || force) return [];
  throw new PkiError('file-exists', `${quotePath(path)} exists, and holds other bytes`, {
    details: { path },
    hint: 'nothing was written; --force replaces it and keeps a backup, --dir DIR puts the files elsewhere',
  });
}
