import { DerReader } from '../../../src/asn1/reader.ts';
import { characterString, element, sequence, setOf, TAG } from '../../../src/asn1/der.ts';
import { encodeOid } from '../../../src/asn1/oid.ts';
import {
  attributeValues,
  commonNameOf,
  encodeSubject,
  formatName,
  readName,
} from '../../../src/x509/name.ts';
import type { Name, Subject } from '../../../src/x509/name.ts';

const roundTrip = (subject: Subject): Name => readName(new DerReader(encodeSubject(subject)), 'the subject');
const attribute = (oid: string, value: Uint8Array): Uint8Array => sequence(encodeOid(oid), value);

describe('a name', () => {
  // Go's asn1 package, isPrintable: letters, digits and '()+,-./:=? and the blank.
  test.each([
    ['kubernetes', TAG.printableString],
    ["A-Z a-z 0-9 '()+,-./:=?", TAG.printableString],
    ['system:node:node01', TAG.printableString],
    [' blanks ', TAG.printableString],
    ['*.example.com', TAG.utf8String],
    ['a&b', TAG.utf8String],
    ['jane@example.com', TAG.utf8String],
    ['a_b', TAG.utf8String],
    ['#x', TAG.utf8String],
    ['a"b', TAG.utf8String],
    ['a;b<c>d', TAG.utf8String],
    ['back\\slash', TAG.utf8String],
    ['Ä', TAG.utf8String],
    ['😀', TAG.utf8String],
    ['\ufeffmark', TAG.utf8String],
  ])('%j is written with tag %d and survives', (commonName, tag) => {
    const name = roundTrip({ commonName });
    expect(name.rdns).toEqual([[{ type: '2.5.4.3', tag, value: commonName }]]);
    expect(commonNameOf(name)).toBe(commonName);
  });

  test('puts values of one kind into one RDN, sorted, and the kinds in the order of Go', () => {
    const name = roundTrip({
      commonName: 'cn',
      localities: ['l'],
      provinces: ['st'],
      organizationalUnits: ['ou'],
      organizations: ['zebra', 'b', 'system:masters', 'aa'],
      countries: ['DE'],
    });
    expect(formatName(name)).toBe(
      'C = DE, O = b + O = aa + O = zebra + O = system:masters, OU = ou, L = l, ST = st, CN = cn',
    );
    expect(attributeValues(name, 'organizations')).toEqual(['b', 'aa', 'zebra', 'system:masters']);
    expect(attributeValues(name, 'countries')).toEqual(['DE']);
  });

  test('may be empty', () => {
    expect(Buffer.from(encodeSubject({ organizations: [] })).toString('hex')).toBe('3000');
    expect(commonNameOf(roundTrip({}))).toBeUndefined();
  });

  test.each([
    ['a TeletexString', element(TAG.teletexString, Uint8Array.of(0x4d, 0xfc)), 'Mü'],
    ['an IA5String', characterString(TAG.ia5String, 'a@b'), 'a@b'],
    ['a BMPString', element(TAG.bmpString, Uint8Array.of(0x00, 0x4d, 0x20, 0xac)), 'M€'],
    ['a number', Uint8Array.of(2, 1, 5), '#020105'],
  ])('is read with %s in it', (_title, value, expected) => {
    const der = sequence(setOf(attribute('2.5.4.3', value)));
    expect(commonNameOf(readName(new DerReader(der), 'it'))).toBe(expected);
  });

  test('of several common names gives the last, as Go does', () => {
    const rdn = (value: string): Uint8Array =>
      setOf(attribute('2.5.4.3', characterString(TAG.utf8String, value)));
    expect(commonNameOf(readName(new DerReader(sequence(rdn('a'), rdn('b'))), 'it'))).toBe('b');
  });

  test('for people holds no control character, and identifiers of unknown kinds', () => {
    const value = characterString(TAG.utf8String, 'a\u001b[2J\nb\u009b');
    const der = sequence(setOf(attribute('2.5.4.99', value)));
    expect(formatName(readName(new DerReader(der), 'it'))).toBe('2.5.4.99 = a\\x1b[2J\\x0ab\\x9b');
  });
});
