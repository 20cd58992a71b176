import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/foreign.ts';

const json = (file: string): unknown => JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8'));

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly integrity?: string }>>;
}

const manifest = json('package.json') as Manifest;

const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');

/** The folder below src/, dist/esm/ and dist/cjs/ that a subpath stands for, with its final slash. */
const folderOf = (subpath: string): string => (subpath === '.' ? '' : `${subpath.slice(2)}/`);

describe('package.json', () => {
  test.each(subpaths)('exports %s as ESM and CommonJS, each with its own types first', (subpath) => {
    const half = (format: string): [string, string][] =>
      ['d.ts', 'js'].map((extension, index) => [
        index === 0 ? 'types' : 'default',
        `./dist/${format}/${folderOf(subpath)}index.${extension}`,
      ]);
    const entry = manifest.exports[subpath] as Record<string, Record<string, string>>;
    expect(Object.keys(entry)).toEqual(['import', 'require']);
    expect(Object.entries(entry['import'] ?? {})).toEqual(half('esm'));
    expect(Object.entries(entry['require'] ?? {})).toEqual(half('cjs'));
  });

  test('pins what the package and its tools depend on', () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });
});

test('package-lock.json holds checksums and no address of a registry', () => {
  const entries = Object.entries((json('package-lock.json') as Lock).packages).filter(
    ([path]) => path !== '',
  );
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  expect(entries.filter(([, entry]) => entry.integrity === undefined)).toEqual([]);
});

test('typedoc.json documents every exported subpath', () => {
  const expected = subpaths.map((subpath) => `src/${folderOf(subpath)}index.ts`);
  expect(json('typedoc.json')).toHaveProperty('entryPoints', expected);
});

test('CHANGELOG.md has a section on this version', () => {
  const changelog = readFileSync(join(repositoryRoot, 'CHANGELOG.md'), 'utf8');
  expect(changelog).toContain(`## [${manifest.version}]`);
});
