/**
 * Conversions to and from the objects of `@peculiar/x509`, an optional peer dependency. All of them go by DER, so that
 * it does not matter which copy of that package an object comes from.
 *
 * `@peculiar/x509` 2 needs a Reflect polyfill, which the program loads before it: `import 'reflect-metadata'`.
 *
 * @module
 */
import { X509Certificate } from '@peculiar/x509';
import { toCryptoKey } from '../ca/crypto-key.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import type { WebCrypto, WebCryptoKey } from '../crypto/web-crypto.ts';
import { Certificate } from '../x509/certificate.ts';

/** The pair of keys that the generators of `@peculiar/x509` take. */
interface PeculiarKeys {
  readonly privateKey: WebCryptoKey;
  readonly publicKey: WebCryptoKey;
}

/** A certificate as an `X509Certificate` of `@peculiar/x509`. */
function toPeculiarCertificate(certificate: Certificate): X509Certificate {
  return new X509Certificate(Uint8Array.from(certificate.der));
}

/**
 * The certificate of an `X509Certificate` of `@peculiar/x509`, from whichever copy of it.
 *
 * @throws PkiError `invalid-der`
 */
function fromPeculiarCertificate(certificate: { readonly rawData: ArrayBuffer }): Certificate {
  return Certificate.fromDer(new Uint8Array(certificate.rawData));
}

/**
 * A key pair as WebCrypto keys, with which `@peculiar/x509` signs. For the way back see `privateKeyFromCryptoKey` of
 * `kubepki/ca`.
 *
 * @param crypto the WebCrypto that `@peculiar/x509` uses, such as `globalThis.crypto`
 * @param options.extractable whether the private key can be exported again. Default: false
 */
async function toPeculiarKeys(
  key: PrivateKey,
  crypto: WebCrypto,
  options: { readonly extractable?: boolean } = {},
): Promise<PeculiarKeys> {
  const [privateKey, publicKey] = await Promise.all([
    toCryptoKey(key, crypto, options),
    toCryptoKey(key.publicKey, crypto),
  ]);
  return { privateKey, publicKey };
}

export { fromPeculiarCertificate, toPeculiarCertificate, toPeculiarKeys };
export type { PeculiarKeys };
