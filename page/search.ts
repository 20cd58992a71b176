const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2})+$/;

/**
 * What a row is found by, in lower case: its cells but for its days and its button, its further names, its serial number,
 * its fingerprint. Items of a list are lines of their own there, so that nothing is found across two.
 */
export function searchable(row: HTMLTableRowElement): string {
  const cells = [...row.cells].slice(1, -1).map(({ textContent }) => textContent);
  return [...cells, row.dataset['find'] ?? ''].join('\n').toLowerCase();
}

/** The words that are searched for, each in its forms: `AB:CD`, as OpenSSL writes serial numbers, is `abcd` here. */
export function wordsOf(search: string): readonly (readonly string[])[] {
  const words = search.toLowerCase().split(/\s+/);
  return words
    .filter((word) => word !== '')
    .map((word) => (PAIRS.test(word) ? [word, word.replaceAll(':', '')] : [word]));
}
