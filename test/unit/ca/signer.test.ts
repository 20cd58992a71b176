import { Crypto } from '@peculiar/webcrypto';
import {
  createAuthority,
  issue,
  keySigner,
  loadAuthority,
  platformCrypto,
  privateKeyFromCryptoKey,
  publicKeyFromCryptoKey,
  signerFromCryptoKeys,
  toCryptoKey,
} from '../../../src/ca/index.ts';
import type { Signer, WebCrypto } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../../support/fixture-keys.ts';
import { startSignerProcess } from '../../support/signer-process.ts';

const env = { now: NOW };

describe('a key that lives in another process', () => {
  test.each([
    [['rsa', '2048']],
    [['ec', 'P-256']],
    [['ec', 'P-384']],
    [['ec', 'P-521']],
    [['ed25519']],
  ] as const)('is that of a CA: %j', async (parameters) => {
    const elsewhere = await startSignerProcess(parameters);
    try {
      expect(elsewhere.pid).not.toBe(process.pid);
      const ca = await createAuthority({ commonName: 'hsm', key: elsewhere.signer }, env);
      const leaf = await issue(ca, { profile: 'server', commonName: 'web' }, env);
      expect(ca.privateKey).toBeUndefined();
      expect(leaf.certificate.authorityKeyIdentifier).toEqual(ca.certificate.subjectKeyIdentifier);
      const loaded = await loadAuthority({ certificate: ca.toPem(), key: elsewhere.signer });
      const many = await Promise.all(
        ['a', 'b', 'c'].map((commonName) => issue(loaded, { profile: 'client', commonName }, env)),
      );
      expect(many.map(({ certificate }) => certificate.commonName)).toEqual(['a', 'b', 'c']);
      // The public key, and a signature for each certificate: nothing else came over.
      expect(elsewhere.traffic).toHaveLength(1 + 5);
    } finally {
      await elsewhere.stop();
    }
  });
});

describe('a signer that lies', () => {
  const lies: readonly (readonly [string, (honest: Signer) => Promise<Signer>])[] = [
    [
      'signs other bytes',
      (honest) =>
        Promise.resolve({ ...honest, sign: (data, algorithm) => honest.sign(data.subarray(1), algorithm) }),
    ],
    [
      'signs with another key',
      async (honest) => ({
        ...keySigner(await fixtureKey('RSA-2048'), platformCrypto()),
        publicKey: honest.publicKey,
      }),
    ],
    [
      'returns nothing',
      (honest) => Promise.resolve({ ...honest, sign: () => Promise.resolve(new Uint8Array()) }),
    ],
    [
      'returns garbage',
      (honest) => Promise.resolve({ ...honest, sign: () => Promise.resolve(new Uint8Array(64).fill(1)) }),
    ],
    [
      'claims the public key of another',
      async (honest) => ({ ...honest, publicKey: (await fixtureKey('ECDSA-P384')).publicKey }),
    ],
  ];

  test.each(lies)('and %s is caught', async (_title, lie) => {
    const signer = await lie(keySigner(await fixtureKey('ECDSA-P256'), platformCrypto()));
    const error = await failureOf(() => createAuthority({ commonName: 'ca', key: signer }, env));
    expect(error).toMatchObject({ code: 'verification-failed', details: { field: 'signature' } });
  });

  test.each(lies.slice(0, 4))('and %s is caught at each certificate', async (_title, lie) => {
    const honest = keySigner(await fixtureKey('ECDSA-P256'), platformCrypto());
    const { certificate } = await createAuthority({ commonName: 'ca', key: honest }, env);
    const error = await failureOf(async () =>
      issue({ certificate, signer: await lie(honest) }, { profile: 'client', commonName: 'a' }, env),
    );
    expect(error).toMatchObject({
      code: 'verification-failed',
      details: { field: 'signature' },
      hint: expect.stringContaining('not kept'),
    });
  });

  test('and changes the bytes that it is given does not change the certificate', async () => {
    const honest = keySigner(await fixtureKey('ECDSA-P256'), platformCrypto());
    const signer: Signer = {
      ...honest,
      sign(data, algorithm) {
        data.set([0x30], 0);
        data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
        return honest.sign(data, algorithm);
      },
    };
    const error = await failureOf(() => createAuthority({ commonName: 'ca', key: signer }, env));
    expect(error.code).toBe('verification-failed');
  });

  test('and fails is heard', async () => {
    const signer: Signer = {
      ...keySigner(await fixtureKey('ECDSA-P256'), platformCrypto()),
      sign: () => Promise.reject(new Error('the HSM is offline')),
    };
    await expect(createAuthority({ commonName: 'ca', key: signer }, env)).rejects.toThrow(
      'the HSM is offline',
    );
  });
});

// The seam: a class of its own types, structurally the same.
const WEB: readonly (readonly [string, WebCrypto])[] = [
  ['Node', globalThis.crypto],
  ['@peculiar/webcrypto', new Crypto()],
];

describe.each(WEB)('WebCrypto keys of %s', (_name, crypto) => {
  test.each(ALGORITHMS)('go there and back: %s', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const there = await toCryptoKey(key, crypto, { extractable: true });
    expect([there.type, there.extractable, there.usages]).toEqual(['private', true, ['sign']]);
    const back = await privateKeyFromCryptoKey(there, crypto);
    expect(back.publicKey.equals(key.publicKey)).toBe(true);
    expect(Buffer.compare(back.exportPkcs8(), key.exportPkcs8())).toBe(0);
    const publicKey = await toCryptoKey(key.publicKey, crypto);
    expect([publicKey.type, publicKey.usages]).toEqual(['public', ['verify']]);
    expect((await publicKeyFromCryptoKey(publicKey, crypto)).equals(key.publicKey)).toBe(true);
  });

  test.each(ALGORITHMS)('sign without being extractable: %s', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const [privateKey, publicKey] = [
      await toCryptoKey(key, crypto),
      await toCryptoKey(key.publicKey, crypto),
    ];
    expect(privateKey.extractable).toBe(false);
    const signer = await signerFromCryptoKeys({ privateKey, publicKey }, crypto);
    const ca = await createAuthority({ commonName: 'web', key: signer }, env);
    const leaf = await issue(ca, { profile: 'client', commonName: 'a' }, env);
    expect(leaf.certificate.issuer.der).toEqual(ca.certificate.subject.der);
  });

  test('of the wrong kind are refused', async () => {
    const key = await fixtureKey('ECDSA-P256');
    const [hidden, publicKey] = [await toCryptoKey(key, crypto), await toCryptoKey(key.publicKey, crypto)];
    expect(await failureOf(() => privateKeyFromCryptoKey(hidden, crypto))).toMatchObject({
      code: 'invalid-key',
      hint: expect.stringContaining('signerFromCryptoKeys'),
    });
    expect(await failureOf(() => privateKeyFromCryptoKey(publicKey, crypto))).toMatchObject({
      code: 'invalid-key',
    });
    expect(await failureOf(() => publicKeyFromCryptoKey(hidden, crypto))).toMatchObject({
      code: 'invalid-key',
    });
  });
});
