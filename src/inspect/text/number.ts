import { concatBytes } from '../../asn1/bytes.ts';
import { fromHex, hexByte, hexOctets, lowerHex, upperHex } from './bytes.ts';

/** An INTEGER as OpenSSL keeps it: its magnitude without leading zeros, and its sign. */
export interface SignedNumber {
  readonly negative: boolean;
  readonly magnitude: Uint8Array;
}

/** Content octets of 0, which is what a version is where it is left out. */
export const ZERO = Uint8Array.of(0);

/** The number in content octets of an INTEGER. */
export function signedNumber(content: Uint8Array): SignedNumber {
  const negative = (content[0] ?? 0) >= 0x80;
  const bytes = negative ? negated(content) : content;
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return { negative, magnitude: bytes.subarray(start) };
}

function negated(content: Uint8Array): Uint8Array {
  const out = new Uint8Array(content.length);
  let carry = 1;
  for (let i = content.length - 1; i >= 0; i--) {
    const value = (~(content[i] ?? 0) & 0xff) + carry;
    out[i] = value & 0xff;
    carry = value >> 8;
  }
  return out;
}

/** The value of a magnitude. */
export function magnitudeValue(magnitude: Uint8Array): bigint {
  return magnitude.length === 0 ? 0n : BigInt(`0x${lowerHex(magnitude)}`);
}

/** The content octets of a positive INTEGER. */
export function positiveContent(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return unsigned(fromHex(hex.length % 2 === 0 ? hex : `0${hex}`));
}

/** Octets that are a number without a sign, as content of an INTEGER. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), bytes) : bytes;
}

const LONG_MAX = (1n << 63n) - 1n;

/** A number of 64 bits, or what OpenSSL has for one that is larger: -1 (ASN1_INTEGER_get). */
export function longText(content: Uint8Array): string {
  const { negative, magnitude } = signedNumber(content);
  const value = negative ? -magnitudeValue(magnitude) : magnitudeValue(magnitude);
  return (value === BigInt.asIntN(64, value) ? value : -1n).toString();
}

/** The line or lines of a serial number behind `Serial Number:` (crypto/x509/t_x509.c). */
export function renderSerial(content: Uint8Array, indent: number): string {
  const { negative, magnitude } = signedNumber(content);
  const value = magnitudeValue(magnitude);
  // What does not fit a long, and -1, which is what says so, are written octet by octet.
  const fits = value <= LONG_MAX || (negative && value === LONG_MAX + 1n);
  if (fits && !(negative && value === 1n)) {
    const sign = negative ? '-' : '';
    return ` ${sign}${value} (${sign}0x${value.toString(16)})\n`;
  }
  return `\n${' '.repeat(indent)}${negative ? ' (Negative)' : ''}${lowerHex(magnitude, ':')}\n`;
}

/** A number in hexadecimal as i2a_ASN1_INTEGER writes it: upper case, a line broken every 35 octets. */
export function hexNumber(content: Uint8Array): string {
  const { negative, magnitude } = signedNumber(content);
  return (negative ? '-' : '') + hexOctets(magnitude, '00');
}

/** A number as BN_print writes it: upper case, without a leading zero. */
export function bareHex({ negative, magnitude }: SignedNumber): string {
  return (negative ? '-' : '') + (upperHex(magnitude).replace(/^0+/, '') || '0');
}

/** A number as i2s_ASN1_INTEGER writes it: in decimal up to 127 bits, then in hexadecimal. */
export function decimalNumber(content: Uint8Array): string {
  const { negative, magnitude } = signedNumber(content);
  const value = magnitudeValue(magnitude);
  const text = value < 1n << 127n ? value.toString() : `0x${upperHex(magnitude)}`;
  return (negative && value !== 0n ? '-' : '') + text;
}

/** A number of a key behind its label (providers/implementations/encode_decode/encode_key2text.c). */
export function labeledNumber(label: string, content: Uint8Array): string {
  const { negative, magnitude } = signedNumber(content);
  const value = magnitudeValue(magnitude);
  if (value === 0n) return `${label} 0\n`;
  const sign = negative ? '-' : '';
  if (magnitude.length <= 8) return `${label} ${sign}${value} (${sign}0x${value.toString(16)})\n`;
  const padded = (magnitude[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), magnitude) : magnitude;
  return `${label}${negative ? ' (Negative)' : ''}\n${keyLines(padded)}`;
}

/** Octets of a key, 15 a line. */
export function keyLines(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) {
    if (i % 15 === 0) out += `${i === 0 ? '' : '\n'}    `;
    out += hexByte(bytes[i] ?? 0) + (i === bytes.length - 1 ? '' : ':');
  }
  return `${out}\n`;
}
