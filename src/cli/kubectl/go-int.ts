/** An integer of Go: to it no float is equal. */
export class GoInt {
  readonly int: number;
  /** Its digits, where a number has not all of them. */
  readonly digits: string;
  /** `int` of a constant, `int64` of a document, `uint8` of the octet of a text. */
  readonly type: 'int' | 'int64' | 'uint8';

  constructor(int: number | bigint, type: GoInt['type'] = 'int') {
    this.int = Number(int);
    this.digits = String(int);
    this.type = type;
  }
}
