import { formatGoFloat } from '../../../yaml/number.ts';
import { GoInt } from '../go-int.ts';
import { goQuote } from '../go-quote.ts';
import { isList, isMap, printed, sortedEntries, typeOf, type Value } from './values.ts';

/** What stands between `%` and the verb. */
interface Layout {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

const MOST = 1_000_000;
const DIRECTIVE = /%([+\-# 0]*)(?:\[(\d+)\])?(\d+|\*)?(?:\.(?:\[(\d+)\])?(\d+|\*)?)?(?:\[(\d+)\])?([^]?)/gu;

/** Text with values in it, by Go's verbs (fmt.Sprintf). */
export function printf(format: string, values: readonly Value[]): string {
  const cursor = new Cursor(values);
  const text = format.replace(DIRECTIVE, (whole: string, ...parts: (string | undefined)[]) => {
    const [flags = '', first, width, second, precision, third, verb = ''] = parts;
    if (verb === '%') return '%';
    if (verb === '') return '%!(NOVERB)';
    cursor.jump(first);
    const given = cursor.size(width);
    cursor.jump(second);
    const exact =
      /\.\D*$/.test(whole.slice(0, -verb.length)) && precision === undefined ? 0 : cursor.size(precision);
    cursor.jump(third);
    const bad = (given === 'bad' ? '%!(BADWIDTH)' : '') + (exact === 'bad' ? '%!(BADPREC)' : '');
    const columns = given === 'bad' ? 0 : (given ?? 0);
    // Of `%+v` it is the fields of structs that would have names.
    const shown = verb === 'v' ? flags.replaceAll('+', '') : flags;
    const isLeft = flags.includes('-') || columns < 0;
    const layout: Layout = {
      flags: isLeft ? `${shown.replaceAll('0', '')}-` : shown,
      width: Math.abs(columns),
      precision: exact === 'bad' ? undefined : exact,
    };
    if (cursor.isAtEnd) return `${bad}%!${verb}(${cursor.isLost ? 'BADINDEX' : 'MISSING'})`;
    return bad + formatted(cursor.next(), verb, layout);
  });
  return text + cursor.extra();
}

/** Which value is the next. */
class Cursor {
  readonly #values: readonly Value[];
  #at = 0;
  #hasJumped = false;
  isLost = false;

  constructor(values: readonly Value[]) {
    this.#values = values;
  }

  get isAtEnd(): boolean {
    return this.isLost || this.#at >= this.#values.length;
  }

  jump(number: string | undefined): void {
    if (number === undefined) return;
    this.#hasJumped = true;
    this.isLost = Number(number) < 1 || Number(number) > this.#values.length;
    this.#at = Number(number) - 1;
  }

  next(): Value {
    return this.#values[this.#at++];
  }

  /** A width or a precision, which may be a value itself. */
  size(text: string | undefined): number | 'bad' | undefined {
    if (text === undefined) return undefined;
    const value = text === '*' ? this.next() : new GoInt(Number(text));
    return value instanceof GoInt && Math.abs(value.int) <= MOST ? value.int : 'bad';
  }

  /** Values that no verb takes, which is a mistake. */
  extra(): string {
    if (this.#hasJumped || this.#at >= this.#values.length) return '';
    const list = this.#values
      .slice(this.#at)
      .map((value) => (typeOf(value) === '<nil>' ? '<nil>' : `${typeOf(value)}=${printed(value)}`));
    return `%!(EXTRA ${list.join(', ')})`;
  }
}

function formatted(value: Value, verb: string, layout: Layout): string {
  if (verb === 'T') return padded(typeOf(value), layout);
  if (value === null || value === undefined)
    return verb === 'v' ? padded('<nil>', layout) : `%!${verb}(<nil>)`;
  return element(value, verb, layout);
}

/** A value, or each of a list or map. */
function element(value: Value, verb: string, layout: Layout): string {
  const isSyntax = verb === 'v' && layout.flags.includes('#');
  const each = (one: Value): string => {
    if (one === null || one === undefined) return isSyntax ? 'interface {}(nil)' : '<nil>';
    return element(one, verb, layout);
  };
  if (isList(value)) {
    const list = value.map(each);
    return isSyntax ? `${typeOf(value)}{${list.join(', ')}}` : `[${list.join(' ')}]`;
  }
  if (isMap(value)) {
    const list = sortedEntries(value).map(([key, one]) => `${each(key)}:${each(one)}`);
    return isSyntax ? `${typeOf(value)}{${list.join(', ')}}` : `map[${list.join(' ')}]`;
  }
  return leaf(value, verb, layout) ?? `%!${verb}(${typeOf(value)}=${leaf(value, 'v', layout) ?? ''})`;
}

/** A value that is no list and no map; `undefined` where the verb is not for it. */
function leaf(value: Value, verb: string, layout: Layout): string | undefined {
  if (typeof value === 'string') return stringText(value, verb, layout);
  if (typeof value === 'boolean') return 'vt'.includes(verb) ? padded(String(value), layout) : undefined;
  if (value instanceof GoInt) return integerText(BigInt(value.digits), verb, layout);
  return typeof value === 'number' ? floatText(value, verb, layout) : undefined;
}

function stringText(value: string, verb: string, layout: Layout): string | undefined {
  const { flags, precision } = layout;
  const cut = precision === undefined ? value : Array.from(value).slice(0, precision).join('');
  const isRaw = flags.includes('#') && !/[`\p{Cc}\ufeff]/u.test(cut.replaceAll('\t', ''));
  if (verb === 's' || (verb === 'v' && !flags.includes('#'))) return padded(cut, layout);
  if (verb === 'q' || verb === 'v')
    return padded(verb === 'q' && isRaw ? `\`${cut}\`` : goQuote(cut), layout);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const bytes = Array.from(new TextEncoder().encode(value)).slice(0, precision);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const isApart = flags.includes(' ');
  const prefixed = flags.includes('#')
    ? isApart
      ? hex.map((one) => `0x${one}`)
      : hex.length === 0
        ? hex
        : [`0x${hex.join('')}`]
    : hex;
  const text = prefixed.join(isApart ? ' ' : '');
  return padded(verb === 'x' ? text : text.toUpperCase(), layout);
}

const RADIX: Readonly<Record<string, readonly [number, string]>> = Object.freeze({
  v: [10, ''],
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
});

function integerText(value: bigint, verb: string, layout: Layout): string | undefined {
  const isCharacter = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  const character = isCharacter ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (verb === 'c') return padded(character, layout);
  if (verb === 'q')
    return padded(
      `'${character === "'" ? "\\'" : character === '"' ? '"' : goQuote(character).slice(1, -1)}'`,
      layout,
    );
  if (verb === 'U') {
    const name = `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
    return padded(layout.flags.includes('#') ? `${name} '${character}'` : name, layout);
  }
  const radix = RADIX[verb];
  if (radix === undefined) return undefined;
  const [base, prefix] = radix;
  if (layout.precision === 0 && value === 0n)
    return padded('', { ...layout, flags: layout.flags.replaceAll('0', '') });
  const digits = (value < 0n ? -value : value).toString(base).padStart(layout.precision ?? 0, '0');
  const lead = verb === 'O' || (layout.flags.includes('#') && verb !== 'v') ? prefix : '';
  const zeros =
    layout.precision === undefined ? layout : { ...layout, flags: layout.flags.replaceAll('0', '') };
  return signed(value < 0n, lead + (verb === 'X' ? digits.toUpperCase() : digits), zeros);
}

function floatText(value: number, verb: string, layout: Layout): string | undefined {
  const text = floatDigits(Math.abs(value), verb, layout.precision);
  return text === undefined ? undefined : signed(value < 0 || Object.is(value, -0), text, layout);
}

function floatDigits(value: number, verb: string, precision: number | undefined): string | undefined {
  switch (verb) {
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'e':
    case 'E': {
      const text = value.toExponential(Math.min(precision ?? 6, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
      return verb === 'e' ? text : text.toUpperCase();
    }
    case 'v':
    case 'g':
    case 'G': {
      const text = precision === undefined ? formatGoFloat(value, 64) : general(value, precision);
      return verb === 'G' ? text.toUpperCase() : text;
    }
    default:
      return undefined;
  }
}

/** Digits behind the point, halves to the even one, as Go rounds them. */
function fixed(value: number, digits: number): string {
  if (value >= 1e21) return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const places = Math.min(digits, 100);
  const rounded = value.toFixed(places);
  const longer = places < 100 ? value.toFixed(places + 1) : '';
  const isHalf = longer.endsWith('5') && Number(longer) === value;
  const down = longer.slice(0, -1).replace(/\.$/, '');
  return (isHalf && /[02468]$/.test(down) ? down : rounded) + '0'.repeat(digits - places);
}

/** As many digits as are asked for, in the shorter of the two forms. */
function general(value: number, precision: number): string {
  const digits = Math.min(precision || 1, 100);
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const isLong = power < -4 || power >= digits;
  const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (!isLong) return bare(fixed(value, digits - 1 - power));
  return `${bare(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function signed(isNegative: boolean, digits: string, layout: Layout): string {
  const { flags, width } = layout;
  const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('0') && !flags.includes('-')) return sign + digits.padStart(width - sign.length, '0');
  return padded(sign + digits, layout);
}

function padded(text: string, { flags, width }: Layout): string {
  const isLeft = flags.includes('-');
  const filler = flags.includes('0') && !isLeft ? '0' : ' ';
  const missing = filler.repeat(Math.max(0, width - Array.from(text).length));
  return isLeft ? text + missing : missing + text;
}
