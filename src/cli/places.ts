import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRoot, splitRoot } from '../check/discover/places.ts';
import { PkiError } from '../errors/pki-error.ts';
import type { Io } from './io.ts';
import { usageError } from './usage-error.ts';

/** A directory that stands in for a machine's root, and the paths in it that are checked. */
export interface Place {
  readonly root: string;
  readonly paths: readonly string[];
}

/**
 * Where paths of the command line lie: roots by themselves; what is below ROOT/etc/kubernetes and its like belongs to ROOT;
 * all else to this machine.
 *
 * @throws PkiError `io` where one is not there
 */
export function placesOf(operands: readonly string[], { cwd }: Io): Place[] {
  if (operands.length === 0) return [{ root: '/', paths: ['/'] }];
  const byRoot = new Map<string, string[]>();
  for (const operand of operands) {
    if (operand === '') throw usageError('a PATH is empty', { hint: 'is a variable not set?' });
    const path = resolve(cwd, operand);
    if (!existsSync(path)) {
      throw new PkiError('io', `cannot read ${path}: ENOENT, there is no such file or directory`, {
        details: { operation: 'read', path, errno: 'ENOENT' },
      });
    }
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) {
      const details = { path, expected: 'a file or a directory', actual: 'a pipe or a device' };
      throw new PkiError('unexpected-file', `${path} is a pipe or a device`, { details });
    }
    const { root, inside } = isRoot(path, existsSync)
      ? { root: path, inside: '/' }
      : (splitRoot(path) ?? { root: '/', inside: path });
    byRoot.set(root, [...(byRoot.get(root) ?? []), inside]);
  }
  return [...byRoot].map(([root, paths]) => ({ root, paths }));
}
