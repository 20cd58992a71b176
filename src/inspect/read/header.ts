import { invalidDer } from '../../asn1/cursor.ts';

/** The bit of an identifier octet that says that the content is made of elements (X.690 8.1.2.5). */
export const CONSTRUCTED = 0x20;

/** The bits of an identifier octet that say that the number of the tag follows (X.690 8.1.2.4). */
export const LONG_FORM = 0x1f;

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
  const identifier = readIdentifier(bytes, start, end);
  if (identifier === undefined) throw invalidDer('the tag is malformed', start);
  const { tag } = identifier;
  let at = identifier.end;
  const first = at < end ? bytes[at++] : undefined;
  if (first === undefined) throw invalidDer('the length is missing', start);
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0) throw invalidDer('a primitive element has no indefinite length', start);
    return { tag, contentStart: at, length: undefined };
  }
  let length = first;
  if (first > 0x80) {
    length = 0;
    const octets = first & 0x7f;
    // A length in octets of its own at the very end is refused even if it is 0, as OpenSSL 3.0 does.
    if (octets >= end - at) throw invalidDer('the length is malformed', start);
    for (let i = 0; i < octets; i++) {
      length = length * 256 + (bytes[at++] ?? 0);
      if (length > 0x7fffffff) throw invalidDer('the length is malformed', start);
    }
  }
  if (length > end - at) {
    throw invalidDer(`element of ${length} bytes runs past the end (${end - at} left)`, start);
  }
  return { tag, contentStart: at, length };
}

/** The tag of the element at `start`, as {@link BerHeader} has it; -1 where it is malformed. */
export function tagOf(bytes: Uint8Array, start: number, end: number): number {
  return readIdentifier(bytes, start, end)?.tag ?? -1;
}

/** The tag at `start`, and the offset behind it; `undefined` where it is malformed. */
function readIdentifier(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly tag: number; readonly end: number } | undefined {
  let at = start;
  const first = bytes[at++] ?? 0;
  if ((first & LONG_FORM) !== LONG_FORM) return { tag: first, end: at };
  let number = 0;
  for (let more = true; more;) {
    const octet = at < end ? bytes[at++] : undefined;
    if (octet === undefined || number > 0xffffff) return undefined;
    number = number * 128 + (octet & 0x7f);
    more = octet >= 0x80;
  }
  // A small number in the long form is the same tag to OpenSSL.
  return { tag: number < LONG_FORM ? (first & ~LONG_FORM) | number : first + number * 256, end: at };
}
