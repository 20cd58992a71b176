import { visible, visibleJson, visibleLine } from '../../../src/errors/visible.ts';

const shown = (code: number): string => `a\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9b`;

test.each([
  ['a nul', 0x0],
  ['a tabulator', 0x9],
  ['delete', 0x7f],
  ['a next line', 0x85],
  ['a no-break space', 0xa0],
  ['a soft hyphen', 0xad],
  ['a combining grapheme joiner', 0x34f],
  ['an Arabic letter mark', 0x61c],
  ['a Hangul filler', 0x115f],
  ['a Khmer inherent vowel', 0x17b4],
  ['a Mongolian vowel separator', 0x180e],
  ['a thin space', 0x2009],
  ['a zero-width space', 0x200b],
  ['a right-to-left mark', 0x200f],
  ['a line separator', 0x2028],
  ['a right-to-left override', 0x202e],
  ['a word joiner', 0x2060],
  ['an isolate', 0x2067],
  ['a deprecated format character', 0x206f],
  ['a blank of Braille', 0x2800],
  ['an ideographic space', 0x3000],
  ['another Hangul filler', 0x3164],
  ['a variation selector', 0xfe0f],
  ['a byte order mark', 0xfeff],
  ['a half-width filler', 0xffa0],
  ['an annotation anchor', 0xfff9],
  ['a musical format character', 0x1d173],
  ['a tag', 0xe0041],
  ['a variation selector of the supplement', 0xe0100],
])('%s is shown as its code point', (_name, code) => {
  expect(visible(`a${String.fromCodePoint(code)}b`)).toBe(shown(code));
});

test('what can be seen stays, and so do the ends of lines', () => {
  const text = 'O = M\u00fcller & S\u00f6hne,\nCN = \u65e5\u672c\u8a9e \ud83d\ude00 \u05d0 e\u0301';
  expect(visible(text)).toBe(text);
});

test('half a surrogate pair is replaced', () => {
  expect(visible('a\ud800b\udc00\ud83d\ude00')).toBe('a\ufffdb\ufffd\ud83d\ude00');
});

test('on one line, the ends of lines are shown too', () => {
  expect(visibleLine('a\nb\tc')).toBe('a\u27e8U+000A\u27e9b\u27e8U+0009\u27e9c');
});

test('a document says the same with its invisible characters escaped', () => {
  const value = { a: 'x\u202ey\u200b\u0085\u001b\n', b: '\u{e0041} \u65e5' };
  const text = visibleJson(JSON.stringify(value, undefined, 2));
  expect(text).toContain('x\\u202ey\\u200b\\u0085\\u001b\\n');
  expect(text).toContain('\\udb40\\udc41 \u65e5');
  expect(JSON.parse(text)).toEqual(value);
});
