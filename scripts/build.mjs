// Builds dist/ from src/: esm/ and cjs/ file by file with types (tsc), and cli/ as CommonJS bundles (esbuild).
// Everything is built beside dist/ and swapped in at the end: a failed build leaves the last good one.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writePageAssets } from './page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Compiles with one tsconfig into a folder of `out`. */
function compile(config, out) {
  const args = [
    tsc,
    '-p',
    join(root, config),
    '--outDir',
    out,
    '--pretty',
    String(process.stdout.isTTY ?? false),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`tsc -p ${config} failed`));
    });
  });
}

/** Parts of the command line in bundles of their own, which others do without. */
const PARTS = ['inspector', 'kubeconfig-commands', 'kubeconfig-tools'];

/** What is imported of a part is required of its bundle. */
const apart = {
  name: 'apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const part = PARTS.find((name) => join(resolveDir, path) === join(root, `src/cli/${name}.ts`));
      return kind === 'entry-point' || part === undefined
        ? undefined
        : { path: `./${part}.js`, external: true };
    });
  },
};

/**
 * The command line as CommonJS, which starts measurably faster than ESM on Node 20. `main.ts` answers what needs
 * no more (`--version`) and loads `start.ts`, a bundle of its own, only when it is needed; and that one the parts, which
 * the commands that make a tree do without.
 */
async function bundleCli(out) {
  await build({
    absWorkingDir: root,
    entryPoints: ['main', 'start', ...PARTS].map((name) => `src/cli/${name}.ts`),
    plugins: [apart],
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'eof',
    outdir: out,
    logLevel: 'warning',
    // What is imported lazily is required, which does not start the ESM loader.
    supported: { 'dynamic-import': false },
  });
  writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');
  // main.js reads them as such, see src/cli/code-cache.ts.
  for (const file of ['start.js', ...PARTS.map((part) => `${part}.js`)])
    if (/[^\0-\x7f]/.test(readFileSync(join(out, file), 'utf8'))) throw new Error(`${file} is not ASCII`);
  chmodSync(join(out, 'main.js'), 0o755);
}

/** Paths of all files below a folder. */
function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** tsc rewrites `./x.ts` to `./x.js` in code, but not in declarations. */
function rewriteDeclarations(folder) {
  for (const file of filesBelow(folder).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/((?:from |import\()["']\.[^"']*)\.ts(["'])/g, '$1.js$2'));
  }
}

/** The package must not point to the sources, which it does not hold. */
function refuseSourceReferences(folder) {
  for (const file of filesBelow(folder)) {
    const text = readFileSync(file, 'utf8');
    const found = /(?:from|import|require)\s*\(?\s*["'][^"']*(?:\/src\/|\.ts["'])/.exec(text)?.[0];
    const named = found ?? ['sourceMappingURL', root].find((part) => text.includes(part));
    if (named !== undefined) throw new Error(`${file} refers to the sources: ${named}`);
  }
}

mkdirSync(join(root, '.cache'), { recursive: true });
const staged = mkdtempSync(join(root, '.cache/build-'));
try {
  await writePageAssets();
  const jobs = [
    compile('tsconfig.esm.json', join(staged, 'esm')),
    compile('tsconfig.cjs.json', join(staged, 'cjs')),
    bundleCli(join(staged, 'cli')),
  ];
  const failed = (await Promise.allSettled(jobs)).filter((job) => job.status === 'rejected');
  if (failed.length > 0) throw new AggregateError(failed.map((job) => job.reason));
  writeFileSync(join(staged, 'cjs/package.json'), '{ "type": "commonjs" }\n');
  rewriteDeclarations(staged);
  refuseSourceReferences(staged);
  const old = `${staged}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(staged, dist);
  chmodSync(dist, 0o755);
  rmSync(old, { recursive: true, force: true });
} catch (error) {
  for (const reason of error instanceof AggregateError ? error.errors : [error])
    console.error(`build: ${reason.message}`);
  process.exitCode = 1;
} finally {
  rmSync(staged, { recursive: true, force: true });
}
