import { element, TAG } from '../../../../src/asn1/der.ts';
import { decodeOid } from '../../../../src/asn1/oid.ts';
import { BerReader } from '../../../../src/inspect/read/ber.ts';
import { hex } from '../../../support/odd-certificate.ts';

describe('reading BER', () => {
  test('leaves a Buffer as it was given, also where bits of it do not count', () => {
    const input = Buffer.from('03020748', 'hex');
    expect([...new BerReader(input).bitString().bytes]).toEqual([0]);
    expect(input.toString('hex')).toBe('03020748');
  });

  test('keeps identifiers apart from the Buffer that they were read from', () => {
    const input = Buffer.from('06032a0399', 'hex').fill(0x05, 4);
    expect(new BerReader(input).oid()).toBe('1.2.3.5');
    input.fill(0x06, 4);
    expect(new BerReader(input).oid()).toBe('1.2.3.6');
    expect(new BerReader(hex('06032a0305')).oid()).toBe('1.2.3.5');
  });

  test('takes a small tag in the long form for the same tag', () => {
    const reader = new BerReader(hex('1f0402aabb'));
    expect(reader.nextTag).toBe(TAG.octetString);
    expect([...reader.string(TAG.octetString)]).toEqual([0xaa, 0xbb]);
  });

  test('decodes identifiers of any length that occurs, and bounds those that do not', () => {
    const content = new Uint8Array(1000).fill(0x78);
    expect(new BerReader(element(TAG.oid, content)).oid()).toBe(`2.40${'.120'.repeat(999)}`);
    expect(decodeOid(hex('2a83ffffffffffffffffffff7f'))).toBe(`1.2.${2n ** 79n - 1n}`);
    expect(decodeOid(new Uint8Array((1 << 14) + 1).fill(1))).toBeUndefined();
  });
});
