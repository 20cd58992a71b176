import { DerReader } from '../../../src/asn1/reader.ts';
import { encodeTime, formatInstant, readTime } from '../../../src/asn1/time.ts';
import { element, TAG } from '../../../src/asn1/der.ts';
import { failureOf } from '../../support/errors.ts';

const text = (encoded: Uint8Array): string => Buffer.from(encoded.subarray(2)).toString('latin1');
const read = (tag: number, content: string): Date =>
  readTime(new DerReader(element(tag, Uint8Array.from(Buffer.from(content, 'latin1')))), 'notAfter');

// RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
describe('a time', () => {
  test.each([
    ['0001-01-01T00:00:00Z', TAG.generalizedTime, '00010101000000Z'],
    ['1949-12-31T23:59:59Z', TAG.generalizedTime, '19491231235959Z'],
    ['1950-01-01T00:00:00Z', TAG.utcTime, '500101000000Z'],
    ['1999-12-31T23:59:59Z', TAG.utcTime, '991231235959Z'],
    ['2000-02-29T12:00:00Z', TAG.utcTime, '000229120000Z'],
    ['2024-02-29T00:00:00Z', TAG.utcTime, '240229000000Z'],
    ['2049-12-31T23:59:59Z', TAG.utcTime, '491231235959Z'],
    ['2050-01-01T00:00:00Z', TAG.generalizedTime, '20500101000000Z'],
    ['2096-02-29T00:00:00Z', TAG.generalizedTime, '20960229000000Z'],
    ['9999-12-31T23:59:59Z', TAG.generalizedTime, '99991231235959Z'],
  ])('%s has tag %d and the text %s, both ways', (iso, tag, expected) => {
    const encoded = encodeTime(new Date(iso));
    expect([encoded[0], text(encoded)]).toEqual([tag, expected]);
    expect(readTime(new DerReader(encoded), 'it')).toEqual(new Date(iso));
  });

  test.each([
    ['a day that does not exist', TAG.utcTime, '250229000000Z'],
    ['the leap day of 2100', TAG.generalizedTime, '21000229000000Z'],
    ['month 13', TAG.utcTime, '251301000000Z'],
    ['month 0', TAG.utcTime, '250001000000Z'],
    ['day 0', TAG.utcTime, '250100000000Z'],
    ['hour 24', TAG.utcTime, '250101240000Z'],
    ['minute 60', TAG.utcTime, '250101006000Z'],
    ['a leap second', TAG.utcTime, '161231235960Z'],
    ['no seconds', TAG.utcTime, '2501010000Z'],
    ['an offset', TAG.utcTime, '250101000000+0100'],
    ['a fraction', TAG.generalizedTime, '20250101000000.5Z'],
    ['no Z', TAG.generalizedTime, '20250101000000'],
    ['nothing', TAG.utcTime, ''],
    ['letters', TAG.utcTime, '2501010000ooZ'],
    ['a megabyte', TAG.utcTime, '1'.repeat(1_000_000)],
  ])('with %s is refused', async (_title, tag, content) => {
    const error = await failureOf(() => read(tag, content));
    expect(error).toMatchObject({ code: 'invalid-der', details: { offset: 0 } });
    expect(error.message).toMatch(/^invalid DER at offset 0: notAfter is /);
  });

  test('is not any other element', async () => {
    expect(await failureOf(() => read(TAG.utf8String, '250101000000Z'))).toMatchObject({
      code: 'invalid-der',
    });
  });
});

describe('an instant', () => {
  test.each([
    '2026-11-25T07:57:01.009Z',
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
    '-000001-12-31T23:59:59.999Z',
  ])('%s is written as the platform does', (text) => {
    expect(formatInstant(new Date(text))).toBe(text);
  });

  test('that is none is refused as the platform does', () => {
    expect(() => formatInstant(new Date(Number.NaN))).toThrow(RangeError);
  });
});
