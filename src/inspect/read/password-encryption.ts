import { TAG } from '../../asn1/der.ts';
import type { Digest } from '../../crypto/algorithms.ts';
import { rc2Decryptor } from '../../crypto/rc2.ts';
import { tripleDesDecryptor } from '../../crypto/triple-des.ts';
import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { BerReader, smallIntegerValue } from './ber.ts';
import {
  derivePbkdf2Key,
  derivePkcs12Key,
  PKCS12_USE,
  type Derivation,
  type DerivationTools,
} from './key-derivation.ts';

/** A password in the forms that the schemes want. */
export interface Password {
  /** For PBES2. */
  readonly utf8: Uint8Array;
  /** For PKCS#12: UTF-16BE with two zero octets behind, or nothing where there is no password at all. */
  readonly utf16: Uint8Array;
}

/** The forms of a password. */
export function passwordOf(text: string): Password {
  const utf16 = new Uint8Array(2 * text.length + 2);
  const view = new DataView(utf16.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at));
  return { utf8: new TextEncoder().encode(text), utf16 };
}

/** No password, which is another than the empty one to PKCS#12. */
export const NO_PASSWORD: Password = Object.freeze({ utf8: new Uint8Array(0), utf16: new Uint8Array(0) });

/** Opens the data under a password; `undefined` where the padding shows that it is another. */
type Decrypt = (
  data: Uint8Array,
  password: Password,
  tools: DerivationTools,
) => Promise<Uint8Array | undefined>;

type Decryptor = (key: Uint8Array) => (block: Uint8Array) => Uint8Array;

// RFC 8018 appendix A and B.1.2; RFC 7292 appendix C; NIST's AES arc.
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const DES_EDE3_CBC = '1.2.840.113549.3.7';
const HMAC_SHA1 = '1.2.840.113549.2.7';
const AES_CBC: ReadonlyMap<string, number> = new Map([
  ['2.16.840.1.101.3.4.1.2', 16],
  ['2.16.840.1.101.3.4.1.22', 24],
  ['2.16.840.1.101.3.4.1.42', 32],
]);
const PRF: ReadonlyMap<string, Digest> = new Map([
  [HMAC_SHA1, 'SHA-1'],
  ['1.2.840.113549.2.9', 'SHA-256'],
  ['1.2.840.113549.2.10', 'SHA-384'],
  ['1.2.840.113549.2.11', 'SHA-512'],
]);
const PKCS12_SCHEMES: ReadonlyMap<string, { readonly length: number; readonly decryptor: Decryptor }> =
  new Map([
    ['1.2.840.113549.1.12.1.3', { length: 24, decryptor: tripleDesDecryptor }],
    ['1.2.840.113549.1.12.1.4', { length: 16, decryptor: tripleDesDecryptor }],
    ['1.2.840.113549.1.12.1.5', { length: 16, decryptor: rc2Decryptor }],
    ['1.2.840.113549.1.12.1.6', { length: 5, decryptor: rc2Decryptor }],
  ]);

/** What a block of the ciphers here costs, in iterations of PBKDF2. */
const BLOCK_COST = 6;

/**
 * Reads an AlgorithmIdentifier of encryption under a password.
 *
 * @throws PkiError `invalid-der`, `unsupported-algorithm`
 */
function readPasswordEncryption(algorithm: BerReader): Decrypt {
  const oid = algorithm.oid('the encryption algorithm');
  if (oid === PBES2) return readPbes2(algorithm.enter(TAG.sequence, 'the parameters of PBES2'));
  const scheme = PKCS12_SCHEMES.get(oid);
  if (scheme === undefined) throw unsupported(oid);
  const parameters = algorithm.enter(TAG.sequence, 'the parameters of the encryption');
  const salt = parameters.string(TAG.octetString, 'the salt');
  const iterations = readIterations(parameters);
  const derivation = { digest: 'SHA-1', salt, iterations } as const;
  return async (data, { utf16 }, tools) => {
    const key = await derivePkcs12Key(PKCS12_USE.key, utf16, {
      ...derivation,
      length: scheme.length,
      ...tools,
    });
    const iv = await derivePkcs12Key(PKCS12_USE.iv, utf16, { ...derivation, length: 8, ...tools });
    return decryptChained(data, { block: scheme.decryptor(key), iv, tools });
  };
}

/**
 * Reads how often something is to be repeated.
 *
 * @throws PkiError `invalid-der`
 */
export function readIterations(parameters: BerReader): number {
  const at = parameters.offset;
  const iterations = smallIntegerValue(parameters.integer('the iteration count'));
  // What is too large for a number is too much work as well, which its budget says.
  if (iterations === undefined) return Number.MAX_SAFE_INTEGER;
  if (iterations < 1) throw parameters.error('the iteration count is no positive number', at);
  return iterations;
}

function readPbes2(parameters: BerReader): Decrypt {
  const derivation = readPbkdf2(parameters.enter(TAG.sequence, 'the key derivation'));
  const scheme = parameters.enter(TAG.sequence, 'the encryption scheme');
  const oid = scheme.oid();
  const keyLength = AES_CBC.get(oid);
  if (keyLength === undefined && oid !== DES_EDE3_CBC) throw unsupported(oid);
  const iv = scheme.string(TAG.octetString, 'the initialisation vector');
  const expected = keyLength === undefined ? 8 : 16;
  if (iv.length !== expected) throw scheme.error(`the initialisation vector has not ${expected} octets`);
  if (keyLength === undefined) {
    return async (data, { utf8 }, tools) => {
      const key = await derivePbkdf2Key(utf8, { ...derivation, length: 24, ...tools });
      return decryptChained(data, { block: tripleDesDecryptor(key), iv, tools });
    };
  }
  const { digest: prf, salt, iterations } = derivation;
  return (data, { utf8 }, { crypto, budget }) => {
    // Up to two blocks of the digest make a key.
    budget.spend(2 * iterations, `a key of ${iterations} iterations`);
    return crypto.passwordCipher('decrypt', { password: utf8, salt, iterations, prf, keyLength, iv }, data);
  };
}

function readPbkdf2(derivation: BerReader): Omit<Derivation, 'length'> {
  const oid = derivation.oid();
  if (oid !== PBKDF2) throw unsupported(oid);
  const parameters = derivation.enter(TAG.sequence, 'the parameters of PBKDF2');
  const salt = parameters.string(TAG.octetString, 'the salt');
  const iterations = readIterations(parameters);
  if (parameters.nextTag === TAG.integer) parameters.integer('the key length');
  const prf = parameters.enterOptional(TAG.sequence)?.oid() ?? HMAC_SHA1;
  const digest = PRF.get(prf);
  if (digest === undefined) throw unsupported(prf);
  return { digest, salt, iterations };
}

/**
 * Decrypts what is a SEQUENCE when it comes out right, under the first password that makes it one.
 *
 * @returns `undefined` where none does
 * @throws PkiError `invalid-der`, `unsupported-algorithm`, `limit-exceeded`
 */
export async function openEncrypted(
  algorithm: BerReader,
  data: Uint8Array,
  { passwords, ...tools }: DerivationTools & { readonly passwords: readonly Password[] },
): Promise<Uint8Array | undefined> {
  const decrypt = readPasswordEncryption(algorithm);
  for (const password of passwords) {
    const clear = await decrypt(data, password, tools);
    if (clear !== undefined && isOneSequence(clear)) return clear;
  }
  return undefined;
}

/** A wrong password leaves valid padding once in 256 times. */
function isOneSequence(bytes: Uint8Array): boolean {
  try {
    const reader = new BerReader(bytes);
    reader.read(TAG.sequence);
    return reader.done;
  } catch (error) {
    if (isPkiError(error)) return false;
    throw error;
  }
}

interface Chain {
  readonly block: (block: Uint8Array) => Uint8Array;
  readonly iv: Uint8Array;
  readonly tools: DerivationTools;
}

/** CBC over blocks of 8 octets, and its padding taken off; `undefined` where that is none. */
function decryptChained(data: Uint8Array, { block, iv, tools }: Chain): Uint8Array | undefined {
  if (data.length === 0 || data.length % 8 !== 0) return undefined;
  tools.budget.spend((data.length / 8) * BLOCK_COST, `encrypted data of ${data.length} bytes`);
  const out = new Uint8Array(data.length);
  let previous = iv;
  for (let at = 0; at < data.length; at += 8) {
    const encrypted = data.subarray(at, at + 8);
    const clear = block(encrypted);
    for (let octet = 0; octet < 8; octet++) out[at + octet] = (clear[octet] ?? 0) ^ (previous[octet] ?? 0);
    previous = encrypted;
  }
  const padding = out[out.length - 1] ?? 0;
  const isPadded = padding >= 1 && padding <= 8 && out.subarray(-padding).every((octet) => octet === padding);
  return isPadded ? out.subarray(0, -padding) : undefined;
}

function unsupported(algorithm: string): PkiError<'unsupported-algorithm'> {
  return new PkiError('unsupported-algorithm', `it is encrypted by ${algorithm}, which is not supported`, {
    details: { algorithm, supported: ['PBES2 with PBKDF2 and AES or 3DES', '3DES and RC2 of PKCS#12'] },
    hint: 'convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc, or openssl pkcs12 -export',
  });
}
