/** Which styles can hold the content of a scalar (emitterc.go, yaml_emitter_analyze_scalar). */
export interface Analysis {
  readonly multiline: boolean;
  /** It can be written plain in block context. */
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly literal: boolean;
}

const SIMPLE = /^[A-Za-z0-9_/+=][A-Za-z0-9_/+=.-]*$/;
const NOT_AT_START = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ \t]|$)|^---|^\.\.\./;
// A colon before a blank, or a hash after one.
const INDICATOR = /:(?:[ \t]|$)|[ \t\n]#/;
// go-yaml's is_printable, so no tab, no carriage return, no NEL, nothing beyond the basic plane, no byte order mark;
// and, unlike go-yaml, not the breaks of YAML 1.1 either, which readers of YAML 1.2 take for text.
const SPECIAL = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const BREAK = /[\r\n\u0085\u2028\u2029]/;

const ANY_STYLE: Analysis = Object.freeze({
  multiline: false,
  plain: true,
  singleQuoted: true,
  literal: true,
});

/** Looks at a string that is to be written in block context. */
export function analyze(text: string): Analysis {
  if (SIMPLE.test(text)) return ANY_STYLE;
  const multiline = BREAK.test(text);
  const unsafe = SPECIAL.test(text) || text.includes(' \n');
  const bare =
    !NOT_AT_START.test(text) && !INDICATOR.test(text) && !text.startsWith(' ') && !text.endsWith(' ');
  return {
    multiline,
    plain: !multiline && !unsafe && bare,
    singleQuoted: !unsafe && !text.includes('\n '),
    literal: !unsafe && text !== '' && !text.endsWith(' '),
  };
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

/** Whether some character of a text cannot stand for itself between double quotes. */
export function needsEscape(text: string): boolean {
  return text.includes('"') || text.includes('\\') || text.includes('\n') || SPECIAL.test(text);
}

/** A character's escape between double quotes: `\n`, `\x7F`, `\u200B`, `\U0001F600`. */
export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const short = SHORT_ESCAPES.get(code);
  if (short !== undefined) return `\\${short}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
