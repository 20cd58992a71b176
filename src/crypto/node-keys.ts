import type * as NodeCrypto from 'node:crypto';
import { bitString, sequence } from '../asn1/der.ts';
import { PkiError } from '../errors/pki-error.ts';
import {
  keyAlgorithmIdentifier,
  signatureAlgorithmFor,
  type Curve,
  type KeyAlgorithmRow,
} from './algorithms.ts';
import {
  PrivateKey,
  readEcScalar,
  rsaPublicKeyOf,
  unwrapPkcs8,
  wrapEc,
  wrapEd25519,
  wrapPkcs1,
  type Pkcs8Parts,
} from './private-key.ts';
import type { CryptoProvider } from './provider.ts';
import { PublicKey } from './public-key.ts';
import { rsaKeyFromPrimes } from './rsa-primes.ts';

type Node = typeof NodeCrypto;

// One for each curve, since to make one takes as long as a key pair; it is used up before anything else runs.
const ecdhs = new Map<string, NodeCrypto.ECDH>();

function ecdhOf(crypto: Node, curve: Curve): NodeCrypto.ECDH {
  const ecdh = ecdhs.get(curve.name) ?? crypto.createECDH(curve.openssl);
  ecdhs.set(curve.name, ecdh);
  return ecdh;
}

/** A key pair on a named curve, from raw bytes: a third of the time that a key object and its exports take. */
export function generateEc(crypto: Node, algorithm: KeyAlgorithmRow): PrivateKey {
  const { curve } = algorithm;
  if (curve === undefined) throw new TypeError(`${algorithm.name} has no curve`);
  const ecdh = ecdhOf(crypto, curve);
  const point = Uint8Array.from(ecdh.generateKeys());
  return new PrivateKey(wrapEc(curve, ecdh.getPrivateKey(), point), PublicKey.fromRaw('ec', point, curve));
}

/**
 * An EC key as a JSON Web Key (RFC 7518 6.2), private where the private half is given: a secret then. OpenSSL 3 takes a
 * key's numbers in half the time that it takes to decode DER.
 */
export function ecJwk({ curve, raw }: PublicKey, privateKey?: PrivateKey): NodeCrypto.JsonWebKey {
  if (curve === undefined) throw new TypeError('an EC key has a curve');
  const { size } = curve;
  const number = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: curve.name,
    x: number(raw.subarray(1, 1 + size)),
    y: number(raw.subarray(1 + size)),
  };
  if (privateKey === undefined) return jwk;
  return { ...jwk, d: number(readEcScalar(unwrapPkcs8(privateKey.exportPkcs8()).inner)) };
}

/** A key pair made whole by the platform, on the thread pool. */
export function generateWhole(crypto: Node, algorithm: KeyAlgorithmRow): Promise<PrivateKey> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: Uint8Array, privateKey: Uint8Array): void => {
      if (error) reject(error);
      else resolve(new PrivateKey(privateKey, PublicKey.fromSpki(publicKey)));
    };
    const encoding = {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    } as const;
    if (algorithm.kind === 'ed25519') crypto.generateKeyPair('ed25519', encoding, done);
    else crypto.generateKeyPair('rsa', { modulusLength: algorithm.modulusLength ?? 2048, ...encoding }, done);
  });
}

/**
 * An RSA key pair from two primes that the platform draws on its thread pool (64 Miller-Rabin rounds), a third of the
 * time of {@link generateWhole}. It signs and verifies once before it is used (FIPS 140-3 IG 10.3.A).
 */
export async function generateRsaFromPrimes(
  crypto: Node,
  algorithm: KeyAlgorithmRow,
  provider: Pick<CryptoProvider, 'sign' | 'verify'>,
): Promise<PrivateKey> {
  const modulusLength = algorithm.modulusLength ?? 2048;
  for (;;) {
    const primes = await Promise.all([
      drawPrime(crypto, modulusLength / 2),
      drawPrime(crypto, modulusLength / 2),
    ]);
    const key = rsaKeyFromPrimes(primes, modulusLength);
    if (key === undefined) continue;
    const spki = sequence(keyAlgorithmIdentifier('rsa'), bitString(key.publicKey));
    const made = new PrivateKey(wrapPkcs1(key.pkcs1), PublicKey.fromSpki(spki));
    await prove(made, provider);
    return made;
  }
}

function drawPrime(crypto: Node, bits: number): Promise<bigint> {
  return new Promise((resolve, reject) => {
    crypto.generatePrime(bits, { bigint: true }, (error, prime) => {
      if (error) reject(error);
      else resolve(prime);
    });
  });
}

const PROOF = new TextEncoder().encode('kubepki: pairwise consistency test');

async function prove(key: PrivateKey, provider: Pick<CryptoProvider, 'sign' | 'verify'>): Promise<void> {
  const algorithm = signatureAlgorithmFor(key.publicKey);
  const signature = await provider.sign(key, algorithm, PROOF);
  if (await provider.verify(key.publicKey, algorithm, { data: PROOF, signature })) return;
  throw new PkiError('verification-failed', 'a fresh RSA key does not verify its own signature', {
    details: { field: 'key', expected: 'a signature that verifies', actual: 'one that does not' },
    hint: 'this machine computes wrongly: check its memory',
  });
}

/** The public half, computed from the private one. */
export function derivePublicKey(crypto: Node, key: Pkcs8Parts): PublicKey {
  if (key.kind === 'rsa') return rsaPublicKeyOf(key.inner);
  if (key.curve !== undefined) {
    const ecdh = ecdhOf(crypto, key.curve);
    ecdh.setPrivateKey(readEcScalar(key.inner));
    return PublicKey.fromRaw('ec', Uint8Array.from(ecdh.getPublicKey()), key.curve);
  }
  const der = Buffer.from(wrapEd25519(key.inner));
  const privateKey = crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return PublicKey.fromSpki(crypto.createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
}

/** The public half of whatever OpenSSL loads; `undefined` for anything else. */
export function publicKeyOfAny(crypto: Node, pem: string, password?: Uint8Array): Uint8Array | undefined {
  try {
    const passphrase = password === undefined ? {} : { passphrase: Buffer.from(password) };
    const key = crypto.createPrivateKey({ key: pem, format: 'pem', ...passphrase });
    return Uint8Array.from(crypto.createPublicKey(key).export({ type: 'spki', format: 'der' }));
  } catch {
    return undefined;
  }
}
