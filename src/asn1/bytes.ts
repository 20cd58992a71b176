import { NATIVE } from './native.ts';

// A loop over more bytes than this takes longer than a call of the platform, until it has been compiled.
const FEW = 16;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Whether two byte strings are the same. Not constant-time: for public data only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length > FEW && NATIVE !== undefined) return NATIVE.compare(a, b) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The byte strings one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Bytes as lower-case hexadecimal without separators. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length > FEW && NATIVE !== undefined)
    return NATIVE.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let out = '';
  for (const byte of bytes) out += HEX[byte] ?? '';
  return out;
}

/** The text whose characters are the bytes (ISO 8859-1): of ASCII, the text itself; of any length. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length > FEW && NATIVE !== undefined)
    return NATIVE.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  let out = '';
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

/** Orders byte strings as DER orders the elements of a SET OF (X.690 11.6). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
