import * as fc from 'fast-check';
import { isPkiError } from '../../../src/errors/pki-error.ts';
import {
  formatGoDuration,
  parseDuration,
  parseGoDuration,
  parseInstant,
  parseValidity,
} from '../../../src/x509/duration.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function codeOf(act: () => unknown): string {
  try {
    return `returned ${JSON.stringify(act())}`;
  } catch (error) {
    return isPkiError(error) ? error.code : `threw ${String(error)}`;
  }
}

test('a duration may be none at all, and is no time', () => {
  expect(['0', '0s', '90d', '1h30m'].map(parseDuration)).toEqual([0, 0, 90 * DAY, 90 * MINUTE]);
  for (const text of ['-1d', '90', '', '2027-01-31T12:00:00Z', 'soon'])
    expect(codeOf(() => parseDuration(text))).toBe('invalid-value');
});

describe('the validity of a certificate', () => {
  it.each([
    ['90d', 90 * DAY],
    ['1y', 365 * DAY],
    ['30m', 30 * MINUTE],
    ['8h', 8 * HOUR],
    ['8760h0m0s', 365 * DAY],
    ['1h30m', 90 * MINUTE],
    ['1y30d', 395 * DAY],
    ['1.5d', 36 * HOUR],
    ['+1h', HOUR],
    ['7900y', 7900 * 365 * DAY],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseValidity(text)).toEqual({ kind: 'duration', milliseconds });
  });

  it('may be the time at which it ends', () => {
    const date = new Date('2027-01-31T10:00:00.500Z');
    expect(parseValidity('2027-01-31T12:00:00.5+02:00')).toEqual({ kind: 'until', date });
  });

  it.each([
    ...[
      '',
      '0',
      '0s',
      '0d',
      '-1h',
      '-90d',
      '1',
      '90',
      'd',
      '1w',
      '1 d',
      ' 1d',
      '1d ',
      '1D',
      '8000000y',
      '1e3h',
    ],
    ...['9'.repeat(99) + 'y', '.d', '1d-1h', '2027-01-31', '2027-02-30T00:00:00Z'],
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseValidity(text))).toBe('invalid-value');
  });
});

describe('durations of kubeadm documents', () => {
  it.each([
    ['8760h0m0s', 365 * DAY],
    ['0', 0],
    ['+0', 0],
    ['-1h', -HOUR],
    ['1.s', 1000],
    ['.5s', 500],
    ['1.5h.5m', 90.5 * MINUTE],
    ['1m1h', 61 * MINUTE],
    ['1500us', 1.5],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['2562047h47m16.854s', 9223372036854],
  ])('%s is %d milliseconds as in Go', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });

  it.each([
    ...['', '1y', '90d', '1', '00', '.', '.s', '-.s', '+-1s', '1h ', '1H', '1..5s', '1h1', '２h', 'h1'],
    ...['9223372036854775808ns', '2562047h47m17s'],
  ])('refuses %j as Go does', (text) => {
    expect(codeOf(() => parseGoDuration(text))).toBe('invalid-value');
  });

  it.each([
    [365 * DAY, '8760h0m0s'],
    [90 * 1000, '1m30s'],
    [1500, '1.5s'],
    [20, '20ms'],
    [1.5, '1.5ms'],
    [0.001, '1µs'],
    [0.000001, '1ns'],
    [0, '0s'],
    [-HOUR, '-1h0m0s'],
    [HOUR + 1, '1h0m0.001s'],
  ])('%d milliseconds are written %s as in Go', (milliseconds, text) => {
    expect(formatGoDuration(milliseconds)).toBe(text);
  });

  it('come back the same from their text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e12, max: 9e12 }), (milliseconds) => {
        expect(parseGoDuration(formatGoDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });

  it('answer random text with a number or an invalid-value', () => {
    const signs = ['1', '0', '.', '-', '+', 'h', 'm', 's', 'n', 'd', 'y', 'µ', ' ', ':', 'T'];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...signs) }), (text) => {
        for (const parse of [parseValidity, parseGoDuration, parseInstant]) {
          expect(codeOf(() => parse(text))).toMatch(/^(returned|invalid-value)/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('instants', () => {
  it.each([
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31t12:00:00z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.123456789Z', '2027-01-31T12:00:00.123Z'],
    ['2027-01-01T00:30:00+01:00', '2026-12-31T23:30:00.000Z'],
    ['2028-02-29T23:30:00-01:45', '2028-03-01T01:15:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseInstant(text).toISOString()).toBe(expected);
  });

  it.each([
    ...['', 'now', '2027-01-31', '2027-01-31T12:00:00', '2027-01-31 12:00:00Z', '2027-1-31T12:00:00Z'],
    ...['2027-13-01T00:00:00Z', '2027-02-29T00:00:00Z', '2027-01-31T24:00:00Z', '2027-06-30T23:59:60Z'],
    ...['2027-01-31T12:00:00+24:00', '2027-01-31T12:00:00.Z', '+2027-01-31T12:00:00Z'],
    ...['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', '2027-01-31T12:00:00Z\n'],
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseInstant(text))).toBe('invalid-value');
  });
});
