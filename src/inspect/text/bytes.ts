// The output of OpenSSL may be invalid UTF-8. While it is made it is a string with one character for each byte, which
// is fast and concatenates well; these turn such strings into bytes, and text into such strings.

const utf8 = new TextEncoder();

/** The bytes of a string that has one character for each. */
export function toBytes(binary: string): Uint8Array {
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

/** Bytes as a string that has one character for each. */
export function toBinary(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += CHUNK) out += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return out;
}

const CHUNK = 4096;

/** A code point in UTF-8; `undefined` where it is none (crypto/asn1/a_utf8.c, UTF8_putc). */
export function utf8Of(point: number): string | undefined {
  if (point < 0x80) return String.fromCharCode(point);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  return toBinary(utf8.encode(String.fromCodePoint(point)));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const UPPER_HEX = HEX.map((pair) => pair.toUpperCase());

/** A byte in two hexadecimal digits, lower case. */
export function hexByte(byte: number): string {
  return HEX[byte & 0xff] ?? '';
}

/** Bytes in hexadecimal, upper case, with a separator between. */
export function upperHex(bytes: Uint8Array, separator = ''): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += (i === 0 ? '' : separator) + (UPPER_HEX[bytes[i] ?? 0] ?? '');
  return out;
}

/** Bytes in hexadecimal, lower case, with a separator between. */
export function lowerHex(bytes: Uint8Array, separator = ''): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += (i === 0 ? '' : separator) + hexByte(bytes[i] ?? 0);
  return out;
}

/** Bytes as OpenSSL lays them out over lines: `    aa:bb:\n    cc`, without the last line's end. */
export function hexLines(
  bytes: Uint8Array,
  { indent, perLine }: { readonly indent: number; readonly perLine: number },
): string {
  const blanks = ' '.repeat(indent);
  let out = '';
  for (let i = 0; i < bytes.length; i++) {
    if (i % perLine === 0) out += (i === 0 ? '' : '\n') + blanks;
    out += hexByte(bytes[i] ?? 0) + (i === bytes.length - 1 ? '' : ':');
  }
  return out;
}

/** Octets in hexadecimal, upper case, a line broken behind every 35 (i2a_ASN1_STRING), or what stands for none. */
export function hexOctets(bytes: Uint8Array, none: string): string {
  const rows: string[] = [];
  for (let i = 0; i < bytes.length; i += 35) rows.push(upperHex(bytes.subarray(i, i + 35)));
  return rows.length === 0 ? none : rows.join('\\\n');
}

/** The bytes of an even number of hexadecimal digits. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
