import 'reflect-metadata';
import { Crypto } from '@peculiar/webcrypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import {
  Certificate,
  createAuthority,
  loadAuthority,
  privateKeyFromCryptoKey,
} from '../../../src/ca/index.ts';
import type { WebCrypto } from '../../../src/ca/index.ts';
import {
  fromPeculiarCertificate,
  toPeculiarCertificate,
  toPeculiarKeys,
} from '../../../src/peculiar/index.ts';
import { failureOf } from '../../support/errors.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../../support/fixture-keys.ts';

describe('a certificate of @peculiar/x509', () => {
  test('is made of ours and gives it back, byte for byte', async () => {
    const ca = await createAuthority(
      { commonName: 'kubernetes', organizations: ['a', 'b'], key: await fixtureKey('ECDSA-P256') },
      { now: NOW },
    );
    const there = toPeculiarCertificate(ca.certificate);
    expect(there.subject).toBe('O=a+O=b, CN=kubernetes');
    expect(there.serialNumber).toBe(ca.certificate.serialNumber);
    expect(Buffer.compare(Buffer.from(there.rawData), ca.certificate.der)).toBe(0);
    expect(fromPeculiarCertificate(there).toPem()).toBe(ca.toPem());
    expect(await there.verify({ date: NOW })).toBe(true);
  });

  test('is read from an object of any copy of it', async () => {
    const ca = await createAuthority({ commonName: 'a', key: await fixtureKey('Ed25519') }, { now: NOW });
    const rawData = Uint8Array.from(ca.certificate.der).buffer;
    expect(fromPeculiarCertificate({ rawData })).toBeInstanceOf(Certificate);
    expect(await failureOf(() => fromPeculiarCertificate({ rawData: rawData.slice(1) }))).toMatchObject({
      code: 'invalid-der',
    });
  });
});

// The seam: a class of its own types, structurally the same.
const WEB: readonly (readonly [string, WebCrypto])[] = [
  ['Node', globalThis.crypto],
  ['@peculiar/webcrypto', new Crypto()],
];

describe.each(WEB)('keys for @peculiar/x509 on the WebCrypto of %s', (_name, crypto) => {
  test.each(ALGORITHMS)('are a pair, hidden unless asked for: %s', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const hidden = await toPeculiarKeys(key, crypto);
    expect([hidden.privateKey.extractable, hidden.publicKey.extractable]).toEqual([false, true]);
    const open = await toPeculiarKeys(key, crypto, { extractable: true });
    const back = await privateKeyFromCryptoKey(open.privateKey, crypto);
    expect(back.publicKey.equals(key.publicKey)).toBe(true);
  });
});

test.each(ALGORITHMS)(
  'a root that @peculiar/x509 signs with our key is loaded as an authority: %s',
  async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const keys = await toPeculiarKeys(key, globalThis.crypto);
    const digest = key.publicKey.curve?.size === 32 || key.publicKey.kind === 'rsa' ? 'SHA-256' : 'SHA-512';
    const names = { rsa: 'RSASSA-PKCS1-v1_5', ec: 'ECDSA', ed25519: 'Ed25519' };
    const root = await X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: 'CN=root',
      notBefore: NOW,
      notAfter: new Date('2027-01-02T03:04:05Z'),
      // The seam: structurally the same as the DOM's types.
      keys: keys as Parameters<typeof X509CertificateGenerator.createSelfSigned>[0]['keys'],
      signingAlgorithm: { name: names[key.publicKey.kind], hash: digest },
    });
    const loaded = await loadAuthority({ certificate: fromPeculiarCertificate(root), key });
    expect(loaded.certificate.commonName).toBe('root');
    expect(loaded.certificate.publicKey.algorithm).toBe(algorithm);
  },
);
