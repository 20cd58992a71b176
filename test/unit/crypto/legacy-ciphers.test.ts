import { createCipheriv } from 'node:crypto';
import { rc2Decryptor } from '../../../src/crypto/rc2.ts';
import { tripleDesDecryptor } from '../../../src/crypto/triple-des.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Octets that look random and are always the same. */
function octets(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >>> 16;
  });
}

describe('triple DES', () => {
  test.each([24, 16])('decrypts what OpenSSL encrypts under a key of %d octets', (length) => {
    for (let round = 0; round < 100; round++) {
      const key = octets(length, round * 7 + 1);
      const clear = octets(8, round * 11 + 5);
      const cipher = createCipheriv(length === 24 ? 'des-ede3-cbc' : 'des-ede-cbc', key, new Uint8Array(8));
      cipher.setAutoPadding(false);
      expect(toHex(tripleDesDecryptor(key)(cipher.update(clear)))).toBe(toHex(clear));
    }
  });
});

describe('RC2', () => {
  test.each([
    ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
    ['88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
  ])('decrypts the example of RFC 2268 with key %s', (key, clear, encrypted) => {
    expect(toHex(rc2Decryptor(hex(key))(hex(encrypted)))).toBe(clear);
  });
});
