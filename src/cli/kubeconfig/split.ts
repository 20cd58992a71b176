import { mkdirSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Finding } from '../../errors/finding.ts';
import { ioError } from '../../errors/io-error.ts';
import { quote } from '../../errors/quote.ts';
import { mergeKubeconfigs } from '../../kubeconfig/merge.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { cannotBe, kubeconfigError } from '../../kubeconfig/parse.ts';
import { renderKubeconfig } from '../../kubeconfig/render.ts';
import { splitKubeconfig, type KubeconfigPart, type SplitKubeconfig } from '../../kubeconfig/split.ts';
import type { StagedFile } from '../../pki/disk/transaction.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import { MODE, refuseExisting, writeFiles } from '../certificate-files.ts';
import type { RunCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { emptyName } from '../usage-error.ts';
import type { Values } from '../values.ts';
import { filesOf, NAME_ONE } from './edit-files.ts';
import { reportResult } from './report-result.ts';

/** `kubeconfig split` */
export const split: RunCommand = async ({ values }, io) => {
  const given = values.required('dir');
  if (given === '') throw emptyName('--dir', { option: '--dir' });
  const dir = resolve(io.cwd, given);
  const whole = splitKubeconfig(load(values, io, dir));
  const names = values.texts('context');
  const parts = names.length === 0 ? whole.parts : chosen(whole, [...new Set(names)]);
  const files = parts.map(({ fileName, config }) => fileOf(join(dir, fileName), config));
  const [force, dryRun] = [values.flag('force'), values.flag('dry-run')];
  const paths = files.map(({ path }) => path);
  refuseExisting(paths, { force, other: 'another --dir' });
  const isIdle = dryRun || files.length === 0;
  const { written, backups } = isIdle
    ? { written: [], backups: [] }
    : await writeInto(dir, files, { force, io });
  return reportResult(
    {
      changes: parts.map(({ name, fileName }) => ({
        ...{ action: 'add', section: 'contexts', name, to: fileName },
      })),
      notices: names.length === 0 ? whole.leftOut.map(leftOut) : [],
      ...{ written, backups, dryRun },
    },
    values,
    io,
  );
};

function fileOf(path: string, config: Kubeconfig): StagedFile {
  return { path, data: new TextEncoder().encode(renderKubeconfig(config)), mode: MODE.secret };
}

/** All kubeconfigs as the one that kubectl takes them for, with paths as they are from the folder. */
function load(values: Values, io: Io, dir: string): Kubeconfig {
  const files = filesOf(values, io);
  const to = join(dir, 'config');
  const loaded = files.paths.flatMap((path) => {
    const config = files.loadIfThere(path);
    if (config === undefined) return [];
    return [{ path, config: rebaseKubeconfig(config, { from: files.absolute(path), to }) }];
  });
  if (loaded.length > 0) return mergeKubeconfigs(loaded).config;
  throw ioError('read', files.absolute(files.defaultPath), { code: 'ENOENT' }, NAME_ONE);
}

/** The contexts that are asked for, each of which has to be one. */
function chosen(
  { parts, leftOut: dead }: SplitKubeconfig,
  names: readonly string[],
): readonly KubeconfigPart[] {
  const problems = names.flatMap((name) => {
    if (parts.some((part) => part.name === name)) return [];
    const reason = dead.find((one) => one.name === name)?.reason;
    return [
      reason === undefined ? `there is no context ${quote(name)}` : `context ${quote(name)}: ${reason}`,
    ];
  });
  const [first] = problems;
  if (first !== undefined && problems.length === 1) throw cannotBe('contexts', first);
  if (first !== undefined) throw kubeconfigError(problems.map((message) => ({ path: '', message })));
  return names.flatMap((name) => parts.filter((part) => part.name === name));
}

function leftOut({ name, reason }: { readonly name: string; readonly reason: string }): Finding {
  return {
    ...{ code: 'dangling-context', severity: 'warning', path: '' },
    message: `the context ${quote(name)} makes no kubeconfig: ${reason}`,
    fix: 'kubepki kubeconfig prune removes what is dead',
  };
}

interface Writing {
  readonly force: boolean;
  readonly io: Io;
}

/** Writes all files or none; a folder that is made for them is its owner's alone. */
async function writeInto(
  dir: string,
  files: readonly StagedFile[],
  { force, io }: Writing,
): ReturnType<typeof writeFiles> {
  let made: string | undefined;
  try {
    made = mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw ioError('create', dir, error);
  }
  try {
    return await io.stoppable((signal) => writeFiles(files, { force, now: io.now(), signal }));
  } catch (error) {
    if (made !== undefined) removeMade(dir);
    throw error;
  }
}

function removeMade(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // It is not empty, or gone: what is in it is not ours.
  }
}
