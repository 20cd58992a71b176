import { PkiError } from '../errors/pki-error.ts';
import { TAG } from './der.ts';
import { decodeOid } from './oid.ts';

/** One DER element by its place in the input: no byte is copied. */
export interface DerElement {
  /** Identifier octet. */
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly start: number;
  /** Offset of the first content octet. */
  readonly contentStart: number;
  /** Offset behind the last content octet. */
  readonly end: number;
}

// An OID is decoded once: certificates repeat a few dozen of them.
const oidCache = new Map<string, string>();
const OID_CACHE_LIMIT = 512;

/**
 * A cursor over DER (X.690): definite minimal lengths, tags up to 30. Sub-readers share the input, so that every
 * error names its offset from the input's start.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  /** Whether nothing is left. */
  get done(): boolean {
    return this.offset >= this.end;
  }

  /** The next identifier octet, or -1 at the end. */
  get nextTag(): number {
    return this.done ? -1 : (this.bytes[this.offset] ?? -1);
  }

  /**
   * Reads one element, of the given tag if one is given.
   *
   * @throws PkiError `invalid-der`
   */
  read(tag?: number, what = 'an element'): DerElement {
    const start = this.offset;
    if (this.done) throw this.error(`${what} is missing`);
    const actual = this.bytes[start] ?? 0;
    if (tag !== undefined && actual !== tag) {
      throw this.error(`expected ${what} with tag 0x${hex(tag)}, got tag 0x${hex(actual)}`);
    }
    if ((actual & 0x1f) === 0x1f) throw this.error('tag numbers above 30 are not used in X.509');
    this.offset = start + 1;
    const length = this.#readLength();
    const contentStart = this.offset;
    if (length > this.end - contentStart) {
      this.offset = start;
      throw this.error(`element of ${length} bytes runs past the end (${this.end - contentStart} left)`);
    }
    this.offset = contentStart + length;
    return { tag: actual, start, contentStart, end: this.offset };
  }

  /** Reads one element of the tag, and answers a reader over its content. */
  enter(tag: number, what?: string): DerReader {
    const inner = this.read(tag, what);
    return new DerReader(this.bytes, inner.contentStart, inner.end);
  }

  /** A reader over the content of the next element if it has the tag; `undefined`, and nothing read, if not. */
  enterOptional(tag: number): DerReader | undefined {
    return this.nextTag === tag ? this.enter(tag) : undefined;
  }

  /** The content octets of the next element, as a view. */
  content(tag: number, what?: string): Uint8Array {
    const { contentStart, end } = this.read(tag, what);
    return this.bytes.subarray(contentStart, end);
  }

  /** The next element whole, header included, as a view. */
  whole(tag?: number, what?: string): Uint8Array {
    const { start, end } = this.read(tag, what);
    return this.bytes.subarray(start, end);
  }

  /** The next element as an object identifier in dotted form. */
  oid(what = 'an object identifier'): string {
    const at = this.offset;
    const content = this.content(TAG.oid, what);
    let key = '';
    for (let i = 0; i < Math.min(content.length, 64); i++) key += String.fromCharCode(content[i] ?? 0);
    const known = content.length <= 64 ? oidCache.get(key) : undefined;
    if (known !== undefined) return known;
    const dotted = decodeOid(content);
    if (dotted === undefined) throw this.error(`${what} is malformed`, at);
    if (oidCache.size < OID_CACHE_LIMIT && content.length <= 64) oidCache.set(key, dotted);
    return dotted;
  }

  /** The next element as a BOOLEAN if it is one; FALSE, the default, if not. */
  optionalBoolean(): boolean {
    if (this.nextTag !== TAG.boolean) return false;
    const at = this.offset;
    const content = this.content(TAG.boolean);
    // X.690 11.1; an explicit FALSE, which DER leaves out where it is the default, is read as Go does.
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
      throw this.error('a BOOLEAN is one octet, 0x00 or 0xff', at);
    }
    return content[0] !== 0;
  }

  /** The next element as an INTEGER's content octets: two's complement, minimal. */
  integer(what = 'an integer'): Uint8Array {
    const at = this.offset;
    const content = this.content(TAG.integer, what);
    const [first, second] = content;
    if (first === undefined) throw this.error(`${what} is empty`, at);
    const padded =
      second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (padded) throw this.error(`${what} is not minimally encoded`, at);
    return content;
  }

  /** The next element as an INTEGER from 0 to 2^31-1. */
  smallInteger(what = 'an integer'): number {
    const at = this.offset;
    const content = this.integer(what);
    if (content.length > 4 || (content[0] ?? 0) >= 0x80) throw this.error(`${what} is out of range`, at);
    return content.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** The octets of the next element, a BIT STRING without unused bits. */
  bitString(what = 'a bit string'): Uint8Array {
    const at = this.offset;
    const content = this.content(TAG.bitString, what);
    if (content[0] !== 0) throw this.error(`${what} is not of whole octets`, at);
    return content.subarray(1);
  }

  /** The numbers of the bits that are set in the next element, a BIT STRING of named bits. */
  namedBits(what = 'a bit string'): number[] {
    const at = this.offset;
    const content = this.content(TAG.bitString, what);
    const unused = content[0] ?? 8;
    // X.690 11.2.1: unused bits are zero; Go refuses others.
    const stray = (content.at(-1) ?? 0) & ((1 << unused) - 1);
    if (unused > 7 || (content.length === 1 ? unused > 0 : stray !== 0))
      throw this.error(`${what} is malformed`, at);
    const set: number[] = [];
    for (let bit = 0; bit < (content.length - 1) * 8 - unused; bit++) {
      if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) set.push(bit);
    }
    return set;
  }

  /** @throws PkiError `invalid-der` when something is left */
  finish(what = 'the element'): void {
    if (!this.done)
      throw this.error(`${what} is followed by ${this.end - this.offset} bytes that do not belong`);
  }

  /** An error at the cursor, or at the offset given. */
  error(message: string, offset: number = this.offset): PkiError<'invalid-der'> {
    return new PkiError('invalid-der', `invalid DER at offset ${offset}: ${message}`, {
      details: { offset },
    });
  }

  #readLength(): number {
    const first = this.bytes[this.offset];
    if (this.done || first === undefined) throw this.error('the length is missing');
    this.offset++;
    if (first < 0x80) return first;
    const octets = first & 0x7f;
    if (octets === 0) throw this.error('indefinite lengths are not DER');
    if (octets > 4 || this.offset + octets > this.end) throw this.error('the length is malformed');
    let length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (this.bytes[this.offset++] ?? 0);
    if (length < 0x80 || length < 256 ** (octets - 1))
      throw this.error('the length is not minimally encoded');
    return length;
  }
}

function hex(tag: number): string {
  return tag.toString(16).padStart(2, '0');
}
