import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';
import { ioError } from '../errors/io-error.ts';
import { renderRbacManifest } from '../pki/rbac-manifest.ts';
import { readFileIfPresent } from '../pki/read-file.ts';
import type { ClusterSpec } from '../pki/spec/spec.ts';
import { MODE, writeFiles } from './certificate-files.ts';
import { textFile } from './deliver.ts';
import { STANDARD } from './input.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/** What a file of role bindings begins with. */
const BEGINNING = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n';

/**
 * Where the role bindings go: an absolute path, `-`, or nowhere. Called before anything is made.
 *
 * @throws PkiError `usage`, and `file-exists` where something else stands there
 */
export async function rbacFile(values: Values, { cwd }: Io): Promise<string | undefined> {
  const file = values.text('rbac-manifest');
  if (file === undefined) return undefined;
  if (file === STANDARD) {
    if (values.text('output') !== 'json') return file;
    const message = '--rbac-manifest - and -o json both write to standard output';
    throw usageError(message, { option: '--rbac-manifest' });
  }
  const path = resolve(cwd, file);
  const content = await readFileIfPresent(path);
  if (content === undefined || new TextDecoder().decode(content).startsWith(BEGINNING)) {
    refuseUnwritable(path);
    return path;
  }
  throw new PkiError('file-exists', `${quotePath(path)} exists, and is no file of role bindings`, {
    details: { path },
    hint: 'nothing was written; name another file with --rbac-manifest',
  });
}

/** A tree is not made when what is asked for beside it cannot be. */
function refuseUnwritable(path: string): void {
  let directory = dirname(path);
  while (!existsSync(directory)) directory = dirname(directory);
  try {
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw ioError('create', path, error);
  }
}

/**
 * Makes sure that the role bindings take no file's place that the tree has, or will have.
 *
 * @throws PkiError `usage`
 */
export function refuseFileOfTree(path: string, files: () => ReadonlySet<string>): void {
  if (!files().has(path)) return;
  const hint = 'nothing was written; name another file with --rbac-manifest';
  throw usageError(`--rbac-manifest ${quotePath(path)} is a file of the tree`, {
    option: '--rbac-manifest',
    hint,
  });
}

/** Writes the role bindings that a tree needs, and says so; a release that needs none gets no file. */
export async function writeRbacFile(
  path: string,
  spec: ClusterSpec,
  { io, now }: { readonly io: Io; readonly now: Date },
): Promise<void> {
  const manifest = renderRbacManifest(spec);
  if (manifest === '') {
    io.stderr(
      `note: ${spec.kubernetesVersion.text} needs no role bindings: ${printable(path)} is not written\n`,
    );
    return;
  }
  await io.stoppable((signal) =>
    writeFiles([textFile(path, manifest, MODE.public)], { force: true, now, signal }),
  );
  io.stderr(`note: wrote the role bindings to ${printable(path)}\n`);
}
