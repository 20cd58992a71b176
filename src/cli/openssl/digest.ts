import { createHash, getHashes } from 'node:crypto';
import type { DigestNow } from '../../inspect/text/name-hash.ts';

/** A digest of the platform: the names that hashes of names and keys use. */
export const digestNow: DigestNow = (algorithm, data) => createHash(algorithm).update(data).digest();

/** Names that OpenSSL has beside those of the platform. */
const ALIASES = new Map([
  ['ripemd', 'ripemd160'],
  ['rmd160', 'ripemd160'],
  ['ssl3-sha1', 'sha1'],
  ['ssl3-md5', 'md5'],
  ['sha2-224', 'sha224'],
  ['sha2-256', 'sha256'],
  ['sha2-384', 'sha384'],
  ['sha2-512', 'sha512'],
  ['sha2-512/224', 'sha512-224'],
  ['sha2-512/256', 'sha512-256'],
  ['sha-1', 'sha1'],
  ['blake2b-512', 'blake2b512'],
  ['blake2s-256', 'blake2s256'],
  ['shake-128', 'shake128'],
  ['shake-256', 'shake256'],
]);

/** How OpenSSL's providers name those whose names are not their own in capital letters. */
const TITLES = new Map([
  ['sha224', 'SHA2-224'],
  ['sha256', 'SHA2-256'],
  ['sha384', 'SHA2-384'],
  ['sha512', 'SHA2-512'],
  ['sha512-224', 'SHA2-512/224'],
  ['sha512-256', 'SHA2-512/256'],
  ['shake128', 'SHAKE-128'],
  ['shake256', 'SHAKE-256'],
  ['blake2b512', 'BLAKE2B-512'],
  ['blake2s256', 'BLAKE2S-256'],
  ['ripemd160', 'RIPEMD-160'],
]);

/** The digest of a name in any case; `undefined` where the platform has none such. */
export function digestByName(name: string): ((data: Uint8Array) => Uint8Array) | undefined {
  const lower = name.toLowerCase();
  if (lower === 'null') return () => new Uint8Array();
  const wanted = ALIASES.get(lower) ?? lower;
  const found = getHashes().find((hash) => hash.toLowerCase() === wanted && !hash.includes('RSA'));
  if (found === undefined || !isUsable(found)) return undefined;
  return (data) => createHash(found).update(data).digest();
}

/** Node lists digests that its OpenSSL has not loaded. */
function isUsable(name: string): boolean {
  try {
    createHash(name);
    return true;
  } catch {
    return false;
  }
}

/** A digest as OpenSSL's providers name it: `SHA2-256`. */
export function digestTitle(name: string): string {
  const lower = name.toLowerCase();
  const known = ALIASES.get(lower) ?? lower;
  return TITLES.get(known) ?? known.toUpperCase();
}
