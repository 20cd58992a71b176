import { existsSync, lstatSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { isRoot, splitRoot } from '../check/discover/places.ts';
import type { FileSource } from '../check/files.ts';
import { memoryFiles } from '../check/memory-files.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';
import { diskFiles } from '../node/disk-files.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { addressHint, STANDARD } from './input.ts';
import type { Io } from './io.ts';

/** A directory that stands in for a machine's root, its files, and the paths in it that are checked. */
export interface Place {
  readonly root: string;
  readonly files: FileSource;
  readonly paths: readonly string[];
}

/** The path of standard input where one is needed. */
const STANDARD_INPUT = '/dev/stdin';

/**
 * Where paths of the command line lie: roots by themselves; what is below ROOT/etc/kubernetes and its like belongs to ROOT;
 * all else to this machine; `-` is what standard input holds.
 *
 * @throws PkiError `io` where one is not there, `unexpected-file`
 */
export async function placesOf(operands: readonly string[], io: Io): Promise<Place[]> {
  if (operands.length === 0) return [{ root: '/', files: diskFiles(), paths: ['/'] }];
  const byRoot = new Map<string, string[]>();
  for (const operand of operands.filter((one) => one !== STANDARD)) {
    const path = resolve(io.cwd, operand);
    refuseUnusable(path, operand);
    const { root, inside } = isRoot(path, existsSync)
      ? { root: path, inside: '/' }
      : (splitRoot(path) ?? { root: '/', inside: path });
    byRoot.set(root, [...(byRoot.get(root) ?? []), inside]);
  }
  const places = [...byRoot].map(([root, paths]): Place => ({ root, files: diskFiles(root), paths }));
  if (!operands.includes(STANDARD)) return places;
  const files = memoryFiles([[STANDARD_INPUT, await io.stdin()]]);
  return [...places, { root: '/', files, paths: [STANDARD_INPUT] }];
}

function refuseUnusable(path: string, operand: string): void {
  const stats = statsOf(path, operand);
  if (stats.isFile() || stats.isDirectory()) return;
  throw new PkiError('unexpected-file', `${quotePath(path)} is a pipe or a device`, {
    details: { path, expected: 'a file or a directory', actual: 'a pipe or a device' },
    hint: 'for what comes out of a pipe give -, which is standard input',
  });
}

function statsOf(path: string, operand: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const hint = hasErrno(error, 'ENOENT') ? (addressHint(operand) ?? deadLinkHint(path)) : undefined;
    throw ioError('read', path, error, hint);
  }
}

function deadLinkHint(path: string): string | undefined {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? 'it is a symbolic link, and what it leads to is not there' : undefined;
}
