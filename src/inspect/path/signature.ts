import { contextTag, TAG } from '../../asn1/der.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import {
  DIGEST_BY_OID,
  SIGNATURE_SCHEMES,
  type SignatureScheme,
  type SignatureVerdict,
} from '../../crypto/signature-schemes.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readAlgorithm, type AlgorithmInfo } from '../read/algorithm.ts';
import { BerReader, smallIntegerValue, type BitString } from '../read/ber.ts';
import { PUBLIC_KEY, type PublicKeyInfo } from '../read/public-key.ts';

const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const SHA1 = '1.3.14.3.2.26';

/** How an AlgorithmIdentifier says that a signature was made; `undefined` for algorithms that are not known. */
export function signatureScheme(algorithm: AlgorithmInfo): SignatureScheme | undefined {
  if (algorithm.oid !== RSASSA_PSS) return SIGNATURE_SCHEMES.get(algorithm.oid);
  try {
    return pssScheme(algorithm.parameters);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** Parameters of RSASSA-PSS (RFC 4055 3.1), whose defaults are those of SHA-1. */
function pssScheme(parameters: Uint8Array | undefined): SignatureScheme | undefined {
  if (parameters === undefined) return undefined;
  const reader = new BerReader(parameters).enter(TAG.sequence, 'the parameters');
  const inside = (number: number): BerReader | undefined =>
    reader.enterOptional(contextTag(number, 'constructed'));
  const [hash, mask] = [inside(0), inside(1)].map((one) => one && readAlgorithm(one, 'an algorithm'));
  const [salt, trailer] = [inside(2), inside(3)].map((one) => one && smallIntegerValue(one.integer()));
  if ((mask?.oid ?? MGF1) !== MGF1 || (trailer ?? 1) !== 1) return undefined;
  const maskHash =
    mask?.parameters === undefined ? SHA1 : readAlgorithm(new BerReader(mask.parameters), 'a digest').oid;
  const [digest, maskDigest] = [DIGEST_BY_OID.get(hash?.oid ?? SHA1), DIGEST_BY_OID.get(maskHash)];
  if (digest === undefined || maskDigest === undefined) return undefined;
  return { kind: 'rsa-pss', digest, maskDigest, saltLength: salt ?? 20 };
}

/** Digests that no signature is believed with: collisions can be made (as Go, crypto/x509, since 1.18). */
const BROKEN: readonly (string | undefined)[] = ['md5', 'sha1'];

/** The digest of a signature where it is broken. */
export function brokenDigest(algorithm: AlgorithmInfo): string | undefined {
  const digest = signatureScheme(algorithm)?.digest;
  return BROKEN.includes(digest) ? digest : undefined;
}

/** A signature algorithm for people: `dsa with SHA1`, or its object identifier where it is not known. */
export function signatureText(algorithm: AlgorithmInfo): string {
  const scheme = signatureScheme(algorithm);
  if (scheme === undefined) return algorithm.oid;
  return scheme.digest === undefined ? scheme.kind : `${scheme.kind} with ${scheme.digest.toUpperCase()}`;
}

/** What was signed, and how. */
export interface Signed {
  readonly data: Uint8Array;
  readonly algorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/** Whether a key made a signature. */
export async function checkSignature(
  { data, algorithm, signature }: Signed,
  key: PublicKeyInfo,
  crypto: CryptoProvider,
): Promise<SignatureVerdict> {
  const scheme = signatureScheme(algorithm);
  if (scheme === undefined || key.material.kind === 'unknown') return 'unsupported';
  if (hasForbiddenCurve(key)) return 'unsupported';
  if (signature.unusedBits !== 0 || !isFor(scheme, key)) return 'invalid';
  return crypto.verifyAny(key.der, scheme, { data, signature: signature.bytes });
}

/** Curves by their parameters are forbidden in PKIX (RFC 5480 2.1.1): they let forgers choose them. */
function hasForbiddenCurve({ material }: PublicKeyInfo): boolean {
  return material.kind === 'ec' && material.explicit !== undefined;
}

const KEY_OIDS: Readonly<Record<SignatureScheme['kind'], readonly string[]>> = Object.freeze({
  rsa: [PUBLIC_KEY.rsa],
  'rsa-pss': [PUBLIC_KEY.rsa, PUBLIC_KEY.rsaPss],
  ecdsa: [PUBLIC_KEY.ec],
  ed25519: [PUBLIC_KEY.ed25519],
  ed448: [PUBLIC_KEY.ed448],
  dsa: [PUBLIC_KEY.dsa],
});

function isFor({ kind }: SignatureScheme, { algorithm }: PublicKeyInfo): boolean {
  return KEY_OIDS[kind].includes(algorithm.oid);
}
