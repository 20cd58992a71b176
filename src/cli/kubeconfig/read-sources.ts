import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isPkiError, PkiError, type AnyPkiError } from '../../errors/pki-error.ts';
import { quotePath } from '../../errors/quote.ts';
import { embedFiles } from '../../kubeconfig/embed.ts';
import type { LoadedKubeconfig } from '../../kubeconfig/merge.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import { readInput, sourceName, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { emptyName, usageError } from '../usage-error.ts';
import { readNamed } from './read-named.ts';

/** What is read for a target. */
export interface SourcesRequest {
  /** As the command line has them; `-` is standard input. */
  readonly paths: readonly string[];
  /** The kubeconfig that they are merged into, absolute. */
  readonly target: string;
  /** Whether the certificates and keys that they name are put into them. */
  readonly embed: boolean;
}

/**
 * Reads kubeconfigs that are to be merged into another: their paths lead from there to where they led.
 *
 * @throws PkiError of the one that cannot be read; `invalid-kubeconfig` with all of them, where they are more; `usage`
 */
export async function readSources(request: SourcesRequest, io: Io): Promise<readonly LoadedKubeconfig[]> {
  for (const path of request.paths) refuseTarget(path, request.target, io);
  const sources: LoadedKubeconfig[] = [];
  const failures: { readonly path: string; readonly error: AnyPkiError }[] = [];
  for (const path of request.paths) {
    try {
      sources.push({ path: sourceName(path), config: await readSource(path, request, io) });
    } catch (error) {
      if (!isPkiError(error) || error.code === 'usage') throw error;
      failures.push({ path: sourceName(path), error });
    }
  }
  const [first] = failures;
  if (first === undefined) return sources;
  if (failures.length === 1) throw first.error;
  const message = `${failures.length} kubeconfigs cannot be read: ${failures.map(({ error }) => error.message).join('; ')}`;
  const problems = failures.map(({ path, error }) => ({ path, message: error.message }));
  throw new PkiError('invalid-kubeconfig', message, { details: { problems } });
}

function refuseTarget(path: string, target: string, { cwd }: Io): void {
  if (path === '') throw emptyName('the name of a kubeconfig to merge');
  if (path === STANDARD || real(resolve(cwd, path)) !== real(target)) return;
  throw usageError(`${quotePath(path)} is the kubeconfig that the others are merged into`, {
    hint: 'name only what is to come into it; --kubeconfig names another to merge into',
  });
}

/** A path without links, where there is a file. */
export function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function readSource(
  path: string,
  { target, embed }: SourcesRequest,
  io: Io,
): Promise<LoadedKubeconfig['config']> {
  const config = parseKubeconfig(await readInput(path, io), { source: sourceName(path) });
  const from = resolve(io.cwd, path);
  const read = (named: string): Uint8Array => readNamed(resolve(dirname(from), named));
  const whole = embed ? embedFiles(config, read).config : config;
  return rebaseKubeconfig(whole, { from, to: target });
}
