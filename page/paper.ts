/** Paper shows what a click would open; afterwards what was shut is shut again. */
export function preparePaper(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    const shut = [...document.querySelectorAll<HTMLDetailsElement>('details[data-print]:not([open])')];
    for (const details of shut) details.open = true;
    opened = [...opened, ...shut];
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}
