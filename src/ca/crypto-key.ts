import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import { PublicKey } from '../crypto/public-key.ts';
import type { WebCrypto, WebCryptoKey } from '../crypto/web-crypto.ts';
import { copyBytes, importWebCryptoKey, signatureParameters } from '../crypto/web-keys.ts';
import { ecdsaSignatureToDer } from '../crypto/ecdsa-signature.ts';
import { PkiError } from '../errors/pki-error.ts';
import { readPrivateKey } from '../x509/key-file.ts';
import type { Signer } from './signer.ts';

/**
 * A WebCrypto key of a private or public key: private ones can sign, public ones verify.
 *
 * @param crypto the WebCrypto that the key is for, such as `globalThis.crypto`
 * @param options.extractable whether the key can be exported again. Default: true for public keys alone
 */
export function toCryptoKey(
  key: PrivateKey | PublicKey,
  crypto: WebCrypto,
  options: { readonly extractable?: boolean } = {},
): Promise<WebCryptoKey> {
  return importWebCryptoKey(crypto, key, { extractable: options.extractable ?? key instanceof PublicKey });
}

/**
 * The private key inside a WebCrypto key, which must be extractable; for one that is not, see
 * {@link signerFromCryptoKeys}.
 *
 * @throws PkiError `invalid-key`
 */
export async function privateKeyFromCryptoKey(
  key: WebCryptoKey,
  crypto: WebCrypto,
  environment?: Environment,
): Promise<PrivateKey> {
  if (key.type !== 'private' || !key.extractable) {
    throw new PkiError('invalid-key', `expected an extractable private key, got ${describe(key)}`, {
      details: { expected: 'an extractable private key' },
      hint: 'a private key that is not extractable can still sign: see signerFromCryptoKeys',
    });
  }
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', key));
  return readPrivateKey(pkcs8, {}, resolveEnvironment(environment).crypto);
}

/**
 * The public key inside a WebCrypto key.
 *
 * @throws PkiError `invalid-key`
 */
export async function publicKeyFromCryptoKey(key: WebCryptoKey, crypto: WebCrypto): Promise<PublicKey> {
  if (key.type !== 'public') {
    const details = { expected: 'a public key' };
    throw new PkiError('invalid-key', `expected a public key, got ${describe(key)}`, { details });
  }
  return PublicKey.fromSpki(new Uint8Array(await crypto.subtle.exportKey('spki', key)));
}

/** A signer around a pair of WebCrypto keys; the private one need not be extractable. */
export async function signerFromCryptoKeys(
  keys: { readonly privateKey: WebCryptoKey; readonly publicKey: WebCryptoKey },
  crypto: WebCrypto,
): Promise<Signer> {
  const publicKey = await publicKeyFromCryptoKey(keys.publicKey, crypto);
  return {
    publicKey,
    async sign(data, algorithm) {
      const raw = await crypto.subtle.sign(signatureParameters(algorithm), keys.privateKey, copyBytes(data));
      const signature = new Uint8Array(raw);
      return algorithm.kind === 'ec' ? ecdsaSignatureToDer(signature) : signature;
    },
  };
}

function describe(key: WebCryptoKey): string {
  return `${key.extractable ? 'an extractable' : 'a not extractable'} ${key.type} key of ${key.algorithm.name}`;
}
