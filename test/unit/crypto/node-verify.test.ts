import * as nodeCrypto from 'node:crypto';
import { verifyOnNode } from '../../../src/crypto/node-verify.ts';
import type { SignatureScheme } from '../../../src/crypto/signature-schemes.ts';

const { privateKey, publicKey } = nodeCrypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const data = new TextEncoder().encode('what is signed');
const signature = nodeCrypto.sign('sha256', data, privateKey);

const verdict = (
  scheme: SignatureScheme,
  key: nodeCrypto.KeyObject | undefined = publicKey,
): ReturnType<typeof verifyOnNode> => verifyOnNode(nodeCrypto, key, { scheme, signed: { data, signature } });

test('a signature is valid with its digest alone', async () => {
  expect(await verdict({ kind: 'rsa', digest: 'sha256' })).toBe('valid');
  expect(await verdict({ kind: 'rsa', digest: 'sha384' })).toBe('invalid');
});

test.each(['md2', 'whirlpool', 'none-such'])(
  'the digest %s, which this build has not, is not supported',
  async (digest) => {
    expect(await verdict({ kind: 'rsa', digest })).toBe('unsupported');
  },
);

test('a key that no library loads is not supported; one of another kind has not signed', async () => {
  expect(
    await verifyOnNode(nodeCrypto, undefined, {
      scheme: { kind: 'rsa', digest: 'sha256' },
      signed: { data, signature },
    }),
  ).toBe('unsupported');
  expect(await verdict({ kind: 'ecdsa', digest: 'sha256' })).toBe('invalid');
});

test('a digest that the key forbids (RFC 4055 3.3) makes a signature that is none', async () => {
  // The types of Node say that the length is text.
  const options: object = {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
    saltLength: 32,
  };
  const pss = nodeCrypto.generateKeyPairSync('rsa-pss', options as nodeCrypto.RSAPSSKeyPairKeyObjectOptions);
  const scheme = { kind: 'rsa-pss', digest: 'sha512', maskDigest: 'sha512', saltLength: 64 } as const;
  expect(await verdict(scheme, pss.publicKey)).toBe('invalid');
  expect(await verdict({ ...scheme, maskDigest: 'sha256' }, pss.publicKey)).toBe('invalid');
});
