/**
 * The part of the Web Cryptography API that is used, as structural types: a browser's `Crypto`, Node's `webcrypto`
 * and `@peculiar/webcrypto` all fit, with or without the DOM library.
 */

/** A WebCrypto key, as far as it can be seen from outside. */
export interface WebCryptoKey {
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly type: 'private' | 'public' | 'secret';
  readonly usages: WebCryptoKeyUsage[];
}

/** What a WebCrypto key may be used for. */
export type WebCryptoKeyUsage =
  'decrypt' | 'deriveBits' | 'deriveKey' | 'encrypt' | 'sign' | 'unwrapKey' | 'verify' | 'wrapKey';

/** Bytes as WebCrypto takes them. */
export type WebCryptoBytes = Uint8Array<ArrayBuffer>;

/** The coordinates of an exported JSON Web Key. */
export interface WebCryptoJwk {
  readonly x?: string;
  readonly y?: string;
}

/** The methods of `SubtleCrypto` that are used. */
export interface WebSubtleCrypto {
  // Methods, not properties, so that parameters compare bivariantly with each implementation's own types.
  /** Makes a key, or a pair of keys. */
  generateKey(
    algorithm: { name: string },
    extractable: boolean,
    usages: WebCryptoKeyUsage[],
  ): Promise<WebCryptoKey | { privateKey: WebCryptoKey; publicKey: WebCryptoKey }>;
  /** Reads a key from bytes. */
  importKey(
    format: 'pkcs8' | 'raw' | 'spki',
    data: WebCryptoBytes,
    algorithm: { name: string },
    extractable: boolean,
    usages: WebCryptoKeyUsage[],
  ): Promise<WebCryptoKey>;
  /** Writes a key as PKCS#8, or as a SubjectPublicKeyInfo. */
  exportKey(format: 'pkcs8' | 'spki', key: WebCryptoKey): Promise<ArrayBuffer>;
  /** Writes a key as a JSON Web Key. */
  exportKey(format: 'jwk', key: WebCryptoKey): Promise<WebCryptoJwk>;
  /** Signs data; ECDSA signatures are r and s side by side. */
  sign(algorithm: { name: string }, key: WebCryptoKey, data: WebCryptoBytes): Promise<ArrayBuffer>;
  /** Whether a signature is the key's over the data. */
  verify(
    algorithm: { name: string },
    key: WebCryptoKey,
    signature: WebCryptoBytes,
    data: WebCryptoBytes,
  ): Promise<boolean>;
  /** The digest of data. */
  digest(algorithm: string, data: WebCryptoBytes): Promise<ArrayBuffer>;
  /** Derives a key from a password's. */
  deriveKey(
    algorithm: { name: string },
    key: WebCryptoKey,
    derived: { name: string },
    extractable: boolean,
    usages: WebCryptoKeyUsage[],
  ): Promise<WebCryptoKey>;
  /** Encrypts data. */
  encrypt(algorithm: { name: string }, key: WebCryptoKey, data: WebCryptoBytes): Promise<ArrayBuffer>;
  /** Decrypts data. */
  decrypt(algorithm: { name: string }, key: WebCryptoKey, data: WebCryptoBytes): Promise<ArrayBuffer>;
}

/** A WebCrypto implementation. */
export interface WebCrypto {
  readonly subtle: WebSubtleCrypto;
  /** Fills an array with random bytes. */
  getRandomValues(array: WebCryptoBytes): Uint8Array;
}
