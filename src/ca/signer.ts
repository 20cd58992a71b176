import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { PublicKey } from '../crypto/public-key.ts';

/** Something that signs: a key in memory, or one that lives elsewhere, in an HSM or a key management service. */
export interface Signer {
  /** The public half of the key. */
  readonly publicKey: PublicKey;
  /**
   * Signs data as X.509 stores it: PKCS#1 v1.5 for RSA, a DER SEQUENCE of r and s for ECDSA (RFC 3279 2.2.3), the
   * bare signature for Ed25519.
   */
  sign(data: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array>;
}

/** A signer around a private key in memory. */
export function keySigner(key: PrivateKey, crypto: CryptoProvider): Signer {
  return { publicKey: key.publicKey, sign: (data, algorithm) => crypto.sign(key, algorithm, data) };
}
