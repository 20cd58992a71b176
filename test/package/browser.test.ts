import { webcrypto } from 'node:crypto';
import { isBuiltin } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { repositoryRoot, runOk, tempDir } from '../support/foreign.ts';
import { installed, subpaths } from './subpaths.ts';

interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string }[] }>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string }[] }>>;
}

const table = subpaths.filter(({ browser }) => browser).map(({ specifier }) => [specifier] as const);

/** Bundles one subpath as a browser gets it: nothing external, no shims. */
async function bundle(specifier: string): Promise<{ code: string; metafile: Metafile }> {
  const folder = tempDir();
  const outfile = join(folder, 'bundle.js');
  const metafile = join(folder, 'meta.json');
  const flags = [
    '--bundle',
    '--platform=browser',
    '--format=iife',
    '--global-name=subject',
    '--target=es2022',
  ];
  const args = [...flags, `--outfile=${outfile}`, `--metafile=${metafile}`, '--log-level=warning'];
  const esbuild = join(repositoryRoot, 'node_modules/.bin/esbuild');
  const input = `export * from '${specifier}';`;
  const { stderr } = await runOk(esbuild, args, { cwd: installed('plain'), input });
  expect(stderr).toBe('');
  return {
    code: readFileSync(outfile, 'utf8'),
    metafile: JSON.parse(readFileSync(metafile, 'utf8')) as Metafile,
  };
}

test('./ca and ./kubeconfig are among the subpaths that bundle for a browser', () => {
  expect(table.flat()).toEqual(expect.arrayContaining(['kubepki/ca', 'kubepki/kubeconfig']));
});

describe.each(table)('%s in a browser bundle', (specifier) => {
  test('holds no Node built-in', async () => {
    const { metafile } = await bundle(specifier);
    const imports = [...Object.values(metafile.inputs), ...Object.values(metafile.outputs)].flatMap(
      (file) => file.imports,
    );
    expect(Object.keys(metafile.inputs).length).toBeGreaterThan(1);
    expect(imports.map(({ path }) => path).filter((path) => isBuiltin(path))).toEqual([]);
  });

  test('loads where there is no process, no Buffer and no require', async () => {
    const { code } = await bundle(specifier);
    const web = {
      crypto: webcrypto,
      TextEncoder,
      TextDecoder,
      URL,
      atob,
      btoa,
      structuredClone,
      AbortController,
      setTimeout,
    };
    const context = createContext({ ...web });
    runInContext(code, context);
    expect(runInContext('Object.keys(subject).length', context)).toBeGreaterThan(0);
    expect(runInContext('[typeof process, typeof Buffer, typeof require]', context)).toEqual(
      Array(3).fill('undefined'),
    );
  });
});
