/** Whatever bytes come in, only PkiError comes out, soon, and no key is in it. */
import fc from 'fast-check';
import {
  Certificate,
  createAuthority,
  encryptPrivateKey,
  formatName,
  issue,
  parsePrivateKey,
  readPublicKey,
} from '../../src/ca/index.ts';
import { element, sequence, smallInteger, TAG, unsignedInteger } from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { DerReader } from '../../src/asn1/reader.ts';
import { encodeTime, readTime } from '../../src/asn1/time.ts';
import { isPkiError } from '../../src/errors/index.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../support/fixture-keys.ts';

/** What a parser threw, after the property has seen that it may throw that. */
async function onlyPkiError(parse: () => unknown): Promise<string> {
  try {
    await parse();
    return '';
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return JSON.stringify([error.message, error.hint, error.details, String(error.cause), error.stack]);
  }
}

/** Reads all that a certificate says; parts are decoded when they are asked for. */
function readAll(certificate: Certificate): void {
  formatName(certificate.subject);
  const read: readonly (() => unknown)[] = [
    () => certificate.publicKey,
    () => certificate.subjectAltNames,
    () => certificate.keyUsage,
    () => certificate.extendedKeyUsage,
    () => certificate.basicConstraints,
    () => certificate.subjectKeyIdentifier,
    () => certificate.authorityKeyIdentifier,
    () => certificate.signatureAlgorithm,
  ];
  for (const get of read) {
    try {
      get();
    } catch (error) {
      if (!isPkiError(error)) throw error;
    }
  }
}

const PARSERS: readonly ((input: Uint8Array) => unknown)[] = [
  (input) => {
    readAll(Certificate.fromDer(input));
  },
  (input) => Certificate.fromPem(input),
  (input) => Certificate.allFromPem(input),
  (input) => parsePrivateKey(input, { password: 'x' }),
  (input) => readPublicKey(input),
  (input) => {
    walk(new DerReader(input), 0);
  },
];

/** Reads every element, whatever it is, by every method. */
function walk(reader: DerReader, depth: number): void {
  while (!reader.done) {
    const { tag, contentStart, end, start } = reader.read();
    const inner = (): DerReader => new DerReader(reader.bytes, start, end);
    for (const read of [
      () => inner().oid(),
      () => inner().integer(),
      () => inner().smallInteger(),
      () => inner().namedBits(),
      () => inner().bitString(),
      () => inner().optionalBoolean(),
      () => readTime(inner(), 'it'),
    ]) {
      try {
        read();
      } catch (error) {
        if (!isPkiError(error)) throw error;
      }
    }
    if ((tag & 0x20) !== 0 && depth < 8) walk(new DerReader(reader.bytes, contentStart, end), depth + 1);
  }
}

/** DER that is well-formed on the outside, so that parsers get deep into it. */
const tree = fc.letrec<{ node: Uint8Array }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc
      .tuple(fc.constantFrom(...Object.values(TAG), 0x80, 0x82, 0x87), fc.uint8Array({ maxLength: 24 }))
      .map(([tag, content]) => element(tag, content)),
    fc
      .tuple(
        fc.constantFrom(TAG.sequence, TAG.set, 0xa0, 0xa1, 0xa3),
        fc.array(tie('node'), { maxLength: 5 }),
      )
      .map(([tag, parts]) => element(tag, ...parts)),
  ),
})).node;

/** A few octets of real input, changed. */
function mutationsOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
  const cut = fc.option(fc.nat(bytes.length), { nil: bytes.length });
  return fc.tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), cut).map(([edits, end]) => {
    const copy = Uint8Array.from(bytes);
    for (const { at, value } of edits) copy[at] = value;
    return copy.subarray(0, end);
  });
}

describe('any bytes', () => {
  test('make every parser answer or throw a PkiError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), tree), async (input) => {
        for (const parse of PARSERS) await onlyPkiError(() => parse(input));
      }),
      { numRuns: 300 },
    );
  });

  test('that were a certificate make it answer or throw a PkiError', async () => {
    const ca = await createAuthority({ commonName: 'ca', key: await fixtureKey('ECDSA-P256') }, { now: NOW });
    const subjectAltNames = ['a.b', '10.0.0.1', 'a@b.c', 'spiffe://a/b'];
    const { certificate } = await issue(
      ca,
      {
        profile: 'peer',
        commonName: 'a',
        organizations: ['ä', 'b'],
        subjectAltNames,
        key: await fixtureKey('RSA-2048'),
      },
      { now: NOW },
    );
    await fc.assert(
      fc.asyncProperty(mutationsOf(certificate.der), async (input) => {
        for (const parse of PARSERS) await onlyPkiError(() => parse(input));
      }),
      { numRuns: 700 },
    );
  });

  // Runs of octets of the key must not be in an error, in hexadecimal, base64 or decimal.
  test.each(ALGORITHMS)('that were a private key of %s keep it out of the error', async (algorithm) => {
    const key = await fixtureKey(algorithm);
    const inputs = [key.exportPkcs8(), ...(algorithm === 'Ed25519' ? [] : [key.exportTraditional().der])];
    for (const der of inputs) {
      // Behind the algorithm, which is public, all octets are secret.
      const secret = Buffer.from(der.subarray(36));
      const needles = Array.from({ length: Math.floor(secret.length / 8) }, (_, i) =>
        secret.subarray(i * 8, i * 8 + 8),
      ).flatMap((run) => [
        run.toString('hex'),
        run.toString('base64').slice(0, 10),
        [...run].join(','),
        [...run].join(', '),
      ]);
      const pems = (bytes: Uint8Array): string[] => {
        const base64 = Buffer.from(bytes).toString('base64');
        const lines = base64.replace(/.{64}/g, '$&\n');
        return [
          `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
          `-----BEGIN PRIVATE KEY-----${base64}-----END PRIVATE KEY-----`,
          `-----BEGIN PRIVATE KEY----- ${base64} -----END PRIVATE KEY-----`,
          `-----BEGIN ${base64}-----\n-----END PRIVATE KEY-----`,
          `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END ${base64}-----\n`,
          `-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----\n`,
          base64,
        ];
      };
      await fc.assert(
        fc.asyncProperty(mutationsOf(der), async (bytes) => {
          for (const input of [bytes, ...pems(bytes)]) {
            const error = await onlyPkiError(() => parsePrivateKey(input, { source: 'ca.key' }));
            const error2 = await onlyPkiError(() => Certificate.fromPem(input));
            expect(needles.filter((needle) => error.includes(needle) || error2.includes(needle))).toEqual([]);
          }
        }),
        { numRuns: algorithm.startsWith('RSA') ? 8 : 30 },
      );
    }
  });

  test('that were an encrypted key never open it', async () => {
    const pem = await encryptPrivateKey(await fixtureKey('Ed25519'), 'x');
    const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
    const tail = Uint8Array.from(der.subarray(-32));
    await fc.assert(
      fc.asyncProperty(mutationsOf(tail), async (end) => {
        fc.pre(end.length === 32 && Buffer.compare(end, tail) !== 0);
        const input = Uint8Array.from([...der.subarray(0, -32), ...end]);
        expect(await onlyPkiError(() => parsePrivateKey(input, { password: 'y' }))).not.toBe('');
      }),
      { numRuns: 6 },
    );
  });
});

describe('large input', () => {
  const MEGABYTE = 1_000_000;
  const certificateWith = (extensions: Uint8Array): Uint8Array => {
    const algorithm = sequence(encodeOid('1.3.101.112'));
    const spki = sequence(algorithm, element(TAG.bitString, new Uint8Array(33)));
    const validity = sequence(encodeTime(NOW), encodeTime(NOW));
    const tbs = sequence(
      element(0xa0, smallInteger(2)),
      smallInteger(1),
      algorithm,
      sequence(),
      validity,
      sequence(),
      spki,
      extensions,
    );
    return sequence(tbs, algorithm, element(TAG.bitString, new Uint8Array(65)));
  };

  // Each is linear; a quadratic reader would take minutes, beyond the time of a test.
  test('of one long identifier, many extensions, many names and long strings is read in time', async () => {
    const longOid = element(TAG.oid, new Uint8Array(MEGABYTE).fill(0x81));
    const extension = (oid: string, value: Uint8Array): Uint8Array =>
      sequence(encodeOid(oid), element(TAG.octetString, value));
    const many = Array.from({ length: 30_000 }, (_, i) => extension(`1.3.6.1.4.${i}`, Uint8Array.of(5, 0)));
    const names = sequence(Buffer.from('820161'.repeat(200_000), 'hex'));
    const longName = sequence(element(0x82, new Uint8Array(MEGABYTE).fill(0x61)));
    const inputs = [
      certificateWith(element(0xa3, sequence(Buffer.concat(many)))),
      certificateWith(element(0xa3, sequence(sequence(longOid, element(TAG.octetString))))),
      certificateWith(element(0xa3, sequence(extension('2.5.29.17', names)))),
      certificateWith(element(0xa3, sequence(extension('2.5.29.17', longName)))),
      element(TAG.utcTime, new Uint8Array(MEGABYTE).fill(0x31)),
      new Uint8Array(MEGABYTE).fill(0x30),
      new TextEncoder().encode('-----BEGIN A-----\n'.repeat(60_000)),
      new TextEncoder().encode('-----BEGIN A-----\nAAAA\n-----END A-----\n'.repeat(30_000)),
      new TextEncoder().encode(`-----BEGIN ${'- '.repeat(500_000)}-----`),
      new TextEncoder().encode(`-----BEGIN ${'a-'.repeat(500_000)}`),
      new TextEncoder().encode(`${' '.repeat(MEGABYTE)}-----BEGIN A`),
      new TextEncoder().encode(`-----BEGIN A-----${' '.repeat(MEGABYTE)}x`),
    ];
    for (const input of inputs)
      for (const parse of PARSERS.slice(0, 5)) await onlyPkiError(() => parse(input));
    const read = Certificate.fromDer(inputs[3] ?? new Uint8Array());
    expect(read.subjectAltNames[0]?.value).toHaveLength(MEGABYTE);
    expect(Certificate.fromDer(inputs[0] ?? new Uint8Array()).extensions).toHaveLength(30_000);
  }, 60_000);
});

describe('DER', () => {
  test('of any integer, identifier, time and tree is read as it was written', () => {
    fc.assert(
      fc.property(fc.nat(0x7fffffff), (value) => {
        expect(new DerReader(smallInteger(value)).smallInteger()).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (value) => {
        const hex = value.toString(16);
        const bytes = Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
        const read = new DerReader(unsignedInteger(bytes)).integer();
        expect(BigInt(`0x${Buffer.from(read).toString('hex')}`)).toBe(value);
      }),
    );
    const arcs = fc.tuple(
      fc.nat(2),
      fc.nat(39),
      fc.array(fc.bigInt({ min: 0n, max: 2n ** 130n }), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(arcs, ([first, second, rest]) => {
        const dotted = [first, second, ...rest].join('.');
        expect(new DerReader(encodeOid(dotted)).oid()).toBe(dotted);
      }),
    );
    const years = {
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000);
        expect(readTime(new DerReader(encodeTime(date)), 'it')).toEqual(whole);
      }),
    );
    fc.assert(
      fc.property(tree, (der) => {
        const { tag, contentStart, end } = new DerReader(der).read();
        expect(element(tag, der.subarray(contentStart, end))).toEqual(der);
      }),
    );
  });
});
