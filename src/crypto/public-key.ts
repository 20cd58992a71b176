import { bitString, sequence, TAG } from '../asn1/der.ts';
import { equalBytes } from '../asn1/bytes.ts';
import { DerReader } from '../asn1/reader.ts';
import { PkiError } from '../errors/pki-error.ts';
import {
  CURVES,
  KEY_ALGORITHMS,
  KEY_OID,
  keyAlgorithmIdentifier,
  type Curve,
  type KeyKind,
} from './algorithms.ts';

const KIND_BY_OID = new Map<string, KeyKind>([
  [KEY_OID.rsa, 'rsa'],
  [KEY_OID.ec, 'ec'],
  [KEY_OID.ed25519, 'ed25519'],
]);

/** An immutable public key: its SubjectPublicKeyInfo and what that says. */
export class PublicKey {
  /** SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7). */
  readonly spki: Uint8Array;
  readonly kind: KeyKind;
  /** The named curve of an EC key. */
  readonly curve: Curve | undefined;
  /** Size in bits: of the modulus (RSA), of the field (EC, Ed25519). */
  readonly bits: number;
  /** The key bits themselves, without algorithm: PKCS#1 RSAPublicKey, EC point, or Ed25519 public key. */
  readonly raw: Uint8Array;

  private constructor(fields: Pick<PublicKey, 'spki' | 'kind' | 'curve' | 'bits' | 'raw'>) {
    this.spki = fields.spki;
    this.kind = fields.kind;
    this.curve = fields.curve;
    this.bits = fields.bits;
    this.raw = fields.raw;
  }

  /**
   * Reads a SubjectPublicKeyInfo.
   *
   * @throws PkiError `invalid-der`, or `unsupported-algorithm` for keys other than RSA, P-256, P-384, P-521, Ed25519
   */
  static fromSpki(spki: Uint8Array): PublicKey {
    const outer = new DerReader(spki);
    const reader = outer.enter(TAG.sequence, 'a SubjectPublicKeyInfo');
    outer.finish('the SubjectPublicKeyInfo');
    const algorithm = reader.enter(TAG.sequence, 'the key algorithm');
    const oid = algorithm.oid('the key algorithm');
    const kind = KIND_BY_OID.get(oid);
    if (kind === undefined) throw unsupported(oid);
    const curve = kind === 'ec' ? readCurve(algorithm) : undefined;
    const raw = reader.bitString('the public key');
    reader.finish('the public key');
    return new PublicKey({ spki, kind, curve, bits: bitsOf(kind, curve, raw), raw });
  }

  /** The key of an EC point or Ed25519 public key in its raw form. */
  static fromRaw(kind: 'ec' | 'ed25519', raw: Uint8Array, curve?: Curve): PublicKey {
    const spki = sequence(keyAlgorithmIdentifier(kind, curve), bitString(raw));
    return new PublicKey({ spki, kind, curve, bits: bitsOf(kind, curve, raw), raw });
  }

  /** The name of the algorithm as in `KeyAlgorithm`; other RSA sizes read alike, such as `RSA-8192`. */
  get algorithm(): string {
    if (this.kind === 'rsa') return `RSA-${this.bits}`;
    const row = KEY_ALGORITHMS.find((known) => known.kind === this.kind && known.curve === this.curve);
    return row?.name ?? this.kind;
  }

  /** Whether this is the same key: the same SubjectPublicKeyInfo. */
  equals(other: PublicKey): boolean {
    return equalBytes(this.spki, other.spki);
  }
}

function readCurve(algorithm: DerReader): Curve {
  if (algorithm.nextTag !== TAG.oid) throw unsupported('EC with explicit parameters');
  const oid = algorithm.oid('the named curve');
  const curve = CURVES.find((known) => known.oid === oid);
  if (curve === undefined) throw unsupported(`EC curve ${oid}`);
  return curve;
}

function bitsOf(kind: KeyKind, curve: Curve | undefined, raw: Uint8Array): number {
  if (kind === 'ed25519') {
    if (raw.length !== 32) throw malformed('an Ed25519 public key has 32 bytes');
    return 256;
  }
  if (curve !== undefined) {
    if (raw.length !== 2 * curve.size + 1 || raw[0] !== 4)
      throw malformed(`a ${curve.name} public key is an uncompressed point`);
    return curve.name === 'P-521' ? 521 : curve.size * 8;
  }
  const modulus = new DerReader(raw).enter(TAG.sequence, 'an RSAPublicKey').integer('the modulus');
  if ((modulus[0] ?? 0) >= 0x80 || (modulus.length === 1 && modulus[0] === 0))
    throw malformed('an RSA modulus is positive');
  const magnitude = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  return magnitude.length * 8 - Math.clz32(magnitude[0] ?? 0) + 24;
}

function unsupported(algorithm: string): PkiError<'unsupported-algorithm'> {
  return new PkiError('unsupported-algorithm', `keys of algorithm ${algorithm} are not supported`, {
    details: { algorithm, supported: KEY_ALGORITHMS.map((row) => row.name) },
  });
}

function malformed(message: string): PkiError<'invalid-der'> {
  return new PkiError('invalid-der', message, { details: { offset: 0 } });
}
