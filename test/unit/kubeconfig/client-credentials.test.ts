import { execFileSync } from 'node:child_process';
import { createAuthority, encryptPrivateKey, issue } from '../../../src/ca/index.ts';
import type { Authority, CertificateRequest, IssuedCertificate } from '../../../src/ca/index.ts';
import { readClientCredentials } from '../../../src/kubeconfig/index.ts';
import { failureOf } from '../../support/errors.ts';
import { describeWith } from '../../support/foreign.ts';

const NOW = new Date('2027-01-31T12:00:00Z');
const environment = { now: NOW };

describe('a client certificate from files', () => {
  let ca: Authority;
  let jane: IssuedCertificate;
  const client = (more: Partial<CertificateRequest> = {}, at = NOW): Promise<IssuedCertificate> =>
    issue(ca, { profile: 'client', commonName: 'jane', ...more }, { now: at });
  beforeAll(async () => {
    ca = await createAuthority({ commonName: 'ca' }, { now: new Date('2026-01-01T00:00:00Z') });
    jane = await client({ organizations: ['dev', 'ops'] });
  });

  test('says who it is, and has its chain and its key', async () => {
    const certificate = jane.toPem() + ca.toPem();
    const read = await readClientCredentials({ certificate, key: jane.keyToPem() }, environment);
    expect(read).toMatchObject({ user: 'jane', groups: ['dev', 'ops'], notices: [] });
    expect(read.certificatePem).toBe(certificate);
    expect(read.keyPem).toBe(jane.keyToPem());
  });

  test('may lie in one file with its key, in any order and encoding', async () => {
    const files = [
      jane.toPem() + jane.keyToPem({ encoding: 'traditional' }),
      jane.keyToPem() + jane.toPem() + ca.toPem(),
    ];
    for (const certificate of files) {
      const read = await readClientCredentials({ certificate }, environment);
      expect(read.keyPem).toBe(jane.keyToPem());
      expect(read.certificatePem).not.toContain('PRIVATE KEY');
    }
  });

  test('is refused with the key of another, and where another certificate is the first', async () => {
    const other = await client();
    const [certificate, key] = [jane.toPem(), other.keyToPem()];
    const error = await failureOf(() =>
      readClientCredentials({ certificate, key, keySource: 'x.key' }, environment),
    );
    expect(error).toMatchObject({ code: 'invalid-key', details: { source: 'x.key' } });
    const turned = { certificate: ca.toPem() + jane.toPem(), key: jane.keyToPem() };
    const later = await failureOf(() => readClientCredentials(turned, environment));
    expect(later).toMatchObject({ code: 'invalid-key', hint: expect.stringContaining('put that one first') });
  });

  test('is refused with an encrypted key, and the hint says what to do', async () => {
    if (jane.privateKey === undefined) throw new Error('a certificate that was issued here has its key');
    const key = await encryptPrivateKey(jane.privateKey, 'correct horse', environment);
    const error = await failureOf(() =>
      readClientCredentials({ certificate: jane.toPem(), key, keySource: 'x.key' }, environment),
    );
    expect(error).toMatchObject({
      code: 'password-required',
      message: 'x.key: the private key is encrypted',
    });
    expect(error.hint).toContain('openssl pkey -in KEY -out NEW-KEY');
  });

  test.each([
    ['expired', { validity: '1d' }, '2027-01-01T00:00:00Z'],
    ['not-yet-valid', {}, '2027-03-01T00:00:00Z'],
    ['no-client-usage', { profile: 'server', subjectAltNames: ['a.example'] }, NOW.toISOString()],
    ['system-masters', { organizations: ['system:masters'] }, NOW.toISOString()],
  ] as const)('is told to be %s', async (code, more, at) => {
    const one = await client(more, new Date(at));
    const files = { certificate: one.toPem(), key: one.keyToPem(), source: 'x.crt' };
    const { notices } = await readClientCredentials(files, environment);
    expect(notices).toMatchObject([{ code, severity: 'warning' }]);
  });

  test('without a CN is of nobody', async () => {
    const profile = { ...PROFILE, check: () => [] };
    const one = await issue(ca, { profile, organizations: ['dev'] }, environment);
    const files = { certificate: one.toPem(), key: one.keyToPem() };
    const { user, notices } = await readClientCredentials(files, environment);
    expect(user).toBe('');
    expect(notices).toMatchObject([{ code: 'no-common-name' }]);
  });

  describeWith(['openssl'], 'with a key that OpenSSL encrypted before PKCS#8', () => {
    test('is refused with the same hint', async () => {
      const args = ['pkey', '-traditional', '-aes128', '-passout', 'pass:x'];
      const key = execFileSync('openssl', args, { input: jane.keyToPem(), encoding: 'utf8' });
      expect(key).toContain('Proc-Type: 4,ENCRYPTED');
      const error = await failureOf(() =>
        readClientCredentials({ certificate: jane.toPem(), key }, environment),
      );
      expect(error).toMatchObject({
        code: 'password-required',
        hint: expect.stringContaining('openssl pkey'),
      });
    });
  });
});

const PROFILE = {
  name: 'anything',
  ca: false,
  keyUsage: { rsa: [], ec: ['digitalSignature'], ed25519: [] },
  extendedKeyUsage: [],
  subjectKeyIdentifier: true,
  validity: '1d',
} as const;
