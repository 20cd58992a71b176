/** Certificates, requests and CRLs as nobody should issue them, put together by hand. Their signatures verify nothing. */
import {
  bitString,
  characterString,
  contextTag,
  element,
  NULL,
  octetString,
  sequence,
  setOf,
  smallInteger,
  TAG,
  TRUE,
} from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';

/** Bytes of text, one for each character. */
export const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** Bytes of hexadecimal digits. */
export const hex = (digits: string): Uint8Array =>
  Uint8Array.from(Buffer.from(digits.replace(/[^0-9a-f]/g, ''), 'hex'));

/** An INTEGER of content octets that may be odd. */
export const integer = (...content: readonly number[]): Uint8Array =>
  element(TAG.integer, Uint8Array.from(content));

/** An RDN of attributes: type and value, tag included. */
export const rdn = (...attributes: readonly (readonly [oid: string, value: Uint8Array])[]): Uint8Array =>
  setOf(...attributes.map(([oid, value]) => sequence(encodeOid(oid), value)));

export const COMMON_NAME = '2.5.4.3';

/** A Name of one common name. */
export const named = (text: string, tag: number = TAG.utf8String): Uint8Array =>
  sequence(rdn([COMMON_NAME, characterString(tag, text)]));

/** An Extension. */
export const extension = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(encodeOid(oid), ...(critical ? [TRUE] : []), octetString(value));

export const ECDSA_SHA256 = sequence(encodeOid('1.2.840.10045.4.3.2'));

/** The generator of P-256, uncompressed (SEC 2 2.4.2): the public key of the private key 1. */
export const P256_POINT = hex(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);

/** A SubjectPublicKeyInfo. */
export const publicKey = (algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array =>
  sequence(sequence(...algorithm), bitString(key));

export const P256_KEY = publicKey(
  [encodeOid('1.2.840.10045.2.1'), encodeOid('1.2.840.10045.3.1.7')],
  P256_POINT,
);

/** Parts of a certificate, each in DER, that take the place of what is usual. */
export interface OddParts {
  readonly version?: Uint8Array;
  readonly serialNumber?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly publicKey?: Uint8Array;
  readonly uniqueIds?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  readonly signature?: Uint8Array;
}

const explicit = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  element(contextTag(number, 'constructed'), ...parts);

/** A certificate in DER. */
export function oddCertificate(parts: OddParts = {}): Uint8Array {
  const { algorithm = ECDSA_SHA256, extensions, signature = bitString(ascii('signature')) } = parts;
  const tbs = sequence(
    explicit(0, parts.version ?? smallInteger(2)),
    parts.serialNumber ?? smallInteger(1),
    algorithm,
    parts.issuer ?? named('Issuer'),
    sequence(
      parts.notBefore ?? characterString(TAG.utcTime, '260102030405Z'),
      parts.notAfter ?? characterString(TAG.generalizedTime, '20510102030405Z'),
    ),
    parts.subject ?? named('Subject'),
    parts.publicKey ?? P256_KEY,
    ...(parts.uniqueIds ?? []),
    ...(extensions === undefined ? [] : [explicit(3, sequence(...extensions))]),
  );
  return sequence(tbs, algorithm, signature);
}

/** A certificate signing request in DER, with attributes: type and values. */
export function oddRequest(
  attributes: readonly (readonly [oid: string, ...values: readonly Uint8Array[]])[] | undefined,
): Uint8Array {
  const list = attributes?.map(([oid, ...values]) => sequence(encodeOid(oid), setOf(...values)));
  const info = sequence(
    smallInteger(0),
    named('Subject'),
    P256_KEY,
    ...(list === undefined ? [] : [explicit(0, ...list)]),
  );
  return sequence(info, ECDSA_SHA256, bitString(ascii('signature')));
}

/** A CRL in DER. */
export function oddCrl({
  revoked,
  extensions,
  nextUpdate = [characterString(TAG.utcTime, '260202030405Z')],
}: {
  readonly revoked?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  readonly nextUpdate?: readonly Uint8Array[];
} = {}): Uint8Array {
  const tbs = sequence(
    smallInteger(1),
    ECDSA_SHA256,
    named('Issuer'),
    characterString(TAG.utcTime, '260102030405Z'),
    ...nextUpdate,
    ...(revoked === undefined ? [] : [sequence(...revoked)]),
    ...(extensions === undefined ? [] : [explicit(0, sequence(...extensions))]),
  );
  return sequence(tbs, ECDSA_SHA256, bitString(ascii('signature')));
}

/** One row of each extension that is printed in a way of its own: its name, identifier and content in DER. */
export const ODD_EXTENSIONS: readonly (readonly [title: string, oid: string, value: Uint8Array])[] = (() => {
  const context = (number: number, content: Uint8Array): Uint8Array => element(contextTag(number), content);
  const dns = context(2, ascii('host.example'));
  const uri = context(6, ascii('http://x/\xe9'));
  const directory = explicit(
    4,
    sequence(
      rdn(
        ['2.5.4.6', characterString(TAG.printableString, 'US')],
        [COMMON_NAME, characterString(TAG.utf8String, 'a, b')],
      ),
    ),
  );
  const ip = context(7, Uint8Array.of(10, 0, 0, 1));
  const names = [
    dns,
    uri,
    directory,
    ip,
    context(1, ascii('a@b')),
    context(8, hex('2a0304')),
    context(7, Uint8Array.of(1)),
  ];
  const other = (oid: string, value: Uint8Array): Uint8Array =>
    explicit(0, encodeOid(oid), explicit(0, value));
  const point = (...list: readonly Uint8Array[]): Uint8Array => explicit(0, explicit(0, ...list));
  return [
    ['general names', '2.5.29.17', sequence(...names)],
    ['no general name', '2.5.29.17', sequence()],
    [
      'a user principal name',
      '2.5.29.17',
      sequence(other('1.3.6.1.4.1.311.20.2.3', characterString(TAG.utf8String, 'u@x'))),
    ],
    [
      'another name',
      '2.5.29.17',
      sequence(other('1.2.3.4', NULL), other('1.2.3.4', characterString(TAG.utf8String, 'x'))),
    ],
    ['a name with a NUL', '2.5.29.17', sequence(context(2, ascii('a\0b')))],
    [
      'name constraints',
      '2.5.29.30',
      sequence(
        explicit(0, ...names.map((one) => sequence(one))),
        explicit(1, sequence(context(7, new Uint8Array(8)))),
      ),
    ],
    ['no name constraints', '2.5.29.30', sequence()],
    [
      'distribution points',
      '2.5.29.31',
      sequence(
        sequence(point(uri, directory), context(1, hex('0106')), explicit(2, directory)),
        sequence(
          explicit(0, explicit(1, sequence(encodeOid(COMMON_NAME), characterString(TAG.utf8String, 'rel')))),
        ),
      ),
    ],
    [
      'the issuing point',
      '2.5.29.28',
      sequence(point(uri), context(1, hex('ff')), context(3, hex('0106')), context(4, hex('ff'))),
    ],
    [
      'policies',
      '2.5.29.32',
      sequence(
        sequence(
          encodeOid('1.2.3.4'),
          sequence(
            sequence(encodeOid('1.3.6.1.5.5.7.2.1'), characterString(TAG.ia5String, 'http://cps')),
            sequence(
              encodeOid('1.3.6.1.5.5.7.2.2'),
              sequence(
                sequence(characterString(TAG.utf8String, 'Org'), sequence(smallInteger(1), smallInteger(2))),
                characterString(TAG.utf8String, 'text'),
              ),
            ),
            sequence(encodeOid('1.2.3'), NULL),
          ),
        ),
      ),
    ],
    [
      'authority information',
      '1.3.6.1.5.5.7.1.1',
      sequence(sequence(encodeOid('1.3.6.1.5.5.7.48.1'), uri), sequence(encodeOid('1.2.3'), ip)),
    ],
    [
      'an authority key identifier',
      '2.5.29.35',
      sequence(context(0, hex('0102')), explicit(1, directory), context(2, hex('00ff'))),
    ],
    ['an empty authority key identifier', '2.5.29.35', sequence()],
    [
      'addresses',
      '1.3.6.1.5.5.7.1.7',
      sequence(
        sequence(
          octetString(hex('0001')),
          sequence(
            bitString(hex('0a')),
            sequence(bitString(hex('0a01')), element(TAG.bitString, hex('020a00'))),
          ),
        ),
        sequence(octetString(hex('000201')), NULL),
      ),
    ],
    [
      'an address that is too long',
      '1.3.6.1.5.5.7.1.7',
      sequence(sequence(octetString(hex('0001')), sequence(bitString(hex('0102030405'))))),
    ],
    [
      'autonomous systems',
      '1.3.6.1.5.5.7.1.8',
      sequence(
        explicit(0, sequence(smallInteger(1), sequence(smallInteger(5), smallInteger(9)))),
        explicit(1, NULL),
      ),
    ],
    [
      'a proxy',
      '1.3.6.1.5.5.7.1.14',
      sequence(smallInteger(3), sequence(encodeOid('1.3.6.1.5.5.7.21.1'), octetString(ascii('pol')))),
    ],
    ['features of TLS', '1.3.6.1.5.5.7.1.24', sequence(smallInteger(5), smallInteger(99))],
    ['a usage period', '2.5.29.16', sequence(context(0, ascii('20260101000000Z')), context(1, ascii('bad')))],
    [
      'an admission',
      '1.3.36.8.3.3',
      sequence(
        directory,
        sequence(
          sequence(
            explicit(1, sequence(encodeOid('1.2.3'))),
            sequence(sequence(sequence(characterString(TAG.utf8String, 'Nurse')))),
          ),
        ),
      ),
    ],
    [
      'an admission of nobody',
      '1.3.36.8.3.3',
      sequence(sequence(sequence(explicit(1, sequence()), sequence()))),
    ],
    ['a poison', '1.3.6.1.4.1.11129.2.4.3', NULL],
    ['a CRL number', '2.5.29.20', integer(0, ...new Array<number>(17).fill(0xff))],
    ['an invalidity date that is none', '2.5.29.24', characterString(TAG.generalizedTime, 'never')],
    ['an extension that is not known', '1.2.3.4', ascii('line\r\n\0\xff')],
    ['a known one that is broken', '2.5.29.15', NULL],
    ['an extension without content', '1.2.3.4', new Uint8Array()],
  ];
})();
