import 'reflect-metadata';
import { createAuthority, issue } from '../../src/ca/index.ts';
import { toPeculiarCertificate } from '../../src/peculiar/index.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../support/fixture-keys.ts';
import { reencode } from '../support/peculiar-check.ts';
import { PROFILE_REQUESTS } from '../support/requests.ts';

describe.each(ALGORITHMS)('with keys of %s', (algorithm) => {
  test.each(PROFILE_REQUESTS)(
    '@peculiar/x509 reads a $profile certificate and writes it to the same bytes',
    async (request) => {
      const key = await fixtureKey(algorithm);
      const ca = await createAuthority({ commonName: 'kubernetes', key }, { now: NOW });
      const { certificate } = await issue(ca, { ...request, key }, { now: NOW });
      for (const one of [ca.certificate, certificate]) {
        expect(Buffer.compare(reencode(one.der), one.der)).toBe(0);
        const foreign = toPeculiarCertificate(one);
        expect(foreign.serialNumber).toBe(one.serialNumber);
        expect([foreign.notBefore, foreign.notAfter]).toEqual([one.notBefore, one.notAfter]);
        expect(await foreign.verify({ publicKey: toPeculiarCertificate(ca.certificate), date: NOW })).toBe(
          true,
        );
        expect(foreign.extensions.map(({ type, critical }) => ({ oid: type, critical }))).toEqual(
          one.extensions.map(({ oid, critical }) => ({ oid, critical })),
        );
      }
    },
  );
});

test('the cross-check writes what it read, not the bytes that came in', async () => {
  const ca = await createAuthority(
    { commonName: 'kubernetes', key: await fixtureKey('ECDSA-P256') },
    { now: NOW },
  );
  // BER's long form of a length is read, and written as DER.
  const [, ...rest] = Buffer.from(ca.certificate.der).toString('hex').split(/^3082/);
  const loose = Buffer.from(`308300${rest.join('')}`, 'hex');
  expect(Buffer.compare(reencode(loose), ca.certificate.der)).toBe(0);
});
