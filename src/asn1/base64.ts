import { NATIVE } from './native.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;
const NOT_IN_ALPHABET = 0xff;

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const VALUES = new Uint8Array(256).fill(NOT_IN_ALPHABET);
for (const [value, code] of CODES.entries()) VALUES[code] = value;

/** Bytes as base64 with padding and without line breaks (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  if (NATIVE !== undefined)
    return NATIVE.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return encodeBase64Portable(bytes);
}

/**
 * Bytes from base64 (RFC 4648 section 4), strictly: no white space, nothing outside of the alphabet, full padding.
 * Like Go's `base64.StdEncoding`, it does not look at the unused bits of the last character.
 *
 * @returns undefined when the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (NATIVE === undefined) return decodeBase64Portable(text);
  const length = decodedLength(text);
  if (length === undefined) return undefined;
  // Buffer skips what it does not know and stops at padding, so too short an answer means foreign characters;
  // it also reads the URL alphabet, which has to be looked for.
  const decoded = NATIVE.from(text, 'base64');
  if (decoded.length !== length || text.includes('-') || text.includes('_')) return undefined;
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength);
}

function decodedLength(text: string): number | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** {@link encodeBase64} without the help of the platform. */
export function encodeBase64Portable(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  const code = (bits: number): number => CODES[bits & 63] ?? 0;
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = code(group >> 18);
    out[at++] = code(group >> 12);
    out[at++] = left > 1 ? code(group >> 6) : PAD;
    out[at++] = left > 2 ? code(group) : PAD;
  }
  return new TextDecoder().decode(out);
}

/** {@link decodeBase64} without the help of the platform. */
export function decodeBase64Portable(text: string): Uint8Array | undefined {
  const length = decodedLength(text);
  if (length === undefined) return undefined;
  const out = new Uint8Array(length);
  const end = text.length - ((text.length / 4) * 3 - length);
  let at = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = i < end ? (VALUES[code] ?? NOT_IN_ALPHABET) : 0;
    if (value === NOT_IN_ALPHABET) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    if (i % 4 !== 3) continue;
    for (let shift = 16; shift >= 0 && at < length; shift -= 8) out[at++] = (bits >> shift) & 0xff;
  }
  return out;
}
