import { createAuthority, issue, keySigner, platformCrypto } from '../../../src/ca/index.ts';
import type { Authority, CertificateRequest, Issuer, Profile } from '../../../src/ca/index.ts';
import { PROFILES } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, NOW } from '../../support/fixture-keys.ts';

const env = { now: NOW };
const client: CertificateRequest = { profile: 'client', commonName: 'a' };

async function authority(request: Partial<Parameters<typeof createAuthority>[0]> = {}): Promise<Authority> {
  return createAuthority({ commonName: 'ca', key: await fixtureKey('ECDSA-P256'), ...request }, env);
}

const reason = async (issuer: Issuer, now = NOW, request = client): Promise<string> => {
  const error = await failureOf(() => issue(issuer, request, { now }));
  if (error.code !== 'invalid-issuer') throw error;
  expect(error.details.subject).toMatch(/CN = /);
  return error.details.reason;
};

describe('an issuer does not sign', () => {
  test('before it is valid, nor after it expired, and says what the clock says', async () => {
    const ca = await authority({ validity: '1d' });
    expect(await reason(ca, new Date('2026-01-02T02:59:04Z'))).toBe('not-yet-valid');
    expect(await reason(ca, new Date('2026-01-03T03:04:06Z'))).toBe('expired');
    for (const now of ['2026-01-02T02:59:05Z', '2026-01-03T03:04:04Z'])
      await expect(issue(ca, client, { now: new Date(now) })).resolves.toBeDefined();
    const error = await failureOf(() => issue(ca, client, { now: new Date('2030-01-01T00:00:00Z') }));
    expect(error.message).toContain('2030-01-01T00:00:00.000Z');
    expect(error.hint).toContain('clock');
  });

  test('when it is not a CA', async () => {
    const leaf = await issue(
      await authority(),
      { profile: 'server', commonName: 'web', key: await fixtureKey('Ed25519') },
      env,
    );
    const signer = keySigner(await fixtureKey('Ed25519'), platformCrypto());
    expect(await reason({ certificate: leaf.certificate, signer })).toBe('not-ca');
  });

  test('without keyCertSign', async () => {
    const row = PROFILES.find(({ name }) => name === 'ca');
    if (row === undefined) throw new Error('there is a profile ca');
    const usages = ['digitalSignature', 'cRLSign'] as const;
    const profile: Profile = { ...row, keyUsage: { rsa: usages, ec: usages, ed25519: usages } };
    expect(await reason(await authority({ profile }))).toBe('key-usage');
  });

  test('with the key of another', async () => {
    const { certificate } = await authority();
    expect(
      await reason({ certificate, signer: keySigner(await fixtureKey('ECDSA-P384'), platformCrypto()) }),
    ).toBe('key-mismatch');
  });
});

describe('the path length', () => {
  const below = async (parent: Issuer, maxPathLength?: number): Promise<Authority> =>
    createAuthority(
      {
        commonName: `below ${maxPathLength ?? 'any'}`,
        parent,
        key: await fixtureKey('ECDSA-P384'),
        ...(maxPathLength === undefined ? {} : { maxPathLength }),
      },
      env,
    );

  test('of 0 allows leaves, and no CA', async () => {
    const ca = await authority({ maxPathLength: 0 });
    await expect(issue(ca, client, env)).resolves.toBeDefined();
    for (const length of [0, 1, undefined])
      expect(await failureOf(() => below(ca, length))).toMatchObject({
        code: 'invalid-issuer',
        details: { reason: 'path-length' },
      });
  });

  test('of 1 allows a CA of 0 alone', async () => {
    const ca = await authority({ maxPathLength: 1 });
    expect((await below(ca, 0)).certificate.basicConstraints).toEqual({ ca: true, maxPathLength: 0 });
    expect(await failureOf(() => below(ca, 1))).toMatchObject({
      details: { reason: 'path-length' },
      hint: expect.stringContaining('0'),
    });
    expect(await failureOf(() => below(ca))).toMatchObject({ details: { reason: 'path-length' } });
  });

  test('of 2 allows two levels, each with less than the one above', async () => {
    const root = await authority({ maxPathLength: 2 });
    const [one, zero] = [await below(root, 1), await below(root, 0)];
    await expect(below(one, 0)).resolves.toBeDefined();
    await expect(failureOf(() => below(zero, 0))).resolves.toMatchObject({
      details: { reason: 'path-length' },
    });
    await expect(failureOf(() => below(root, 2))).resolves.toMatchObject({
      details: { reason: 'path-length' },
    });
  });

  test('that is not there allows everything', async () => {
    const root = await authority();
    expect((await below(root)).certificate.basicConstraints).toEqual({ ca: true });
    expect((await below(root, 7)).certificate.basicConstraints).toEqual({ ca: true, maxPathLength: 7 });
  });
});
