// What moves the reader's eye without being seen, or is seen as nothing: controls and line separators, format characters
// such as marks of direction (Unicode TR36), what a font may leave out (Default_Ignorable_Code_Point, UAX #44: soft
// hyphens, joiners, fillers, variation selectors, tags), spaces that are none of ASCII's, and the blank of Braille.
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const hex = (code: number): string => code.toString(16).padStart(4, '0');
const named = (character: string): string =>
  `\u27e8U+${hex(character.codePointAt(0) ?? 0).toUpperCase()}\u27e9`;

/** Text in which everything can be seen: what cannot is shown as its code point. Ends of lines stay. */
export function visible(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd').replace(INVISIBLE, named);
}

/** Text in which everything can be seen, on one line: what names in files and certificates may try to break. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', named);
}

/** A JSON document in which everything can be seen, and that says the same: what cannot is escaped as RFC 8259 7 has it. */
export function visibleJson(document: string): string {
  return document.replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join(''),
  );
}
