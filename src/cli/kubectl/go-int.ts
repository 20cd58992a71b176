/** An integer of Go: to it no float is equal. */
export class GoInt {
  readonly int: number;
  /** `int` of a constant, `int64` of a document, `uint8` of the octet of a text. */
  readonly type: 'int' | 'int64' | 'uint8';

  constructor(int: number, type: GoInt['type'] = 'int') {
    this.int = int;
    this.type = type;
  }
}
