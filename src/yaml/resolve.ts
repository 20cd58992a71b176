import { formatGoFloat } from './number.ts';

/** What a plain scalar is to go-yaml v2, the reader inside kubectl and kubeadm (resolve.go). */
export type Resolved =
  | { readonly tag: 'str' | 'timestamp' | 'binary'; readonly value: string }
  | { readonly tag: 'bool'; readonly value: boolean }
  | { readonly tag: 'null'; readonly value: null }
  | { readonly tag: 'int'; readonly value: number; readonly exact: bigint }
  | { readonly tag: 'float'; readonly value: number };

// resolve.go, resolveMapList: YAML 1.1's words.
const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word): [string, Resolved] => [word, { tag: 'bool', value: true }],
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word): [string, Resolved] => [word, { tag: 'bool', value: false }],
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Resolved] => [
    word,
    { tag: 'null', value: null },
  ]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Resolved] => [word, { tag: 'float', value: NaN }]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, Resolved] => [
    word,
    { tag: 'float', value: Infinity },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, Resolved] => [
    word,
    { tag: 'float', value: -Infinity },
  ]),
]);

// resolve.go, resolveTable: only scalars that begin like this can be anything but strings.
const HINT = /^(?:[-+0-9.yYnNtTfFoO~]|$)/;
const NUMERIC = /^[-+0-9]/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
// `0b-101`, which ParseInt refuses as a whole and resolve.go then reads without its prefix.
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
// Not stripped of underscores first, and ParseFloat lets them stand between digits only.
const POINT_FLOAT = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
// resolve.go, allowedTimestampFormats, as Go's time.Parse reads them.
const TIMESTAMP =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2})))|(?: +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?))?$/;

const MAX_DIGITS = 64;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...rest] = match.slice(1).map((part?: string) => Number(part ?? 0));
  const [
    hour = 0,
    minute = 0,
    second = 0,
    zoneHour = 0,
    zoneMinute = 0,
    hour2 = 0,
    minute2 = 0,
    second2 = 0,
  ] = rest;
  if (month < 1 || month > 12) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < 1 || day > days || zoneHour > 24 || zoneMinute > 60) return false;
  return Math.max(hour, hour2) < 24 && Math.max(minute, minute2) < 60 && Math.max(second, second2) < 60;
}

function integer(sign: string, magnitude: bigint): Resolved | undefined {
  const exact = sign === '-' ? -magnitude : magnitude;
  // ParseUint, the second try, takes no sign.
  if (exact < INT64_MIN || exact > (sign === '' ? UINT64_MAX : INT64_MAX)) return undefined;
  return { tag: 'int', value: Number(exact), exact };
}

function parseInteger(text: string): Resolved | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  // No base needs more digits for 64 bits than two; a BigInt of a million digits takes a second.
  if (digits.length > MAX_DIGITS && digits.replace(/^0[xXbBoO]?0*/, '').length > MAX_DIGITS) return undefined;
  const octal = /^0[0-7]+$/.test(digits);
  return integer(sign, BigInt(octal ? `0o${digits}` : digits.toLowerCase()));
}

function parseFloat64(text: string): Resolved | undefined {
  const value = Number(text);
  // strconv.ParseFloat reports what overflows as an error, and the scalar stays a string.
  return Number.isFinite(value) ? { tag: 'float', value } : undefined;
}

function parseNumber(text: string): Resolved | undefined {
  const plain = text.replaceAll('_', '');
  const whole = parseInteger(plain);
  if (whole !== undefined) return whole;
  if (FLOAT.test(plain)) return parseFloat64(plain);
  const [, sign = '', digits = ''] = SIGNED_BINARY.exec(plain) ?? [];
  return digits === '' ? undefined : parseInteger(`${sign}0b${digits}`);
}

function implicit(text: string, timestamps: boolean): Resolved {
  if (!HINT.test(text)) return { tag: 'str', value: text };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  let found: Resolved | undefined;
  if (text.startsWith('.'))
    found = POINT_FLOAT.test(text) ? parseFloat64(text.replaceAll('_', '')) : undefined;
  else if (NUMERIC.test(text)) {
    if (timestamps && isTimestamp(text)) return { tag: 'timestamp', value: text };
    found = parseNumber(text);
  }
  return found ?? { tag: 'str', value: text };
}

const LONG_PREFIX = 'tag:yaml.org,2002:';
const CORE_TAGS: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'null', 'timestamp']);

/**
 * What go-yaml makes of a scalar.
 *
 * @param text the scalar's content
 * @param tag its full tag, `''` for a plain scalar without one
 * @returns undefined when the content does not fit the tag, which go-yaml refuses
 */
export function resolveScalar(text: string, tag = ''): Resolved | undefined {
  if (tag === '') return implicit(text, true);
  const name = tag.startsWith(LONG_PREFIX) ? tag.slice(LONG_PREFIX.length) : '';
  if (name === 'binary') return { tag: 'binary', value: text };
  if (!CORE_TAGS.has(name)) return { tag: 'str', value: text };
  const found = implicit(text, name === 'timestamp');
  if (found.tag === name) return found;
  if (name === 'float' && found.tag === 'int' && found.exact <= INT64_MAX)
    return { tag: 'float', value: found.value };
  return undefined;
}

/** Whether Go reads a plain scalar as this string, and base 60 numbers do not make other readers stumble. */
export function isPlainString(text: string): boolean {
  if (!HINT.test(text)) return true;
  return implicit(text, true).tag === 'str' && !BASE60.test(text);
}

/**
 * A scalar used as a key of a map, as sigs.k8s.io/yaml turns it into the name of a JSON field.
 *
 * @returns undefined for what it refuses as a key: null and integers beyond 63 bits
 */
export function keyOf(resolved: Resolved): string | undefined {
  switch (resolved.tag) {
    case 'null':
      return undefined;
    case 'int':
      return resolved.exact > INT64_MAX ? undefined : String(resolved.exact);
    case 'float':
      return formatGoFloat(resolved.value, 32);
    case 'bool':
      return String(resolved.value);
    default:
      return resolved.value;
  }
}
