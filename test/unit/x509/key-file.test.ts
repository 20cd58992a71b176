import { inspect } from 'node:util';
import * as nodeCrypto from 'node:crypto';
import { Crypto } from '@peculiar/webcrypto';
import {
  createAuthority,
  encodePem,
  encryptPrivateKey,
  issue,
  parsePem,
  parsePrivateKey,
  privateKeyToPem,
  publicKeyToPem,
  readPublicKey,
  webCryptoProvider,
} from '../../../src/ca/index.ts';
import type { CryptoProvider, WebCrypto } from '../../../src/ca/index.ts';
import { nodeCryptoProvider } from '../../../src/crypto/node-provider.ts';
import { wrapEc, readEcScalar, unwrapPkcs8 } from '../../../src/crypto/private-key.ts';
import { opensslPkeyCheck, opensslPubkey } from '../../judges/openssl.ts';
import { failureOf } from '../../support/errors.ts';
import { ALGORITHMS, fixtureKey, fixturePem, NOW } from '../../support/fixture-keys.ts';
import { describeWith, runOk } from '../../support/foreign.ts';

const der = (pem: string): Uint8Array => parsePem(pem)[0]?.der ?? new Uint8Array();

describe.each(ALGORITHMS)('a private key of %s', (algorithm) => {
  test('is read from PEM, DER and bytes of PEM alike, and written as it was', async () => {
    const pem = fixturePem(algorithm);
    const key = await parsePrivateKey(pem);
    expect(key.publicKey.algorithm).toBe(algorithm);
    for (const input of [Buffer.from(pem), der(pem), pem.replaceAll('\n', '\r\n'), pem.trimEnd()]) {
      expect((await parsePrivateKey(input)).publicKey.equals(key.publicKey)).toBe(true);
    }
    expect(privateKeyToPem(key)).toBe(pem);
  });

  test('is written in its traditional form and read again', async () => {
    const key = await fixtureKey(algorithm);
    const pem = privateKeyToPem(key, { encoding: 'traditional' });
    const label = { rsa: 'RSA PRIVATE KEY', ec: 'EC PRIVATE KEY', ed25519: 'PRIVATE KEY' }[
      key.publicKey.kind
    ];
    expect(parsePem(pem)[0]?.label).toBe(label);
    for (const input of [pem, der(pem)]) {
      expect(privateKeyToPem(await parsePrivateKey(input))).toBe(fixturePem(algorithm));
    }
  });

  test('has a public key that is written and read', async () => {
    const { publicKey } = await fixtureKey(algorithm);
    expect(readPublicKey(publicKeyToPem(publicKey)).equals(publicKey)).toBe(true);
    expect(readPublicKey(publicKey.spki).algorithm).toBe(algorithm);
  });
});

test.each(['RSA-2048', 'ECDSA-P256', 'Ed25519'] as const)(
  'a private key of %s is encrypted and read again by its password',
  async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const pem = await encryptPrivateKey(key, 'pässword');
    expect(parsePem(pem)[0]?.label).toBe('ENCRYPTED PRIVATE KEY');
    for (const input of [pem, der(pem)]) {
      const read = await parsePrivateKey(input, { password: 'pässword' });
      expect(privateKeyToPem(read)).toBe(fixturePem(algorithm));
    }
  },
);

describeWith(['openssl'], 'keys of OpenSSL', () => {
  const openssl = async (args: readonly string[], input = ''): Promise<string> =>
    (await runOk('openssl', args, { input })).stdout;

  test.each(ALGORITHMS)('has the same public key for %s', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    expect(await opensslPubkey(fixturePem(algorithm))).toBe(publicKeyToPem(key.publicKey));
    expect(await opensslPubkey(publicKeyToPem(key.publicKey), 'public')).toBe(publicKeyToPem(key.publicKey));
  });

  test.each(ALGORITHMS)('holds what is written for %s for valid, in each encoding', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    expect(await opensslPkeyCheck(privateKeyToPem(key))).toMatchObject({ ok: true });
    expect(await opensslPkeyCheck(privateKeyToPem(key, { encoding: 'traditional' }))).toMatchObject({
      ok: true,
    });
  });

  test('opens what is encrypted by its password, and by no other', async () => {
    const encrypted = await encryptPrivateKey(await fixtureKey('RSA-2048'), 'secret');
    expect(await opensslPkeyCheck(encrypted, 'secret')).toMatchObject({ ok: true });
    expect(await opensslPkeyCheck(encrypted, 'wrong')).toMatchObject({ ok: false });
  });

  const ciphers = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'];
  const prfs = ['hmacWithSHA1', 'hmacWithSHA256', 'hmacWithSHA384', 'hmacWithSHA512'];
  test.each(ciphers.flatMap((cipher) => prfs.map((prf) => [cipher, prf] as const)))(
    'reads a key encrypted by %s with %s',
    async (cipher, prf) => {
      const args = ['pkcs8', '-topk8', '-v2', cipher, '-v2prf', prf, '-iter', '1000', '-passout', 'pass:tür'];
      const pem = await openssl(args, fixturePem('ECDSA-P256'));
      const key = await parsePrivateKey(pem, { password: 'tür' });
      expect(privateKeyToPem(key)).toBe(fixturePem('ECDSA-P256'));
    },
  );

  test('reads PKCS#1 as `openssl rsa -traditional` writes it', async () => {
    const pem = await openssl(['rsa', '-traditional'], fixturePem('RSA-2048'));
    expect(pem).toContain('BEGIN RSA PRIVATE KEY');
    expect(privateKeyToPem(await parsePrivateKey(pem))).toBe(fixturePem('RSA-2048'));
    expect(privateKeyToPem(await fixtureKey('RSA-2048'), { encoding: 'traditional' })).toBe(pem);
  });

  test.each(['prime256v1', 'secp384r1', 'secp521r1'])(
    'reads SEC 1 of %s with EC PARAMETERS before it, and without public key',
    async (curve) => {
      const pem = await openssl(['ecparam', '-name', curve, '-genkey']);
      expect(parsePem(pem).map(({ label }) => label)).toEqual(['EC PARAMETERS', 'EC PRIVATE KEY']);
      const key = await parsePrivateKey(pem);
      expect(publicKeyToPem(key.publicKey)).toBe(await opensslPubkey(pem));
      const bare = await openssl(['ec', '-no_public'], pem);
      expect(bare.length).toBeLessThan(pem.length);
      expect(privateKeyToPem(await parsePrivateKey(bare))).toBe(privateKeyToPem(key));
      const pkcs8 = await openssl(['pkcs8', '-topk8', '-nocrypt'], bare);
      expect(privateKeyToPem(await parsePrivateKey(pkcs8))).toBe(privateKeyToPem(key));
    },
  );

  test.each([
    [
      "OpenSSL's traditional encryption",
      ['rsa', '-traditional', '-aes128', '-passout', 'pass:x'],
      'RSA-2048',
    ],
    ['scrypt', ['pkcs8', '-topk8', '-scrypt', '-passout', 'pass:x'], 'Ed25519'],
    ['PBES1', ['pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES', '-passout', 'pass:x'], 'Ed25519'],
    ['triple DES', ['pkcs8', '-topk8', '-v2', 'des3', '-passout', 'pass:x'], 'Ed25519'],
  ] as const)('names %s as not supported, and the way out', async (_title, args, algorithm) => {
    const pem = await openssl(args, fixturePem(algorithm));
    const error = await failureOf(() => parsePrivateKey(pem, { password: 'x', source: 'ca.key' }));
    expect(error).toMatchObject({
      code: 'unsupported-algorithm',
      hint: expect.stringContaining('aes-256-cbc'),
    });
    expect(error.message).toMatch(/^ca\.key: /);
  });

  test.each([
    ['secp256k1', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1']],
    ['explicit curve parameters', ['ecparam', '-name', 'prime256v1', '-genkey', '-param_enc', 'explicit']],
    ['X25519', ['genpkey', '-algorithm', 'x25519']],
    ['RSA-PSS', ['genpkey', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:1024']],
  ])('names a key of %s as not supported', async (_title, args) => {
    const pem = await openssl(args);
    expect(await failureOf(() => parsePrivateKey(pem))).toMatchObject({ code: 'unsupported-algorithm' });
  });
});

describe('a private key file', () => {
  const key = fixturePem('ECDSA-P256');
  const certificate = async (): Promise<string> =>
    (await createAuthority({ commonName: 'ca', key: await fixtureKey('ECDSA-P384') }, { now: NOW })).toPem();

  test('may hold certificates, text and other keys around; the first private key counts', async () => {
    const other = fixturePem('Ed25519');
    const cert = await certificate();
    for (const text of [
      cert + key,
      key + cert,
      `Bag Attributes\n  a: b\n${cert}${key}${other}`,
      `\ufeff${key}`,
    ]) {
      expect(privateKeyToPem(await parsePrivateKey(text))).toBe(key);
    }
  });

  const wrong: readonly (readonly [string, () => unknown, string, RegExp])[] = [
    ['nothing', () => '', 'invalid-pem', /expected a private key, found no PEM block/],
    ['prose', () => 'hello\nworld\n', 'invalid-pem', /found no PEM block/],
    [
      'a public key',
      async () => publicKeyToPem((await fixtureKey('Ed25519')).publicKey),
      'invalid-pem',
      /found PUBLIC KEY/,
    ],
    ['a certificate', certificate, 'invalid-pem', /found CERTIFICATE/],
    ['a wrong label', () => key.replaceAll('PRIVATE KEY', 'SECRET KEY'), 'invalid-pem', /found SECRET KEY/],
    [
      'other labels at both ends',
      () => key.replace('END PRIVATE', 'END EC PRIVATE'),
      'invalid-pem',
      /line 1 ends as/,
    ],
    ['no end', () => key.split('\n').slice(0, 3).join('\n'), 'invalid-pem', /cut off: it has no end line/],
    [
      'an end alone',
      () => '-----END PRIVATE KEY-----\n',
      'invalid-pem',
      /line 1 ends a "PRIVATE KEY" block that never/,
    ],
    [
      'a begin within a block',
      () => key.replace('-----END', '-----BEGIN X-----\n-----END'),
      'invalid-pem',
      /has no end line/,
    ],
    [
      'truncated base64',
      () => key.replace(/.{5}\n-----END/, '\n-----END'),
      'invalid-pem',
      /is not base64, or is cut off/,
    ],
    ['characters that are no base64', () => key.replace('MIG', 'M*G'), 'invalid-pem', /is not base64/],
    [
      'an empty block',
      () => '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
      'invalid-pem',
      /is empty/,
    ],
    ['no line breaks', () => key.replaceAll('\n', ''), 'invalid-pem', /line 1 is not a PEM boundary/],
    ['escaped line breaks', () => key.replaceAll('\n', '\\n'), 'invalid-pem', /line 1 is not a PEM boundary/],
    ['DER cut off', () => der(key).subarray(0, 50), 'invalid-key', /runs past the end/],
    [
      'DER of something else',
      () => Uint8Array.of(0x30, 2, 5, 0),
      'invalid-key',
      /cannot be read: invalid DER/,
    ],
    [
      'PKCS#8 under the label of SEC 1',
      () => key.replaceAll('PRIVATE', 'EC PRIVATE'),
      'invalid-key',
      /version|expected/,
    ],
    [
      'SEC 1 under the label of PKCS#1',
      async () => encodePem('RSA PRIVATE KEY', (await fixtureKey('ECDSA-P256')).exportTraditional().der),
      'invalid-key',
      /cannot be read/,
    ],
  ];
  test.each(wrong)('with %s is refused', async (_title, input, code, message) => {
    const content = (await input()) as string | Uint8Array;
    const error = await failureOf(() => parsePrivateKey(content, { source: 'pki/ca.key' }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^pki\/ca\.key: /);
    expect(error.details).toMatchObject({ source: 'pki/ca.key' });
  });

  test('of the wrong kind gets a hint where the right one is', async () => {
    const hint = async (text: string): Promise<string | undefined> =>
      (await failureOf(() => parsePrivateKey(text))).hint;
    expect(await hint(await certificate())).toMatch(/key stands in the \.key file/);
    expect(await hint(publicKeyToPem((await fixtureKey('Ed25519')).publicKey))).toMatch(/private key/);
  });

  test('that is encrypted asks for a password, and says when it is wrong', async () => {
    const pem = await encryptPrivateKey(await fixtureKey('Ed25519'), 'right');
    expect(await failureOf(() => parsePrivateKey(pem, { source: 'a' }))).toMatchObject({
      code: 'password-required',
      details: { source: 'a' },
    });
    for (const password of ['wrong', '', 'Right', 'right ']) {
      const error = await failureOf(() => parsePrivateKey(pem, { password }));
      expect(error.code).toBe('wrong-password');
    }
    const empty = await encryptPrivateKey(await fixtureKey('Ed25519'), '');
    expect(privateKeyToPem(await parsePrivateKey(empty, { password: '' }))).toBe(fixturePem('Ed25519'));
  });

  test('that asks for billions of iterations is refused before any of them', async () => {
    const pem = await encryptPrivateKey(await fixtureKey('Ed25519'), 'x');
    expect(Buffer.from(der(pem)).toString('hex')).toContain('02030927c0');
    const error = await failureOf(() =>
      parsePrivateKey(withIterations(der(pem), 0x7fffffff), { password: 'x' }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded', details: { maximum: 20_000_000 } });
  });
});

describe('the public key inside of an EC key file', () => {
  // The seam: a class of its own types, structurally the same.
  const peculiar = new Crypto() as unknown as WebCrypto;
  const computing: readonly (readonly [string, CryptoProvider])[] = [
    ['node:crypto', nodeCryptoProvider(nodeCrypto, 'primes')],
    ['WebCrypto of Node', webCryptoProvider(globalThis.crypto)],
  ];
  const withPointOf = async (foreign: 'own' | 'foreign' | 'none'): Promise<Uint8Array> => {
    const [own, other] = [await fixtureKey('ECDSA-P256'), await parsePrivateKey(newEcPem())];
    const { curve, inner } = unwrapPkcs8(own.exportPkcs8());
    if (curve === undefined) throw new Error('the fixture has a curve');
    const point = { own: own.publicKey.raw, foreign: other.publicKey.raw, none: undefined }[foreign];
    return wrapEc(curve, readEcScalar(inner), point);
  };

  test.each(computing)('is not believed: %s computes it', async (_name, crypto) => {
    const { publicKey } = await fixtureKey('ECDSA-P256');
    for (const kind of ['own', 'foreign', 'none'] as const) {
      const key = await parsePrivateKey(await withPointOf(kind), {}, { crypto });
      expect(key.publicKey.equals(publicKey)).toBe(true);
      expect(privateKeyToPem(key)).toBe(fixturePem('ECDSA-P256'));
    }
  });

  test.each([...computing, ['@peculiar/webcrypto', webCryptoProvider(peculiar)] as const])(
    'of an RSA key whose numbers do not belong together is none: %s',
    async (_name, crypto) => {
      const pkcs8 = (await fixtureKey('RSA-2048')).exportPkcs8();
      // Inside the modulus, the private exponent and the two primes (RFC 8017 A.1.2).
      for (const offset of [100, 400, 620, 760]) {
        const broken = Uint8Array.from(pkcs8);
        broken[offset] = (broken[offset] ?? 0) ^ 4;
        expect(await failureOf(() => parsePrivateKey(broken, {}, { crypto }))).toMatchObject({
          code: 'invalid-key',
        });
      }
    },
  );

  test('must verify a signature where the WebCrypto cannot compute it', async () => {
    const crypto = webCryptoProvider(peculiar);
    const key = await parsePrivateKey(await withPointOf('own'), {}, { crypto });
    expect(key.publicKey.equals((await fixtureKey('ECDSA-P256')).publicKey)).toBe(true);
    for (const [kind, message] of [
      ['foreign', /is not its own/],
      ['none', /does not contain its public key/],
    ] as const) {
      const input = await withPointOf(kind);
      const error = await failureOf(() => parsePrivateKey(input, {}, { crypto }));
      expect([error.code, message.test(error.message)]).toEqual(['invalid-key', true]);
    }
  });

  test('does not save a scalar that is zero, too large or too long', async () => {
    const { curve } = unwrapPkcs8((await fixtureKey('ECDSA-P256')).exportPkcs8());
    if (curve === undefined) throw new Error('the fixture has a curve');
    const bad = [new Uint8Array(32), new Uint8Array(32).fill(0xff)];
    for (const [, crypto] of computing) {
      for (const scalar of bad) {
        const error = await failureOf(() =>
          parsePrivateKey(wrapEc(curve, scalar, undefined), {}, { crypto }),
        );
        expect(error.code).toBe('invalid-key');
      }
    }
    expect((await failureOf(() => wrapEc(curve, new Uint8Array(33).fill(1), undefined))).code).toBe(
      'invalid-der',
    );
  });
});

describe('no key is printed', () => {
  const secrets = async (): Promise<{ values: readonly unknown[]; needles: readonly string[] }> => {
    const key = await fixtureKey('ECDSA-P256');
    const ca = await createAuthority({ commonName: 'ca', key }, { now: NOW });
    const leaf = await issue(
      ca,
      { profile: 'client', commonName: 'jane', key: await fixtureKey('RSA-2048') },
      { now: NOW },
    );
    const scalars = [key, leaf.privateKey].map((one) => Buffer.from(one?.exportPkcs8() ?? []));
    const needles = scalars.flatMap((bytes) => {
      const middle = bytes.subarray(36, 52);
      return [
        middle.toString('hex'),
        middle.toString('base64').slice(2, 14),
        [...middle].join(','),
        [...middle].join(', '),
      ];
    });
    return { values: [key, ca, leaf, { ca, leaf }, [key]], needles };
  };

  test('by inspect, JSON, templates and the console', async () => {
    const { values, needles } = await secrets();
    const written: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => {
      written.push(parts.map((part) => inspect(part, { depth: 9 })).join(' '));
    });
    try {
      for (const value of values) {
        console.log(value);
        for (const options of [
          { depth: 9 },
          { depth: 9, showHidden: true, maxArrayLength: null },
          { depth: 9, customInspect: false, showHidden: true, maxArrayLength: null },
        ]) {
          written.push(inspect(value, options));
        }
        written.push(JSON.stringify(value), String(value));
      }
    } finally {
      log.mockRestore();
    }
    const all = written.join('\n');
    expect(needles.filter((needle) => all.includes(needle))).toEqual([]);
    expect(all).toContain('redacted');
  });

  test('where it stands, its algorithm does', async () => {
    const key = await fixtureKey('ECDSA-P256');
    expect(String(key)).toBe('PrivateKey(ECDSA-P256, redacted)');
    expect(inspect({ key })).toBe('{ key: PrivateKey(ECDSA-P256, redacted) }');
    expect(JSON.stringify({ key })).toBe('{"key":{"algorithm":"ECDSA-P256","privateKey":"redacted"}}');
  });
});

/** A fresh P-256 key of Node's, in PEM. */
function newEcPem(): string {
  const { privateKey } = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** An encrypted key of ours with another count of iterations, all lengths around it mended. */
function withIterations(encrypted: Uint8Array, iterations: number): Uint8Array {
  const hex = Buffer.from(encrypted).toString('hex');
  const count = iterations.toString(16).padStart(8, '0');
  const at = hex.indexOf('02030927c0') / 2;
  const bytes = [...Buffer.from(hex.replace('02030927c0', `0204${count}`), 'hex')];
  // Every element that begins before the count and ends behind it grows by one octet.
  for (let i = 0; i < at;) {
    const short = (bytes[i + 1] ?? 0) < 0x80;
    const length = short ? (bytes[i + 1] ?? 0) : (bytes[i + 2] ?? 0);
    const start = i + (short ? 2 : 3);
    if (start + length >= at + 5) {
      bytes[short ? i + 1 : i + 2] = length + 1;
      i = start;
    } else i = start + length;
  }
  return Uint8Array.from(bytes);
}
