import { concatBytes } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import { decodeOid } from '../../asn1/oid.ts';
import type { BerReader } from './ber.ts';

/** An element whose type is not fixed: ASN.1's ANY, or a choice between types of strings. */
export interface AnyInfo {
  /** Identifier octet; of a string in parts, that of one in one piece. */
  readonly tag: number;
  /** Content octets; of a string in parts, those of all parts. */
  readonly content: Uint8Array;
  /** The element whole. */
  readonly der: Uint8Array;
}

const ENUMERATED = 0x0a;
const UNIVERSAL_STRING = 0x1c;

/** Types that do not come in parts. */
const PRIMITIVE: ReadonlySet<number> = new Set<number>([
  TAG.boolean,
  TAG.integer,
  ENUMERATED,
  TAG.null,
  TAG.oid,
]);

/** Octets of a character, where strings with a part of one are refused. */
const WIDTHS = new Map<number, number>([
  [TAG.bmpString, 2],
  [UNIVERSAL_STRING, 4],
]);

/**
 * Reads an element of any type, and checks its content as OpenSSL does (crypto/asn1/tasn_dec.c, asn1_ex_c2i): what is
 * broken there makes all that it stands in unreadable.
 *
 * @throws PkiError `invalid-der`
 */
export function readAny(reader: BerReader, what = 'a value'): AnyInfo {
  const start = reader.offset;
  const { tag, content } = readContent(reader, what);
  return { tag, content, der: reader.bytes.subarray(start, reader.offset) };
}

function readContent(reader: BerReader, what: string): Omit<AnyInfo, 'der'> {
  const tag = reader.nextTag;
  const type = tag & 0x1f;
  const isString = (tag & 0xc0) === 0 && type !== 0x1f && tag !== TAG.sequence && tag !== TAG.set;
  // What would end contents of indefinite length is nowhere a value.
  if (tag === 0 && reader.bytes[reader.offset + 1] === 0) throw reader.error(`${what} is an end of contents`);
  if (!isString) return { tag, content: reader.content(undefined, what) };
  const at = reader.offset;
  if (type === TAG.bitString) return { tag: type, content: bits(reader, what) };
  const content = PRIMITIVE.has(type) ? scalar(reader, type, what) : reader.string(type, what);
  const isTorn = content.length % (WIDTHS.get(type) ?? 1) !== 0;
  const isNoList = type === (TAG.sequence & 0x1f) || type === (TAG.set & 0x1f);
  if (isTorn || isNoList) throw reader.error(`${what} is malformed`, at);
  return { tag: type, content };
}

function bits(reader: BerReader, what: string): Uint8Array {
  const { bytes, unusedBits } = reader.bitString(what);
  return concatBytes(Uint8Array.of(bytes.length === 0 ? 0 : unusedBits), bytes);
}

function scalar(reader: BerReader, type: number, what: string): Uint8Array {
  const at = reader.offset;
  if (type === TAG.integer || type === ENUMERATED) return reader.integer(what, type);
  const content = reader.content(type, what);
  const isSound =
    type === TAG.oid ? decodeOid(content) !== undefined : content.length === (type === TAG.null ? 0 : 1);
  if (!isSound) throw reader.error(`${what} is malformed`, at);
  return content;
}
