/**
 * What the page of the HTML report does beyond showing: the theme, paper, the table, the texts of certificates. It reads
 * what is there, writes text only as text, and asks the network for nothing. `scripts/page.mjs` puts it into
 * src/check/html/page-assets.ts.
 */
import { startDialog } from './dialog.ts';
import { find } from './find.ts';
import { preparePaper } from './paper.ts';
import { startTable } from './table.ts';
import { startTimeline } from './timeline.ts';

function startTheme(): void {
  const root = document.documentElement;
  find('#theme', HTMLButtonElement).addEventListener('click', () => {
    const theme =
      root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset['theme'] = theme === 'dark' ? 'light' : 'dark';
  });
}

startTheme();
preparePaper();
if (document.querySelector('#certificates') !== null) {
  const table = startTable();
  startTimeline(table);
  startDialog();
}
// Controls are shown when all of them work.
for (const element of document.querySelectorAll<HTMLElement>('[data-script]')) element.hidden = false;
