import { toHex } from '../../asn1/bytes.ts';
import { Cursor, invalidDer, type Element } from '../../asn1/cursor.ts';
import { TAG } from '../../asn1/der.ts';
import { CONSTRUCTED, LONG_FORM, readHeader, tagOf } from './header.ts';

// What OpenSSL allows (crypto/asn1/tasn_dec.c, ASN1_MAX_CONSTRUCTED_NEST and ASN1_MAX_STRING_NEST).
const MAX_NESTING = 30;
const MAX_STRING_NESTING = 5;

/** A bit string, and how many bits of its last octet do not count. */
export interface BitString {
  readonly bytes: Uint8Array;
  readonly unusedBits: number;
}

/**
 * A cursor over BER as lenient as OpenSSL's: lengths need not be minimal and may be indefinite, strings may come in
 * parts, numbers may be padded. What is wrong beyond that is an error that names the offset from the start of the input.
 */
export class BerReader extends Cursor {
  protected override next(what: string): Element {
    const element = readElement(this.bytes, this.offset, { end: this.end, depth: 0, what });
    this.offset = element.end;
    return element;
  }

  protected override over(start: number, end: number): this {
    return new BerReader(this.bytes, start, end) as this;
  }

  override get nextTag(): number {
    const tag = super.nextTag;
    return (tag & LONG_FORM) === LONG_FORM && tag !== -1 ? tagOf(this.bytes, this.offset, this.end) : tag;
  }

  /**
   * Reads a SEQUENCE OF or SET OF, and answers a reader over its content. OpenSSL does not look at the bit that says
   * that such a list is made of elements (asn1_template_noexp_d2i).
   */
  enterList(tag: number, what?: string): this {
    return this.enter(this.nextTag === (tag & ~CONSTRUCTED) ? this.nextTag : tag, what);
  }

  /** Whether the next element has the tag, be it primitive or constructed. */
  nextIs(tag: number): boolean {
    return this.offset < this.end && (this.nextTag | CONSTRUCTED) === (tag | CONSTRUCTED);
  }

  /** The octets of the next element, a string of the primitive tag given, or in parts (X.690 8.7.3). */
  string(tag: number, what = 'a string'): Uint8Array {
    if (this.nextTag !== (tag | CONSTRUCTED)) return this.content(tag, what);
    const { contentStart, contentEnd } = this.read();
    return this.#segments(contentStart, contentEnd, 0);
  }

  /** The next element as a BOOLEAN if it is one; FALSE, the default, if not. Any octet but zero is TRUE (X.690 8.2.2). */
  optionalBoolean(): boolean {
    if (this.nextTag !== TAG.boolean) return false;
    const at = this.offset;
    const content = this.content(TAG.boolean);
    if (content.length !== 1) throw this.error('a BOOLEAN is one octet', at);
    return content[0] !== 0;
  }

  /** The next element, a BIT STRING. */
  bitString(what = 'a bit string', tag: number = TAG.bitString): BitString {
    const at = this.offset;
    const content = this.string(tag, what);
    const unusedBits = content[0];
    if (unusedBits === undefined || unusedBits > 7) throw this.error(`${what} is malformed`, at);
    return { bytes: withoutUnusedBits(content.subarray(1), unusedBits), unusedBits };
  }

  /** The octets of all parts of a string, which are fewer than those from `start` to `end`. */
  #segments(start: number, end: number, depth: number): Uint8Array {
    if (depth > MAX_STRING_NESTING) throw invalidDer('a string in parts is nested too deep', start);
    const out = new Uint8Array(end - start);
    let length = 0;
    for (const inner = new BerReader(this.bytes, start, end); !inner.done;) {
      const { tag, contentStart, contentEnd } = inner.read();
      if (tag === 0 && contentStart === contentEnd)
        throw invalidDer('an end of contents that ends nothing', start);
      const isPrimitive = (tag & CONSTRUCTED) === 0;
      const part = isPrimitive
        ? this.bytes.subarray(contentStart, contentEnd)
        : this.#segments(contentStart, contentEnd, depth + 1);
      out.set(part, length);
      length += part.length;
    }
    return out.subarray(0, length);
  }
}

/** A bit string's octets with zeros where no bits count, as OpenSSL keeps them. */
function withoutUnusedBits(bytes: Uint8Array, unusedBits: number): Uint8Array {
  const last = bytes[bytes.length - 1];
  const mask = 0xff >> (8 - unusedBits);
  if (last === undefined || (last & mask) === 0) return bytes;
  // Not `slice`, which of a Buffer gives a view: the caller's octets are not ours to change.
  const out = Uint8Array.from(bytes);
  out[out.length - 1] = last & ~mask;
  return out;
}

/** The value of an INTEGER's content octets. */
export function integerValue(content: Uint8Array): bigint {
  // Octet by octet, a number of a megabyte would take minutes.
  const value = BigInt(`0x0${toHex(content)}`);
  return (content[0] ?? 0) >= 0x80 ? value - (1n << BigInt(content.length * 8)) : value;
}

/** The value of an INTEGER's content octets where a number holds it exactly; `undefined` elsewhere. */
export function smallIntegerValue(content: Uint8Array): number | undefined {
  if (content.length > 6) return undefined;
  let value = 0;
  for (const byte of content) value = value * 256 + byte;
  return (content[0] ?? 0) >= 0x80 ? value - 256 ** content.length : value;
}

interface Bounds {
  readonly end: number;
  readonly depth: number;
  readonly what: string;
}

function readElement(bytes: Uint8Array, start: number, { end, depth, what }: Bounds): Element {
  if (start >= end) throw invalidDer(`${what} is missing`, start);
  const { tag, contentStart, length } = readHeader(bytes, start, end);
  if (length === undefined) {
    const contentEnd = endOfContents(bytes, contentStart, { end, depth: depth + 1, what });
    return { tag, start, contentStart, contentEnd, end: contentEnd + 2 };
  }
  return { tag, start, contentStart, contentEnd: contentStart + length, end: contentStart + length };
}

/** Where the content of an element of indefinite length ends: the offset of its two zero octets. */
function endOfContents(bytes: Uint8Array, start: number, bounds: Bounds): number {
  if (bounds.depth > MAX_NESTING) throw invalidDer('elements are nested too deep', start);
  let at = start;
  while (at + 1 < bounds.end) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return at;
    at = readElement(bytes, at, bounds).end;
  }
  throw invalidDer('an element of indefinite length has no end', start);
}
