import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readAlgorithm, type AlgorithmInfo } from './algorithm.ts';
import { BerReader, smallIntegerValue, type BitString } from './ber.ts';

/** Object identifiers of public keys (RFC 3279 2.3, RFC 4055 1.2, RFC 5480 2.1.1, RFC 8410 3, PKCS#3). */
export const PUBLIC_KEY = Object.freeze({
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  rsaOaep: '1.2.840.113549.1.1.7',
  dsa: '1.2.840.10040.4.1',
  dhX942: '1.2.840.10046.2.1',
  dhPkcs3: '1.2.840.113549.1.3.1',
  ec: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  x448: '1.3.101.111',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
});

/** What X.509 itself calls RSA (X.509 annex H). */
const RSA_X509 = '2.5.8.1.1';

/** Identifiers that OpenSSL takes for DSA's as well: OIW's, and those of signatures (crypto/dsa/dsa_ameth.c). */
const DSA_ALIASES = Object.freeze(['1.3.14.3.2.12', '1.3.14.3.2.13', '1.3.14.3.2.27', '1.2.840.10040.4.3']);

/** Parameters of an elliptic curve that is not named (X9.62; RFC 3279 2.3.5). */
export interface ExplicitCurve {
  /** The field: a prime's, or a binary one's. */
  readonly field: 'prime' | 'binary' | 'other';
  /** Content octets of the prime; of a binary field, its parameters in DER. */
  readonly prime: Uint8Array;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly seed: BitString | undefined;
  readonly generator: Uint8Array;
  readonly order: Uint8Array;
  readonly cofactor: Uint8Array | undefined;
}

/** What parameters of Diffie-Hellman may say besides (PKCS#3; RFC 3279 2.3.3). */
export interface DhExtra {
  /** The subgroup factor. */
  readonly j?: Uint8Array | undefined;
  /** What the prime was made of, and after how many attempts. */
  readonly seed?: Uint8Array | undefined;
  readonly counter?: number | undefined;
  /** Bits that a private value should have. */
  readonly privateLength?: number | undefined;
}

/** What a subject's public key says, by its kind. Numbers are content octets of INTEGERs. */
export type KeyMaterial =
  | { readonly kind: 'rsa' | 'rsa-pss'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | {
      readonly kind: 'ec';
      /** Object identifier of the curve; `undefined` where its parameters are given, or inherited. */
      readonly curve: string | undefined;
      readonly explicit: ExplicitCurve | undefined;
      readonly point: Uint8Array;
    }
  | { readonly kind: 'ed25519' | 'ed448' | 'x25519' | 'x448'; readonly point: Uint8Array }
  | {
      readonly kind: 'dsa';
      /** `undefined` where the parameters are inherited from the issuer (RFC 3279 2.3.2). */
      readonly parameters:
        { readonly p: Uint8Array; readonly q: Uint8Array; readonly g: Uint8Array } | undefined;
      readonly y: Uint8Array;
    }
  | {
      readonly kind: 'dh';
      readonly p: Uint8Array;
      readonly g: Uint8Array;
      readonly q: Uint8Array | undefined;
      readonly y: Uint8Array;
      readonly extra: DhExtra;
    }
  /** An algorithm that is not known, or a key that does not have its algorithm's form: then `problem` says where. */
  | { readonly kind: 'unknown'; readonly problem: string | undefined };

/** A SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
export interface PublicKeyInfo {
  readonly algorithm: AlgorithmInfo;
  /** Content of the subjectPublicKey. */
  readonly key: BitString;
  readonly material: KeyMaterial;
  /** Size in bits: of the modulus, the prime or the field; `undefined` where it is not known. */
  readonly bits: number | undefined;
  /** The SubjectPublicKeyInfo whole. */
  readonly der: Uint8Array;
}

/**
 * Reads a SubjectPublicKeyInfo. A key that does not have its algorithm's form is of kind `unknown`.
 *
 * @throws PkiError `invalid-der` where the outer form is broken
 */
export function readPublicKey(reader: BerReader, what = 'the public key'): PublicKeyInfo {
  const start = reader.offset;
  const inner = reader.enter(TAG.sequence, what);
  const algorithm = readAlgorithm(inner, 'the key algorithm');
  const key = inner.bitString(what);
  inner.finish(what);
  const material = materialOf(algorithm, key.bytes);
  return {
    algorithm,
    key,
    material,
    bits: bitsOf(material),
    der: reader.bytes.subarray(start, reader.offset),
  };
}

function materialOf(algorithm: AlgorithmInfo, bytes: Uint8Array): KeyMaterial {
  const read = READERS[algorithm.oid];
  if (read === undefined) return { kind: 'unknown', problem: undefined };
  try {
    return read(algorithm, bytes);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { kind: 'unknown', problem: error.message };
  }
}

type ReadMaterial = (algorithm: AlgorithmInfo, bytes: Uint8Array) => KeyMaterial;

const READERS: Readonly<Record<string, ReadMaterial>> = Object.freeze({
  [PUBLIC_KEY.rsa]: (_algorithm, bytes) => readRsa('rsa', bytes),
  [RSA_X509]: (_algorithm, bytes) => readRsa('rsa', bytes),
  [PUBLIC_KEY.rsaPss]: (_algorithm, bytes) => readRsa('rsa-pss', bytes),
  [PUBLIC_KEY.ec]: readEc,
  [PUBLIC_KEY.ed25519]: (_algorithm, point) => ({ kind: 'ed25519', point }),
  [PUBLIC_KEY.ed448]: (_algorithm, point) => ({ kind: 'ed448', point }),
  [PUBLIC_KEY.x25519]: (_algorithm, point) => ({ kind: 'x25519', point }),
  [PUBLIC_KEY.x448]: (_algorithm, point) => ({ kind: 'x448', point }),
  [PUBLIC_KEY.dsa]: readDsa,
  ...Object.fromEntries(DSA_ALIASES.map((oid) => [oid, readDsa])),
  [PUBLIC_KEY.dhPkcs3]: readDhPkcs3,
  [PUBLIC_KEY.dhX942]: readDhX942,
});

function readRsa(kind: 'rsa' | 'rsa-pss', bytes: Uint8Array): KeyMaterial {
  const reader = new BerReader(bytes).enter(TAG.sequence, 'an RSAPublicKey');
  // Padded numbers are taken as well, as OpenSSL does.
  const modulus = reader.content(TAG.integer, 'the modulus');
  const exponent = reader.content(TAG.integer, 'the exponent');
  reader.finish('an RSAPublicKey');
  return { kind, modulus, exponent };
}

function readEc({ parameters }: AlgorithmInfo, point: Uint8Array): KeyMaterial {
  const reader = new BerReader(parameters ?? new Uint8Array());
  if (reader.nextTag === TAG.oid) return { kind: 'ec', curve: reader.oid(), explicit: undefined, point };
  const explicit = reader.nextTag === TAG.sequence ? readCurve(reader.enter(TAG.sequence)) : undefined;
  return { kind: 'ec', curve: undefined, explicit, point };
}

const PRIME_FIELD = '1.2.840.10045.1.1';
const BINARY_FIELD = '1.2.840.10045.1.2';

function readCurve(reader: BerReader): ExplicitCurve {
  int32(reader, 'the version of the curve');
  const fieldId = reader.enter(TAG.sequence, 'the field');
  const type = fieldId.oid('the kind of field');
  const isPrime = type === PRIME_FIELD;
  const prime = isPrime ? fieldId.integer('the prime') : fieldId.whole();
  fieldId.finish('the field');
  const curve = reader.enter(TAG.sequence, 'the curve');
  const a = curve.string(TAG.octetString, 'a');
  const b = curve.string(TAG.octetString, 'b');
  const seed = curve.done ? undefined : curve.bitString('the seed');
  curve.finish('the curve');
  const generator = reader.string(TAG.octetString, 'the generator');
  const order = reader.integer('the order');
  const cofactor = reader.nextTag === TAG.integer ? reader.integer('the cofactor') : undefined;
  reader.finish('the curve');
  const field = isPrime ? 'prime' : type === BINARY_FIELD ? 'binary' : 'other';
  return { field, prime, a, b, seed, generator, order, cofactor };
}

/** A number of 32 bits, which OpenSSL takes for 0 where it has no content (crypto/asn1/x_int64.c). */
function int32(reader: BerReader, what: string): number {
  const start = reader.offset;
  if (reader.content(TAG.integer, what).length === 0) return 0;
  reader.offset = start;
  const value = smallIntegerValue(reader.integer(what));
  if (value === undefined || value !== (value | 0)) throw reader.error(`${what} is out of range`, start);
  return value;
}

/** A number of parameters: OpenSSL takes it without a sign, and padded ones as well. */
function number(reader: BerReader, what: string): Uint8Array {
  return reader.content(TAG.integer, what);
}

function readDsa({ parameters }: AlgorithmInfo, bytes: Uint8Array): KeyMaterial {
  const y = new BerReader(bytes).integer('the public value');
  const reader = new BerReader(parameters ?? new Uint8Array()).enterOptional(TAG.sequence);
  if (reader === undefined) return { kind: 'dsa', parameters: undefined, y };
  const [p, q, g] = [number(reader, 'p'), number(reader, 'q'), number(reader, 'g')];
  reader.finish('the parameters');
  return { kind: 'dsa', parameters: { p, q, g }, y };
}

function readDhPkcs3({ parameters }: AlgorithmInfo, bytes: Uint8Array): KeyMaterial {
  const reader = new BerReader(parameters ?? new Uint8Array()).enter(TAG.sequence, 'the parameters');
  const [p, g] = [number(reader, 'p'), number(reader, 'g')];
  const privateLength = reader.done ? undefined : int32(reader, 'the length');
  reader.finish('the parameters');
  const y = new BerReader(bytes).integer('the public value');
  return { kind: 'dh', p, g, q: undefined, y, extra: { privateLength } };
}

function readDhX942({ parameters }: AlgorithmInfo, bytes: Uint8Array): KeyMaterial {
  const reader = new BerReader(parameters ?? new Uint8Array()).enter(TAG.sequence, 'the parameters');
  const [p, g, q] = [number(reader, 'p'), number(reader, 'g'), number(reader, 'q')];
  const j = reader.nextTag === TAG.integer ? number(reader, 'j') : undefined;
  const validation = reader.enterOptional(TAG.sequence, 'how they were made');
  const seed = validation?.bitString('the seed').bytes;
  const counter = validation && smallIntegerValue(number(validation, 'the counter'));
  validation?.finish('how they were made');
  reader.finish('the parameters');
  const y = new BerReader(bytes).integer('the public value');
  return { kind: 'dh', p, g, q, y, extra: { j, seed, counter } };
}

/** Bits of the fields of named curves by object identifier (SEC 2; RFC 5639). */
const CURVE_BITS: Readonly<Record<string, number>> = Object.freeze({
  '1.2.840.10045.3.1.7': 256,
  '1.3.132.0.34': 384,
  '1.3.132.0.35': 521,
  '1.3.132.0.33': 224,
  '1.2.840.10045.3.1.1': 192,
  '1.3.132.0.10': 256,
});

const FIXED_BITS = Object.freeze({ ed25519: 256, ed448: 456, x25519: 253, x448: 448 });

function bitsOf(material: KeyMaterial): number | undefined {
  switch (material.kind) {
    case 'rsa':
    case 'rsa-pss':
      return bitLength(material.modulus);
    case 'dsa':
      return material.parameters === undefined ? undefined : bitLength(material.parameters.p);
    case 'dh':
      return bitLength(material.p);
    case 'ec':
      if (material.curve !== undefined) return CURVE_BITS[material.curve];
      return material.explicit?.field === 'prime' ? bitLength(material.explicit.prime) : undefined;
    case 'unknown':
      return undefined;
    default:
      return FIXED_BITS[material.kind];
  }
}

/** How many bits the content octets of a positive INTEGER have, without leading zeros. */
export function bitLength(content: Uint8Array): number {
  const first = content.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (content.length - first) * 8 - (Math.clz32(content[first] ?? 0) - 24);
}
