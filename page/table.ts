import { find } from './find.ts';
import { searchable, wordsOf } from './search.ts';
import { startSorting } from './sort.ts';

/** Rows on the screen at once; a browser lays out a few hundred in the blink of an eye, and 5,000 in seconds. */
const PAGE = 100;

const READ_AHEAD = 250;

/** What others do with the table. */
export interface Table {
  /** Shows the certificates of one bar of the timeline alone; without one, all. */
  showBin(bar: SVGElement | undefined): void;
  /** Calls with the number of the bar whose certificates are shown. */
  onBin(listener: (bin: string | undefined) => void): void;
}

/**
 * Search, filter, sort and pages of the table of certificates. Only the rows of the page are in the document: with all
 * 5,000, a sort takes half a second. Paper has all that match.
 */
class CertificateTable implements Table {
  readonly #body = find('#certificates tbody', HTMLTableSectionElement);
  readonly #search = find('#search', HTMLInputElement);
  readonly #only = find('#only', HTMLSelectElement);
  readonly #clear = find('#clear', HTMLButtonElement);
  readonly #pager = find('#pager', HTMLElement);
  readonly #listeners: ((bin: string | undefined) => void)[] = [];
  readonly #texts = new Map<HTMLTableRowElement, string>();
  #rows = [...this.#body.rows];
  #matching: readonly HTMLTableRowElement[] = this.#rows;
  #limit = PAGE;
  #bar: SVGElement | undefined;

  start(): void {
    const again = (): void => {
      this.#limit = PAGE;
      this.#apply();
    };
    this.#search.addEventListener('input', again);
    this.#only.addEventListener('change', again);
    this.#clear.addEventListener('click', () => {
      this.#reset();
      this.#search.focus();
    });
    for (const [id, more] of [['#more', PAGE * 4] as const, ['#all', Infinity] as const])
      find(id, HTMLButtonElement).addEventListener('click', () => {
        this.#showMore(more);
      });
    startSorting(this.#rows, (sorted) => {
      this.#rows = sorted;
      again();
    });
    addEventListener('beforeprint', () => {
      this.#show(this.#matching);
    });
    addEventListener('afterprint', () => {
      this.#apply();
    });
    // A link into the table shows its row, whatever is searched for.
    addEventListener('hashchange', () => {
      this.#reveal(location.hash);
    });
    document.addEventListener('click', ({ target }) => {
      const link = target instanceof Element ? target.closest('a[href^="#c"]') : null;
      if (link !== null) this.#reveal(link.getAttribute('href') ?? '');
    });
    this.#apply();
    this.#reveal(location.hash);
    setTimeout(() => {
      this.#readAhead(this.#rows);
    });
  }

  showBin(bar: SVGElement | undefined): void {
    this.#bar = bar;
    this.#limit = PAGE;
    this.#apply();
    for (const listener of this.#listeners) listener(bar?.dataset['bin']);
  }

  onBin(listener: (bin: string | undefined) => void): void {
    this.#listeners.push(listener);
  }

  #reset(): void {
    this.#search.value = '';
    this.#only.value = '';
    this.showBin(undefined);
  }

  #matches(row: HTMLTableRowElement, words: readonly (readonly string[])[]): boolean {
    if (this.#bar !== undefined && row.dataset['bin'] !== this.#bar.dataset['bin']) return false;
    const kinds = row.dataset['kind']?.split(' ') ?? [];
    if (this.#only.value !== '' && !kinds.includes(this.#only.value)) return false;
    if (words.length === 0) return true;
    const text = this.#textOf(row);
    return words.every((forms) => forms.some((form) => text.includes(form)));
  }

  #textOf(row: HTMLTableRowElement): string {
    const text = this.#texts.get(row) ?? searchable(row);
    this.#texts.set(row, text);
    return text;
  }

  /** Reads what is searched, some rows at a time, so that neither the page nor the first search waits for all. */
  #readAhead(rows: readonly HTMLTableRowElement[]): void {
    for (const row of rows.slice(0, READ_AHEAD)) this.#textOf(row);
    const rest = rows.slice(READ_AHEAD);
    if (rest.length > 0)
      setTimeout(() => {
        this.#readAhead(rest);
      });
  }

  #apply(): void {
    const words = wordsOf(this.#search.value);
    this.#matching = this.#rows.filter((row) => this.#matches(row, words));
    this.#show(this.#matching.slice(0, this.#limit));
    this.#say(this.#matching.length);
  }

  #show(rows: readonly HTMLTableRowElement[]): void {
    const fragment = document.createDocumentFragment();
    for (const row of rows) {
      row.classList.remove('later');
      fragment.append(row);
    }
    this.#body.replaceChildren(fragment);
  }

  #say(count: number): void {
    const filters = [
      this.#search.value.trim() === '' ? '' : `with \u201c${this.#search.value.trim()}\u201d`,
      this.#only.value === '' ? '' : (this.#only.selectedOptions[0]?.text ?? ''),
      this.#bar === undefined ? '' : `expiring ${this.#bar.dataset['when'] ?? ''}`,
    ].filter((filter) => filter !== '');
    const all = this.#rows.length;
    const isFiltered = filters.length > 0;
    find('#shown', HTMLOutputElement).textContent = `${isFiltered ? `${count} of ${all}` : all} certificates`;
    find('#filter', HTMLElement).textContent = isFiltered
      ? `: ${filters.join(', ')}. Paper has these alone.`
      : '';
    this.#clear.hidden = !isFiltered;
    this.#pager.hidden = count <= this.#limit;
    find('#page', HTMLElement).textContent =
      `The first ${Math.min(this.#limit, count)} of ${count} are on the screen; search looks in all, and paper has all.`;
  }

  /** Focus goes to the first row that came. */
  #showMore(more: number): void {
    const first = this.#matching[this.#limit];
    this.#limit += more;
    this.#apply();
    first?.querySelector('button')?.focus();
  }

  #reveal(hash: string): void {
    const row = this.#rows.find(({ id }) => `#${id}` === hash);
    if (row === undefined) return;
    if (!this.#matching.includes(row)) this.#reset();
    const index = this.#matching.indexOf(row);
    if (index >= this.#limit) {
      this.#limit = Math.ceil((index + 1) / PAGE) * PAGE;
      this.#apply();
    }
    row.scrollIntoView({ block: 'center' });
    row.querySelector('button')?.focus({ preventScroll: true });
  }
}

/** Starts the table of certificates. */
export function startTable(): Table {
  const table = new CertificateTable();
  table.start();
  return table;
}
