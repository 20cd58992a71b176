import { PkiError } from '../../errors/pki-error.ts';

/** The bit of an identifier octet that says that the content is made of elements (X.690 8.1.2.5). */
export const CONSTRUCTED = 0x20;

/** The identifier and length octets of an element. */
export interface BerHeader {
  /** Identifier octet; of tag numbers above 30, the first octet and the number times 256. */
  readonly tag: number;
  readonly contentStart: number;
  /** Octets of content; `undefined` where the length is indefinite. */
  readonly length: number | undefined;
}

/**
 * Reads the identifier and length octets of an element that ends at `end` at the latest.
 *
 * @throws PkiError `invalid-der`
 */
export function readHeader(bytes: Uint8Array, start: number, end: number): BerHeader {
  let at = start;
  let tag = bytes[at++] ?? 0;
  if ((tag & 0x1f) === 0x1f) {
    let number = 0;
    for (let more = true; more;) {
      const octet = at < end ? bytes[at++] : undefined;
      if (octet === undefined || number > 0xffffff) throw invalid('the tag is malformed', start);
      number = number * 128 + (octet & 0x7f);
      more = octet >= 0x80;
    }
    tag += number * 256;
  }
  const first = at < end ? bytes[at++] : undefined;
  if (first === undefined) throw invalid('the length is missing', start);
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0) throw invalid('a primitive element has no indefinite length', start);
    return { tag, contentStart: at, length: undefined };
  }
  let length = first;
  if (first > 0x80) {
    length = 0;
    const octets = first & 0x7f;
    // A length in octets of its own at the very end is refused even if it is 0, as OpenSSL 3.0 does.
    if (octets >= end - at) throw invalid('the length is malformed', start);
    for (let i = 0; i < octets; i++) {
      length = length * 256 + (bytes[at++] ?? 0);
      if (length > 0x7fffffff) throw invalid('the length is malformed', start);
    }
  }
  if (length > end - at) {
    throw invalid(`element of ${length} bytes runs past the end (${end - at} left)`, start);
  }
  return { tag, contentStart: at, length };
}

/** An error that names the offset. */
export function invalid(message: string, offset: number): PkiError<'invalid-der'> {
  return new PkiError('invalid-der', `invalid DER at offset ${offset}: ${message}`, { details: { offset } });
}
