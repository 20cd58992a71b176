import {
  decodeBase64,
  decodeBase64Portable,
  encodeBase64,
  encodeBase64Portable,
} from '../../../src/asn1/base64.ts';

const codecs = [
  ['with the platform', encodeBase64, decodeBase64],
  ['without the platform', encodeBase64Portable, decodeBase64Portable],
] as const;

describe.each(codecs)('%s', (_title, encode, decode) => {
  // RFC 4648 section 10.
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is %j', (text, encoded) => {
    const bytes = new TextEncoder().encode(text);
    expect(encode(bytes)).toBe(encoded);
    expect(decode(encoded)).toEqual(bytes);
  });

  test('all bytes survive', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(decode(encode(bytes))).toEqual(bytes);
  });

  test('a part of a buffer is only that part', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4, 5]).subarray(1, 4);
    expect(encode(bytes)).toBe('AgME');
  });

  test('unused bits do not matter, as in Go', () => {
    expect(decode('Zh==')).toEqual(Uint8Array.from([0x66]));
  });

  test.each([
    'Zg',
    'Zg=',
    'Z===',
    '====',
    'Zg==Zg==',
    'Z=g=',
    'Zm9v\n',
    'Zm 9',
    'Z-9v',
    'Z_9v',
    'Zm9é',
    '=Zm9',
  ])('%j is refused', (text) => {
    expect(decode(text)).toBeUndefined();
  });
});
