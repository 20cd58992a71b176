import type { CryptoProvider } from '../crypto/provider.ts';

const OCTETS = 20;

/**
 * A random serial number: 158 random bits in 20 octets, the most that RFC 5280 4.1.2.2 allows; positive, and always
 * of the same length.
 */
export function randomSerial(crypto: CryptoProvider): Uint8Array {
  const serial = Uint8Array.from(crypto.randomBytes(OCTETS));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
