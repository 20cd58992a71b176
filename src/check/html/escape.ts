// What moves the reader's eye without being seen, or is seen as nothing: controls and line separators, format characters
// such as marks of direction (Unicode TR36), what a font may leave out (Default_Ignorable_Code_Point, UAX #44: soft
// hyphens, joiners, fillers, variation selectors, tags), spaces that are none of ASCII's, and the blank of Braille.
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** Text in which everything can be seen: what cannot is shown as its code point. Ends of lines stay. */
export function visible(text: string): string {
  return text
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(
      INVISIBLE,
      (character) =>
        `\u27e8U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`,
    );
}

/** Text for HTML, in elements and in attributes with quotes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
