import {
  bitString,
  characterString,
  contextTag,
  element,
  sequence,
  smallInteger,
  TAG,
} from '../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { readCertificate } from '../../../../src/inspect/read/certificate.ts';
import { certificateText, renderCertificateText } from '../../../../src/inspect/text/certificate.ts';
import {
  COMMON_NAME,
  ECDSA_SHA256,
  hex,
  named,
  oddCertificate,
  P256_POINT,
  publicKey,
  rdn,
  type OddParts,
} from '../../../support/odd-certificate.ts';

const text = (parts: OddParts = {}): string => certificateText(readCertificate(oddCertificate(parts)));

/** The lines between two that begin so, both left out. */
function between(parts: OddParts, from: string, to: string): string[] {
  const lines = text(parts).split('\n');
  const start = lines.findIndex((line) => line.trim().startsWith(from));
  return lines.slice(
    start + 1,
    lines.findIndex((line, index) => index > start && line.trim().startsWith(to)),
  );
}

/** What stands behind a title. */
function behind(parts: OddParts, title: string): string | undefined {
  return new RegExp(`^ +${title}(.*)$`, 'm').exec(text(parts))?.[1];
}

describe('the text of a certificate', () => {
  test('has the parts in the order of openssl', () => {
    expect(text().replace(/^( +)(?:[0-9a-f]{2}:)+.*\n/gm, '')).toBe(`Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number: 1 (0x1)
        Signature Algorithm: ecdsa-with-SHA256
        Issuer: CN = Issuer
        Validity
            Not Before: Jan  2 03:04:05 2026 GMT
            Not After : Jan  2 03:04:05 2051 GMT
        Subject: CN = Subject
        Subject Public Key Info:
            Public Key Algorithm: id-ecPublicKey
                Public-Key: (256 bit)
                pub:
                ASN1 OID: prime256v1
                NIST CURVE: P-256
    Signature Algorithm: ecdsa-with-SHA256
    Signature Value:
`);
  });

  test('is bytes, not text: a name may hold what is no UTF-8', () => {
    const subject = sequence(rdn([COMMON_NAME, element(0x1e, hex('00e9'))]));
    const bytes = renderCertificateText(readCertificate(oddCertificate({ subject })));
    expect(Buffer.from(bytes).toString()).toContain('Subject: CN = \\C3\\A9\n');
  });

  test.each([
    ['00', ' 0 (0x0)'],
    ['7fffffffffffffff', ' 9223372036854775807 (0x7fffffffffffffff)'],
    ['21524110', ' 559038736 (0x21524110)'],
    ['deadbeef', ' -559038737 (-0x21524111)'],
  ])('writes a serial number of 0x%s in one line', (content, expected) => {
    expect(behind({ serialNumber: element(TAG.integer, hex(content)) }, 'Serial Number:')).toBe(expected);
  });

  test.each([
    ['008000000000000000', '            80:00:00:00:00:00:00:00'],
    ['ff', '             (Negative)01'],
  ])('writes a serial number of 0x%s in the next line', (content, expected) => {
    const serialNumber = element(TAG.integer, hex(content));
    expect(between({ serialNumber }, 'Serial Number:', 'Signature Algorithm')).toEqual([expected]);
  });

  test.each([
    ['20260102030405.25Z', 'Jan  2 03:04:05.25 2026 GMT'],
    ['202601020304Z', 'Jan  2 03:04:00 2026 GMT'],
    ['20260102030405+0100', 'Jan  2 02:04:05 2026 GMT'],
    ['20260230030405Z', 'Bad time value'],
  ])('writes the time %s as %s', (raw, expected) => {
    const notAfter = characterString(TAG.generalizedTime, raw);
    expect(behind({ notAfter }, 'Not After : ')).toBe(expected);
  });

  test('says of a version above 3 that it is not known', () => {
    expect(behind({ version: smallInteger(3) }, 'Version: ')).toBe('Unknown (3)');
  });

  test('writes unique identifiers with the unused bits cleared', () => {
    const uniqueIds = [element(contextTag(1), hex('04ffff'))];
    expect(behind({ uniqueIds }, 'Issuer Unique ID: ')).toBe('            ff:f0');
  });

  test('writes both numbers of a DSA signature', () => {
    const signature = bitString(sequence(smallInteger(5), smallInteger(6)));
    const lines = text({ algorithm: sequence(encodeOid('1.2.840.10040.4.3')), signature })
      .trimEnd()
      .split('\n');
    expect(lines.slice(-2)).toEqual(['        r:    5 (0x5)', '        s:    6 (0x6)']);
  });
});

describe('the text of a public key', () => {
  const EC = encodeOid('1.2.840.10045.2.1');
  const key = (...parts: Parameters<typeof publicKey>): string[] =>
    between({ publicKey: publicKey(...parts) }, 'Public Key Algorithm', 'Signature Algorithm');

  test('says of a point that is not on its curve that it cannot be loaded', () => {
    expect(key([EC, encodeOid('1.3.132.0.10')], P256_POINT)).toEqual([
      '            Unable to load Public Key',
    ]);
  });

  test('is empty for the point at infinity', () => {
    expect(key([EC, encodeOid('1.2.840.10045.3.1.7')], Uint8Array.of(0))).toEqual([]);
  });

  test('takes numbers of RSA keys as they are, without a sign', () => {
    const numbers = sequence(element(TAG.integer, hex('ff')), smallInteger(3));
    expect(key([encodeOid('1.2.840.113549.1.1.1')], numbers)).toEqual([
      '                Public-Key: (8 bit)',
      '                Modulus: 255 (0xff)',
      '                Exponent: 3 (0x3)',
    ]);
  });

  test('has no size for keys that are octets', () => {
    expect(key([encodeOid('1.3.101.112')], P256_POINT.subarray(0, 32)).slice(0, 2)).toEqual([
      '                ED25519 Public-Key:',
      '                pub:',
    ]);
  });

  test('knows how long a private value should be', () => {
    const parameters = sequence(smallInteger(23), smallInteger(5), smallInteger(9));
    expect(key([encodeOid('1.2.840.113549.1.3.1'), parameters], smallInteger(7))).toEqual([
      '                DH Public-Key: (5 bit)',
      '                public-key: 7 (0x7)',
      '                P:    23 (0x17)',
      '                G:    5 (0x5)',
      '                recommended-private-length: 9 bits',
    ]);
  });

  test('writes the parameters of RSASSA-PSS one blank deeper where openssl does', () => {
    const lines = text({ algorithm: sequence(encodeOid('1.2.840.113549.1.1.10'), sequence()) });
    expect(lines).toContain(
      'Signature Algorithm: rsassaPss        \n        Hash Algorithm: sha1 (default)\n' +
        '        Mask Algorithm: mgf1 with sha1 (default)\n         Salt Length: 0x14 (default)\n',
    );
  });
});

test('a certificate without its outer parts is refused with the offset', () => {
  const der = sequence(named('x'), ECDSA_SHA256);
  expect(() => readCertificate(der)).toThrow(expect.objectContaining({ code: 'invalid-der' }));
});
