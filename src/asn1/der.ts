import { compareBytes } from './bytes.ts';

/** Identifier octets of the universal types that certificates use (X.690 8.1.2, X.680 8.4). */
export const TAG = Object.freeze({
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
});

const utf8 = new TextEncoder();

/** The identifier octet of a context-specific tag 0 to 30. */
export function contextTag(number: number, form: 'primitive' | 'constructed' = 'primitive'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

/** One element: identifier octet, definite length, and the parts one after the other as its content. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const lengthOctets =
    length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 5;
  const out = new Uint8Array(1 + lengthOctets + length);
  out[0] = tag;
  if (lengthOctets === 1) out[1] = length;
  else {
    out[1] = 0x80 | (lengthOctets - 1);
    for (let i = lengthOctets, rest = length; i > 1; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  }
  let offset = 1 + lengthOctets;
  for (const part of parts) {
    copyInto(out, offset, part);
    offset += part.length;
  }
  return out;
}

/** Most parts are a few bytes, which a loop copies in less time than the call of `set` takes. */
function copyInto(out: Uint8Array, offset: number, part: Uint8Array): void {
  if (part.length > 8) out.set(part, offset);
  else for (let i = 0; i < part.length; i++) out[offset + i] = part[i] ?? 0;
}

/** A SEQUENCE of encoded elements. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...parts);
}

/** A SET OF encoded elements, in DER's order (X.690 11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...(parts.length > 1 ? [...parts].sort(compareBytes) : parts));
}

/** An OCTET STRING of the content given. */
export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.octetString, ...parts);
}

const NO_UNUSED_BITS = Uint8Array.of(0);

/** A BIT STRING of whole octets. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(TAG.bitString, NO_UNUSED_BITS, bytes);
}

/** A BIT STRING of named bits, trailing zero bits dropped (X.690 11.2.2); bit 0 is the first. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const bytes = new Uint8Array(Math.floor(highest / 8) + 2);
  bytes[0] = highest < 0 ? 0 : 7 - (highest % 8);
  for (const bit of bits) {
    const index = Math.floor(bit / 8) + 1;
    bytes[index] = (bytes[index] ?? 0) | (0x80 >> (bit % 8));
  }
  return element(TAG.bitString, bytes);
}

/** A non-negative INTEGER from its big-endian bytes; leading zeros do not matter. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const magnitude = bytes.subarray(start);
  const padded = magnitude.length === 0 || (magnitude[0] ?? 0) >= 0x80;
  return padded ? element(TAG.integer, NO_UNUSED_BITS, magnitude) : element(TAG.integer, magnitude);
}

/** A small non-negative INTEGER. */
export function smallInteger(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(TAG.integer, 1, value);
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return unsignedInteger(Uint8Array.from(bytes));
}

/** BOOLEAN TRUE. DER leaves FALSE out where it is the default, which is everywhere in certificates. */
export const TRUE: Uint8Array = Uint8Array.of(0x01, 0x01, 0xff);

/** NULL. */
export const NULL: Uint8Array = Uint8Array.of(0x05, 0x00);

/** A character string in UTF-8 under the given tag; the caller has checked that the type can hold it. */
export function characterString(tag: number, text: string): Uint8Array {
  return element(tag, encodeText(text));
}

/** UTF-8; for short ASCII, which nearly every text of a certificate is, without the way through the platform's encoder. */
function encodeText(text: string): Uint8Array {
  if (text.length > 64) return utf8.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return utf8.encode(text);
    bytes[i] = code;
  }
  return bytes;
}
