/** One suite for every provider: what one makes, each of the others must read, verify and decrypt. */
import * as nodeCrypto from 'node:crypto';
import { Crypto } from '@peculiar/webcrypto';
import {
  KEY_ALGORITHMS,
  keyAlgorithm,
  SIGNATURE_ALGORITHMS,
  signatureAlgorithmFor,
} from '../../../src/crypto/algorithms.ts';
import type { KeyAlgorithmRow } from '../../../src/crypto/algorithms.ts';
import { nodeCryptoProvider } from '../../../src/crypto/node-provider.ts';
import { unwrapPkcs8 } from '../../../src/crypto/private-key.ts';
import type { PrivateKey } from '../../../src/crypto/private-key.ts';
import { PublicKey } from '../../../src/crypto/public-key.ts';
import type { CryptoProvider } from '../../../src/crypto/provider.ts';
import type { WebCrypto } from '../../../src/crypto/web-crypto.ts';
import { webCryptoProvider } from '../../../src/crypto/web-provider.ts';
import { fixtureKey } from '../../support/fixture-keys.ts';

// The seam: a class of its own types, structurally the same.
const peculiar: WebCrypto = new Crypto();

const PROVIDERS: ReadonlyMap<string, CryptoProvider> = new Map([
  ['node:crypto', nodeCryptoProvider(nodeCrypto, 'primes')],
  ['node:crypto, RSA by the platform', nodeCryptoProvider(nodeCrypto, 'platform')],
  ['WebCrypto of Node', webCryptoProvider(globalThis.crypto)],
  ['@peculiar/webcrypto', webCryptoProvider(peculiar)],
]);

const DATA = new TextEncoder().encode('what is signed');

// One RSA size is made by each provider; the others are read from fixtures, since making them says nothing new.
const GENERATED = KEY_ALGORITHMS.filter(({ modulusLength = 2048 }) => modulusLength === 2048);
const generated = new Map<CryptoProvider, Map<string, Promise<PrivateKey>>>();

function made(provider: CryptoProvider, algorithm: KeyAlgorithmRow): Promise<PrivateKey> {
  const keys = generated.get(provider) ?? new Map<string, Promise<PrivateKey>>();
  generated.set(provider, keys);
  const key = keys.get(algorithm.name) ?? provider.generateKey(algorithm);
  keys.set(algorithm.name, key);
  return key;
}

describe.each([...PROVIDERS])('%s', (_name, provider) => {
  describe.each(GENERATED.map((row) => [row.name, row] as const))('%s', (name, algorithm) => {
    test('makes a key whose public half follows from the private one', async () => {
      const key = await made(provider, algorithm);
      expect(key.publicKey.algorithm).toBe(name);
      expect(key.publicKey.kind).toBe(algorithm.kind);
      for (const other of PROVIDERS.values()) {
        const derived = await other.derivePublicKey(unwrapPkcs8(key.exportPkcs8()));
        expect(derived.equals(key.publicKey)).toBe(true);
      }
    });

    test('makes a key that OpenSSL reads as the same pair', async () => {
      const key = await made(provider, algorithm);
      const der = Buffer.from(key.exportPkcs8());
      const object = nodeCrypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const spki = nodeCrypto.createPublicKey(object).export({ type: 'spki', format: 'der' });
      expect(Buffer.compare(spki, key.publicKey.spki)).toBe(0);
    });

    test('signs what every provider verifies, and none when data, signature or key differ', async () => {
      const key = await made(provider, algorithm);
      const other = (await provider.generateKey(KEY_ALGORITHMS[3] ?? algorithm)).publicKey;
      const signer = signatureAlgorithmFor(key.publicKey);
      const signature = await provider.sign(key, signer, DATA);
      const tampered = Uint8Array.from(signature);
      tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1;
      for (const judge of PROVIDERS.values()) {
        const verify = (data: Uint8Array, one: Uint8Array): Promise<boolean> =>
          judge.verify(key.publicKey, signer, { data, signature: one });
        expect(await verify(DATA, signature)).toBe(true);
        expect(await verify(DATA.subarray(1), signature)).toBe(false);
        expect(await verify(DATA, tampered)).toBe(false);
        if (algorithm.kind === 'ec') {
          const wrong = await judge.verify(other, signatureAlgorithmFor(other), { data: DATA, signature });
          expect(wrong).toBe(false);
        }
      }
    });
  });

  test.each([
    'RSA-2048',
    'RSA-3072',
    'RSA-4096',
    'ECDSA-P256',
    'ECDSA-P384',
    'ECDSA-P521',
    'Ed25519',
  ] as const)('signs with a key of OpenSSL, %s, by every digest its kind has', async (name) => {
    const key = await fixtureKey(name);
    for (const algorithm of SIGNATURE_ALGORITHMS.filter(({ kind }) => kind === key.publicKey.kind)) {
      const signature = await provider.sign(key, algorithm, DATA);
      const object = nodeCrypto.createPublicKey({
        key: Buffer.from(key.publicKey.spki),
        format: 'der',
        type: 'spki',
      });
      const digest = algorithm.digest?.toLowerCase().replace('-', '') ?? null;
      expect(nodeCrypto.verify(digest, DATA, object, signature)).toBe(true);
      expect(await provider.verify(key.publicKey, algorithm, { data: DATA, signature })).toBe(true);
    }
  });

  // FIPS 180-4's examples for "abc".
  test.each([
    ['SHA-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'SHA-384',
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'SHA-512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ] as const)('computes %s', async (digest, expected) => {
    const result = await provider.digest(digest, new TextEncoder().encode('abc'));
    expect(Buffer.from(result).toString('hex')).toBe(expected);
  });

  test('verifies nothing with a point beside its curve', async () => {
    const key = await provider.generateKey(keyAlgorithm('ECDSA-P256'));
    const algorithm = signatureAlgorithmFor(key.publicKey);
    const data = Buffer.from('data');
    const signature = await provider.sign(key, algorithm, data);
    const beside = Uint8Array.from(key.publicKey.spki);
    beside[beside.length - 1] = (beside.at(-1) ?? 0) ^ 1;
    expect(await provider.verify(PublicKey.fromSpki(beside), algorithm, { data, signature })).toBe(false);
  });

  test('draws random bytes of the length asked for, each time others', () => {
    const [one, other] = [provider.randomBytes(20), provider.randomBytes(20)];
    expect([one.length, other.length]).toEqual([20, 20]);
    expect(Buffer.compare(one, other)).not.toBe(0);
  });

  const prfs = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const;
  test.each(prfs.flatMap((prf) => [16, 24, 32].map((keyLength) => [prf, keyLength] as const)))(
    'encrypts under a password by PBKDF2 with %s and an AES key of %d bytes what every provider decrypts',
    async (prf, keyLength) => {
      const password = new TextEncoder().encode('hunter2 ö');
      const cipher = {
        password,
        salt: Uint8Array.from({ length: 16 }, (_, i) => i),
        iterations: 10,
        prf,
        keyLength,
        iv: new Uint8Array(16).fill(7),
      };
      const encrypted = (await provider.passwordCipher('encrypt', cipher, DATA)) ?? new Uint8Array();
      expect(encrypted).toHaveLength(16);
      for (const other of PROVIDERS.values()) {
        const decrypted = await other.passwordCipher('decrypt', cipher, encrypted);
        expect(Buffer.from(decrypted ?? []).toString()).toBe('what is signed');
        expect(await other.passwordCipher('decrypt', cipher, encrypted.subarray(1))).toBeUndefined();
      }
    },
  );

  test.each([
    ['no DER', '00'],
    ['an empty SEQUENCE', '3000'],
    ['a negative number', `3006020180020101`],
    ['a third number', '3009020101020101020101'],
    ['a number longer than the curve', `302602210${'1'.repeat(65)}020101`],
  ])('does not take %s for an ECDSA signature', async (_title, hex) => {
    const { publicKey } = await fixtureKey('ECDSA-P256');
    const signature = Uint8Array.from(Buffer.from(hex, 'hex'));
    const algorithm = signatureAlgorithmFor(publicKey);
    expect(await provider.verify(publicKey, algorithm, { data: DATA, signature })).toBe(false);
  });

  test('does not take r and s in one number for the signature that they were', async () => {
    const key = await fixtureKey('ECDSA-P256');
    const algorithm = signatureAlgorithmFor(key.publicKey);
    const raw = nodeCrypto.sign('sha256', DATA, {
      key: nodeCrypto.createPrivateKey({ key: Buffer.from(key.exportPkcs8()), format: 'der', type: 'pkcs8' }),
      dsaEncoding: 'ieee-p1363',
    });
    const signature = Uint8Array.from([0x30, 0x46, 0x02, 0x01, 0x01, 0x02, 0x41, 0x00, ...raw]);
    expect(await provider.verify(key.publicKey, algorithm, { data: DATA, signature })).toBe(false);
  });
});
