import { concatBytes } from '../../asn1/bytes.ts';
import type { Digest } from '../../crypto/algorithms.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { WorkBudget } from './work-budget.ts';

/** How a key is made of a password. */
export interface Derivation {
  readonly digest: Digest;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Octets of the key. */
  readonly length: number;
}

/** What it is made with. */
export interface DerivationTools {
  readonly crypto: CryptoProvider;
  readonly budget: WorkBudget;
}

/** Octets of a block of each digest. */
const BLOCK: Readonly<Record<Digest, number>> = Object.freeze({
  'SHA-1': 64,
  'SHA-256': 64,
  'SHA-384': 128,
  'SHA-512': 128,
});

/** What one call of the platform's digest costs, in iterations of PBKDF2. */
const DIGEST_COST = 6;

/** What a key of PKCS#12 is for (RFC 7292 B.3). */
export const PKCS12_USE = Object.freeze({ key: 1, iv: 2, mac: 3 });

/**
 * Makes a key of a password as PKCS#12 does (RFC 7292 B.2).
 *
 * @param password in UTF-16BE with two zero octets behind, or nothing at all
 * @throws PkiError `limit-exceeded`
 */
export async function derivePkcs12Key(
  use: number,
  password: Uint8Array,
  { digest, salt, iterations, length, crypto, budget }: Derivation & DerivationTools,
): Promise<Uint8Array> {
  const block = BLOCK[digest];
  const input = concatBytes(fill(salt, block), fill(password, block));
  const diversifier = new Uint8Array(block).fill(use);
  let out: Uint8Array = new Uint8Array(0);
  while (out.length < length) {
    budget.spend(iterations * DIGEST_COST, `a key of ${iterations} iterations`);
    let hash = await crypto.digest(digest, concatBytes(diversifier, input));
    for (let round = 1; round < iterations; round++) hash = await crypto.digest(digest, hash);
    out = concatBytes(out, hash);
    const addend = fill(hash, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addOne(input.subarray(at, at + block), addend);
  }
  return out.subarray(0, length);
}

/** The octets over and over, to whole blocks. */
function fill(bytes: Uint8Array, block: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / block) * block);
  for (let at = 0; at < out.length; at++) out[at] = bytes[at % bytes.length] ?? 0;
  return out;
}

/** Adds a number and 1 to another of the same length, without carry beyond it. */
function addOne(target: Uint8Array, addend: Uint8Array): void {
  let carry = 1;
  for (let at = target.length - 1; at >= 0; at--) {
    carry += (target[at] ?? 0) + (addend[at] ?? 0);
    target[at] = carry & 255;
    carry >>= 8;
  }
}

/** HMAC (RFC 2104) of a key, as a function of the data. */
export function hmac(
  digest: Digest,
  key: Uint8Array,
  crypto: CryptoProvider,
): (data: Uint8Array) => Promise<Uint8Array> {
  const block = BLOCK[digest];
  const pads = async (): Promise<readonly [Uint8Array, Uint8Array]> => {
    const padded = new Uint8Array(block);
    padded.set(key.length > block ? await crypto.digest(digest, key) : key);
    return [padded.map((octet) => octet ^ 0x36), padded.map((octet) => octet ^ 0x5c)];
  };
  const both = pads();
  return async (data) => {
    const [inner, outer] = await both;
    return crypto.digest(digest, concatBytes(outer, await crypto.digest(digest, concatBytes(inner, data))));
  };
}

/**
 * Makes a key of a password by PBKDF2 (RFC 8018 5.2), where the cipher is none that the platform has.
 *
 * @param password in UTF-8
 * @throws PkiError `limit-exceeded`
 */
export async function derivePbkdf2Key(
  password: Uint8Array,
  { digest, salt, iterations, length, crypto, budget }: Derivation & DerivationTools,
): Promise<Uint8Array> {
  const mac = hmac(digest, password, crypto);
  let out: Uint8Array = new Uint8Array(0);
  for (let number = 1; out.length < length; number++) {
    budget.spend(2 * iterations * DIGEST_COST, `a key of ${iterations} iterations`);
    let round = await mac(concatBytes(salt, Uint8Array.of(0, 0, 0, number)));
    const sum = Uint8Array.from(round);
    for (let done = 1; done < iterations; done++) {
      round = await mac(round);
      for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) ^ (round[at] ?? 0);
    }
    out = concatBytes(out, sum);
  }
  return out.subarray(0, length);
}
