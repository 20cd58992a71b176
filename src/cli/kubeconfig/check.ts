import { delimiter, isAbsolute, resolve } from 'node:path';
import {
  checkKubeconfigs,
  withConnections,
  type KubeconfigCheckOptions,
} from '../../check/kubeconfig/check-kubeconfigs.ts';
import type { KubeconfigReport } from '../../check/kubeconfig/kubeconfig-report.ts';
import { platformCrypto } from '../../crypto/environment.ts';
import { ioError } from '../../errors/io-error.ts';
import { diskFiles } from '../../node/disk-files.ts';
import { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { limitsOf, STATUS_CODES } from '../check-outcome.ts';
import type { CommandInput } from '../command.ts';
import { clockOf } from '../environment.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { painter } from '../text.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import { contextCaller } from './connect-context.ts';
import { filesOf } from './edit-files.ts';
import { kubeconfigSummary, renderKubeconfigReport } from './render-report.ts';

/**
 * `kubepki kubeconfig check`: where contexts lead, who their users are, and what is wrong.
 *
 * @returns 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
 */
export async function checkKubeconfig({ values }: CommandInput, io: Io): Promise<number> {
  const environment = { now: clockOf(values, io), crypto: platformCrypto() };
  const options = optionsOf(values, io);
  const caller = callerOf(values, io, options);
  const offline = await checkKubeconfigs(diskFiles(), options, environment);
  const report = caller === undefined ? offline : await withConnections(offline, caller);
  io.stdout(render(report, values, io));
  return STATUS_CODES[report.status];
}

/** Who calls servers; without `--connect`, nobody does. */
function callerOf(
  values: Values,
  io: Io,
  { paths, asOne = false }: KubeconfigCheckOptions,
): ReturnType<typeof contextCaller> | undefined {
  if (values.flag('connect')) return contextCaller(values, io, asOne ? paths : []);
  if (values.text('timeout') === undefined) return undefined;
  throw usageError('--timeout is for --connect, which is not given', { option: '--timeout' });
}

function optionsOf(values: Values, io: Io): KubeconfigCheckOptions {
  const context = values.text('context');
  const uid = process.getuid?.();
  return {
    ...placesOf(values, io),
    ...limitsOf(values),
    ...(context === undefined ? {} : { context }),
    ...(uid === undefined ? {} : { uid }),
    searchPath: (io.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder)),
  };
}

/**
 * The files: those that are given, each by itself; else those that kubectl would take, as one.
 *
 * @throws PkiError `usage`, `io` where none is there
 */
function placesOf(values: Values, io: Io): Pick<KubeconfigCheckOptions, 'paths' | 'asOne'> {
  const given = [...new Set(values.operands)];
  if (given.length === 0) {
    const files = filesOf(values, io);
    const paths = files.paths.filter((path) => path !== '').map((path) => files.absolute(path));
    return { paths: existing(paths, files), asOne: true };
  }
  if (values.text('kubeconfig') !== undefined)
    throw usageError('FILE and --kubeconfig both say which kubeconfig', { option: '--kubeconfig' });
  const files = new KubeconfigFiles({ env: {}, cwd: io.cwd });
  const paths = given.map((path) => resolve(io.cwd, path));
  for (const path of paths) if (!isThere(files, path)) throw missing(path);
  return { paths };
}

/** Of several, what is missing holds nothing to kubectl. */
function existing(paths: readonly string[], files: KubeconfigFiles): readonly string[] {
  const found = paths.filter((path) => isThere(files, path));
  const [first = ''] = paths;
  if (found.length === 0 || (files.isExplicit && found.length < paths.length)) throw missing(first);
  return found;
}

function isThere(files: KubeconfigFiles, path: string): boolean {
  return diskFiles().stat(files.absolute(path))?.kind === 'file';
}

function missing(path: string): Error {
  return ioError(
    'read',
    path,
    { code: 'ENOENT' },
    'name a kubeconfig, or put one where kubectl looks: ~/.kube/config',
  );
}

function render(report: KubeconfigReport, values: Values, io: Io): string {
  if (values.text('output') === 'json') return renderDocument('KubeconfigReport', { ...report });
  const paint = painter(io);
  if (values.flag('quiet')) return kubeconfigSummary(report, paint);
  return renderKubeconfigReport(report, { paint, columns: io.isTerminal.stdout ? io.columns : Infinity });
}
