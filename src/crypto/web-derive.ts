import { decodeBase64 } from '../asn1/base64.ts';
import { concatBytes } from '../asn1/bytes.ts';
import { PkiError } from '../errors/pki-error.ts';
import { signatureAlgorithmFor, type Curve } from './algorithms.ts';
import {
  PrivateKey,
  readEcPoint,
  readEcScalar,
  rsaPublicKeyOf,
  wrapEc,
  wrapEd25519,
  type Pkcs8Parts,
} from './private-key.ts';
import { PublicKey } from './public-key.ts';
import type { WebCrypto } from './web-crypto.ts';
import { copyBytes, importWebCryptoKey, keyParameters, signatureParameters } from './web-keys.ts';

/**
 * The public half, computed from the private one. Where the WebCrypto does not compute it for elliptic curves
 * (`@peculiar/webcrypto` and Safari need it in the file), the one in the file must verify a signature.
 *
 * @throws PkiError `invalid-key` where it can be neither computed nor proved
 */
export async function derivePublicKey(crypto: WebCrypto, key: Pkcs8Parts): Promise<PublicKey> {
  const { kind, curve, inner } = key;
  if (kind === 'rsa') return rsaPublicKeyOf(inner);
  if (curve === undefined)
    return PublicKey.fromRaw('ed25519', (await coordinates(crypto, key, wrapEd25519(inner))).x);
  const { x, y } = await coordinates(crypto, key, wrapEc(curve, readEcScalar(inner), undefined)).catch(
    () => NONE,
  );
  const isComputed = x.length === curve.size && y.length === curve.size;
  return isComputed
    ? PublicKey.fromRaw('ec', concatBytes(Uint8Array.of(4), x, y), curve)
    : provePublicKey(crypto, curve, inner);
}

const NONE = Object.freeze({ x: new Uint8Array(), y: new Uint8Array() });

async function coordinates({ subtle }: WebCrypto, key: Pkcs8Parts, pkcs8: Uint8Array): Promise<typeof NONE> {
  const imported = await subtle.importKey('pkcs8', copyBytes(pkcs8), keyParameters(key, undefined), true, [
    'sign',
  ]);
  const { x, y } = await subtle.exportKey('jwk', imported);
  return { x: fromBase64Url(x), y: fromBase64Url(y) };
}

function fromBase64Url(text = ''): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = decodeBase64(base64 + '='.repeat((4 - (base64.length % 4)) % 4));
  if (bytes === undefined) throw new TypeError('the WebCrypto exported a JWK that is not base64url');
  return copyBytes(bytes);
}

const PROOF = copyBytes(new TextEncoder().encode('kubepki: proof of the public key'));

async function provePublicKey(crypto: WebCrypto, curve: Curve, inner: Uint8Array): Promise<PublicKey> {
  const point = readEcPoint(inner);
  if (point === undefined)
    throw unproved('it does not contain its public key, which this WebCrypto cannot compute');
  const publicKey = PublicKey.fromRaw('ec', point, curve);
  const privateKey = new PrivateKey(wrapEc(curve, readEcScalar(inner), point), publicKey);
  const parameters = signatureParameters(signatureAlgorithmFor(publicKey));
  const [signer, verifier] = await Promise.all(
    [privateKey, publicKey].map((key) => importWebCryptoKey(crypto, key, { extractable: false })),
  );
  if (signer === undefined || verifier === undefined) throw new TypeError('a pair has two keys');
  const signature = copyBytes(new Uint8Array(await crypto.subtle.sign(parameters, signer, PROOF)));
  if (await crypto.subtle.verify(parameters, verifier, signature, PROOF)) return publicKey;
  throw unproved('the public key that it contains is not its own');
}

function unproved(why: string): PkiError<'invalid-key'> {
  return new PkiError('invalid-key', `the private key cannot be read: ${why}`, {
    details: { expected: 'an EC private key with its public key' },
  });
}
