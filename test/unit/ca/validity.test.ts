import { createAuthority, issue } from '../../../src/ca/index.ts';
import type { Authority, CertificateRequest } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, NOW } from '../../support/fixture-keys.ts';

const key = () => fixtureKey('ECDSA-P256');
const at = (iso: string): { now: Date } => ({ now: new Date(iso) });
let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority({ commonName: 'ca', key: await key(), validity: '50y' }, { now: NOW });
});

const client: CertificateRequest = { profile: 'client', commonName: 'a' };
const period = async (validity: CertificateRequest['validity'], now = NOW): Promise<readonly string[]> => {
  const request = validity === undefined ? client : { ...client, validity };
  const { certificate } = await issue(ca, request, { now });
  return [certificate.notBefore.toISOString(), certificate.notAfter.toISOString()];
};

describe('the validity', () => {
  test.each([
    [undefined, '2027-01-02T03:04:05.000Z'],
    ['90d', '2026-04-02T03:04:05.000Z'],
    ['1y', '2027-01-02T03:04:05.000Z'],
    ['8h', '2026-01-02T11:04:05.000Z'],
    ['30m', '2026-01-02T03:34:05.000Z'],
    ['1s', '2026-01-02T03:04:06.000Z'],
    ['8760h0m0s', '2027-01-02T03:04:05.000Z'],
    ['1m1.9s', '2026-01-02T03:05:06.000Z'],
    ['2026-06-30T12:00:00+02:00', '2026-06-30T10:00:00.000Z'],
    [{ kind: 'duration', milliseconds: 86_400_000 } as const, '2026-01-03T03:04:05.000Z'],
    [{ kind: 'until', date: new Date('2026-02-03T00:00:00.999Z') } as const, '2026-02-03T00:00:00.000Z'],
  ])('of %j ends at %s, and began five minutes before now', async (validity, end) => {
    expect((await period(validity))[1]).toBe(end);
  });

  test('begins five minutes before now, but never before the CA', async () => {
    expect((await period('1d', new Date('2026-01-05T00:00:00.987Z')))[0]).toBe('2026-01-04T23:55:00.000Z');
    expect(ca.certificate.notBefore.toISOString()).toBe('2026-01-02T02:59:05.000Z');
    expect((await period('1d', new Date('2026-01-02T03:00:00Z')))[0]).toBe('2026-01-02T02:59:05.000Z');
  });

  test.each(['0s', '-1h', '1ms', '2026-01-02T03:04:05Z', '2020-01-01T00:00:00Z', 'soon', '', '1w', '90'])(
    'of %j is refused',
    async (validity) => {
      expect(await failureOf(() => issue(ca, { ...client, validity }, { now: NOW }))).toMatchObject({
        code: 'invalid-value',
      });
    },
  );

  test('of a root reaches to the last second of 9999, and not beyond', async () => {
    const root = async (validity: string) =>
      createAuthority({ commonName: 'r', key: await key(), validity }, { now: NOW });
    expect((await root('9999-12-31T23:59:59Z')).certificate.notAfter.toISOString()).toBe(
      '9999-12-31T23:59:59.000Z',
    );
    expect((await root('30y')).certificate.notAfter.getUTCFullYear()).toBe(2055);
    const error = await failureOf(() => root('7990y'));
    expect(error).toMatchObject({ code: 'invalid-value', details: { kind: 'validity' } });
    expect(error.message).toContain('9999');
  });

  test('of something that is no date is a TypeError', async () => {
    const date = new Date(Number.NaN);
    const validity = { kind: 'until', date } as const;
    await expect(issue(ca, { ...client, validity }, { now: NOW })).rejects.toThrow(TypeError);
    await expect(createAuthority({ commonName: 'x', key: await key() }, { now: date })).rejects.toThrow(
      TypeError,
    );
  });
});

describe('a certificate that would outlive its CA', () => {
  test('is cut to the CA, with a notice', async () => {
    const { certificate, notices } = await issue(ca, { ...client, validity: '60y' }, { now: NOW });
    expect(certificate.notAfter).toEqual(ca.certificate.notAfter);
    expect(notices).toEqual([
      expect.objectContaining({
        code: 'validity-clamped',
        severity: 'warning',
        expected: '2085-12-18T03:04:05.000Z',
        actual: ca.certificate.notAfter.toISOString(),
      }),
    ]);
  });

  test('is refused where that is asked for', async () => {
    const error = await failureOf(() =>
      issue(ca, { ...client, validity: '60y', outlive: 'refuse' }, { now: NOW }),
    );
    expect(error).toMatchObject({ code: 'invalid-request', details: { problems: [{ path: 'validity' }] } });
    const fits = await issue(ca, { ...client, validity: '49y', outlive: 'refuse' }, { now: NOW });
    expect(fits.notices).toEqual([]);
  });

  test('may end with it to the second, without notice', async () => {
    const until = ca.certificate.notAfter;
    const { notices } = await issue(
      ca,
      { ...client, validity: { kind: 'until', date: until }, outlive: 'refuse' },
      { now: NOW },
    );
    expect(notices).toEqual([]);
    const late = await issue(ca, client, at('2075-12-21T03:04:04Z'));
    expect(late.certificate.notAfter).toEqual(until);
  });
});
