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

/** Every regular file below a folder, and the folders themselves; a folder that links lead to twice is read once. */
export function walk(
  files: FileSource,
  root: string,
): { readonly files: string[]; readonly folders: string[] } {
  const found: string[] = [];
  const folders: string[] = [];
  const seen = new Set<string>();
  const visit = (folder: string, depth: number): void => {
    const real = files.realPath(folder);
    if (real === undefined || seen.has(real) || depth > MAX_DEPTH) return;
    seen.add(real);
    folders.push(folder);
    for (const name of files.list(folder) ?? []) {
      const path = joinPaths(folder, name);
      const kind = files.stat(path)?.kind;
      if (kind === 'directory' && !PASSED_OVER.has(name)) visit(path, depth + 1);
      else if (kind === 'file' && found.length < MAX_FILES) found.push(path);
    }
  };
  visit(root, 0);
  return { files: found, folders };
}
