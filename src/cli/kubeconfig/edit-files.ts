import { resolve } from 'node:path';
import type { Finding } from '../../errors/finding.ts';
import { quote, quotePath } from '../../errors/quote.ts';
import { ioError } from '../../errors/io-error.ts';
import { EMPTY_KUBECONFIG } from '../../kubeconfig/entries.ts';
import type { ChangedKubeconfig } from '../../kubeconfig/kubeconfig-change.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { mapPaths } from '../../kubeconfig/paths.ts';
import { renderKubeconfig } from '../../kubeconfig/render.ts';
import { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import { refuseExisting } from '../certificate-files.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import { reportResult, type Result } from './report-result.ts';

/** A kubeconfig as a command wants it. */
export interface Edited extends ChangedKubeconfig {
  readonly notices?: readonly Finding[];
}

/** Files that were written, and what is left of those that they replaced; absolute paths. */
export interface Written {
  readonly written: readonly string[];
  readonly backups: readonly string[];
}

/** What a command does to kubeconfigs. */
export interface Edit<E extends Edited = Edited> {
  /** Which of the files it changes, as {@link KubeconfigFiles.paths} has them. */
  readonly paths: readonly string[];
  /** Whether a file may be missing, and is made then. */
  readonly mayBeNew?: boolean;
  /** Whether what is replaced is kept: where something is removed. Default true. */
  readonly backup?: boolean;
  /** Pure; it is called again under the lock. `path` is absolute. */
  readonly edit: (config: Kubeconfig, path: string) => E;
  /**
   * What is done on disk before a kubeconfig is written, such as the files that it is to name; under the lock, and
   * therefore at once. `path` is where the kubeconfig goes, absolute; `undefined` for standard output.
   */
  readonly before?: (edited: E, path: string | undefined) => Written;
}

/** The kubeconfigs that a command line is about. */
export function filesOf(values: Values, { env, cwd }: Io): KubeconfigFiles {
  return new KubeconfigFiles({ explicit: values.text('kubeconfig'), env, cwd });
}

/**
 * Changes kubeconfigs, or writes the result elsewhere with `--out`, or only says it with `--dry-run`; and reports it.
 * Files in which nothing changes are not written.
 *
 * @param values of a command with `EDIT_OPTIONS`
 * @returns the exit code
 */
export function editKubeconfigs<E extends Edited>(values: Values, io: Io, edit: Edit<E>): number {
  const files = filesOf(values, io);
  const out = values.text('out');
  if (out === undefined) return editInPlace(values, io, { files, edit });
  return editElsewhere(values, io, { files, edit, out });
}

interface Editing<E extends Edited> {
  readonly files: KubeconfigFiles;
  readonly edit: Edit<E>;
}

function editInPlace<E extends Edited>(values: Values, io: Io, { files, edit }: Editing<E>): number {
  const isDry = values.flag('dry-run');
  const results = edit.paths.map((path) => ({ path, ...editOne(files, path, edit) }));
  const written: string[] = [];
  const backups: string[] = [];
  const work = (): void => {
    for (const path of edit.paths) {
      const edited = editOne(files, path, edit);
      if (edited.changes.every(({ action }) => action === 'keep')) continue;
      const others = edit.before?.(edited, files.absolute(path)) ?? NOTHING;
      written.push(...others.written);
      backups.push(...others.backups);
      const { backup = true } = edit;
      const kept = files.replace(path, edited.config, { backup, form: 'kept' });
      written.push(files.absolute(path));
      if (kept !== undefined) backups.push(kept);
    }
  };
  if (!isDry && results.some(({ changes }) => changes.some(({ action }) => action !== 'keep')))
    files.withLock(work);
  const changes = results.flatMap((one) => one.changes);
  const notices = results.flatMap((one) => one.notices ?? []);
  return reportResult({ changes, notices, written, backups, dryRun: isDry }, values, io);
}

function editElsewhere<E extends Edited>(
  values: Values,
  io: Io,
  { files, edit, out }: Editing<E> & { readonly out: string },
): number {
  const [path] = edit.paths;
  if (path === undefined || edit.paths.length > 1)
    throw usageError('--out takes the result of one kubeconfig, and KUBECONFIG lists several', {
      option: '--out',
      hint: 'name one with --kubeconfig',
    });
  if (out === STANDARD && values.text('output') === 'json')
    throw usageError('--out - and -o json both write to standard output', { option: '--out' });
  const edited = editOne(files, path, edit);
  const target = out === STANDARD ? undefined : resolve(io.cwd, out);
  const config = rebaseKubeconfig(edited.config, { from: files.absolute(path), to: target });
  const { changes, notices = [] } = edited;
  const dryRun = values.flag('dry-run');
  const result: Result = { changes, notices, written: [], backups: [], dryRun };
  const before = (): Written => edit.before?.(edited, target) ?? NOTHING;
  if (target === undefined) {
    const others = dryRun ? NOTHING : before();
    return reportResult({ ...result, ...others, text: renderKubeconfig(config) }, values, io);
  }
  for (const one of [files.loadIfThere(path) ?? EMPTY_KUBECONFIG, edited.config])
    refuseNamed(one, files.absolute(path), target);
  refuseExisting([target], { force: values.flag('force') });
  if (dryRun) return reportResult(result, values, io);
  const place = new KubeconfigFiles({ explicit: target, env: {} });
  const { written, backups } = place.withLock((): Written => {
    refuseExisting([target], { force: values.flag('force') });
    const others = before();
    const kept = place.replace(target, config, { backup: true, form: 'kept' });
    return {
      written: [...others.written, target],
      backups: [...others.backups, ...(kept === undefined ? [] : [kept])],
    };
  });
  return reportResult({ ...result, written, backups }, values, io);
}

/** A certificate or key that the kubeconfig names is not written over, with `--force` neither. */
function refuseNamed(config: Kubeconfig, path: string, target: string): void {
  mapPaths(rebaseKubeconfig(config, { from: path, to: undefined }), (named, { section, name, field }) => {
    if (named !== target) return named;
    throw usageError(`${quotePath(target)} is the ${field} of ${section}[${quote(name)}]`, {
      option: '--out',
      hint: 'give another --out',
    });
  });
}

function editOne<E extends Edited>(
  files: KubeconfigFiles,
  path: string,
  { edit, mayBeNew = false }: Edit<E>,
): E {
  const present = files.loadIfThere(path);
  if (present === undefined && !mayBeNew)
    throw ioError('read', files.absolute(path), { code: 'ENOENT' }, NAME_ONE);
  return edit(present ?? EMPTY_KUBECONFIG, files.absolute(path));
}

/** Those of the files that are there; where none is, the one that would be named as missing. */
export function presentPaths(files: KubeconfigFiles): readonly string[] {
  const present = files.paths.filter((path) => files.loadIfThere(path) !== undefined);
  return present.length === 0 ? [files.defaultPath] : present;
}

const NOTHING: Written = Object.freeze({ written: [], backups: [] });

/** What to do where there is no kubeconfig. */
export const NAME_ONE = 'name a kubeconfig with --kubeconfig FILE, or in KUBECONFIG';
