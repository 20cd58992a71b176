import { createAuthority, issue, PROFILES, PublicKey } from '../../../src/ca/index.ts';
import type { Authority, CertificateRequest, Profile, ProfileName } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../../support/fixture-keys.ts';

const env = { now: NOW };
let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority({ commonName: 'kubernetes', key: await fixtureKey('ECDSA-P256') }, env);
});

const REQUESTS: readonly (CertificateRequest & { readonly profile: ProfileName })[] = [
  { profile: 'ca', commonName: 'sub', maxPathLength: 0 },
  { profile: 'server', commonName: 'web', subjectAltNames: ['web.internal', '10.0.0.7'] },
  { profile: 'client', commonName: 'jane', organizations: ['dev', 'ops'] },
  { profile: 'peer', commonName: 'etcd-0', subjectAltNames: ['etcd-0', '::1'] },
  { profile: 'kubelet-client', commonName: 'node01' },
  { profile: 'kubelet-server', commonName: 'node01', subjectAltNames: ['10.0.0.7'] },
  { profile: 'webhook', commonName: 'hook.ops' },
];

const USAGES: Readonly<Record<string, readonly string[]>> = {
  ca: [],
  server: ['serverAuth'],
  client: ['clientAuth'],
  peer: ['serverAuth', 'clientAuth'],
  'kubelet-client': ['clientAuth'],
  'kubelet-server': ['serverAuth'],
  webhook: ['serverAuth'],
};

describe.each(ALGORITHMS)('under any profile, a key of %s', (keyAlgorithm) => {
  test.each(REQUESTS)('is certified as $profile', async (request) => {
    const key = await fixtureKey(keyAlgorithm);
    const issued = await issue(ca, { ...request, key }, env);
    const { certificate } = issued;
    expect(certificate.publicKey.equals(key.publicKey)).toBe(true);
    expect(issued.privateKey).toBe(key);
    expect(certificate.extendedKeyUsage ?? []).toEqual(USAGES[request.profile]);
    expect(certificate.isCa).toBe(request.profile === 'ca');
    // RFC 8813 3: keyEncipherment is for RSA alone.
    const enciphers =
      keyAlgorithm.startsWith('RSA') && !['ca', 'client', 'kubelet-client'].includes(request.profile);
    expect(certificate.keyUsage?.includes('keyEncipherment')).toBe(enciphers);
    expect(certificate.keyUsage?.includes('keyCertSign')).toBe(request.profile === 'ca');
    expect(certificate.authorityKeyIdentifier).toEqual(ca.certificate.subjectKeyIdentifier);
    expect(certificate.issuer.der).toEqual(ca.certificate.subject.der);
    expect(certificate.version).toBe(3);
  });

  test('signs as a CA', async () => {
    const own = await createAuthority({ commonName: 'own', key: await fixtureKey(keyAlgorithm) }, env);
    const { certificate } = await issue(own, { profile: 'client', commonName: 'a' }, env);
    const expected = {
      'ECDSA-P256': 'ecdsa-with-SHA256',
      'ECDSA-P384': 'ecdsa-with-SHA384',
      'ECDSA-P521': 'ecdsa-with-SHA512',
      Ed25519: 'Ed25519',
    };
    const name = keyAlgorithm.startsWith('RSA')
      ? 'sha256WithRSAEncryption'
      : expected[keyAlgorithm as 'Ed25519'];
    expect(certificate.signatureAlgorithm?.name).toBe(name);
  });
});

describe('an issued certificate', () => {
  test('has the extensions of Go in the order of Go, with their criticality', async () => {
    const { certificate } = await issue(
      ca,
      { profile: 'server', commonName: 'web', subjectAltNames: ['a.b'] },
      env,
    );
    expect(certificate.extensions.map(({ oid, critical }) => `${oid} ${critical}`)).toEqual([
      '2.5.29.15 true',
      '2.5.29.37 false',
      '2.5.29.19 true',
      '2.5.29.14 false',
      '2.5.29.35 false',
      '2.5.29.17 false',
    ]);
  });

  test('without subject has critical names (RFC 5280 4.2.1.6)', async () => {
    const { certificate } = await issue(ca, { profile: 'server', subjectAltNames: ['a.b'] }, env);
    expect(certificate.subject.rdns).toEqual([]);
    expect(certificate.extension('2.5.29.17')?.critical).toBe(true);
  });

  test('gets a fresh P-256 key where none is given, another each time', async () => {
    const [a, b] = [
      await issue(ca, { profile: 'client', commonName: 'a' }, env),
      await issue(ca, { profile: 'client', commonName: 'a' }, env),
    ];
    expect(a.certificate.publicKey.algorithm).toBe('ECDSA-P256');
    expect(a.certificate.publicKey.equals(b.certificate.publicKey)).toBe(false);
    expect(a.keyToPem()).toContain('BEGIN PRIVATE KEY');
    expect(a.keyToPem({ encoding: 'traditional' })).toContain('BEGIN EC PRIVATE KEY');
  });

  test('for a public key has no private one to give', async () => {
    const { publicKey } = await fixtureKey('Ed25519');
    const issued = await issue(
      ca,
      { profile: 'client', commonName: 'a', key: PublicKey.fromSpki(publicKey.spki) },
      env,
    );
    expect(issued.privateKey).toBeUndefined();
    expect(await failureOf(() => issued.keyToPem())).toMatchObject({ code: 'invalid-key' });
  });

  test('of an unknown key algorithm is refused', async () => {
    const request = {
      profile: 'client',
      commonName: 'a',
      keyAlgorithm: 'DSA',
    } as unknown as CertificateRequest;
    expect(await failureOf(() => issue(ca, request, env))).toMatchObject({ code: 'unsupported-algorithm' });
  });

  test('takes its names from lists without doubles, in the order of the request', async () => {
    const subjectAltNames = [
      'b.example',
      'B.example',
      '10.0.0.1',
      '::ffff:10.0.0.1',
      'a.example',
      'DNS:b.example',
      { type: 'ip', value: '10.0.0.1' } as const,
    ];
    const { certificate } = await issue(ca, { profile: 'server', commonName: 'x', subjectAltNames }, env);
    expect(certificate.subjectAltNames).toEqual([
      { type: 'dns', value: 'b.example' },
      { type: 'ip', value: '10.0.0.1' },
      { type: 'dns', value: 'a.example' },
    ]);
  });

  test('keeps difficult names as they are', async () => {
    for (const commonName of [
      'a=b',
      'a,b',
      '#x',
      ' a ',
      'a+b',
      'a"b',
      'a\\b',
      '\ufeffa',
      'ä😀',
      'system:node:x',
      '*',
    ]) {
      const issued = await issue(
        ca,
        { profile: 'client', commonName, organizations: ['b', ' b', 'B', 'b'] },
        env,
      );
      expect(issued.certificate.commonName).toBe(commonName);
      expect([...issued.certificate.organizations].sort()).toEqual([' b', 'B', 'b']);
    }
  });

  test('does not change with the bytes that it was read from, nor its text with what is done to it', async () => {
    const { certificate } = await issue(ca, { profile: 'client', commonName: 'a' }, env);
    const bytes = Uint8Array.from(certificate.der);
    const read = (await import('../../../src/ca/index.ts')).Certificate.fromDer(bytes);
    bytes.fill(0);
    expect(read.toPem()).toBe(certificate.toPem());
  });
});

describe('serial numbers', () => {
  test('are positive, of 20 octets, and never the same', async () => {
    const { randomSerial } = await import('../../../src/x509/serial.ts');
    const { platformCrypto } = await import('../../../src/ca/index.ts');
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const serial = randomSerial(platformCrypto());
      expect(serial).toHaveLength(20);
      const first = serial[0] ?? 0;
      if (first < 0x40 || first > 0x7f) throw new Error(`first octet ${first}`);
      seen.add(Buffer.from(serial).toString('hex'));
    }
    expect(seen.size).toBe(10_000);
  });

  test('stand in the certificate with at least 127 bits', async () => {
    const { certificate } = await issue(ca, { profile: 'client', commonName: 'a' }, env);
    expect(BigInt(`0x${certificate.serialNumber}`).toString(2).length).toBe(159);
  });
});

describe('a profile of one’s own', () => {
  test('is issued like those of the table', async () => {
    const signing: Profile = {
      name: 'code',
      ca: false,
      keyUsage: { rsa: ['digitalSignature'], ec: ['digitalSignature', 'contentCommitment'], ed25519: [] },
      extendedKeyUsage: ['codeSigning', '1.3.6.1.4.1.311.10.3.13'],
      subjectKeyIdentifier: false,
      validity: '30d',
    };
    const { certificate } = await issue(ca, { profile: signing, commonName: 'release' }, env);
    expect(certificate.extendedKeyUsage).toEqual(['codeSigning', '1.3.6.1.4.1.311.10.3.13']);
    expect(certificate.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
    expect(certificate.subjectKeyIdentifier).toBeUndefined();
    expect(certificate.notAfter).toEqual(new Date('2026-02-01T03:04:05Z'));
  });

  test('the table has one row for each name', () => {
    expect(PROFILES.map(({ name }) => name)).toEqual(REQUESTS.map(({ profile }) => profile));
    expect(Object.isFrozen(PROFILES)).toBe(true);
  });
});
