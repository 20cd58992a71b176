import { toHex } from '../asn1/bytes.ts';
import {
  bitString,
  contextTag,
  element,
  octetString,
  sequence,
  smallInteger,
  TAG,
  unsignedInteger,
} from '../asn1/der.ts';
import { encodeOid } from '../asn1/oid.ts';
import { DerReader } from '../asn1/reader.ts';
import { PkiError } from '../errors/pki-error.ts';
import { CURVES, KEY_OID, keyAlgorithmIdentifier, type Curve, type KeyKind } from './algorithms.ts';
import { PublicKey } from './public-key.ts';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A private key held in memory. It prints as redacted; its bytes leave it only through the export methods.
 */
export class PrivateKey {
  readonly publicKey: PublicKey;
  readonly #pkcs8: Uint8Array;

  /**
   * @param pkcs8 PrivateKeyInfo in DER, unencrypted
   * @param publicKey the public half; the caller vouches that it belongs to it
   */
  constructor(pkcs8: Uint8Array, publicKey: PublicKey) {
    this.#pkcs8 = pkcs8;
    this.publicKey = publicKey;
  }

  /** The private key in DER, unencrypted: a secret. */
  exportPkcs8(): Uint8Array {
    return this.#pkcs8;
  }

  /**
   * The private key in the traditional encoding of its kind, as kubeadm writes it: a secret.
   *
   * @throws PkiError `unsupported-algorithm` for Ed25519, which has PKCS#8 alone
   */
  exportTraditional(): { readonly encoding: 'pkcs1' | 'sec1'; readonly der: Uint8Array } {
    const { kind, curve, raw } = this.publicKey;
    const { inner } = unwrapPkcs8(this.#pkcs8);
    if (kind === 'rsa') return { encoding: 'pkcs1', der: inner };
    if (kind === 'ec' && curve !== undefined) {
      return { encoding: 'sec1', der: ecPrivateKey(readEcScalar(inner), { curve, point: raw, named: true }) };
    }
    throw new PkiError('unsupported-algorithm', `${kind} keys have no traditional encoding`, {
      details: { algorithm: kind, supported: ['pkcs8'] },
      hint: 'write it as PKCS#8',
    });
  }

  /** Never the key. */
  toString(): string {
    return `PrivateKey(${this.publicKey.algorithm}, redacted)`;
  }

  /** Never the key. */
  toJSON(): { readonly algorithm: string; readonly privateKey: 'redacted' } {
    return { algorithm: this.publicKey.algorithm, privateKey: 'redacted' };
  }

  /** Never the key: what `console.log` shows. */
  [INSPECT](): string {
    return this.toString();
  }
}

/** What a PrivateKeyInfo says, before its public half is known. */
export interface Pkcs8Parts {
  readonly kind: KeyKind;
  readonly curve: Curve | undefined;
  /** Content of the privateKey octet string: RSAPrivateKey, ECPrivateKey, or an Ed25519 CurvePrivateKey. */
  readonly inner: Uint8Array;
}

/**
 * Opens a PrivateKeyInfo (RFC 5208 5, RFC 5958 2).
 *
 * @throws PkiError `invalid-der` or `unsupported-algorithm`
 */
export function unwrapPkcs8(pkcs8: Uint8Array): Pkcs8Parts {
  const reader = new DerReader(pkcs8).enter(TAG.sequence, 'a PrivateKeyInfo');
  if (reader.smallInteger('the version') > 1) throw reader.error('the version of a PrivateKeyInfo is 0 or 1');
  const algorithm = reader.enter(TAG.sequence, 'the key algorithm');
  const oid = algorithm.oid('the key algorithm');
  const kind = (Object.keys(KEY_OID) as KeyKind[]).find((known) => KEY_OID[known] === oid);
  const curveOid = kind === 'ec' && algorithm.nextTag === TAG.oid ? algorithm.oid() : undefined;
  const curve = CURVES.find((known) => known.oid === curveOid);
  if (kind === undefined || (kind === 'ec' && curve === undefined)) {
    throw new PkiError(
      'unsupported-algorithm',
      `private keys of algorithm ${curveOid ?? oid} are not supported`,
      {
        details: {
          algorithm: curveOid ?? oid,
          supported: ['RSA', ...CURVES.map((known) => known.name), 'Ed25519'],
        },
      },
    );
  }
  return { kind, curve, inner: reader.content(TAG.octetString, 'the private key') };
}

/** A PrivateKeyInfo around an RSAPrivateKey in DER. */
export function wrapPkcs1(rsaPrivateKey: Uint8Array): Uint8Array {
  return sequence(smallInteger(0), keyAlgorithmIdentifier('rsa'), octetString(rsaPrivateKey));
}

/** A PrivateKeyInfo of an EC key from its raw scalar and uncompressed point. */
export function wrapEc(curve: Curve, scalar: Uint8Array, point: Uint8Array | undefined): Uint8Array {
  const inner = ecPrivateKey(scalar, { curve, point, named: false });
  return sequence(smallInteger(0), keyAlgorithmIdentifier('ec', curve), octetString(inner));
}

/**
 * A PrivateKeyInfo around an ECPrivateKey in DER (RFC 5915 3), which must name its curve.
 *
 * @throws PkiError `invalid-der` or `unsupported-algorithm`
 */
export function wrapSec1(sec1: Uint8Array): Uint8Array {
  const reader = new DerReader(sec1).enter(TAG.sequence, 'an ECPrivateKey');
  if (reader.smallInteger('the version') !== 1) throw reader.error('the version of an ECPrivateKey is 1');
  const scalar = reader.content(TAG.octetString, 'the private scalar');
  const parameters = reader.enterOptional(contextTag(0, 'constructed'));
  const oid = parameters?.nextTag === TAG.oid ? parameters.oid('the named curve') : undefined;
  const curve = CURVES.find((known) => known.oid === oid);
  if (curve === undefined) {
    throw new PkiError(
      'unsupported-algorithm',
      `EC private keys of curve ${oid ?? 'without a name'} are not supported`,
      {
        details: {
          algorithm: oid ?? 'EC with explicit parameters',
          supported: CURVES.map((known) => known.name),
        },
      },
    );
  }
  const point = reader.enterOptional(contextTag(1, 'constructed'))?.bitString('the public key');
  return wrapEc(curve, scalar, point);
}

/** The raw scalar of an ECPrivateKey. */
export function readEcScalar(ecPrivateKeyDer: Uint8Array): Uint8Array {
  const reader = new DerReader(ecPrivateKeyDer).enter(TAG.sequence, 'an ECPrivateKey');
  reader.smallInteger('the version');
  return reader.content(TAG.octetString, 'the private scalar');
}

/** The public point that an ECPrivateKey may carry, which nobody has checked yet. */
export function readEcPoint(ecPrivateKeyDer: Uint8Array): Uint8Array | undefined {
  const reader = new DerReader(ecPrivateKeyDer).enter(TAG.sequence, 'an ECPrivateKey');
  reader.smallInteger('the version');
  reader.content(TAG.octetString, 'the private scalar');
  reader.enterOptional(contextTag(0, 'constructed'));
  return reader.enterOptional(contextTag(1, 'constructed'))?.bitString('the public key');
}

// The parameters field of ECPrivateKey by curve (RFC 5915 3).
const NAMED_CURVE = new Map(
  CURVES.map(({ name, oid }) => [name, element(contextTag(0, 'constructed'), encodeOid(oid))]),
);

function ecPrivateKey(
  scalar: Uint8Array,
  options: { readonly curve: Curve; readonly point: Uint8Array | undefined; readonly named: boolean },
): Uint8Array {
  const parts = [smallInteger(1), octetString(padScalar(scalar, options.curve))];
  if (options.named) parts.push(NAMED_CURVE.get(options.curve.name) ?? encodeOid(options.curve.oid));
  if (options.point !== undefined)
    parts.push(element(contextTag(1, 'constructed'), bitString(options.point)));
  return sequence(...parts);
}

/** A scalar in as many bytes as its curve's order has (RFC 5915 3). */
function padScalar(scalar: Uint8Array, curve: Curve): Uint8Array {
  if (scalar.length === curve.size) return scalar;
  const padded = new Uint8Array(curve.size);
  const excess = Math.max(0, scalar.length - padded.length);
  if (scalar.subarray(0, excess).some((byte) => byte !== 0)) {
    const message = `the private scalar is longer than the ${padded.length} bytes of ${curve.name}`;
    throw new PkiError('invalid-der', message, { details: { offset: 0 } });
  }
  padded.set(scalar.subarray(excess), Math.max(0, padded.length - scalar.length));
  return padded;
}

/** A PrivateKeyInfo around a CurvePrivateKey of Ed25519 (RFC 8410 7). */
export function wrapEd25519(curvePrivateKey: Uint8Array): Uint8Array {
  return sequence(smallInteger(0), keyAlgorithmIdentifier('ed25519'), octetString(curvePrivateKey));
}

/** Whether n = p q, and d undoes e (RFC 8017 3.2): the public half of a key file is not believed. */
function isRsaKey([n = 0n, e = 0n, d = 0n, p = 0n, q = 0n]: readonly bigint[]): boolean {
  if (p < 2n || q < 2n || p * q !== n) return false;
  return [p, q].every((prime) => (d * e) % (prime - 1n) === 1n);
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** The public half that an RSAPrivateKey in DER contains, whose numbers must belong together. */
export function rsaPublicKeyOf(pkcs1: Uint8Array): PublicKey {
  const reader = new DerReader(pkcs1).enter(TAG.sequence, 'an RSAPrivateKey');
  if (reader.smallInteger('the version') !== 0) throw reader.error('multi-prime RSA keys are not supported');
  const [n, e] = [reader.integer('the modulus'), reader.integer('the public exponent')];
  const secret = [
    reader.integer('the private exponent'),
    reader.integer('a prime'),
    reader.integer('a prime'),
  ];
  if (!isRsaKey([n, e, ...secret].map(toBigInt))) throw reader.error('its numbers do not belong together');
  const rsaPublicKey = sequence(unsignedInteger(n), unsignedInteger(e));
  return PublicKey.fromSpki(sequence(keyAlgorithmIdentifier('rsa'), bitString(rsaPublicKey)));
}
