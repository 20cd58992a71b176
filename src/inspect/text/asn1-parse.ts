import { TAG } from '../../asn1/der.ts';
import { decodeOid } from '../../asn1/oid.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readHeader, type BerHeader } from '../read/header.ts';
import { STRING_TAG } from '../read/name.ts';
import { toBinary, upperHex } from './bytes.ts';
import { GaveUp, type Rendered } from './extensions/form.ts';
import { hexDump } from './hex-dump.ts';
import { signedNumber } from './number.ts';
import { longName } from './objects.ts';
import { TYPE_NAMES } from './string.ts';

/** How deep OpenSSL follows elements (crypto/asn1/asn1_parse.c, ASN1_PARSE_MAXDEPTH). */
const MAX_DEPTH = 128;

/** Blanks before a dump, whatever the depth. */
const DUMP_INDENT = 6;

/** Where a walk through elements stands, and what it wrote. */
interface Walk {
  readonly bytes: Uint8Array;
  at: number;
  out: string;
}

/** How a walk over one level ended: at its end, at an end of contents, or at what cannot be read. */
type Outcome = 'end' | 'end-of-contents' | 'broken';

/** Elements as `openssl asn1parse -i -dump` writes them, one a line (crypto/asn1/asn1_parse.c, ASN1_parse_dump). */
export function renderStructure(bytes: Uint8Array): Rendered {
  const walk: Walk = { bytes, at: 0, out: '' };
  return level(walk, bytes.length, 0) === 'broken' ? new GaveUp(walk.out) : walk.out;
}

function level(walk: Walk, end: number, depth: number): Outcome {
  if (depth > MAX_DEPTH) return broken(walk, 'BAD RECURSION DEPTH');
  while (walk.at < end) {
    const start = walk.at;
    const header = headerOf(walk.bytes, start, end);
    if (header === undefined) return broken(walk, 'Error in encoding');
    walk.out += titleOf(header, start, depth);
    walk.at = header.contentStart;
    if ((header.tag & 0x20) !== 0) {
      walk.out += '\n';
      if (inner(walk, header, { end, depth: depth + 1 }) === 'broken') return 'broken';
      continue;
    }
    const content = walk.bytes.subarray(walk.at, walk.at + (header.length ?? 0));
    walk.out += (header.tag & 0xc0) === 0 ? contentOf(numberOf(header), content) : '\n';
    walk.at += content.length;
    if (header.tag === 0) return 'end-of-contents';
  }
  return 'end';
}

function broken(walk: Walk, message: string): Outcome {
  walk.out += `${message}\n`;
  return 'broken';
}

function inner(
  walk: Walk,
  { length }: BerHeader,
  { end, depth }: { readonly end: number; readonly depth: number },
): Outcome {
  const contentEnd = length === undefined ? end : walk.at + length;
  for (let outcome: Outcome = 'end'; walk.at < contentEnd;) {
    outcome = level(walk, contentEnd, depth);
    if (outcome === 'broken') return outcome;
    if (outcome === 'end-of-contents' && length === undefined) return 'end';
  }
  return 'end';
}

function headerOf(bytes: Uint8Array, start: number, end: number): BerHeader | undefined {
  try {
    return readHeader(bytes, start, end);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The number of an element's tag. */
function numberOf({ tag }: BerHeader): number {
  return (tag & 0x1f) === 0x1f ? Math.floor(tag / 256) : tag & 0x1f;
}

const CLASSES = Object.freeze(['', 'appl', 'cont', 'priv']);

function titleOf(header: BerHeader, start: number, depth: number): string {
  const { tag, contentStart, length } = header;
  const number = numberOf(header);
  const place = `${start.toString().padStart(5)}:d=${depth.toString().padEnd(2)} hl=${contentStart - start} l=`;
  const size = length === undefined ? 'inf ' : length.toString().padStart(4);
  const form = (tag & 0x20) === 0 ? 'prim: ' : 'cons: ';
  const kind = CLASSES[(tag & 0xc0) >> 6] ?? '';
  const name =
    kind === ''
      ? (TYPE_NAMES[number] ?? `<ASN1 ${number}>`)
      : `${kind} [ ${number} ]${kind === 'priv' ? ' ' : ''}`;
  return `${place}${size} ${form}${' '.repeat(depth)}${name.padEnd(18)}`;
}

const ENUMERATED = 0x0a;

/** Types whose octets are written as they are. */
const TEXTS: ReadonlySet<number> = new Set<number>([
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  STRING_TAG.visibleString,
  STRING_TAG.numericString,
  TAG.utf8String,
  TAG.utcTime,
  TAG.generalizedTime,
]);

/** What stands behind the title of a primitive element of a universal type, its line's end included. */
function contentOf(type: number, content: Uint8Array): string {
  if (TEXTS.has(type)) return `:${toBinary(content)}\n`;
  const scalar = SCALARS.get(type);
  if (scalar !== undefined) {
    const text = scalar.read(content);
    return `:${text ?? `BAD ${scalar.name}${badContent(type, content)}:[${upperHex(content)}]`}\n`;
  }
  if (type === TAG.octetString && content.every(isText))
    return content.length === 0 ? '\n' : `:${toBinary(content)}\n`;
  return content.length === 0 || type === TAG.bmpString ? '\n' : `\n${hexDump(content, DUMP_INDENT)}`;
}

/** The first octet of a BOOLEAN of several is shown all the same. */
function badContent(type: number, [first]: Uint8Array): string {
  return type === TAG.boolean && first !== undefined ? `:${first}` : '';
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

interface Scalar {
  readonly name: string;
  /** Its text; `undefined` where the content is no such value. */
  readonly read: (content: Uint8Array) => string | undefined;
}

const SCALARS = new Map<number, Scalar>([
  [
    TAG.boolean,
    { name: 'BOOLEAN', read: (content) => (content.length === 1 ? content.join('') : undefined) },
  ],
  [TAG.integer, { name: 'INTEGER', read: integerText }],
  [ENUMERATED, { name: 'ENUMERATED', read: integerText }],
  [TAG.oid, { name: 'OBJECT', read: objectText }],
]);

function integerText(content: Uint8Array): string | undefined {
  const [first, second = first] = content;
  const isPadded =
    content.length > 1 && (first === 0 ? (second ?? 0) < 0x80 : first === 0xff && (second ?? 0) >= 0x80);
  if (first === undefined || isPadded) return undefined;
  const { negative, magnitude } = signedNumber(content);
  return (negative ? '-' : '') + upperHex(magnitude);
}

function objectText(content: Uint8Array): string | undefined {
  const oid = decodeOid(content);
  return oid === undefined ? undefined : longName(oid);
}
