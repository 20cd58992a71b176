/** How a signature is made: what `verifySignature` of a provider is told. */
export interface SignatureScheme {
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519' | 'ed448' | 'dsa';
  /** Digest as OpenSSL names it; `undefined` where the scheme brings its own. */
  readonly digest: string | undefined;
  /** Of RSASSA-PSS: octets of the salt. */
  readonly saltLength?: number;
  /** Of RSASSA-PSS: digest of the mask generation. */
  readonly maskDigest?: string;
}

const scheme = (kind: SignatureScheme['kind'], digest?: string): SignatureScheme => ({ kind, digest });

/**
 * Signature algorithms by object identifier (RFC 3279 2.2, RFC 4055 5, RFC 5758 3, RFC 8410 3). RSASSA-PSS is told by
 * its parameters and is not among them.
 */
export const SIGNATURE_SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.4', scheme('rsa', 'md5')],
  ['1.2.840.113549.1.1.5', scheme('rsa', 'sha1')],
  ['1.3.14.3.2.29', scheme('rsa', 'sha1')],
  ['1.2.840.113549.1.1.14', scheme('rsa', 'sha224')],
  ['1.2.840.113549.1.1.11', scheme('rsa', 'sha256')],
  ['1.2.840.113549.1.1.12', scheme('rsa', 'sha384')],
  ['1.2.840.113549.1.1.13', scheme('rsa', 'sha512')],
  ['1.2.840.113549.1.1.15', scheme('rsa', 'sha512-224')],
  ['1.2.840.113549.1.1.16', scheme('rsa', 'sha512-256')],
  ['1.3.36.3.3.1.2', scheme('rsa', 'ripemd160')],
  ['2.16.840.1.101.3.4.3.14', scheme('rsa', 'sha3-256')],
  ['2.16.840.1.101.3.4.3.15', scheme('rsa', 'sha3-384')],
  ['2.16.840.1.101.3.4.3.16', scheme('rsa', 'sha3-512')],
  ['1.2.840.10045.4.1', scheme('ecdsa', 'sha1')],
  ['1.2.840.10045.4.3.1', scheme('ecdsa', 'sha224')],
  ['1.2.840.10045.4.3.2', scheme('ecdsa', 'sha256')],
  ['1.2.840.10045.4.3.3', scheme('ecdsa', 'sha384')],
  ['1.2.840.10045.4.3.4', scheme('ecdsa', 'sha512')],
  ['2.16.840.1.101.3.4.3.10', scheme('ecdsa', 'sha3-256')],
  ['2.16.840.1.101.3.4.3.11', scheme('ecdsa', 'sha3-384')],
  ['2.16.840.1.101.3.4.3.12', scheme('ecdsa', 'sha3-512')],
  ['1.3.101.112', scheme('ed25519')],
  ['1.3.101.113', scheme('ed448')],
  ['1.2.840.10040.4.3', scheme('dsa', 'sha1')],
  ['1.3.14.3.2.27', scheme('dsa', 'sha1')],
  ['2.16.840.1.101.3.4.3.1', scheme('dsa', 'sha224')],
  ['2.16.840.1.101.3.4.3.2', scheme('dsa', 'sha256')],
  ['2.16.840.1.101.3.4.3.3', scheme('dsa', 'sha384')],
  ['2.16.840.1.101.3.4.3.4', scheme('dsa', 'sha512')],
]);

/** Digests of RSASSA-PSS by object identifier (RFC 4055 2.1, RFC 8702 3). */
export const DIGEST_BY_OID: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.5', 'sha512-224'],
  ['2.16.840.1.101.3.4.2.6', 'sha512-256'],
]);

/** The answer about a signature: `unsupported` where the platform cannot tell. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported';
