import { compareBytes, concatBytes, latin1 } from '../../asn1/bytes.ts';
import { element, TAG } from '../../asn1/der.ts';
import { encodeOid } from '../../asn1/oid.ts';
import type { AttributeInfo, NameInfo } from '../read/name.ts';
import { CANONICAL_WIDTH } from './accept.ts';
import { toBytes, utf8Of } from './bytes.ts';
import { pointsOf } from './string.ts';

/** A digest that is at hand at once. */
export type DigestNow = (algorithm: string, data: Uint8Array) => Uint8Array;

/**
 * A name in the form in which OpenSSL compares names and hashes them: strings in UTF-8, lower case, blanks trimmed and
 * collapsed; without the outer SEQUENCE (crypto/x509/x_name.c, x509_name_canon).
 */
export function canonicalName({ rdns }: NameInfo): Uint8Array {
  const filled = rdns.filter((rdn) => rdn.length > 0);
  return concatBytes(
    ...filled.map((rdn) => {
      const attributes = rdn.map((attribute) =>
        element(TAG.sequence, encodeOid(attribute.oid), canonicalValue(attribute)),
      );
      return element(TAG.set, ...attributes.sort(compareBytes));
    }),
  );
}

function canonicalValue({ tag, value }: AttributeInfo): Uint8Array {
  const characters = utf8Text(value, CANONICAL_WIDTH.get(tag));
  if (characters === undefined) return element(tag, value);
  const text = characters
    .replace(/[\t-\r ]+/g, ' ')
    .replace(/^ | $/g, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return element(TAG.utf8String, toBytes(text));
}

/** The characters of a string in UTF-8, one for each octet; `undefined` where they are broken, or it is no string. */
function utf8Text(value: Uint8Array, width: number | undefined): string | undefined {
  if (width === undefined) return undefined;
  // In ASCII, as nearly all names are, characters need not be taken one by one; in UTF-8 they are what they are to be.
  if (width <= 1 && value.every((octet) => octet < 0x80)) return latin1(value);
  const points = pointsOf(value, width);
  if (width === 0) return points === undefined ? undefined : latin1(value);
  return points?.map(utf8Of).join('');
}

/** The number by which directories of CA certificates name their files (`-subject_hash`): eight hexadecimal digits. */
export function nameHash(name: NameInfo, digest: DigestNow): string {
  return firstWord(digest('sha1', canonicalName(name)));
}

/** The same as OpenSSL before 1.0 computed it (`-subject_hash_old`). */
export function oldNameHash(name: NameInfo, digest: DigestNow): string {
  return firstWord(digest('md5', name.der));
}

function firstWord(hash: Uint8Array): string {
  return [3, 2, 1, 0].map((index) => (hash[index] ?? 0).toString(16).padStart(2, '0')).join('');
}
