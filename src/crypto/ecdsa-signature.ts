import { sequence, TAG, unsignedInteger } from '../asn1/der.ts';
import { DerReader } from '../asn1/reader.ts';
import type { Curve } from './algorithms.ts';

/** r and s side by side, as WebCrypto has them, to a DER SEQUENCE (RFC 3279 2.2.3). */
export function ecdsaSignatureToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(unsignedInteger(raw.subarray(0, half)), unsignedInteger(raw.subarray(half)));
}

/** r and s of a DER SEQUENCE side by side; `undefined` where they are no signature of the curve. */
export function ecdsaFromDer(der: Uint8Array, curve: Curve | undefined): Uint8Array | undefined {
  if (curve === undefined) return undefined;
  const raw = new Uint8Array(2 * curve.size);
  try {
    const reader = new DerReader(der).enter(TAG.sequence, 'an ECDSA signature');
    for (const end of [curve.size, 2 * curve.size]) {
      const integer = reader.integer();
      const magnitude = integer[0] === 0 ? integer.subarray(1) : integer;
      if (magnitude.length > curve.size || (integer[0] ?? 0) >= 0x80) return undefined;
      raw.set(magnitude, end - magnitude.length);
    }
    reader.finish('the signature');
    return raw;
  } catch {
    return undefined; // no signature of this curve
  }
}
