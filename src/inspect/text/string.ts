import { latin1 } from '../../asn1/bytes.ts';
import { element, TAG } from '../../asn1/der.ts';
import { utf8Of, upperHex } from './bytes.ts';
import { NAME_FLAG as F } from './name-options.ts';

/** A character string as OpenSSL keeps it: its type's number and its content. */
export interface TypedString {
  readonly tag: number;
  readonly value: Uint8Array;
}

// crypto/asn1/tbl_standard.h, tag2nbyte: octets of a character by the number of the type, 0 for UTF-8.
const WIDTHS = new Map([
  [12, 0],
  [18, 1],
  [19, 1],
  [20, 1],
  [22, 1],
  [23, 1],
  [24, 1],
  [26, 1],
  [28, 4],
  [30, 2],
]);

// Which escapes a character is subject to (crypto/asn1/charmap.h).
const FIRST = 0x20;
const LAST = 0x40;
const BACKSLASHED = F.escape2253 | FIRST | LAST;
const ESCAPES = F.escape2253 | F.escape2254 | F.useQuote | F.escapeControl | F.escapeMsb;
const CLASSES = new Map<string, number>([
  ['\0', F.escapeControl | F.escape2254],
  [' ', F.useQuote | FIRST | LAST],
  ['"', F.escape2253],
  ['#', F.useQuote | FIRST],
  ['(', F.escape2254],
  [')', F.escape2254],
  ['*', F.escape2254],
  ['+', F.escape2253 | F.useQuote],
  [',', F.escape2253 | F.useQuote],
  [';', F.escape2253 | F.useQuote],
  ['<', F.escape2253 | F.useQuote],
  ['>', F.escape2253 | F.useQuote],
  ['\\', F.escape2253 | F.escape2254],
  ['\x7f', F.escapeControl],
]);

function classOf(code: number): number {
  if (code > 0x7f) return F.escapeMsb;
  return CLASSES.get(String.fromCharCode(code)) ?? (code < 0x20 ? F.escapeControl : 0);
}

/** Characters of ASCII that no flag escapes, as nearly all names have them: they need not be taken one by one. */
const PLAIN = /^[!$-'\-./0-:=?-[\]-~](?:[ !$-'\-./0-:=?-[\]-~]*[!$-'\-./0-:=?-[\]-~])?$/;

/** Names of types (crypto/asn1/asn1_parse.c, ASN1_tag2str). */
export const TYPE_NAMES: readonly string[] = Object.freeze(
  (
    'EOC,BOOLEAN,INTEGER,BIT STRING,OCTET STRING,NULL,OBJECT,OBJECT DESCRIPTOR,EXTERNAL,REAL,ENUMERATED,<ASN1 11>,' +
    'UTF8STRING,<ASN1 13>,<ASN1 14>,<ASN1 15>,SEQUENCE,SET,NUMERICSTRING,PRINTABLESTRING,T61STRING,VIDEOTEXSTRING,' +
    'IA5STRING,UTCTIME,GENERALIZEDTIME,GRAPHICSTRING,VISIBLESTRING,GENERALSTRING,UNIVERSALSTRING,<ASN1 29>,BMPSTRING'
  ).split(','),
);

/**
 * A character string as ASN1_STRING_print_ex writes it (crypto/asn1/a_strex.c).
 *
 * @returns one character for each byte; `undefined` where OpenSSL gives up in its midst
 */
export function renderString({ tag, value }: TypedString, flags: number): string | undefined {
  const type = tag & 0x1f;
  const prefix = (flags & F.showType) === 0 ? '' : `${TYPE_NAMES[type] ?? '(unknown)'}:`;
  const width = widthOf(type, flags);
  if (width === undefined) {
    const dumped = (flags & F.dumpDer) === 0 ? stringData({ tag, value }) : element(tag, value);
    return `${prefix}#${upperHex(dumped)}`;
  }
  const data = stringData({ tag, value });
  const text = width > 1 ? undefined : latin1(data);
  if (text !== undefined && PLAIN.test(text)) return prefix + text;
  // Text in UTF-8 that is to be in UTF-8 is taken octet by octet.
  const convert = (flags & F.utf8) !== 0;
  const points = pointsOf(data, convert && width === 0 ? 1 : width);
  if (points === undefined) return undefined;
  const state = { quotes: false };
  const body = escapeAll(points, { flags, asUtf8: convert && width !== 0, state });
  if (body === undefined) return undefined;
  return prefix + (state.quotes ? `"${body}"` : body);
}

/** The octets that OpenSSL keeps of a value: of bits, those without their number; of a SEQUENCE, all of it. */
export function stringData({ tag, value }: TypedString): Uint8Array {
  if (tag === TAG.bitString) return value.subarray(1);
  return tag === TAG.sequence ? element(tag, value) : value;
}

function widthOf(type: number, flags: number): number | undefined {
  if ((flags & F.dumpAll) !== 0) return undefined;
  if ((flags & F.ignoreType) !== 0) return 1;
  return WIDTHS.get(type) ?? ((flags & F.dumpUnknown) === 0 ? 1 : undefined);
}

/** The characters of a string by their width; `undefined` where they are broken. */
export function pointsOf(bytes: Uint8Array, width: number): number[] | undefined {
  if (width === 0) return utf8Points(bytes);
  if (bytes.length % width !== 0) return undefined;
  const points: number[] = [];
  for (let i = 0; i < bytes.length; i += width) {
    let point = 0;
    for (let j = 0; j < width; j++) point = point * 256 + (bytes[i + j] ?? 0);
    points.push(point);
  }
  return points;
}

/** UTF-8 as OpenSSL reads it (crypto/asn1/a_utf8.c): up to four octets, no overlong forms, no surrogates. */
export function utf8Points(bytes: Uint8Array): number[] | undefined {
  const points: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : (first & 0xe0) === 0xc0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : 4;
    if (length === 4 && (first & 0xf8) !== 0xf0) return undefined;
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let j = 1; j < length; j++) {
      const next = bytes[i + j];
      if (next === undefined || (next & 0xc0) !== 0x80) return undefined;
      point = point * 64 + (next & 0x3f);
    }
    const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
    if (point < least || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) return undefined;
    points.push(point);
    i += length;
  }
  return points;
}

interface Escaping {
  readonly flags: number;
  readonly asUtf8: boolean;
  readonly state: { quotes: boolean };
}

function escapeAll(points: readonly number[], { flags, asUtf8, state }: Escaping): string | undefined {
  const bits = flags & ESCAPES;
  const isEscaping2253 = (flags & F.escape2253) !== 0;
  let out = '';
  for (const [index, point] of points.entries()) {
    const isLast = index === points.length - 1;
    const edge = !isEscaping2253 ? 0 : isLast ? LAST : index === 0 ? FIRST : 0;
    if (!asUtf8) out += escape(point, bits | edge, state);
    else {
      const encoded = utf8Of(point);
      if (encoded === undefined) return undefined;
      for (const byte of encoded) out += escape(byte.charCodeAt(0), bits | edge, state);
    }
  }
  return out;
}

function escape(code: number, flags: number, state: { quotes: boolean }): string {
  const hex = code.toString(16).toUpperCase();
  if (code > 0xffff) return `\\W${hex.padStart(8, '0')}`;
  if (code > 0xff) return `\\U${hex.padStart(4, '0')}`;
  const character = String.fromCharCode(code);
  const applied = classOf(code) & flags;
  if ((applied & BACKSLASHED) !== 0) {
    if ((applied & F.useQuote) === 0) return `\\${character}`;
    state.quotes = true;
    return character;
  }
  if ((applied & (F.escapeControl | F.escapeMsb | F.escape2254)) !== 0) return `\\${hex.padStart(2, '0')}`;
  return code === 0x5c && (flags & ESCAPES) !== 0 ? '\\\\' : character;
}
