/** The page's script and style are those of page/: who changes those runs scripts/page.mjs, or the build. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_SCRIPT, STYLE } from '../../../../src/check/html/page-assets.ts';
import { repositoryRoot } from '../../../support/foreign.ts';

test('src/check/html/page-assets.ts is what scripts/page.mjs makes of page/', () => {
  const program = `import { pageAssets } from './scripts/page.mjs'; process.stdout.write(await pageAssets());`;
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  expect(readFileSync(join(repositoryRoot, 'src/check/html/page-assets.ts'), 'utf8')).toBe(made);
});

test('the page asks the network for nothing, and makes no HTML of text', () => {
  expect(`${PAGE_SCRIPT}${STYLE}`).not.toMatch(
    /innerHTML|outerHTML|insertAdjacent|document\.write|\bfetch\(|XMLHttp|WebSocket|\beval\(|new Function|import\(|url\(|@import|https?:/,
  );
});
