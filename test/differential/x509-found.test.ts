/** Inputs and options over which `kubepki x509`, `csr show` and `crl show` once differed from openssl, each made small. */
import { concatBytes } from '../../src/asn1/bytes.ts';
import {
  bitString,
  characterString,
  contextTag,
  element,
  NULL,
  octetString,
  sequence,
  smallInteger,
  TAG,
} from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { encodePem } from '../../src/x509/pem.ts';
import { describeWith, run } from '../support/foreign.ts';
import {
  extension,
  hex,
  oddCertificate,
  oddCrl,
  oddRequest,
  P256_POINT,
  publicKey,
  rdn,
} from '../support/odd-certificate.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

let place: Console;

beforeAll(() => {
  place = openConsole();
});

afterAll(() => {
  place.remove();
});

const COMMANDS = Object.freeze({ x509: ['x509'], req: ['csr', 'show'], crl: ['crl', 'show'] });

async function expectSame(command: keyof typeof COMMANDS, options: string, input: Uint8Array): Promise<void> {
  const argv = options.split(' ');
  const theirs = await run('openssl', [command, ...argv], { cwd: place.cwd, input });
  const ours = await place.kubepki([...COMMANDS[command], ...argv], { input });
  const answer = ({ bytes, code }: { readonly bytes: Buffer; readonly code: number }): object => ({
    options,
    code,
    stdout: bytes.toString('latin1'),
  });
  expect(answer(ours)).toEqual(answer(theirs));
}

const inside = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  element(contextTag(number, 'constructed'), ...parts);
const integer = (content: string): Uint8Array => element(TAG.integer, hex(content));
const oid = encodeOid;

const MODULUS = `00${'c1'.repeat(64)}`;
const RSA = oid('1.2.840.113549.1.1.1');
const PSS = oid('1.2.840.113549.1.1.10');
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL);
const MGF1 = sequence(oid('1.2.840.113549.1.1.8'), SHA256);
const rsaKey = sequence(integer(MODULUS), smallInteger(3));
const pss = (...parameters: readonly Uint8Array[]): Uint8Array =>
  publicKey([PSS, sequence(...parameters)], rsaKey);
const P = `00${'d3'.repeat(64)}`;
const Q = `00${'b7'.repeat(20)}`;
const EC = [oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')];

const KEYS: readonly (readonly [title: string, key: Uint8Array])[] = [
  ['RSA without parameters', publicKey([RSA], rsaKey)],
  ['RSA with parameters of another kind', publicKey([RSA, oid('1.2.3')], rsaKey)],
  ['RSA as X.509 calls it', publicKey([oid('2.5.8.1.1'), NULL], rsaKey)],
  [
    'RSA with negative and padded numbers',
    publicKey([RSA, NULL], sequence(integer('c1c2c3'), integer('0003'))),
  ],
  [
    'RSA with a modulus of an odd number of digits',
    publicKey([RSA, NULL], sequence(integer('0abcde'), integer('03'))),
  ],
  [
    'RSA with bits that do not count',
    sequence(sequence(RSA, NULL), element(TAG.bitString, hex('03'), rsaKey)),
  ],
  ['RSA-PSS without restrictions', publicKey([PSS], rsaKey)],
  ['RSA-PSS with defaults', pss()],
  ['RSA-PSS with restrictions', pss(inside(0, SHA256), inside(1, MGF1), inside(2, smallInteger(32)))],
  ['RSA-PSS with defaults written out', pss(inside(2, smallInteger(20)), inside(3, smallInteger(1)))],
  ['RSA-PSS with a negative salt', pss(inside(2, integer('fe')))],
  ['RSA-PSS with a salt of 33 bits', pss(inside(2, integer('0100000000')))],
  ['RSA-PSS with a salt of 65 bits', pss(inside(2, integer('010000000000000000')))],
  ['RSA-PSS with another trailer', pss(inside(3, smallInteger(2)))],
  ['an elliptic curve with the point at infinity', publicKey(EC, hex('00'))],
  ['an elliptic curve with a hybrid point', publicKey(EC, concatBytes(hex('07'), P256_POINT.subarray(1)))],
  [
    'DSA',
    publicKey([oid('1.2.840.10040.4.1'), sequence(integer(P), integer(Q), integer('05'))], integer('1234')),
  ],
  [
    'DSA as OIW calls it',
    publicKey(
      [oid('1.3.14.3.2.12'), sequence(integer(P.slice(2)), integer(Q), integer('05'))],
      integer('1234'),
    ),
  ],
  [
    'Diffie-Hellman',
    publicKey([oid('1.2.840.113549.1.3.1'), sequence(integer(P), integer('02'))], integer('1234')),
  ],
  [
    'Diffie-Hellman with a length of 0',
    publicKey(
      [oid('1.2.840.113549.1.3.1'), sequence(integer(P), integer('02'), integer('00'))],
      integer('1234'),
    ),
  ],
  [
    'Diffie-Hellman of X9.42',
    publicKey(
      [
        oid('1.2.840.10046.2.1'),
        sequence(
          integer(P),
          integer('02'),
          integer(Q),
          integer('87'),
          sequence(element(TAG.bitString, hex('02aabb')), integer('05')),
        ),
      ],
      integer('1234'),
    ),
  ],
  ['one that cannot be read', publicKey([RSA, NULL], hex('00'))],
];

/** Octets in BER's form of a length that is longer than need be. */
const long = (tag: number, content: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(tag, 0x84, 0, 0, content.length >> 8, content.length & 0xff), content);
/** Parts of a certificate, request or CRL under an envelope that is not DER. */
function loosened(der: Uint8Array): Uint8Array {
  const [, length = 0] = der;
  const header = length < 0x80 ? 2 : length - 0x80 + 2;
  return long(TAG.sequence, der.subarray(header));
}
const looseAlgorithm = (parameters: Uint8Array): Uint8Array =>
  long(TAG.sequence, concatBytes(oid('1.2.840.113549.1.1.11'), parameters));

const TRUST = sequence(
  sequence(oid('1.3.6.1.5.5.7.3.1')),
  inside(0, oid('1.3.6.1.5.5.7.3.2')),
  characterString(TAG.utf8String, 'name'),
);
const pem = (der: Uint8Array, label = 'CERTIFICATE'): Uint8Array => Buffer.from(encodePem(label, der));
const longOid = element(TAG.oid, hex('2a'), new Uint8Array(300).fill(0x78));
const KEY_USAGE = '2.5.29.15';

describeWith(['openssl'], 'beside openssl', () => {
  test.each(KEYS)('a key of %s', async (_title, key) => {
    const input = oddCertificate({ publicKey: key });
    for (const options of [
      '-noout -pubkey',
      '-noout -subject -modulus',
      '-noout -pubkey -subject',
      '-noout -text',
    ])
      if (!(options.includes('-text') && key === KEYS.at(-1)?.[1])) await expectSame('x509', options, input);
  });

  test('envelopes that are not DER are written again in DER, and digests are of that', async () => {
    const certificate = oddCertificate({ algorithm: looseAlgorithm(long(TAG.null, new Uint8Array())) });
    for (const input of [
      loosened(certificate),
      loosened(oddCertificate({ signature: element(TAG.bitString, hex('03ff')) })),
    ])
      for (const options of ['-outform DER', '-outform PEM', '-noout -fingerprint'])
        await expectSame('x509', options, input);
    await expectSame('req', '-inform DER', loosened(oddRequest([])));
    await expectSame('crl', '-fingerprint', loosened(oddCrl()));
  });

  test('a short tag in the long form, and identifiers of any length', async () => {
    const value = concatBytes(hex('1f04'), Uint8Array.of(4), hex('03020186'));
    const longTag = sequence(oid(KEY_USAGE), value);
    for (const parts of [
      { extensions: [longTag] },
      {
        subject: sequence(rdn(['2.5.4.3', characterString(TAG.utf8String, 'x')])),
        extensions: [sequence(longOid, octetString(hex('00')))],
      },
      { extensions: [extension('2.5.29.37', sequence(longOid))] },
      { extensions: [extension('2.5.29.32', sequence(sequence(longOid)))] },
    ])
      await expectSame('x509', '-noout -text', oddCertificate(parts));
  });

  test('parameters that are an end of contents are refused', async () => {
    const key = publicKey([RSA, hex('0000')], rsaKey);
    await expectSame('x509', '-noout -text', oddCertificate({ publicKey: key }));
  });

  test('bits that do not count are shown where the extension cannot be', async () => {
    const input = Buffer.from(oddCertificate({ extensions: [extension(KEY_USAGE, hex('03020748'))] }));
    await expectSame('x509', '-noout -text', input);
  });

  test.each(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])(
    'trust settings in a block %s',
    async (label) => {
      for (const rest of [TRUST, TRUST.subarray(0, -2), concatBytes(TRUST, hex('7878'))])
        for (const options of ['-noout -text -alias', '-trustout', '-noout -text -certopt no_aux'])
          await expectSame('x509', options, pem(concatBytes(oddCertificate(), rest), label));
    },
  );

  test('trust settings in DER are passed over', () =>
    expectSame('x509', '-noout -text -alias', concatBytes(oddCertificate(), TRUST)));

  test.each(['3003020108', '300602010f010100', '3006010100020100', '30060101ff0201ff', '3000'])(
    'purposes with the basic constraints %s',
    async (value) => {
      const input = oddCertificate({ extensions: [extension('2.5.29.19', hex(value))] });
      await expectSame('x509', '-noout -purpose', input);
    },
  );

  test('extensions that are named twice, and those without a name', async () => {
    const input = oddCertificate({
      extensions: [extension(KEY_USAGE, hex('03020186')), extension('1.2.3.4', hex('00'))],
    });
    for (const names of ['xkeyUsagex', 'keyUsage,keyUsage', 'UNDEF', 'keyUsage,UNDEF,UNDEF'])
      for (const options of [`-noout -ext ${names}`, `-noout -text -ext ${names}`])
        await expectSame('x509', options, input);
  });

  test('values of options that are given again are checked all the same', async () => {
    for (const options of [
      '-noout -checkend 1e3 -checkend 1',
      '-noout -inform x -inform DER',
      '-noout -outform x -outform DER',
    ])
      await expectSame('x509', options, oddCertificate());
  });

  test('dates that sort end in Z whatever the time zone', async () => {
    for (const time of ['20260101000000-0530', '20260101000000.5+0100'])
      await expectSame(
        'x509',
        '-noout -dates -dateopt iso_8601',
        oddCertificate({ notBefore: characterString(TAG.generalizedTime, time) }),
      );
  });

  test('requests that stop in their midst', async () => {
    const input = oddRequest([['1.2.840.113549.1.9.7'], ['1.2.3.4', smallInteger(1)]]);
    for (const options of [
      '-noout -text',
      '-text',
      '-noout -text -reqopt no_attributes',
      '-noout -pubkey -text -modulus',
    ])
      await expectSame('req', `-inform DER ${options}`, input);
    const info = sequence(smallInteger(0), sequence(), publicKey([RSA, NULL], hex('00')), inside(0));
    const broken = sequence(info, sequence(RSA, NULL), bitString(hex('00')));
    for (const options of ['-noout -modulus', '-noout -pubkey', '-noout -subject -modulus'])
      await expectSame('req', `-inform DER ${options}`, broken);
  });
});
