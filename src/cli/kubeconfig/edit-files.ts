import { resolve } from 'node:path';
import type { Finding } from '../../errors/finding.ts';
import { ioError } from '../../errors/io-error.ts';
import { EMPTY_KUBECONFIG } from '../../kubeconfig/entries.ts';
import type { ChangedKubeconfig } from '../../kubeconfig/kubeconfig-change.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
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

/** What a command does to kubeconfigs. */
export interface Edit {
  /** Which of the files it changes, as {@link KubeconfigFiles.paths} has them. */
  readonly paths: readonly string[];
  /** Whether a file may be missing, and is made then. */
  readonly mayBeNew?: boolean;
  /** Whether what is replaced is kept: where something is removed. Default true. */
  readonly backup?: boolean;
  /** Pure; it is called again under the lock. `path` is absolute. */
  readonly edit: (config: Kubeconfig, path: string) => Edited;
  /** What is done on disk before a kubeconfig is written, under the lock, such as the files that it is to name. */
  readonly before?: (edited: Edited, path: string) => readonly string[];
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
export function editKubeconfigs(values: Values, io: Io, edit: Edit): number {
  const files = filesOf(values, io);
  const out = values.text('out');
  if (out === undefined) return editInPlace(values, io, { files, edit });
  return editElsewhere(values, io, { files, edit, out });
}

interface Editing {
  readonly files: KubeconfigFiles;
  readonly edit: Edit;
}

function editInPlace(values: Values, io: Io, { files, edit }: Editing): number {
  const isDry = values.flag('dry-run');
  const results = edit.paths.map((path) => ({ path, ...editOne(files, path, edit) }));
  const written: string[] = [];
  const backups: string[] = [];
  const work = (): void => {
    for (const path of edit.paths) {
      const edited = editOne(files, path, edit);
      if (edited.changes.every(({ action }) => action === 'keep')) continue;
      written.push(...(edit.before?.(edited, files.absolute(path)) ?? []));
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

function editElsewhere(
  values: Values,
  io: Io,
  { files, edit, out }: Editing & { readonly out: string },
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
  if (target === undefined) return reportResult({ ...result, text: renderKubeconfig(config) }, values, io);
  refuseExisting([target], { force: values.flag('force') });
  if (dryRun) return reportResult(result, values, io);
  const others = edit.before?.(edited, target) ?? [];
  const place = new KubeconfigFiles({ explicit: target, env: {} });
  const kept = place.withLock(() => {
    refuseExisting([target], { force: values.flag('force') });
    return place.replace(target, config, { backup: true, form: 'kept' });
  });
  const backups = kept === undefined ? [] : [kept];
  return reportResult({ ...result, written: [...others, target], backups }, values, io);
}

function editOne(files: KubeconfigFiles, path: string, { edit, mayBeNew = false }: Edit): Edited {
  const present = files.loadIfThere(path);
  if (present === undefined && !mayBeNew)
    throw ioError('read', files.absolute(path), { code: 'ENOENT' }, NAME_ONE);
  return edit(present ?? EMPTY_KUBECONFIG, files.absolute(path));
}

/** What to do where there is no kubeconfig. */
export const NAME_ONE = 'name a kubeconfig with --kubeconfig FILE, or in KUBECONFIG';
