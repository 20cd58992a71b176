import { find } from './find.ts';

/** The texts that the page holds, by the number of the certificate. */
async function readTexts(): Promise<readonly string[]> {
  const data = find('#texts', HTMLScriptElement);
  const bytes = Uint8Array.from(atob(data.text.trim()), (character) => character.charCodeAt(0));
  const read = async (): Promise<string> => {
    if (data.dataset['form'] === 'plain') return new TextDecoder().decode(bytes);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).text();
  };
  const texts: unknown = JSON.parse(await read());
  return Array.isArray(texts) ? texts.map(String) : [];
}

/** Shows a certificate's text when the button of its row is pressed. */
export function startDialog(): void {
  const dialog = find('dialog', HTMLDialogElement);
  const title = find('h2', HTMLHeadingElement, dialog);
  const text = find('pre', HTMLPreElement, dialog);
  let texts: Promise<readonly string[]> | undefined;

  const show = async (row: HTMLTableRowElement): Promise<void> => {
    title.textContent = row.dataset['title'] ?? '';
    text.textContent = 'reading\u2026';
    dialog.showModal();
    text.scrollTop = 0;
    texts ??= readTexts();
    try {
      text.textContent = (await texts)[Number(row.id.slice(1))] ?? '';
    } catch (error) {
      text.textContent = `The text cannot be read in this browser: ${error instanceof Error ? error.message : ''}`;
    }
  };

  find('#certificates tbody', HTMLTableSectionElement).addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest('button')?.closest('tr') : undefined;
    if (row) void show(row);
  });
}
