import { toHex } from '../../../src/asn1/bytes.ts';
import { TAG } from '../../../src/asn1/der.ts';
import { decodeOid, encodeOid } from '../../../src/asn1/oid.ts';
import { DerReader } from '../../../src/asn1/reader.ts';
import { failureOf } from '../../support/errors.ts';

const read = (hex: string): string => new DerReader(Uint8Array.from(Buffer.from(hex, 'hex'))).oid('the type');

describe('an object identifier', () => {
  // The encodings are those of `openssl asn1parse -genstr OID:…`.
  test.each([
    ['2.5.29.17', '0603551d11'],
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['0.0', '060100'],
    ['1.39', '06014f'],
    ['2.999.3', '0603883703'],
    ['2.40', '060178'],
    ['2.5.29.37.0', '0604551d2500'],
    // X.667: an arc made of a UUID has 128 bits.
    ['2.25.329800735698586629295641978511506172918', '06146983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776'],
    ['1.3.18446744073709551616', '060b2b82808080808080808000'],
  ])('%s is %s, both ways', (dotted, encoded) => {
    expect(toHex(encodeOid(dotted))).toBe(encoded);
    expect(read(encoded)).toBe(dotted);
  });

  test.each(['', '1', '3.1', '1.40', '0.40', '1.2.', '.1.2', '1.02', '1.-2', 'a.b', '1.2 ', '1..2'])(
    'is not %j',
    async (text) => {
      expect(await failureOf(() => encodeOid(text))).toMatchObject({
        code: 'invalid-value',
        details: { kind: 'object identifier', value: text },
      });
    },
  );

  test.each([
    ['empty', '0600'],
    ['cut off within an arc', '06022b86'],
    ['with an arc that begins with zeros', '06032b8001'],
  ])('is malformed when %s', async (_title, encoded) => {
    expect(await failureOf(() => read(encoded))).toMatchObject({
      code: 'invalid-der',
      details: { offset: 0 },
    });
  });

  test('of a megabyte is refused without arithmetic on it', () => {
    expect(decodeOid(new Uint8Array(1_000_000).fill(0x81))).toBeUndefined();
  });

  test('that is long is not taken for another one that begins alike', () => {
    const arcs = (last: number): string => `1.3${'.1'.repeat(70)}.${last}`;
    for (const last of [1, 2, 1]) {
      const encoded = encodeOid(arcs(last));
      expect(new DerReader(encoded).oid()).toBe(arcs(last));
      expect(encoded[0]).toBe(TAG.oid);
    }
  });
});
