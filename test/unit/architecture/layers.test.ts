import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/foreign.ts';
import {
  builtinImports,
  cycles,
  nodeGlobals,
  oddNames,
  prints,
  unknownLayers,
  unnamedExports,
  upwardImports,
} from './rules.ts';
import { parseSource, readSources } from './source-graph.ts';
import type { SourceFile } from './source-graph.ts';

const sources = readSources();

/** Public files of src/, read off the exports map. */
function publicFiles(): string[] {
  const { exports } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json');
  return subpaths.map((subpath) => `${subpath.slice(2)}/index.ts`.replace(/^\//, ''));
}

describe('the sources', () => {
  const rules: readonly (readonly [string, (files: readonly SourceFile[]) => string[]])[] = [
    ['lie in the known layers', unknownLayers],
    ['import downwards only', upwardImports],
    ['have no cycle of imports', cycles],
    ['load Node built-ins in cli, pki and node only', builtinImports],
    ['use Node globals in cli, pki and node only', nodeGlobals],
    ['print and exit in cli only', prints],
    ['export by explicit names', unnamedExports],
    ['have kebab-case names', oddNames],
  ];

  test.each(rules)('%s', (_title, rule) => {
    expect(sources.length).toBeGreaterThan(0);
    expect(rule(sources)).toEqual([]);
  });

  test('start no other process', () => {
    expect(sources.filter(({ text }) => text.includes('child_process')).map(({ path }) => path)).toEqual([]);
  });

  test('import files that exist', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ local, target }) => local && !paths.has(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('describe every public module by a @module header', () => {
    const byPath = new Map(sources.map(({ path, text }) => [path, text]));
    const without = publicFiles().filter(
      (path) => !/^\/\*\*(?:(?!\*\/)[^])*@module/.test(byPath.get(path) ?? ''),
    );
    expect(without).toEqual([]);
  });
});

describe('the rules find', () => {
  const found = (
    rule: (files: readonly SourceFile[]) => string[],
    files: Readonly<Record<string, string>>,
  ): string[] => rule(Object.entries(files).map(([path, text]) => parseSource(path, text)));

  test('an import that points up, aside or out of the table', () => {
    const files = {
      'asn1/a.ts': `import { b } from '../x509/b.ts';`,
      'ca/a.ts': `import { b } from '../kubeconfig/b.ts'; import type { C } from '../kubeconfig/c.ts';`,
      'x509/a.ts': `type A = import('../ca/a.ts').A; const b = () => import('../pki/b.ts');`,
      'node/a.ts': `import { b } from '../ca/b.ts'; export { c } from '../peculiar/c.ts';`,
      'crypto/a.ts': `import type { A } from '../net/a.ts';`,
      'index.ts': `export { a } from './cli/a.ts'; export { b } from './pki/b.ts';`,
      'helpers/a.ts': `import { b } from '../errors/b.ts';`,
    };
    expect(found(upwardImports, files)).toEqual([
      'asn1/a.ts -> x509/b.ts',
      'ca/a.ts -> kubeconfig/b.ts',
      'x509/a.ts -> ca/a.ts',
      'x509/a.ts -> pki/b.ts',
      'node/a.ts -> peculiar/c.ts',
      'crypto/a.ts -> net/a.ts',
      'index.ts -> cli/a.ts',
      'helpers/a.ts -> errors/b.ts',
    ]);
    expect(found(unknownLayers, files)).toEqual(['helpers']);
  });

  test('a cycle, but not one of types', () => {
    const files = {
      'asn1/a.ts': `import { b } from './b.ts';`,
      'asn1/b.ts': `import { c } from './c.ts'; import type { A } from './a.ts';`,
      'asn1/c.ts': `export { b } from './b.ts';`,
    };
    expect(found(cycles, files)).toEqual(['asn1/b.ts -> asn1/c.ts -> asn1/b.ts']);
  });

  test('Node built-ins and globals where browsers go', () => {
    const files = {
      'pki/a.ts': `import { readFile } from 'node:fs/promises'; Buffer.from('');`,
      'x509/a.ts': `import { isIP } from 'net'; const bytes = Buffer.from('');`,
      'asn1/a.ts': `const fs = globalThis.process?.getBuiltinModule?.('node:fs');`,
      'crypto/a.ts': `const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');`,
      'crypto/b.ts': `const crypto = await import('node:crypto'); import type { KeyObject } from 'node:crypto';`,
    };
    expect(found(builtinImports, files)).toEqual([
      'x509/a.ts -> net',
      'asn1/a.ts -> node:fs',
      'crypto/b.ts -> node:crypto',
    ]);
    expect(found(nodeGlobals, files)).toEqual(['x509/a.ts: Buffer', 'asn1/a.ts: process']);
  });

  test('printing and exiting outside the command line', () => {
    const files = {
      'cli/a.ts': `console.log(1); process.exit(1);`,
      'pki/a.ts': `console.log(1); process.exit(1); globalThis.process.stdout.write('');`,
    };
    expect(found(prints, files)).toEqual([
      'pki/a.ts: console',
      'pki/a.ts: process.exit',
      'pki/a.ts: globalThis.process.stdout',
    ]);
  });

  test('exports without a name, and odd file names', () => {
    const files = {
      'ca/a.ts': `export * from './b.ts'; export * as c from './c.ts'; export { d as default } from './d.ts';`,
      'ca/e.ts': `export default function e() {}`,
      'ca/fG.ts': `export default 1;`,
    };
    expect(found(unnamedExports, files)).toHaveLength(5);
    expect(found(oddNames, files)).toEqual(['ca/fG.ts']);
  });
});
