// The script and the style of the HTML report, from page/ into one module of strings: src/check/html/page-assets.ts.
// That one is committed, so that tests and type checks need no build before them; the build writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'src/check/html/page-assets.ts');

/** The module's text; it is ASCII, so that its hash in the page's policy depends on no encoding. */
export async function pageAssets() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['page/main.ts', 'page/style.css'],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'page',
    format: 'iife',
    charset: 'ascii',
    // Browsers with the decompression that the texts need.
    target: ['es2022', 'chrome103', 'firefox113', 'safari16.4'],
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  const text = (extension) => outputFiles.find(({ path }) => path.endsWith(extension)).text.trim();
  const line = (comment, name, value) => `/** ${comment} */\nexport const ${name} =\n  ${quoted(value)};\n`;
  return [
    '// Written by scripts/page.mjs from page/: change that.\n',
    line('The script of the page, from page/main.ts.', 'PAGE_SCRIPT', text('.js')),
    line('The style of the page, from page/style.css.', 'STYLE', text('.css')),
  ].join('\n');
}

/** A literal with the quotes that need the fewest escapes, as the formatter writes it. */
function quoted(text) {
  const count = (character) => text.split(character).length;
  const quote = count("'") > count('"') ? '"' : "'";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
  if (/[^\0-\x7f]|<\/(?:script|style)|<!--/i.test(text)) throw new Error('page: not fit for HTML');
  return `${quote}${escaped}${quote}`;
}

/** Writes the module where it is not as it should be. */
export async function writePageAssets() {
  const text = await pageAssets();
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writePageAssets();
