import { Cursor, type Element } from './cursor.ts';
import { TAG } from './der.ts';

/** A cursor over DER (X.690): definite minimal lengths, tags up to 30. */
export class DerReader extends Cursor {
  protected override next(): Element {
    const start = this.offset;
    const tag = this.bytes[start] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw this.error('tag numbers above 30 are not used in X.509');
    this.offset = start + 1;
    const length = this.#readLength();
    const contentStart = this.offset;
    if (length > this.end - contentStart) {
      this.offset = start;
      throw this.error(`element of ${length} bytes runs past the end (${this.end - contentStart} left)`);
    }
    this.offset = contentStart + length;
    return { tag, start, contentStart, contentEnd: this.offset, end: this.offset };
  }

  protected override over(start: number, end: number): this {
    return new DerReader(this.bytes, start, end) as this;
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
