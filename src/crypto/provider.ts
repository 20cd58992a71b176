import type { Digest, KeyAlgorithmRow, SignatureAlgorithm } from './algorithms.ts';
import type { Pkcs8Parts, PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureScheme, SignatureVerdict } from './signature-schemes.ts';

/** The parameters of PBES2 with PBKDF2 and AES-CBC (RFC 8018 6.2). */
export interface PasswordCipher {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly prf: Digest;
  /** Bytes of the AES key: 16, 24 or 32. */
  readonly keyLength: number;
  readonly iv: Uint8Array;
}

/**
 * The cryptography that this library needs, all of it. The platform's is the default; any WebCrypto can be made into
 * one by `webCryptoProvider`.
 */
export interface CryptoProvider {
  /** Names the provider in messages. */
  readonly name: string;
  /** A fresh key pair. */
  generateKey(algorithm: KeyAlgorithmRow): Promise<PrivateKey>;
  /** Computes the public half from the private one; a public key that came along is not believed. */
  derivePublicKey(key: Pkcs8Parts): Promise<PublicKey>;
  /** Signs as X.509 stores it: ECDSA as a DER SEQUENCE of r and s (RFC 3279 2.2.3). */
  sign(key: PrivateKey, algorithm: SignatureAlgorithm, data: Uint8Array): Promise<Uint8Array>;
  /** Whether the signature, as X.509 stores it, is the key's over the data. */
  verify(key: PublicKey, algorithm: SignatureAlgorithm, signed: SignedData): Promise<boolean>;
  /**
   * Whether a signature is that of any key there is, by its SubjectPublicKeyInfo in DER: for certificates that others
   * made, whose keys and algorithms this library does not write.
   */
  verifyAny(spki: Uint8Array, scheme: SignatureScheme, signed: SignedData): Promise<SignatureVerdict>;
  /**
   * The SubjectPublicKeyInfo in DER of any private key there is, in PEM: for keys of others, of kinds and encodings that
   * this library does not write. `undefined` where the platform cannot tell, or the password does not open it.
   */
  publicKeyOfAny(pem: string, password?: Uint8Array): Promise<Uint8Array | undefined>;
  /** The digest of the data. */
  digest(digest: Digest, data: Uint8Array): Promise<Uint8Array>;
  /** Bytes from a cryptographic random generator. */
  randomBytes(length: number): Uint8Array;
  /** Encrypts or decrypts under a password; `undefined` when the padding shows that the password is wrong. */
  passwordCipher(
    mode: 'encrypt' | 'decrypt',
    cipher: PasswordCipher,
    data: Uint8Array,
  ): Promise<Uint8Array | undefined>;
}

/** Data and the signature over it. */
export interface SignedData {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/** How RSA keys are made: from two primes of the platform's generator, or whole by the platform (three times slower). */
export type RsaGeneration = 'primes' | 'platform';
