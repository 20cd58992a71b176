import { createPublicKey, verify, constants } from 'node:crypto';
import { isPkiError } from '../../errors/pki-error.ts';
import type { AlgorithmInfo } from '../../inspect/read/algorithm.ts';
import { BerReader, type BitString } from '../../inspect/read/ber.ts';
import type { PublicKeyInfo } from '../../inspect/read/public-key.ts';
import { contextTag, TAG } from '../../asn1/der.ts';

/** What was signed, and how. */
export interface Signed {
  readonly data: Uint8Array;
  readonly algorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/** Digests of signature algorithms (RFC 8017, RFC 5758, RFC 8410); `null` where the key has its own. */
const DIGESTS: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ['1.2.840.113549.1.1.4', 'md5'],
  ['1.2.840.113549.1.1.5', 'sha1'],
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.1', 'sha1'],
  ['1.2.840.10045.4.3.1', 'sha224'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.2.840.10040.4.3', 'sha1'],
  ['2.16.840.1.101.3.4.3.1', 'sha224'],
  ['2.16.840.1.101.3.4.3.2', 'sha256'],
  ['1.3.101.112', null],
  ['1.3.101.113', null],
]);

// The length of the salt is read from the signature.
const PSS_PADDING = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_AUTO,
};

const RSASSA_PSS = '1.2.840.113549.1.1.10';
const PSS_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Whether a key made a signature; `undefined` where that cannot be told: the algorithm or the key is not known. */
export function isSignedBy({ data, algorithm, signature }: Signed, key: PublicKeyInfo): boolean | undefined {
  const isPss = algorithm.oid === RSASSA_PSS;
  const digest = isPss ? pssDigest(algorithm) : DIGESTS.get(algorithm.oid);
  if (digest === undefined) return undefined;
  try {
    const object = createPublicKey({ key: Buffer.from(key.der), format: 'der', type: 'spki' });
    const input = isPss ? { key: object, ...PSS_PADDING } : object;
    return verify(digest, data, input, signature.bytes);
  } catch {
    return undefined;
  }
}

function pssDigest({ parameters }: AlgorithmInfo): string | undefined {
  if (parameters === undefined) return undefined;
  try {
    const hash = new BerReader(parameters)
      .enter(TAG.sequence, 'the parameters')
      .enterOptional(contextTag(0, 'constructed'));
    return hash === undefined ? 'sha1' : PSS_DIGESTS.get(hash.enter(TAG.sequence, 'the digest').oid());
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
