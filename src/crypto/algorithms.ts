import { NULL, sequence } from '../asn1/der.ts';
import { encodeOid } from '../asn1/oid.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';

/** The key algorithms that can be generated, by the names kubeadm's `encryptionAlgorithm` uses, and two more. */
export type KeyAlgorithm =
  'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'ECDSA-P256' | 'ECDSA-P384' | 'ECDSA-P521' | 'Ed25519';

/** The families of keys. */
export type KeyKind = 'rsa' | 'ec' | 'ed25519';

/** The names of digests, as WebCrypto spells them. */
export type Digest = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** A named curve: its object identifier, the size of a coordinate, and its names in OpenSSL and WebCrypto. */
export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521';
  readonly oid: string;
  /** Bytes of a coordinate and of a private scalar. */
  readonly size: number;
  readonly openssl: string;
}

/** How a key that can be generated is made. */
export interface KeyAlgorithmRow {
  readonly name: KeyAlgorithm;
  readonly kind: KeyKind;
  /** Modulus length in bits, for RSA. */
  readonly modulusLength?: number;
  readonly curve?: Curve;
}

/** A signature algorithm: what stands in a certificate, and what the signer does. */
export interface SignatureAlgorithm {
  /** Its name in RFC 4055, RFC 5758 or RFC 8410. */
  readonly name: string;
  readonly oid: string;
  readonly kind: KeyKind;
  /** Digest of the data; `undefined` where the algorithm brings its own (Ed25519). */
  readonly digest?: Digest;
  /** The AlgorithmIdentifier in DER. */
  readonly der: Uint8Array;
}

// SEC 2 and RFC 5480 2.1.1.1.
const P256: Curve = Object.freeze({
  name: 'P-256',
  oid: '1.2.840.10045.3.1.7',
  size: 32,
  openssl: 'prime256v1',
});
const P384: Curve = Object.freeze({ name: 'P-384', oid: '1.3.132.0.34', size: 48, openssl: 'secp384r1' });
const P521: Curve = Object.freeze({ name: 'P-521', oid: '1.3.132.0.35', size: 66, openssl: 'secp521r1' });

/** The curves that are handled. */
export const CURVES: readonly Curve[] = Object.freeze([P256, P384, P521]);

/** The key algorithms, one row each. */
export const KEY_ALGORITHMS: readonly KeyAlgorithmRow[] = Object.freeze([
  { name: 'RSA-2048', kind: 'rsa', modulusLength: 2048 },
  { name: 'RSA-3072', kind: 'rsa', modulusLength: 3072 },
  { name: 'RSA-4096', kind: 'rsa', modulusLength: 4096 },
  { name: 'ECDSA-P256', kind: 'ec', curve: P256 },
  { name: 'ECDSA-P384', kind: 'ec', curve: P384 },
  { name: 'ECDSA-P521', kind: 'ec', curve: P521 },
  { name: 'Ed25519', kind: 'ed25519' },
]);

/** Object identifiers of public keys: RFC 3279 2.3.1, RFC 5480 2.1.1, RFC 8410 3. */
export const KEY_OID = Object.freeze({
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
});

function signatureAlgorithm(name: string, oid: string, kind: KeyKind, digest?: Digest): SignatureAlgorithm {
  // RSA carries a NULL (RFC 4055 5), the others nothing (RFC 5758 3.2, RFC 8410 3).
  const der = kind === 'rsa' ? sequence(encodeOid(oid), NULL) : sequence(encodeOid(oid));
  return Object.freeze({ name, oid, kind, der, ...(digest === undefined ? {} : { digest }) });
}

/** The signature algorithms that are written and verified. SHA-1 is not among them: Go and OpenSSL refuse it. */
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = Object.freeze([
  signatureAlgorithm('sha256WithRSAEncryption', '1.2.840.113549.1.1.11', 'rsa', 'SHA-256'),
  signatureAlgorithm('sha384WithRSAEncryption', '1.2.840.113549.1.1.12', 'rsa', 'SHA-384'),
  signatureAlgorithm('sha512WithRSAEncryption', '1.2.840.113549.1.1.13', 'rsa', 'SHA-512'),
  signatureAlgorithm('ecdsa-with-SHA256', '1.2.840.10045.4.3.2', 'ec', 'SHA-256'),
  signatureAlgorithm('ecdsa-with-SHA384', '1.2.840.10045.4.3.3', 'ec', 'SHA-384'),
  signatureAlgorithm('ecdsa-with-SHA512', '1.2.840.10045.4.3.4', 'ec', 'SHA-512'),
  signatureAlgorithm('Ed25519', '1.3.101.112', 'ed25519'),
]);

const BY_KEY = Object.freeze({
  rsa: 'sha256WithRSAEncryption',
  'P-256': 'ecdsa-with-SHA256',
  'P-384': 'ecdsa-with-SHA384',
  'P-521': 'ecdsa-with-SHA512',
  ed25519: 'Ed25519',
});

const SIGNATURES = new Map(SIGNATURE_ALGORITHMS.map((row) => [row.name, row]));
const SIGNATURES_BY_OID = new Map(SIGNATURE_ALGORITHMS.map((row) => [row.oid, row]));
const KEYS = new Map<string, KeyAlgorithmRow>(KEY_ALGORITHMS.map((row) => [row.name, row]));

/** The row of a signature algorithm by its object identifier; `undefined` for those that are not handled. */
export function signatureAlgorithmByOid(oid: string): SignatureAlgorithm | undefined {
  return SIGNATURES_BY_OID.get(oid);
}

/**
 * The signature algorithm that a key signs with: SHA-256 for RSA and P-256, SHA-384 for P-384, SHA-512 for P-521,
 * as Go's crypto/x509 chooses.
 */
export function signatureAlgorithmFor(key: {
  readonly kind: KeyKind;
  readonly curve?: Curve | undefined;
}): SignatureAlgorithm {
  const name = BY_KEY[key.kind === 'ec' ? (key.curve ?? P256).name : key.kind];
  const row = SIGNATURES.get(name);
  if (row === undefined) throw new TypeError(`no signature algorithm ${name}`);
  return row;
}

/**
 * The row of a key algorithm by its name.
 *
 * @throws PkiError `unsupported-algorithm`
 */
export function keyAlgorithm(name: string): KeyAlgorithmRow {
  const row = KEYS.get(name);
  if (row !== undefined) return row;
  const supported = KEY_ALGORITHMS.map((known) => known.name);
  throw new PkiError('unsupported-algorithm', `${quote(name)} is not a key algorithm`, {
    details: { algorithm: name, supported },
    hint: `use one of ${supported.join(', ')}`,
  });
}

// Encoded once: every certificate and key holds one.
const IDENTIFIERS = new Map<string, Uint8Array>([
  ['rsa', sequence(encodeOid(KEY_OID.rsa), NULL)],
  ['ed25519', sequence(encodeOid(KEY_OID.ed25519))],
  ...CURVES.map(({ name, oid }): [string, Uint8Array] => [
    name,
    sequence(encodeOid(KEY_OID.ec), encodeOid(oid)),
  ]),
]);

/** The AlgorithmIdentifier of a public key (RFC 5280 4.1.2.7). */
export function keyAlgorithmIdentifier(kind: KeyKind, curve?: Curve): Uint8Array {
  const identifier = IDENTIFIERS.get(kind === 'ec' ? (curve?.name ?? '') : kind);
  if (identifier === undefined) throw new TypeError('an EC key has a named curve');
  return identifier;
}
