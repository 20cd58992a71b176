import { latin1, toHex } from '../../asn1/bytes.ts';
import type { Element } from '../../asn1/cursor.ts';
import { TAG } from '../../asn1/der.ts';
import { readAny } from './any.ts';
import { BerReader } from './ber.ts';

/** One attribute of a distinguished name, as it is encoded. */
export interface AttributeInfo {
  /** Object identifier of the attribute type. */
  readonly oid: string;
  /** Identifier octet of the value's ASN.1 type; of a string in parts, that of one in one piece. */
  readonly tag: number;
  /** Content octets of the value; of types that are not strings too, of a string in parts those of all parts. */
  readonly value: Uint8Array;
  /** The value as text; of types that are not character strings, `#` and its DER in hexadecimal (RFC 4514 2.4). */
  readonly text: string;
}

/** A distinguished name. */
export interface NameInfo {
  /** The Name whole. */
  readonly der: Uint8Array;
  /** The RDNs in order, each with its attributes in the order in which they are encoded. */
  readonly rdns: readonly (readonly AttributeInfo[])[];
}

/** The tags of the character string types (X.680 8.4) that {@link TAG} does not name. */
export const STRING_TAG = Object.freeze({
  numericString: 0x12,
  videotexString: 0x15,
  graphicString: 0x19,
  visibleString: 0x1a,
  generalString: 0x1b,
  universalString: 0x1c,
});

/** Object identifiers of the attribute types that Kubernetes reads (X.520). */
export const ATTRIBUTE = Object.freeze({ commonName: '2.5.4.3', organization: '2.5.4.10' });

/**
 * Reads a Name.
 *
 * @throws PkiError `invalid-der`
 */
export function readName(reader: BerReader, what: string): NameInfo {
  const tag = reader.nextTag === (TAG.sequence & ~0x20) ? reader.nextTag : TAG.sequence;
  return nameOf(reader.bytes, reader.read(tag, what));
}

/** The Name in an element that was read: a SEQUENCE. */
export function nameOf(bytes: Uint8Array, element: Element): NameInfo {
  const rdns: AttributeInfo[][] = [];
  const inner = new BerReader(bytes, element.contentStart, element.contentEnd);
  while (!inner.done) rdns.push(readAttributes(inner.enterList(TAG.set, 'an RDN')));
  return { rdns, der: bytes.subarray(element.start, element.end) };
}

/** Reads the content of an RDN to its end. */
export function readAttributes(set: BerReader): AttributeInfo[] {
  const attributes: AttributeInfo[] = [];
  while (!set.done) {
    const attribute = set.enter(TAG.sequence, 'an attribute');
    const oid = attribute.oid('the attribute type');
    const { tag, content, der } = readAny(attribute, 'an attribute value');
    attribute.finish('the attribute');
    attributes.push({ oid, tag, value: content, text: decodeString(tag, content) ?? `#${toHex(der)}` });
  }
  return attributes;
}

// A value may begin with U+FEFF, which is no mark of anything there.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A character string's text by its tag; `undefined` for types that are none. Broken encodings become U+FFFD. */
export function decodeString(tag: number, bytes: Uint8Array): string | undefined {
  switch (tag) {
    case TAG.utf8String:
      return isAscii(bytes) ? latin1(bytes) : utf8.decode(bytes);
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.teletexString:
    case STRING_TAG.numericString:
    case STRING_TAG.visibleString:
    case STRING_TAG.generalString:
      return latin1(bytes);
    case TAG.bmpString:
      return wide(bytes, 2);
    case STRING_TAG.universalString:
      return wide(bytes, 4);
    default:
      return undefined;
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

function wide(bytes: Uint8Array, width: 2 | 4): string {
  let out = '';
  for (let i = 0; i + width <= bytes.length; i += width) {
    let point = 0;
    for (let j = 0; j < width; j++) point = point * 256 + (bytes[i + j] ?? 0);
    out += width === 2 ? String.fromCharCode(point) : String.fromCodePoint(point > 0x10ffff ? 0xfffd : point);
  }
  return out;
}

/** The texts of one attribute type, in order. */
export function attributeTexts(name: NameInfo, oid: string): string[] {
  const texts: string[] = [];
  for (const rdn of name.rdns)
    for (const attribute of rdn) if (attribute.oid === oid) texts.push(attribute.text);
  return texts;
}
