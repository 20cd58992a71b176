/** The text of certificates, requests and CRLs, byte for byte as openssl 3.0 prints it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createAuthority, issue } from '../../src/ca/index.ts';
import {
  bitString,
  characterString,
  element,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { isPkiError } from '../../src/errors/index.ts';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { readCrl } from '../../src/inspect/read/crl.ts';
import { readRequest } from '../../src/inspect/read/request.ts';
import type { NameInfo } from '../../src/inspect/read/name.ts';
import { refusalOfName } from '../../src/inspect/text/accept.ts';
import { certificateText } from '../../src/inspect/text/certificate.ts';
import { crlText } from '../../src/inspect/text/crl.ts';
import type { UnknownExtensions } from '../../src/inspect/text/extensions.ts';
import { NAME_STYLE } from '../../src/inspect/text/name-options.ts';
import { requestText } from '../../src/inspect/text/request.ts';
import { opensslTexts, opensslTextsAtOnce } from '../judges/openssl-text.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../support/fixture-keys.ts';
import { describeWith, describeWithVectors } from '../support/foreign.ts';
import {
  COMMON_NAME,
  extension,
  ODD_EXTENSIONS,
  oddCertificate,
  oddCrl,
  oddRequest,
  P256_POINT,
  publicKey,
  rdn,
} from '../support/odd-certificate.ts';
import '../support/property-seed.ts';
import { PROFILE_REQUESTS } from '../support/requests.ts';

/** How many certificates are made at random; a campaign asks for thousands. */
const COUNT = Number(process.env['KUBEPKI_TEXT_CASES'] ?? 150);

/** Milliseconds for all of them. */
const TIMEOUT = 30_000 + COUNT * 100;

/** The text; `undefined` where the input is refused. */
function textOf(print: () => string, ...names: readonly (() => NameInfo)[]): string | undefined {
  try {
    const text = print();
    return names.some((name) => refusalOfName(name()) !== undefined) ? undefined : text;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

function certificate(der: Uint8Array, unknownExtensions: UnknownExtensions = 'octets'): string | undefined {
  const read = () => readCertificate(der);
  return textOf(
    () => certificateText(read(), { unknownExtensions }),
    () => read().issuer,
    () => read().subject,
  );
}

/** The certificate itself is the best message. */
function expectText(der: Uint8Array, ours: string | undefined, theirs: string | undefined): void {
  const base64 = ours === theirs ? '' : Buffer.from(der).toString('base64');
  expect({ der: base64, text: ours }).toEqual({ der: base64, text: theirs });
}

async function expectSame(ders: readonly Uint8Array[]): Promise<void> {
  const theirs = await opensslTexts('x509', ders);
  for (const [index, der] of ders.entries()) {
    expectText(der, certificate(der), theirs[index]);
  }
  expect(theirs.length).toBe(ders.length);
}

/** The same for many: what we read is asked for at once, what we refuse one by one. */
async function expectSameOfMany(ders: readonly Uint8Array[]): Promise<void> {
  const read = ders.filter((der) => certificate(der) !== undefined);
  const refused = ders.filter((der) => certificate(der) === undefined);
  // What stands behind a certificate would be taken for what makes it a trusted one.
  const bare = read.map((der) => readCertificate(der).der);
  const theirs = await opensslTextsAtOnce(bare);
  expect(theirs.length).toBe(bare.length);
  for (const [index, der] of bare.entries()) {
    const ours = certificateText(readCertificate(der), { nameOptions: NAME_STYLE.compat });
    expectText(der, ours, theirs[index]);
  }
  await expectSame(refused);
}

function fromPem(text: string): Uint8Array[] {
  return [...text.matchAll(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]+)-----END/g)].map(
    ([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')),
  );
}

const TRUST_STORE = '/etc/ssl/certs/ca-certificates.crt';

describeWith(['openssl'], 'the text of openssl', () => {
  test('is ours for the roots that this machine trusts', async () => {
    await expectSameOfMany(existsSync(TRUST_STORE) ? fromPem(readFileSync(TRUST_STORE, 'latin1')) : []);
  });

  test('is ours for certificates of every profile and key algorithm', async () => {
    const env = { now: NOW };
    const ders: Uint8Array[] = [];
    for (const algorithm of ALGORITHMS) {
      const key = await fixtureKey(algorithm);
      const ca = await createAuthority({ commonName: 'kubernetes', key }, env);
      ders.push(ca.certificate.der);
      for (const request of PROFILE_REQUESTS) {
        const { certificate: issued } = await issue(ca, { ...request, key }, env);
        ders.push(issued.der);
      }
    }
    await expectSame(ders);
  });

  test.each(ODD_EXTENSIONS)('is ours for %s', async (_title, oid, value) => {
    await expectSame([oddCertificate({ extensions: [extension(oid, value)] })]);
  });

  test.each(['error', 'parse', 'dump'] as const)('is ours with ext_%s', async (how) => {
    const der = oddCertificate({
      extensions: ODD_EXTENSIONS.map(([, oid, value]) => extension(oid, value)),
    });
    expect(certificate(der, how)).toBe((await opensslTexts('x509', [der], ['-certopt', `ext_${how}`]))[0]);
  });

  test('is ours for odd keys, serial numbers, times and signatures', async () => {
    const ec = encodeOid('1.2.840.10045.2.1');
    const keys = [
      publicKey([ec, encodeOid('1.2.840.10045.3.1.7')], Uint8Array.of(0)),
      publicKey([ec, encodeOid('1.3.132.0.10')], P256_POINT),
      publicKey([ec], P256_POINT),
      publicKey([encodeOid('1.3.101.112')], P256_POINT.subarray(0, 32)),
      publicKey([encodeOid('2.5.8.1.1')], sequence(smallInteger(35), smallInteger(3))),
      publicKey(
        [encodeOid('1.2.840.113549.1.3.1'), sequence(smallInteger(23), smallInteger(5), smallInteger(9))],
        smallInteger(7),
      ),
      publicKey([encodeOid('1.2.3.4')], P256_POINT),
    ].map((key) => oddCertificate({ publicKey: key }));
    const serials = [
      '00',
      'ff',
      'fe',
      '7fffffffffffffff',
      '008000000000000000',
      '8000000000000000',
      'ff0000000000000000',
    ].map((content) =>
      oddCertificate({ serialNumber: element(TAG.integer, Uint8Array.from(Buffer.from(content, 'hex'))) }),
    );
    const times = ['20260101000000.5Z', '202601010000Z', '20260101000000+0100', '20260230000000Z', 'x'].map(
      (text) => oddCertificate({ notAfter: characterString(TAG.generalizedTime, text) }),
    );
    const dsa = sequence(encodeOid('1.2.840.10040.4.3'));
    const numbers = bitString(sequence(smallInteger(5), smallInteger(6)));
    const signatures = [numbers, bitString(new Uint8Array(20))].map((signature) =>
      oddCertificate({ algorithm: dsa, signature }),
    );
    await expectSame([...keys, ...serials, ...times, ...signatures]);
  });

  test(
    `is ours for ${COUNT} certificates made at random`,
    async () => {
      await expectSame(fc.sample(anyCertificate(), COUNT));
    },
    TIMEOUT,
  );

  test('is ours for requests with attributes of all kinds', async () => {
    const extensions = sequence(...ODD_EXTENSIONS.map(([, oid, value]) => extension(oid, value)));
    const text = (value: string) => characterString(TAG.utf8String, value);
    const ders = [
      oddRequest(undefined),
      oddRequest([]),
      oddRequest([['1.2.840.113549.1.9.14', extensions]]),
      oddRequest([['1.2.840.113549.1.9.14', text('no list')]]),
      oddRequest([
        ['1.2.840.113549.1.9.7', text('secret'), text('more'), smallInteger(1)],
        ['1.2.3.4.5', setOf()],
      ]),
    ];
    const theirs = await opensslTexts('req', ders);
    expect(ders.map((der) => textOf(() => requestText(readRequest(der))))).toEqual(theirs);
  });

  test('is ours for CRLs with entries and their extensions', async () => {
    const at = characterString(TAG.utcTime, '260102030405Z');
    const entry = sequence(
      smallInteger(255),
      at,
      sequence(extension('2.5.29.21', element(0x0a, Uint8Array.of(1)))),
    );
    const extensions = ODD_EXTENSIONS.map(([, oid, value]) => extension(oid, value));
    const ders = [oddCrl(), oddCrl({ nextUpdate: [] }), oddCrl({ revoked: [entry, entry], extensions })];
    const theirs = await opensslTexts('crl', ders);
    expect(ders.map((der) => textOf(() => crlText(readCrl(der))))).toEqual(theirs);
  });

  describeWithVectors('for foreign certificates', (folder) => {
    test('is ours, and what it refuses we refuse', async () => {
      const certs = join(folder, 'certs');
      const files = readdirSync(certs).filter((file) => file.endsWith('.pem'));
      await expectSameOfMany(
        files.flatMap((file) => fromPem(readFileSync(join(certs, file), 'latin1')).slice(0, 1)),
      );
    });
  });
});

const STRING_TAGS = [0x0c, 0x13, 0x14, 0x16, 0x12, 0x1e, 0x1c, 0x1b, 0x1a, 0x03, 0x30];
const ATTRIBUTE_TYPES = [COMMON_NAME, '2.5.4.6', '2.5.4.10', '1.2.840.113549.1.9.1', '1.2.3.4', '2.5.4.45'];

/** A string of any type, in its encoding most of the time. */
function anyString(): fc.Arbitrary<Uint8Array> {
  const octets = (tag: number, text: string): Uint8Array => {
    const width = tag === 0x1e ? 2 : tag === 0x1c ? 4 : 1;
    const wide = text
      .split('')
      .flatMap((one) => [...new Array<number>(width - 1).fill(0), one.charCodeAt(0) & 0xff]);
    return tag === 0x0c ? Buffer.from(text) : Uint8Array.from(wide);
  };
  const characters = fc.string({ unit: fc.constantFrom(...'aZ ,+"\\<>;#=/\0\n\x7f\xe9漢*('.split('')) });
  return fc
    .tuple(fc.constantFrom(...STRING_TAGS), characters)
    .map(([tag, text]) => element(tag, octets(tag, text)));
}

function anyName(): fc.Arbitrary<Uint8Array> {
  const attribute = fc.tuple(fc.constantFrom(...ATTRIBUTE_TYPES), anyString());
  return fc
    .array(fc.array(attribute, { minLength: 1, maxLength: 2 }), { maxLength: 4 })
    .map((rdns) => sequence(...rdns.map((attributes) => rdn(...attributes))));
}

function anyExtension(): fc.Arbitrary<Uint8Array> {
  const broken = fc
    .tuple(fc.constantFrom(...ODD_EXTENSIONS), fc.nat(), fc.nat(255))
    .map(([[, oid, value], at, byte]) =>
      extension(
        oid,
        value.map((old, i) => (i === at % value.length ? byte : old)),
      ),
    );
  const mixed = fc
    .tuple(fc.constantFrom(...ODD_EXTENSIONS), fc.constantFrom(...ODD_EXTENSIONS), fc.boolean())
    .map(([[, oid], [, , value], critical]) => extension(oid, value, critical));
  const random = fc
    .tuple(fc.constantFrom(...ODD_EXTENSIONS), fc.uint8Array({ maxLength: 40 }))
    .map(([[, oid], value]) => extension(oid, value));
  return fc.oneof(broken, mixed, random);
}

function anyTime(): fc.Arbitrary<Uint8Array> {
  const utc = fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
  const digits = (date: Date): string => date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return fc.oneof(
    utc.map((date) => characterString(TAG.utcTime, digits(date).slice(2))),
    utc.map((date) => characterString(TAG.generalizedTime, digits(date))),
    fc
      .string({ unit: fc.constantFrom(...'0123456789Z+-.'.split('')), minLength: 10, maxLength: 20 })
      .map((text) => characterString(TAG.generalizedTime, text)),
  );
}

function anyCertificate(): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      serialNumber: fc
        .uint8Array({ minLength: 1, maxLength: 20 })
        .map((content) => element(TAG.integer, content)),
      subject: anyName(),
      notBefore: anyTime(),
      extensions: fc.array(anyExtension(), { maxLength: 5 }),
    })
    .map((parts) => oddCertificate(parts));
}
