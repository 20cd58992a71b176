import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installed, manifest } from './subpaths.ts';

const packageFolder = (): string => join(installed('plain'), 'node_modules/kubepki');

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** All file paths that the exports map names. */
function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targets) : [];
}

describe('the packed tarball', () => {
  test('holds dist, the guides, the examples, README, CHANGELOG, LICENSE and package.json, and nothing else', () => {
    const top = new Set(files(packageFolder()).map((file) => file.split('/')[0]));
    expect([...top].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'examples',
      'package.json',
    ]);
  });

  test('holds every file that the exports map names', () => {
    const missing = targets(manifest.exports).filter(
      (target) => !statSync(join(packageFolder(), target), { throwIfNoEntry: false })?.isFile(),
    );
    expect(missing).toEqual([]);
  });

  test('has no code that could start another process', () => {
    const code = files(packageFolder()).filter((file) => /^dist\/.*\.[cm]?js$/.test(file));
    const guilty = code.filter((file) =>
      /child_process|execa|process\.dlopen/.test(readFileSync(join(packageFolder(), file), 'utf8')),
    );
    expect(code.length).toBeGreaterThan(0);
    expect(guilty).toEqual([]);
  });

  test('needs no type library by a reference in its declarations', () => {
    const declarations = files(packageFolder()).filter((file) => file.endsWith('.d.ts'));
    const guilty = declarations.filter((file) =>
      readFileSync(join(packageFolder(), file), 'utf8').includes('/// <reference'),
    );
    expect(declarations.length).toBeGreaterThan(0);
    expect(guilty).toEqual([]);
  });

  test('installs without a script of its own', () => {
    const scripts = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).scripts ?? {};
    expect(Object.keys(scripts).filter((name) => /install$|^prepare$/.test(name))).toEqual([]);
  });
});
