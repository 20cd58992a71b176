/**
 * What the page does beyond showing: the theme, search, sort and filter of the table, the texts of certificates. It
 * reads the table that is there, writes text only as text, and asks the network for nothing.
 */
export const PAGE_SCRIPT = `
'use strict';
(() => {
  const root = document.documentElement;
  const body = document.querySelector('#certificates tbody');
  const rows = body ? [...body.rows] : [];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const search = document.querySelector('#search');
  const only = document.querySelector('#only');
  const shown = document.querySelector('#shown');
  const clear = document.querySelector('#clear');
  let range;

  for (const element of document.querySelectorAll('[data-script]')) element.hidden = false;

  document.querySelector('#theme').addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });

  // Paper shows what a click would open.
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });

  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, index) => {
      const time = Number(row.dataset.end);
      const isShown = words.every((word) => texts[index].includes(word))
        && (only.value === '' || row.dataset.kind.split(' ').includes(only.value))
        && (!range || (time >= range[0] && time < range[1]));
      row.hidden = !isShown;
      if (isShown) count += 1;
    });
    shown.textContent = count === rows.length ? rows.length + ' certificates' : count + ' of ' + rows.length + ' certificates';
    clear.hidden = count === rows.length && search.value === '' && only.value === '' && !range;
  };

  if (body) {
    let timer;
    search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, rows.length > 1000 ? 120 : 0); });
    only.addEventListener('change', apply);
    clear.addEventListener('click', () => { search.value = ''; only.value = ''; range = undefined; apply(); search.focus(); });
    apply();

    for (const button of document.querySelectorAll('th button')) {
      button.addEventListener('click', () => {
        const head = button.closest('th');
        const column = head.cellIndex;
        const descending = head.getAttribute('aria-sort') === 'ascending';
        for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.toLowerCase();
        const numeric = head.classList.contains('days');
        const keyed = [...body.rows].map((row) => [numeric ? Number(key(row)) : key(row), row]);
        keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
        body.append(...keyed.map(([, row]) => row));
      });
    }

    const select = (bin) => {
      range = [Number(bin.dataset.from), Number(bin.dataset.to)];
      apply();
      document.querySelector('#certificates').scrollIntoView();
      shown.parentElement.focus();
    };
    for (const bin of document.querySelectorAll('.bin')) {
      bin.addEventListener('click', () => select(bin));
      bin.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); select(bin); }
      });
    }

    // A link into the table shows its row, whatever is searched for.
    addEventListener('hashchange', () => {
      const row = document.getElementById(location.hash.slice(1));
      if (row && row.hidden) clear.click();
      if (row) { row.scrollIntoView({ block: 'center' }); row.querySelector('button')?.focus({ preventScroll: true }); }
    });

    const dialog = document.querySelector('dialog');
    const title = dialog.querySelector('h2');
    const pre = dialog.querySelector('pre');
    let loaded;
    const load = async () => {
      const data = document.querySelector('#texts');
      const bytes = Uint8Array.from(atob(data.textContent.trim()), (character) => character.charCodeAt(0));
      if (data.dataset.form === 'plain') return JSON.parse(new TextDecoder().decode(bytes));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
      return JSON.parse(await new Response(stream).text());
    };
    body.addEventListener('click', async (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      const row = button.closest('tr');
      title.textContent = row.dataset.title;
      pre.textContent = 'reading\\u2026';
      dialog.showModal();
      try {
        loaded ??= load();
        pre.textContent = (await loaded)[Number(row.id.slice(1))];
      } catch (error) {
        pre.textContent = 'The text cannot be read in this browser: ' + error.message;
      }
    });
  }
})();
`;
