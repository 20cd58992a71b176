const HTML: Readonly<Record<string, string>> = Object.freeze({
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
});

/** Text for HTML, as Go's templates write it (HTMLEscapeString). */
export function goHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character] ?? character);
}

/** Whether a character is one that Go prints as it is (unicode.IsPrint). */
export function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}

const hex = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).toUpperCase();

/** Text for a string of JavaScript (JSEscapeString). */
export function goJavaScript(text: string): string {
  return Array.from(text, (character) => {
    if (/[\\'"]/.test(character)) return `\\${character}`;
    if (/[<>&=]/.test(character) || character < ' ' || !(character < '\u0080' || isPrintable(character)))
      return `\\u${hex(character).padStart(4, '0')}`;
    return character;
  }).join('');
}

/** Text for the query of a URL (url.QueryEscape). */
export function goUrlQuery(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) return character;
    return byte === 0x20 ? '+' : `%${hex(character).padStart(2, '0')}`;
  }).join('');
}
