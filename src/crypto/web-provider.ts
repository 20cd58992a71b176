import type { Digest, KeyAlgorithmRow, SignatureAlgorithm } from './algorithms.ts';
import { PrivateKey, readEcScalar, unwrapPkcs8, wrapEc } from './private-key.ts';
import { ecdsaFromDer, ecdsaSignatureToDer } from './ecdsa-signature.ts';
import type { CryptoProvider, PasswordCipher } from './provider.ts';
import { PublicKey } from './public-key.ts';
import type { WebCrypto, WebCryptoKey } from './web-crypto.ts';
import { verifyOnWeb } from './web-verify.ts';
import { derivePublicKey } from './web-derive.ts';
import { copyBytes, importWebCryptoKey, keyParameters, signatureParameters } from './web-keys.ts';

/**
 * Makes a provider of any WebCrypto: a browser's, Node's `webcrypto`, `@peculiar/webcrypto`.
 *
 * @param crypto an object with `subtle` and `getRandomValues` (W3C Web Cryptography API)
 */
export function webCryptoProvider(crypto: WebCrypto): CryptoProvider {
  const { subtle } = crypto;
  // By digest too: an RSA key of WebCrypto is bound to one.
  const known = new WeakMap<object, Map<Digest | undefined, Promise<WebCryptoKey>>>();
  const importKey = (key: PrivateKey | PublicKey, { digest }: SignatureAlgorithm): Promise<WebCryptoKey> => {
    const byDigest = known.get(key) ?? new Map<Digest | undefined, Promise<WebCryptoKey>>();
    const imported = byDigest.get(digest) ?? importWebCryptoKey(crypto, key, { extractable: false, digest });
    known.set(key, byDigest.set(digest, imported));
    return imported;
  };
  return {
    name: 'WebCrypto',
    generateKey: (algorithm) => generateKey(crypto, algorithm),
    derivePublicKey: (key) => derivePublicKey(crypto, key),
    async sign(key, algorithm, data) {
      const imported = await importKey(key, algorithm);
      const signature = new Uint8Array(
        await subtle.sign(signatureParameters(algorithm), imported, copyBytes(data)),
      );
      return algorithm.kind === 'ec' ? ecdsaSignatureToDer(signature) : signature;
    },
    async verify(key, algorithm, signed) {
      const raw = algorithm.kind === 'ec' ? ecdsaFromDer(signed.signature, key.curve) : signed.signature;
      // What a WebCrypto refuses is no key, such as a point beside its curve, and verifies nothing.
      const imported = raw && (await importKey(key, algorithm).catch(() => undefined));
      if (raw === undefined || imported === undefined) return false;
      const parameters = signatureParameters(algorithm);
      // Some look at the key here at last.
      return subtle.verify(parameters, imported, copyBytes(raw), copyBytes(signed.data)).catch(() => false);
    },
    // What WebCrypto imports is what this library writes, or nearly.
    publicKeyOfAny: () => Promise.resolve(undefined),
    verifyAny: (spki, scheme, signed) => verifyOnWeb(crypto, spki, { scheme, signed }),
    digest: async (digest, data) => new Uint8Array(await subtle.digest(digest, copyBytes(data))),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    passwordCipher: (mode, cipher, data) => passwordCipher(crypto, { mode, cipher, data }),
  };
}

async function generateKey(crypto: WebCrypto, algorithm: KeyAlgorithmRow): Promise<PrivateKey> {
  const parameters = {
    ...keyParameters(algorithm, 'SHA-256'),
    ...(algorithm.modulusLength === undefined
      ? {}
      : { modulusLength: algorithm.modulusLength, publicExponent: Uint8Array.of(1, 0, 1) }),
  };
  const pair = await crypto.subtle.generateKey(parameters, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError(`${algorithm.name}: the WebCrypto made no key pair`);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const publicKey = PublicKey.fromSpki(new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)));
  const { kind, curve, inner } = unwrapPkcs8(pkcs8);
  const canonical = kind === 'ec' && curve ? wrapEc(curve, readEcScalar(inner), publicKey.raw) : pkcs8;
  return new PrivateKey(canonical, publicKey);
}

async function passwordCipher(
  { subtle }: WebCrypto,
  run: { readonly mode: 'encrypt' | 'decrypt'; readonly cipher: PasswordCipher; readonly data: Uint8Array },
): Promise<Uint8Array | undefined> {
  const { cipher } = run;
  const password = await subtle.importKey('raw', copyBytes(cipher.password), { name: 'PBKDF2' }, false, [
    'deriveKey',
  ]);
  const derivation = {
    name: 'PBKDF2',
    salt: copyBytes(cipher.salt),
    iterations: cipher.iterations,
    hash: { name: cipher.prf },
  };
  const aes = { name: 'AES-CBC', length: cipher.keyLength * 8 };
  const key = await subtle.deriveKey(derivation, password, aes, false, [run.mode]);
  try {
    return new Uint8Array(
      await subtle[run.mode]({ name: 'AES-CBC', ...{ iv: copyBytes(cipher.iv) } }, key, copyBytes(run.data)),
    );
  } catch {
    return undefined; // bad padding
  }
}
