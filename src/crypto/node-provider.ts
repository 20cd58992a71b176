import type * as NodeCrypto from 'node:crypto';
import type { Digest } from './algorithms.ts';
import {
  derivePublicKey,
  ecJwk,
  generateEc,
  generateRsaFromPrimes,
  generateWhole,
  publicKeyOfAny,
} from './node-keys.ts';
import type { PrivateKey } from './private-key.ts';
import type { CryptoProvider, PasswordCipher, RsaGeneration } from './provider.ts';
import { verifyOnNode } from './node-verify.ts';
import type { PublicKey } from './public-key.ts';

type Node = typeof NodeCrypto;

const OPENSSL_DIGEST: Readonly<Record<Digest, string>> = Object.freeze({
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
});

/**
 * Node's own cryptography. RSA keys and signatures are made on the thread pool; elliptic curves, whose operations
 * take less than the way to the pool, on the calling thread.
 */
export function nodeCryptoProvider(crypto: Node, rsaGeneration: RsaGeneration): CryptoProvider {
  const keys = keyObjects(crypto);
  const name = (digest: Digest | undefined): string | null =>
    digest === undefined ? null : OPENSSL_DIGEST[digest];

  const signing: Pick<CryptoProvider, 'sign' | 'verify'> = {
    sign(key, algorithm, data) {
      if (algorithm.kind !== 'rsa')
        return settle(() => crypto.sign(name(algorithm.digest), data, keys.ofPrivate(key)));
      return new Promise((resolve, reject) => {
        crypto.sign(name(algorithm.digest), data, keys.ofPrivate(key), (error, signature) => {
          if (error) reject(error);
          else resolve(signature);
        });
      });
    },
    verify: (key, algorithm, { data, signature }) =>
      settle(() => {
        const object = keyOrNone(() => keys.ofPublic(key));
        return object !== undefined && crypto.verify(name(algorithm.digest), data, object, signature);
      }),
  };

  return {
    name: 'node:crypto',
    ...signing,
    async generateKey(algorithm) {
      if (algorithm.kind === 'ec') return generateEc(crypto, algorithm);
      const isByPrimes = algorithm.kind === 'rsa' && rsaGeneration === 'primes';
      return isByPrimes
        ? generateRsaFromPrimes(crypto, algorithm, signing)
        : generateWhole(crypto, algorithm);
    },
    verifyAny: verifyAnyWith(crypto, keys),
    derivePublicKey: (key) => settle(() => derivePublicKey(crypto, key)),
    publicKeyOfAny: (pem, password) => settle(() => publicKeyOfAny(crypto, pem, password)),
    digest: (digest, data) => settle(() => crypto.hash(OPENSSL_DIGEST[digest], data, 'buffer')),
    randomBytes: (length) => crypto.randomBytes(length),
    passwordCipher: (mode, cipher, data) => passwordCipher(crypto, { mode, cipher, data }),
  };
}

function verifyAnyWith(crypto: Node, keys: ReturnType<typeof keyObjects>): CryptoProvider['verifyAny'] {
  return (spki, scheme, signed) =>
    verifyOnNode(
      crypto,
      keyOrNone(() => keys.ofSpki(spki)),
      { scheme, signed },
    );
}

/** What OpenSSL refuses is no key, such as a point beside its curve, and verifies nothing. */
function keyOrNone(make: () => NodeCrypto.KeyObject): NodeCrypto.KeyObject | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** One key object for each key, however often it signs or verifies. */
function keyObjects(crypto: Node): {
  ofPrivate(key: PrivateKey): NodeCrypto.KeyObject;
  ofPublic(key: PublicKey): NodeCrypto.KeyObject;
  ofSpki(spki: Uint8Array): NodeCrypto.KeyObject;
} {
  const known = new WeakMap<object, NodeCrypto.KeyObject>();
  const remember = (key: object, make: () => NodeCrypto.KeyObject): NodeCrypto.KeyObject => {
    const object = known.get(key) ?? make();
    known.set(key, object);
    return object;
  };
  const ofSpki = (spki: Uint8Array): NodeCrypto.KeyObject =>
    crypto.createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return {
    ofSpki: (spki) => remember(spki, () => ofSpki(spki)),
    ofPrivate: (key) =>
      remember(key, () => {
        const { kind } = key.publicKey;
        if (kind === 'ec') return crypto.createPrivateKey({ key: ecJwk(key.publicKey, key), format: 'jwk' });
        // OpenSSL 3 reads the traditional encoding of RSA three times as fast as PKCS#8.
        const [der, type] =
          kind === 'rsa'
            ? [key.exportTraditional().der, 'pkcs1' as const]
            : [key.exportPkcs8(), 'pkcs8' as const];
        return crypto.createPrivateKey({ key: Buffer.from(der), format: 'der', type });
      }),
    ofPublic: (key) =>
      remember(key, () =>
        key.kind === 'ec' ? crypto.createPublicKey({ key: ecJwk(key), format: 'jwk' }) : ofSpki(key.spki),
      ),
  };
}

async function passwordCipher(
  crypto: Node,
  run: { readonly mode: 'encrypt' | 'decrypt'; readonly cipher: PasswordCipher; readonly data: Uint8Array },
): Promise<Uint8Array | undefined> {
  const { password, salt, iterations, prf, keyLength, iv } = run.cipher;
  const key = await new Promise<Uint8Array>((resolve, reject) => {
    crypto.pbkdf2(password, salt, iterations, keyLength, OPENSSL_DIGEST[prf], (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
  const name = `aes-${keyLength * 8}-cbc`;
  const stream =
    run.mode === 'encrypt' ? crypto.createCipheriv(name, key, iv) : crypto.createDecipheriv(name, key, iv);
  try {
    return Buffer.concat([stream.update(run.data), stream.final()]);
  } catch {
    return undefined; // bad padding
  }
}

/** Runs synchronous work as a promise, so that what it throws is a rejection. */
function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
