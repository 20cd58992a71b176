import { Certificate, createAuthority, platformCrypto } from '../../../src/ca/index.ts';
import { verifyIssued } from '../../../src/ca/verify-issued.ts';
import type { Expectation } from '../../../src/ca/verify-issued.ts';
import { encodeCertificate, encodeTbsCertificate } from '../../../src/x509/certificate-encoder.ts';
import type { CertificateContent } from '../../../src/x509/certificate-encoder.ts';
import type { ExtensionValues } from '../../../src/x509/extensions.ts';
import { encodeSubject } from '../../../src/x509/name.ts';
import type { Subject } from '../../../src/x509/name.ts';
import { signatureAlgorithmByOid, signatureAlgorithmFor } from '../../../src/crypto/algorithms.ts';
import type { PrivateKey } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, NOW } from '../../support/fixture-keys.ts';

const crypto = platformCrypto();
const SUBJECT: Subject = { commonName: 'web', organizations: ['a', 'b'], countries: ['DE'] };
let key: PrivateKey;
let content: CertificateContent;

const EXTENSIONS: ExtensionValues = {
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: ['serverAuth'],
  basicConstraints: { ca: true, maxPathLength: 3 },
  subjectKeyIdentifier: new Uint8Array(20).fill(1),
  authorityKeyIdentifier: new Uint8Array(20).fill(2),
  subjectAltNames: [
    { type: 'dns', value: 'web.internal' },
    { type: 'ip', value: '10.0.0.7' },
  ],
  subjectAltNameCritical: false,
};

beforeAll(async () => {
  key = await fixtureKey('RSA-2048');
  const ca = await createAuthority({ commonName: 'ca', key }, { now: NOW });
  content = {
    serialNumber: new Uint8Array(20).fill(0x41),
    signatureAlgorithm: signatureAlgorithmFor(key.publicKey),
    issuer: ca.certificate.subject.der,
    notBefore: NOW,
    notAfter: new Date('2027-01-02T03:04:05Z'),
    subject: encodeSubject(SUBJECT),
    publicKey: (await fixtureKey('ECDSA-P256')).publicKey,
    extensions: EXTENSIONS,
  };
});

/** A certificate of this content, truly signed. */
async function signed(one: CertificateContent): Promise<Certificate> {
  const tbs = encodeTbsCertificate(one);
  return Certificate.fromDer(
    encodeCertificate(tbs, one.signatureAlgorithm, await crypto.sign(key, one.signatureAlgorithm, tbs)),
  );
}

const expectation = (): Expectation => ({ content, subject: SUBJECT, issuerKey: key.publicKey });
const refusal = async (certificate: Certificate): Promise<string> => {
  const error = await failureOf(() => verifyIssued(certificate, expectation(), crypto));
  if (error.code !== 'verification-failed') throw error;
  return error.details.field;
};

describe('the check of what was issued', () => {
  test('passes what was asked for', async () => {
    await expect(verifyIssued(await signed(content), expectation(), crypto)).resolves.toBeUndefined();
  });

  const differences: readonly (readonly [
    string,
    () => Promise<Partial<CertificateContent>> | Partial<CertificateContent>,
  ])[] = [
    ['serial number', () => ({ serialNumber: new Uint8Array(20).fill(0x42) })],
    ['issuer', () => ({ issuer: encodeSubject({ commonName: 'other' }) })],
    ['notBefore', () => ({ notBefore: new Date(NOW.getTime() - 1000) })],
    ['notAfter', () => ({ notAfter: new Date(NOW.getTime() + 1000) })],
    ['public key', async () => ({ publicKey: (await fixtureKey('Ed25519')).publicKey })],
    ['subject commonName', () => ({ subject: encodeSubject({ ...SUBJECT, commonName: 'Web' }) })],
    [
      'subject organizations',
      () => ({ subject: encodeSubject({ ...SUBJECT, organizations: ['a', 'b', 'c'] }) }),
    ],
    ['subject countries', () => ({ subject: encodeSubject({ ...SUBJECT, countries: ['FR'] }) })],
    ['subject localities', () => ({ subject: encodeSubject({ ...SUBJECT, localities: ['Bonn'] }) })],
    [
      'signature algorithm',
      () => ({
        signatureAlgorithm: signatureAlgorithmByOid('1.2.840.113549.1.1.13') ?? content.signatureAlgorithm,
      }),
    ],
  ];
  test.each(differences)('finds another %s', async (field, difference) => {
    expect(await refusal(await signed({ ...content, ...(await difference()) }))).toBe(field);
  });

  test.each<readonly [string, Partial<ExtensionValues>]>([
    ['key usage', { keyUsage: ['digitalSignature'] }],
    ['key usage', { keyUsage: [] }],
    ['extended key usage', { extendedKeyUsage: ['serverAuth', 'clientAuth'] }],
    ['extended key usage', { extendedKeyUsage: [] }],
    ['CA flag', { basicConstraints: { ca: false } }],
    ['path length', { basicConstraints: { ca: true } }],
    ['path length', { basicConstraints: { ca: true, maxPathLength: 4 } }],
    ['subject key identifier', { subjectKeyIdentifier: undefined }],
    ['subject key identifier', { subjectKeyIdentifier: new Uint8Array(20) }],
    ['authority key identifier', { authorityKeyIdentifier: undefined }],
    ['authority key identifier', { authorityKeyIdentifier: new Uint8Array(19).fill(2) }],
    ['subject alternative names', { subjectAltNames: [] }],
    ['subject alternative names', { subjectAltNames: [...EXTENSIONS.subjectAltNames].reverse() }],
    [
      'subject alternative names',
      { subjectAltNames: [...EXTENSIONS.subjectAltNames, { type: 'dns', value: 'x' }] },
    ],
    [
      'subject alternative names',
      {
        subjectAltNames: [
          { type: 'uri', value: 'web.internal' },
          { type: 'ip', value: '10.0.0.7' },
        ],
      },
    ],
    ['extensions', { subjectAltNameCritical: true }],
  ])('finds another %s: %j', async (field, difference) => {
    expect(await refusal(await signed({ ...content, extensions: { ...EXTENSIONS, ...difference } }))).toBe(
      field,
    );
  });

  test('finds a subject that says the same in another encoding', async () => {
    const hex = Buffer.from(content.subject).toString('hex').replace('1303776562', '0c03776562');
    expect(
      await refusal(await signed({ ...content, subject: Uint8Array.from(Buffer.from(hex, 'hex')) })),
    ).toBe('subject');
  });

  test('finds any octet that changed', async () => {
    const { der } = await signed(content);
    let read = 0;
    for (let at = 0; at < der.length; at++) {
      const mutated = Uint8Array.from(der);
      mutated[at] = (mutated[at] ?? 0) ^ (1 << (at % 8));
      const error = await failureOf(() => verifyIssued(Certificate.fromDer(mutated), expectation(), crypto));
      expect(['verification-failed', 'invalid-der']).toContain(error.code);
      if (error.code === 'verification-failed') read++;
    }
    expect(read).toBeGreaterThan(400);
  });

  test('does not pass another issuer’s key', async () => {
    const issuerKey = (await fixtureKey('another RSA-2048')).publicKey;
    const error = await failureOf(async () =>
      verifyIssued(await signed(content), { ...expectation(), issuerKey }, crypto),
    );
    expect(error).toMatchObject({ code: 'verification-failed', details: { field: 'signature' } });
  });
});
