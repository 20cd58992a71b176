import type { FileSource } from '../files.ts';
import { joinPaths } from './paths.ts';

/** Files of one check at most, and how deep folders are gone into. */
const MAX_FILES = 200_000;
const MAX_DEPTH = 12;

/** Folders that hold no PKI, and may be large or endless. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'proc',
  'sys',
  'dev',
  'pods',
  'plugins',
  'plugins_registry',
  'volumes',
  'member',
  'tmp',
  '.git',
  'node_modules',
]);

/**
 * What kubepki's own names begin with: what it has replaced, and what a run that was cut short had begun, which the next
 * one takes up. Nobody uses what is in them.
 */
const OWN = '.kubepki';

/** Whose folders are all gone into: in a PKI directory, a name says nothing. */
const PKI = /(?:^|\/)pki(?:\/|$)/;

/** What is below a folder. */
export interface Walked {
  /** Regular files. */
  readonly files: string[];
  /** The folders themselves; a folder that links lead to twice is gone into once. */
  readonly folders: string[];
  /** Names that lead to nothing, or to a pipe, a socket or a device. */
  readonly others: string[];
  /** Folders whose names are kept from the reader. */
  readonly unlisted: string[];
  /** Where it ended early, and why. */
  readonly cut: readonly { readonly path: string; readonly why: string }[];
}

/** Limits of a walk, for tests. */
export interface WalkLimits {
  readonly maxFiles?: number;
  readonly maxDepth?: number;
}

/** Goes through a folder and all below it. */
export function walk(
  files: FileSource,
  root: string,
  { maxFiles = MAX_FILES, maxDepth = MAX_DEPTH }: WalkLimits = {},
): Walked {
  const found: string[] = [];
  const folders: string[] = [];
  const others: string[] = [];
  const unlisted: string[] = [];
  const cut = new Map<string, string>();
  const seen = new Set<string>();
  const add = (path: string): void => {
    if (found.length < maxFiles) found.push(path);
    else cut.set(root, `it holds more than ${maxFiles} files, and the rest is not looked at`);
  };
  const visit = (folder: string, depth: number): void => {
    const real = files.realPath(folder);
    if (real === undefined || seen.has(real)) return;
    if (depth > maxDepth) {
      cut.set(folder, `it lies more than ${maxDepth} folders deep, and is not looked into`);
      return;
    }
    seen.add(real);
    const names = files.list(folder);
    if (names === undefined) unlisted.push(folder);
    else folders.push(folder);
    for (const name of names ?? []) {
      if (name.startsWith(OWN)) continue;
      const path = joinPaths(folder, name);
      const kind = files.stat(path)?.kind;
      if (kind === 'file') add(path);
      else if (kind !== 'directory') others.push(path);
      else if (!PASSED_OVER.has(name) || PKI.test(path)) visit(path, depth + 1);
    }
  };
  visit(root, 0);
  return { files: found, folders, others, unlisted, cut: [...cut].map(([path, why]) => ({ path, why })) };
}
