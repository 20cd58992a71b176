import { PkiError } from '../errors/pki-error.ts';
import { TAG } from './der.ts';
import { cachedOid } from './oid-cache.ts';

/** One element by its place in the input: no byte is copied. */
export interface Element {
  /** Identifier octet; of tag numbers above 30, the first octet and the number times 256. */
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly start: number;
  /** Offset of the first content octet. */
  readonly contentStart: number;
  /** Offset behind the last content octet. */
  readonly contentEnd: number;
  /** Offset behind the element, its end-of-contents octets included where its length is indefinite. */
  readonly end: number;
}

/**
 * A cursor over elements of ASN.1. Cursors over an element's content share the input, so that every error names its
 * offset from the input's start. What it takes for an element is the dialect's: DER, or OpenSSL's lenient BER.
 */
export abstract class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  /** Reads the element at the cursor, and moves behind it. */
  protected abstract next(what: string): Element;

  /** A cursor of the same dialect over a part of the input. */
  protected abstract over(start: number, end: number): this;

  /** Whether nothing is left. */
  get done(): boolean {
    return this.offset >= this.end;
  }

  /** The tag of the next element, or -1 where there is none. */
  get nextTag(): number {
    return this.done ? -1 : (this.bytes[this.offset] ?? -1);
  }

  /**
   * Reads one element, of the given tag if one is given.
   *
   * @throws PkiError `invalid-der`
   */
  read(tag?: number, what = 'an element'): Element {
    if (this.done) throw this.error(`${what} is missing`);
    const actual = this.nextTag;
    if (tag !== undefined && actual !== tag && actual !== -1) {
      throw this.error(`expected ${what} with tag 0x${hex(tag)}, got tag 0x${hex(actual)}`);
    }
    return this.next(what);
  }

  /** Reads one element of the tag, and answers a cursor over its content. */
  enter(tag: number, what?: string): this {
    const { contentStart, contentEnd } = this.read(tag, what);
    return this.over(contentStart, contentEnd);
  }

  /** A cursor over the content of the next element if it has the tag; `undefined`, and nothing read, if not. */
  enterOptional(tag: number, what?: string): this | undefined {
    return this.nextTag === tag ? this.enter(tag, what) : undefined;
  }

  /** The content octets of the next element, as a view. */
  content(tag?: number, what?: string): Uint8Array {
    const { contentStart, contentEnd } = this.read(tag, what);
    return this.bytes.subarray(contentStart, contentEnd);
  }

  /** The next element whole, header included, as a view. */
  whole(tag?: number, what?: string): Uint8Array {
    const { start, end } = this.read(tag, what);
    return this.bytes.subarray(start, end);
  }

  /** The next element as an object identifier in dotted form. */
  oid(what = 'an object identifier'): string {
    const { start, contentStart, contentEnd } = this.read(TAG.oid, what);
    const dotted = cachedOid(this.bytes, contentStart, contentEnd);
    if (dotted === undefined) throw this.error(`${what} is malformed`, start);
    return dotted;
  }

  /** The next element as an INTEGER's content octets: two's complement, minimal (OpenSSL refuses padded ones as well). */
  integer(what = 'an integer', tag: number = TAG.integer): Uint8Array {
    const at = this.offset;
    const content = this.content(tag, what);
    const [first, second] = content;
    if (first === undefined) throw this.error(`${what} is empty`, at);
    const padded =
      second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (padded) throw this.error(`${what} is not minimally encoded`, at);
    return content;
  }

  /** @throws PkiError `invalid-der` when something is left */
  finish(what = 'the element'): void {
    if (!this.done)
      throw this.error(`${what} is followed by ${this.end - this.offset} bytes that do not belong`);
  }

  /** An error at the cursor, or at the offset given. */
  error(message: string, offset: number = this.offset): PkiError<'invalid-der'> {
    return invalidDer(message, offset);
  }
}

/** An error that names the offset. */
export function invalidDer(message: string, offset: number): PkiError<'invalid-der'> {
  return new PkiError('invalid-der', `invalid DER at offset ${offset}: ${message}`, { details: { offset } });
}

function hex(tag: number): string {
  return tag.toString(16).padStart(2, '0');
}
