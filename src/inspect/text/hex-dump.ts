import { hexByte } from './bytes.ts';

/** Octets in hexadecimal and as text (crypto/bio/bio_dump.c, BIO_dump_indent). */
export function hexDump(bytes: Uint8Array, indent: number): string {
  const blanks = ' '.repeat(Math.min(indent, 64));
  const width = 16 - Math.floor((Math.min(indent, 64) - Math.min(indent, 6) + 3) / 4);
  let out = '';
  for (let row = 0; row < bytes.length; row += width) {
    let [hex, text] = ['', ''];
    for (let i = 0; i < width; i++) {
      const byte = bytes[row + i];
      hex += byte === undefined ? '   ' : hexByte(byte) + (i === 7 ? '-' : ' ');
      if (byte !== undefined) text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.';
    }
    out += `${blanks}${row.toString(16).padStart(4, '0')} - ${hex}  ${text}\n`;
  }
  return out;
}
