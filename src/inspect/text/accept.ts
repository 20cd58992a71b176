import { TAG } from '../../asn1/der.ts';
import type { AttributeInfo, NameInfo } from '../read/name.ts';
import { STRING_TAG } from '../read/name.ts';
import { pointsOf } from './string.ts';

/** Types that a value of a name may have (crypto/asn1/tasn_dec.c, B_ASN1_PRINTABLE). */
const ALLOWED: ReadonlySet<number> = new Set<number>([
  TAG.bitString,
  ...[7, 8, 9, 11, 13, 14, 15, 29, 31],
  TAG.utf8String,
  TAG.sequence,
  STRING_TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  STRING_TAG.universalString,
  TAG.bmpString,
]);

/** Octets of a character, of the types that are compared without regard to case (x_name.c, ASN1_MASK_CANON). */
export const CANONICAL_WIDTH: ReadonlyMap<number, number> = new Map<number, number>([
  [TAG.utf8String, 0],
  [TAG.bmpString, 2],
  [STRING_TAG.universalString, 4],
  [TAG.printableString, 1],
  [TAG.teletexString, 1],
  [TAG.ia5String, 1],
]);

/** Why OpenSSL reads no certificate, request or CRL with this name; `undefined` where it does. */
export function refusalOfName(name: NameInfo): string | undefined {
  for (const attribute of name.rdns.flat()) {
    const reason = refusalOfType(attribute) ?? refusalOfCharacters(attribute);
    if (reason !== undefined) return `the value of ${attribute.oid} in a name ${reason}`;
  }
  return undefined;
}

/** Why OpenSSL does not read an attribute, be it in a name or alone: its value has another type. */
export function refusalOfType({ tag }: AttributeInfo): string | undefined {
  return ALLOWED.has(tag) ? undefined : `has a type that names do not have (tag 0x${tag.toString(16)})`;
}

function refusalOfCharacters({ tag, value }: AttributeInfo): string | undefined {
  const width = CANONICAL_WIDTH.get(tag);
  if (width === undefined) return undefined;
  const points = pointsOf(value, width);
  const isSound = points?.every((point) => point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) ?? false;
  return isSound ? undefined : 'is not encoded as its type says';
}
