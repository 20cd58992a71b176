import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, run } from '../support/foreign.ts';
import { installed, subpaths } from './subpaths.ts';

const LIBRARIES = {
  'without DOM, without Node types': { dom: false, node: false },
  'with DOM, without Node types': { dom: true, node: false },
  'without DOM, with Node types': { dom: false, node: true },
  'with DOM, with Node types': { dom: true, node: true },
} as const;

const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', extensions: ['mts', 'cts'] },
  bundler: { module: 'esnext', moduleResolution: 'bundler', extensions: ['ts'] },
} as const;

/** Every exported name is reached by its type, and `skipLibCheck: false` has tsc check every declaration file. */
function consumer(specifier: string): string {
  return `import * as subject from '${specifier}';
export type Names = keyof typeof subject;
export const names: readonly string[] = Object.keys(subject);
`;
}

/** A project beside the installed package, whose own node_modules holds Node's types if asked for. */
function project(
  dom: boolean,
  node: boolean,
  resolution: keyof typeof RESOLUTIONS,
): { folder: string; files: number } {
  const { extensions, module, moduleResolution } = RESOLUTIONS[resolution];
  const folder = mkdtempSync(join(installed('peers'), 'types-'));
  const wanted = subpaths.filter(({ types }) => types.every((type) => ({ dom, node })[type]));
  for (const { subpath, specifier } of wanted) {
    const name = subpath.replace(/\W+/g, '-').replace(/^-$/, 'main');
    for (const extension of extensions)
      writeFileSync(join(folder, `consumer${name}.${extension}`), consumer(specifier));
  }
  if (node) {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    symlinkSync(
      join(repositoryRoot, 'node_modules/@types/node'),
      join(folder, 'node_modules/@types/node'),
      'dir',
    );
  }
  const compilerOptions = {
    strict: true,
    // @types/node does not pass its own check under exactOptionalPropertyTypes.
    exactOptionalPropertyTypes: !node,
    skipLibCheck: false,
    noEmit: true,
    target: 'es2023',
    lib: dom ? ['es2023', 'dom', 'dom.iterable'] : ['es2023'],
    types: node ? ['node'] : [],
    module,
    moduleResolution,
  };
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts', '*.mts', '*.cts'] }),
  );
  return { folder, files: wanted.length };
}

describe.each(['nodenext', 'bundler'] as const)(
  'a strict TypeScript consumer with skipLibCheck off, %s',
  (resolution) => {
    test.each(Object.entries(LIBRARIES))('compiles %s', async (_name, { dom, node }) => {
      const { folder, files } = project(dom, node, resolution);
      expect(files).toBeGreaterThan(0);
      const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
      const { code, stdout } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
        cwd: folder,
      });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    });
  },
);
