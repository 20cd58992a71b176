import * as nodeCrypto from 'node:crypto';
import { TAG } from '../../../src/asn1/der.ts';
import { DerReader } from '../../../src/asn1/reader.ts';
import { keyAlgorithm } from '../../../src/crypto/algorithms.ts';
import { nodeCryptoProvider } from '../../../src/crypto/node-provider.ts';
import { rsaKeyFromPrimes } from '../../../src/crypto/rsa-primes.ts';
import { privateKeyToPem } from '../../../src/x509/key-file.ts';
import { describeWith } from '../../support/foreign.ts';
import { opensslPkeyCheck } from '../../judges/openssl.ts';

const E = 65537n;

interface Numbers {
  readonly [name: string]: bigint;
}

/** The numbers of an RSAPrivateKey (RFC 8017 A.1.2). */
function numbersOf(pkcs1: Uint8Array): Numbers {
  const reader = new DerReader(pkcs1).enter(TAG.sequence);
  reader.smallInteger('the version');
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qInv'];
  const numbers = names.map(
    (name) => [name, BigInt(`0x${Buffer.from(reader.integer()).toString('hex')}`)] as const,
  );
  reader.finish();
  return Object.fromEntries(numbers);
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

// FIPS 186-5 A.1.1 and A.1.3.
function expectGoodKey(numbers: Numbers, bits: number): void {
  const { n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp, dq, qInv = 0n } = numbers;
  const half = BigInt(bits / 2);
  const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  expect(n).toBe(p * q);
  expect(n >> BigInt(bits - 1)).toBe(1n);
  expect(e).toBe(E);
  expect([nodeCrypto.checkPrimeSync(p), nodeCrypto.checkPrimeSync(q)]).toEqual([true, true]);
  // sqrt(2) * 2^(half - 1) <= p, q < 2^half, in squares.
  for (const prime of [p, q]) {
    expect(prime * prime >= 2n << (2n * (half - 1n))).toBe(true);
    expect(prime < 1n << half).toBe(true);
    expect(gcd(prime - 1n, e)).toBe(1n);
  }
  expect(p > q && p - q > 1n << (half - 100n)).toBe(true);
  expect(d > 1n << half && d < lambda).toBe(true);
  expect((d * e) % lambda).toBe(1n);
  expect([dp, dq]).toEqual([d % (p - 1n), d % (q - 1n)]);
  expect((qInv * q) % p).toBe(1n);
}

const prime = (bits: number): bigint => nodeCrypto.generatePrimeSync(bits, { bigint: true });

describe('an RSA key from two primes', () => {
  test.each(['RSA-2048', 'RSA-3072'] as const)('%s meets FIPS 186-5', async (name) => {
    const provider = nodeCryptoProvider(nodeCrypto, 'primes');
    const key = await provider.generateKey(keyAlgorithm(name));
    expect(key.publicKey.algorithm).toBe(name);
    expectGoodKey(numbersOf(key.exportTraditional().der), key.publicKey.bits);
  });

  test('holds in any order of the primes, for many small pairs', () => {
    let accepted = 0;
    for (let i = 0; i < 60; i++) {
      const [p, q] = [prime(256), prime(256)];
      const [key, swapped] = [rsaKeyFromPrimes([p, q], 512), rsaKeyFromPrimes([q, p], 512)];
      expect(key?.pkcs1).toEqual(swapped?.pkcs1);
      if (key === undefined) continue;
      accepted++;
      expectGoodKey(numbersOf(key.pkcs1), 512);
    }
    expect(accepted).toBeGreaterThan(0);
  });

  const top = 1n << 255n;
  test.each<[string, () => [bigint, bigint]]>([
    ['equal primes', () => [prime(256), 0n]],
    ['primes that lie close', () => [prime(256), 2n]],
    ['a prime whose two top bits are not set', () => [prime(256), top + 1n]],
    ['a prime that is too short', () => [prime(256), prime(250)]],
    ['a prime that is too long', () => [prime(256), prime(257)]],
  ])('is not made of %s', (_title, pair) => {
    const [p, second] = pair();
    const q = second < 3n ? p + second : second;
    expect(rsaKeyFromPrimes([p, q], 512)).toBeUndefined();
  });

  test('is not made of a prime whose predecessor the exponent divides', () => {
    let p = 0n;
    do p = nodeCrypto.generatePrimeSync(256, { bigint: true, add: E, rem: 1n });
    while (p >> 254n !== 3n);
    let q = 0n;
    do q = prime(256);
    while (q >> 254n !== 3n);
    expect((p - 1n) % E).toBe(0n);
    expect(rsaKeyFromPrimes([p, q], 512)).toBeUndefined();
  });
});

describeWith(['openssl'], 'openssl pkey -check', () => {
  test('holds a key from primes for valid', async () => {
    const key = await nodeCryptoProvider(nodeCrypto, 'primes').generateKey(keyAlgorithm('RSA-2048'));
    for (const encoding of ['pkcs8', 'traditional'] as const) {
      expect(await opensslPkeyCheck(privateKeyToPem(key, { encoding }))).toMatchObject({ ok: true });
    }
  });
});
