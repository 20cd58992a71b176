import { find } from './find.ts';
import type { Table } from './table.ts';

/** Makes buttons of the timeline's bars: each shows its certificates in the table; pressed again, all. */
export function startTimeline(table: Table): void {
  const bars = [...document.querySelectorAll<SVGElement>('.bin')];
  const mark = (bin: string | undefined): void => {
    for (const bar of bars) bar.setAttribute('aria-pressed', String(bar.dataset['bin'] === bin));
  };
  const press = (bar: SVGElement): void => {
    const isPressed = bar.getAttribute('aria-pressed') === 'true';
    table.showBin(isPressed ? undefined : bar);
    if (isPressed) return;
    find('#h-table', HTMLHeadingElement).scrollIntoView();
    find('#state', HTMLElement).focus({ preventScroll: true });
  };
  table.onBin(mark);
  mark(undefined);
  for (const bar of bars) {
    bar.setAttribute('role', 'button');
    bar.setAttribute('tabindex', '0');
    bar.addEventListener('click', () => {
      press(bar);
    });
    bar.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      press(bar);
    });
  }
}
