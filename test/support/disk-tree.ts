/** Trees on disk, below a temporary directory of each test. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const roots: string[] = [];

/** A new directory; `removeRoots` in afterEach removes them all. */
export function newRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'kubepki-tree-')));
  roots.push(root);
  return root;
}

export function removeRoots(): void {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** Files below a directory by their paths relative to it, sorted; without dot files and what lies below dot directories. */
export function filesBelow(directory: string): string[] {
  const below = (path: string): string[] =>
    readdirSync(join(directory, path), { withFileTypes: true }).flatMap((entry) => {
      if (entry.name.startsWith('.')) return [];
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      return entry.isDirectory() ? below(inner) : [inner];
    });
  return below('').sort();
}

/** Content, mode and time of each file, to tell what has changed. */
export function snapshot(directory: string): ReadonlyMap<string, string> {
  return new Map(
    filesBelow(directory).map((path) => {
      const { mtimeNs, ino, mode } = statSync(join(directory, path), { bigint: true });
      return [path, [ino, mtimeNs, mode, readFileSync(join(directory, path), 'latin1')].join(' ')];
    }),
  );
}

/** The paths whose content, mode, time or identity differ. */
export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
