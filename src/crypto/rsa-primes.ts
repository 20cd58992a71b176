import { sequence, smallInteger, unsignedInteger } from '../asn1/der.ts';

// FIPS 186-5 A.1.1: the public exponent.
const E = 65537n;

/** An RSA key by its two primes, ready to be encoded. */
export interface RsaKeyBytes {
  /** RSAPrivateKey in DER (RFC 8017 A.1.2): a secret. */
  readonly pkcs1: Uint8Array;
  /** RSAPublicKey in DER (RFC 8017 A.1.1). */
  readonly publicKey: Uint8Array;
}

/**
 * Puts an RSA key together from two random primes of half the modulus length.
 *
 * Checks what FIPS 186-5 A.1.3 asks of the primes beside their primality, which the generator has tested.
 *
 * @param primes two primes, each of half the modulus length
 * @param modulusLength bits
 * @returns `undefined` when the primes do not qualify, which is a matter of chance: draw again
 */
export function rsaKeyFromPrimes(
  primes: readonly [bigint, bigint],
  modulusLength: number,
): RsaKeyBytes | undefined {
  const [p, q] = primes[0] > primes[1] ? primes : [primes[1], primes[0]];
  const half = BigInt(modulusLength / 2);
  const topTwoBits = 3n << (half - 2n);
  if ((q & topTwoBits) !== topTwoBits || (p & topTwoBits) !== topTwoBits || p >> half !== 0n)
    return undefined;
  if (p - q <= 1n << (half - 100n)) return undefined;
  const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  if (lambda % E === 0n) return undefined;
  const d = inverseOfExponent(lambda);
  if (d <= 1n << half) return undefined;
  const numbers = [p * q, E, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)].map(toInteger);
  const [n, e] = numbers;
  if (n === undefined || e === undefined) return undefined;
  return { pkcs1: sequence(smallInteger(0), ...numbers), publicKey: sequence(n, e) };
}

/** e^-1 mod m for the small prime e: (1 + k m) / e with k = -m^-1 mod e, so that only small numbers are inverted. */
function inverseOfExponent(m: bigint): bigint {
  const k = (E - inverse(m % E, E)) % E;
  return (1n + k * m) / E;
}

/** a^-1 mod m by the extended Euclidean algorithm; a and m are coprime. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, nextR] = [m, a % m];
  let [t, nextT] = [0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return t < 0n ? t + m : t;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function toInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = new Uint8Array(even.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(even.slice(2 * i, 2 * i + 2), 16);
  return unsignedInteger(bytes);
}
