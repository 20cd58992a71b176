import {
  signatureAlgorithmFor,
  type Curve,
  type Digest,
  type KeyKind,
  type SignatureAlgorithm,
} from './algorithms.ts';
import { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
import type { WebCrypto, WebCryptoKey, WebCryptoKeyUsage } from './web-crypto.ts';

/** Bytes as WebCrypto takes them: Jest and jsdom run code in another realm, whose typed arrays it may not know. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

/** The parameters with which WebCrypto generates and imports keys of a kind. */
export function keyParameters(
  key: { readonly kind: KeyKind; readonly curve?: Curve | undefined },
  digest: Digest | undefined,
): { readonly name: string } {
  if (key.kind === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', ...{ hash: { name: digest ?? 'SHA-256' } } };
  if (key.kind === 'ed25519') return { name: 'Ed25519' };
  return { name: 'ECDSA', ...{ namedCurve: key.curve?.name } };
}

/** The parameters with which WebCrypto signs and verifies. */
export function signatureParameters({ kind, digest }: SignatureAlgorithm): { readonly name: string } {
  if (kind === 'ec') return { name: 'ECDSA', ...{ hash: { name: digest } } };
  return { name: kind === 'rsa' ? 'RSASSA-PKCS1-v1_5' : 'Ed25519' };
}

/** How {@link importWebCryptoKey} imports. */
export interface WebCryptoImport {
  readonly extractable: boolean;
  readonly digest?: Digest | undefined;
}

/** Imports a key into a WebCrypto: private keys to sign, public ones to verify. */
export function importWebCryptoKey(
  { subtle }: WebCrypto,
  key: PrivateKey | PublicKey,
  options: WebCryptoImport,
): Promise<WebCryptoKey> {
  const [format, der, publicKey, usage] =
    key instanceof PrivateKey
      ? (['pkcs8', key.exportPkcs8(), key.publicKey, 'sign'] as const)
      : (['spki', key.spki, key, 'verify'] as const);
  const digest = options.digest ?? signatureAlgorithmFor(publicKey).digest;
  const usages: WebCryptoKeyUsage[] = [usage];
  return subtle.importKey(
    format,
    copyBytes(der),
    keyParameters(publicKey, digest),
    options.extractable,
    usages,
  );
}
