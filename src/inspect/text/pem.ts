import { decodeBase64 } from '../../asn1/base64.ts';
import { toBinary } from './bytes.ts';

/** A PEM block as OpenSSL reads it: text around it is passed over. */
export interface LenientBlock {
  readonly label: string;
  /** The lines before a blank line, as in keys that are encrypted; `''` where there are none. */
  readonly header: string;
  readonly der: Uint8Array;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const TAIL = '-----';
/** Octets that OpenSSL reads at once: a longer line is taken for several. */
const LINE_LENGTH = 254;
/** Behind a blank line no line is longer, and a shorter one is the last. */
const FULL_LINE = 64;

/**
 * The PEM blocks of an input (crypto/pem/pem_lib.c, PEM_read_bio_ex). One that cannot be read is `undefined`; what
 * follows the line that broke it is read on.
 */
export function* lenientBlocks(input: Uint8Array): Generator<LenientBlock | undefined> {
  const lines = linesOf(input);
  for (const line of lines) {
    if (!line.startsWith(BEGIN) || !line.endsWith(TAIL) || line.length < BEGIN.length + TAIL.length) continue;
    yield readBlock(line.slice(BEGIN.length, -TAIL.length), lines);
  }
}

/** Lines without the blanks, and octets that are not ASCII, at their ends. */
function* linesOf(input: Uint8Array): Generator<string> {
  // A line at a time: an input may be large, and its first block is all that is asked for.
  let start = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf ? 3 : 0;
  while (start < input.length) {
    const newline = input.indexOf(0x0a, start);
    const end = newline === -1 ? input.length : newline + 1;
    for (let from = start; from < end; from += LINE_LENGTH) {
      let to = Math.min(from + LINE_LENGTH, end);
      while (to > from && isStripped(input[to - 1] ?? 0)) to--;
      yield toBinary(input.subarray(from, to));
    }
    start = end;
  }
}

function isStripped(octet: number): boolean {
  return octet <= 0x20 || octet >= 0x80;
}

/** Reads up to the line that ends a block, or breaks it. */
function readBlock(label: string, lines: Generator<string>): LenientBlock | undefined {
  let header: string | undefined;
  let text = '';
  let isLast = false;
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const line = next.value;
    if (line === '') {
      if (header !== undefined) return undefined;
      header = text;
      text = '';
    } else if (line.startsWith(END)) {
      if (line !== `${END}${label}${TAIL}`) return undefined;
      // A dash ends what is decoded (crypto/evp/encode.c).
      const [body = ''] = text.replace(/\s/g, '').split('-', 1);
      const der = decodeBase64(body);
      return der === undefined || der.length === 0 ? undefined : { label, header: header ?? '', der };
    } else if (isLast || (header !== undefined && line.length > FULL_LINE)) return undefined;
    else {
      text += `${line}\n`;
      isLast = header !== undefined && line.length < FULL_LINE;
    }
  }
  return undefined;
}
