import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { quotePath } from '../../errors/quote.ts';
import type { Credential } from '../../kubeconfig/create.ts';
import { refuseExisting } from '../certificate-files.ts';
import { real } from '../deliver.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import type { SourceName } from './create-options.ts';

/** Where a new kubeconfig goes, and how it has its certificates. */
export interface Place {
  /** Absolute; `undefined` on standard output. */
  readonly target: string | undefined;
  readonly form: 'embed' | 'files' | 'files-abs';
  /** Files that are made beside it, absolute: a certificate and a key, or none. */
  readonly made: { readonly certificate: string; readonly key: string } | undefined;
}

/**
 * Reads where a new kubeconfig is to go, and refuses what exists before anything is made.
 *
 * @throws PkiError `usage`, `file-exists`, `io`
 */
export function placeOf(values: Values, source: SourceName, io: Io): Place {
  const out = values.required('out');
  const target = out === STANDARD ? undefined : resolve(io.cwd, out);
  const form = formOf(values, source);
  const isMade = source === 'ca' && form !== 'embed';
  if (isMade && target === undefined)
    throw usageError(
      '--kubeconfig-certs files makes files beside the kubeconfig, and standard output has no place',
      {
        option: '--kubeconfig-certs',
      },
    );
  if (target === undefined && values.text('output') === 'json')
    throw usageError('--out - and -o json both write to standard output', { option: '--out' });
  const base = (target ?? '').replace(/(?<=[^/])\.(?:conf|config|kubeconfig|ya?ml)$/, '');
  const made = isMade ? { certificate: `${base}.crt`, key: `${base}.key` } : undefined;
  const files = [target ?? [], made?.certificate ?? [], made?.key ?? []].flat();
  refuseSources(files, values, io);
  refuseExisting(files, { force: values.flag('force') });
  return { target, form, made };
}

function formOf(values: Values, source: SourceName): Place['form'] {
  const form = values.text('kubeconfig-certs');
  if (form === 'files' || form === 'files-abs' || form === 'embed') return form;
  // The files of a pod are replaced while it runs.
  return source === 'in-cluster' ? 'files-abs' : 'embed';
}

const FILE_OPTIONS = Object.freeze([
  ...['client-certificate', 'client-key', 'token-file', 'from', 'certificate-authority'],
  'ca-key-password-file',
]);

/** Nothing is written over what the kubeconfig is made from: `--force` is for an older kubeconfig. */
function refuseSources(files: readonly string[], values: Values, { cwd }: Io): void {
  const ca = values.text('ca');
  const pair = ca === undefined ? [] : [`${ca}.crt`, `${ca}.key`];
  const named = [...FILE_OPTIONS.flatMap((name) => values.text(name) ?? []), ...pair];
  const sources = new Set(named.map((path) => real(resolve(cwd, path))));
  for (const file of files) {
    if (!sources.has(real(file))) continue;
    throw usageError(`${quotePath(file)} is a file that the kubeconfig is made from`, {
      option: '--out',
      hint: 'give another --out',
    });
  }
}

/** A file as the kubeconfig has it: its content, or its path: relative where it lies below, else absolute. */
export function placed(path: string, data: string, { form, target }: Place): Credential {
  if (form === 'embed') return { data };
  return { path: form === 'files' ? below(path, target) : path };
}

/** A path as it is written into a kubeconfig. */
export function below(path: string, target: string | undefined): string {
  if (target === undefined) return path;
  const inside = relative(dirname(target), path);
  return inside === '..' || inside.startsWith('../') || isAbsolute(inside) ? path : inside;
}
