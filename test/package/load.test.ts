import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, run, runOk } from '../support/foreign.ts';
import { installed, subpaths } from './subpaths.ts';
import type { Subpath } from './subpaths.ts';

// Everything of a process that an import could change, as one JSON value.
const SNAPSHOT = `const snapshot = () => JSON.stringify({
  ...Object.fromEntries(
    ['globalThis', 'Reflect', 'Object', 'Function', 'Array', 'Promise', 'Error', 'JSON', 'Math', 'Symbol', 'process', 'console',
     'Object.prototype', 'Function.prototype', 'Array.prototype', 'String.prototype', 'Promise.prototype',
     'Error.prototype', 'Date.prototype', 'Uint8Array.prototype', 'ArrayBuffer.prototype'].map((name) => {
      const value = name.split('.').reduce((object, key) => object[key], globalThis.globalThis);
      return [name, Reflect.ownKeys(value).map(String).sort()];
    }),
  ),
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  environment: Object.keys(process.env).sort(),
  // Requests are the module loader's own reads.
  handles: process.getActiveResourcesInfo().filter((name) => !/Req/.test(name)),
  limit: Error.stackTraceLimit,
  exitCode: process.exitCode,
});`;

// Who uses `./peculiar` holds the peer already, and it brings globals of its own (tslib's helpers).
const PRELUDE = {
  import: `await import('reflect-metadata'); await import('@peculiar/x509');`,
  require: `require('reflect-metadata'); require('@peculiar/x509');`,
};

type Format = keyof typeof PRELUDE;

/** A program that loads a subpath and prints what it exports and what the import changed. */
function probe({ specifier, peer }: Subpath, format: Format): string {
  const load = format === 'import' ? `await import('${specifier}')` : `require('${specifier}')`;
  return `${SNAPSHOT}
${peer ? PRELUDE[format] : ''}
const before = snapshot();
const subject = ${load};
const after = snapshot();
process.stdout.write(JSON.stringify({
  names: Object.keys(subject).filter((name) => name !== 'default' && name !== 'module.exports').sort(),
  before, after, metadata: typeof Reflect.getMetadata,
}));`;
}

interface Loaded {
  readonly names: readonly string[];
  readonly before: string;
  readonly after: string;
  readonly metadata: string;
}

async function load(subpath: Subpath, format: Format): Promise<Loaded> {
  const type = format === 'import' ? 'module' : 'commonjs';
  const args = [`--input-type=${type}`, '--trace-warnings', '-e', probe(subpath, format)];
  const { stdout, stderr } = await runOk(process.execPath, args, {
    cwd: installed(subpath.peer ? 'peers' : 'plain'),
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Loaded;
}

const table = subpaths.map((row) => [row.specifier, row] as const);

describe.each(table)('%s, installed from the tarball', (_name, subpath) => {
  test('exports the same names to import and to require', async () => {
    const imported = await load(subpath, 'import');
    const required = await load(subpath, 'require');
    expect(imported.names.length).toBeGreaterThan(0);
    expect(required.names).toEqual(imported.names);
  });

  test.each(['import', 'require'] as const)('%s changes nothing global', async (format) => {
    const loaded = await load(subpath, format);
    expect(JSON.parse(loaded.after)).toEqual(JSON.parse(loaded.before));
  });

  if (!subpath.peer) {
    test('neither needs nor brings the Reflect polyfill', async () => {
      expect((await load(subpath, 'import')).metadata).toBe('undefined');
      expect((await load(subpath, 'require')).metadata).toBe('undefined');
    });
  }
});

test('Jest in CommonJS loads every subpath without configuration', async () => {
  const rows = subpaths.map(({ specifier, peer }) => ({ specifier, peer }));
  const folder = mkdtempSync(join(installed('peers'), 'jest-'));
  const body = `for (const { specifier, peer } of ${JSON.stringify(rows)}) {
  test(specifier, () => {
    if (peer) require('reflect-metadata');
    expect(Object.keys(require(specifier))).not.toHaveLength(0);
  });
}`;
  writeFileSync(join(folder, 'consumer.test.js'), body);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const jest = join(repositoryRoot, 'node_modules/jest/bin/jest.js');
  const report = join(folder, 'report.json');
  const args = [jest, '--rootDir', folder, '--json', '--outputFile', report, '--watchman=false', '-i'];
  const { code, stderr } = await run(process.execPath, args, { cwd: folder });
  expect({ code, output: code === 0 ? '' : stderr }).toEqual({ code: 0, output: '' });
  expect(JSON.parse(readFileSync(report, 'utf8')).numPassedTests).toBe(subpaths.length);
});
