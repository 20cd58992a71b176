/** Sorts rows when the button of a column is pressed: upwards, and downwards when pressed again. */
export function startSorting(
  rows: readonly HTMLTableRowElement[],
  onSorted: (sorted: HTMLTableRowElement[]) => void,
): void {
  const heads = [...document.querySelectorAll<HTMLTableCellElement>('#certificates thead th')];
  for (const [column, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', () => {
      const isDescending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      const compare = head.classList.contains('days') ? byNumber : byText;
      const keyed = rows.map((row) => ({ row, key: keyOf(row.cells[column]) }));
      keyed.sort((a, b) => (isDescending ? compare(b.key, a.key) : compare(a.key, b.key)));
      onSorted(keyed.map(({ row }) => row));
    });
  }
}

function keyOf(cell: HTMLTableCellElement | undefined): string {
  return cell?.dataset['value'] ?? cell?.textContent.toLowerCase() ?? '';
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}

const collator = new Intl.Collator('en', { numeric: true });

/** `node-2` comes before `node-10`. */
function byText(a: string, b: string): number {
  return collator.compare(a, b);
}
