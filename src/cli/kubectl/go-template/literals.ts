import { quote } from '../../../errors/quote.ts';
import { GoInt } from '../go-int.ts';
import type { Token } from './lex.ts';
import type { Pipe } from './pipes.ts';
import { templateError } from './problem.ts';

/** A word of a command. */
export type Operand =
  | { readonly kind: 'dot' | 'nil' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | GoInt }
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe }
  | { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[] };

const WORDS: Readonly<Record<string, Operand>> = Object.freeze({
  nil: { kind: 'nil' },
  true: { kind: 'literal', value: true },
  false: { kind: 'literal', value: false },
});

/** What a token stands for. */
export function operandOf(token: Token): Operand {
  const { kind, text } = token;
  switch (kind) {
    case 'dot':
      return { kind: 'dot' };
    case 'field':
      return { kind: 'field', names: [text] };
    case 'variable':
      return { kind: 'variable', name: text, names: [] };
    case 'number':
      return { kind: 'literal', value: numberOf(text) };
    case 'rune':
      return { kind: 'literal', value: new GoInt(runeOf(text)) };
    case 'word':
      return (Object.hasOwn(WORDS, text) ? WORDS[text] : undefined) ?? { kind: 'function', name: text };
    default:
      return { kind: 'literal', value: textOf(token) };
  }
}

const INTEGER = /^[+-]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function numberOf(text: string): number | GoInt {
  const digits = text.replace(/(?<=[\da-fA-F])_(?=[\da-fA-F])/g, '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const plain = digits.replace(/^[+-]/, '');
  if (INTEGER.test(digits)) {
    const value = Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
    if (Number.isSafeInteger(value)) return new GoInt(sign * value || 0);
  } else if (FLOAT.test(digits) && /[.eE]/.test(digits)) return sign * Number(plain);
  throw templateError(`has ${quote(text)}, which is no number that can be had`);
}

const SHORT: Readonly<Record<string, string>> = Object.freeze({
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
});

/** The text of a string in its quotes, with Go's escapes (strconv.Unquote). */
export function textOf({ kind, text }: Token): string {
  const inner = text.slice(1, -1);
  return kind === 'raw' ? inner.replaceAll('\r', '') : unescaped(inner, '"');
}

function runeOf(text: string): number {
  const [one, ...more] = Array.from(unescaped(text.slice(1, -1), "'"));
  const code = one?.codePointAt(0);
  if (code === undefined || more.length > 0)
    throw templateError(`has ${quote(text)}, which is not one character`);
  return code;
}

const ESCAPE =
  /\\(?:x(?<hex2>[\da-fA-F]{2})|u(?<hex4>[\da-fA-F]{4})|U(?<hex8>[\da-fA-F]{8})|(?<octal>[0-3][0-7]{2})|(?<one>[^]))/g;

function unescaped(text: string, end: string): string {
  return text.replace(ESCAPE, (whole: string, ...rest: unknown[]) => {
    const { hex2, hex4, hex8, octal, one } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const hex = hex2 ?? hex4 ?? hex8;
    const code = octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    const character = isCharacter ? String.fromCodePoint(code) : one === end ? end : SHORT[one ?? ''];
    if (character === undefined) throw templateError(`has ${quote(whole)}, which is no escape`);
    return character;
  });
}
