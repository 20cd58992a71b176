/** Certificates of any content, sound or not, put together from their parts and signed: chains for verifiers to judge. */
import { createECDH, createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import {
  bitString,
  characterString,
  contextTag,
  element,
  namedBits,
  octetString,
  sequence,
  setOf,
  smallInteger,
  TAG,
  TRUE,
  unsignedInteger,
} from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { encodeTime } from '../../src/asn1/time.ts';

/** A key pair on P-256, the same in every run. */
export interface ForgeKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  /** SHA-1 of the public key, as key identifiers are. */
  readonly identifier: Uint8Array;
}

/** The key of a number: derived from it, so that a case is the same certificate tomorrow but for its signature. */
export function forgeKey(number: number): ForgeKey {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(createHash('sha256').update(`forged key ${number}`).digest());
  const point = ecdh.getPublicKey();
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: ecdh.getPrivateKey('base64url'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey, identifier: createHash('sha1').update(point).digest() };
}

/** An extension in DER. */
export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(encodeOid(oid), ...(critical ? [TRUE] : []), octetString(value));
}

/** A Name of attributes `[OID, text]`, each an RDN of its own. */
export function nameDer(...attributes: readonly (readonly [string, string])[]): Uint8Array {
  return sequence(
    ...attributes.map(([oid, text]) =>
      setOf(sequence(encodeOid(oid), characterString(TAG.utf8String, text))),
    ),
  );
}

/** A Name with a common name alone. */
export const commonName = (text: string): Uint8Array => nameDer(['2.5.4.3', text]);

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** General names in DER, for alternative names and subtrees. */
export const general = Object.freeze({
  email: (text: string) => element(contextTag(1), ascii(text)),
  dns: (text: string) => element(contextTag(2), ascii(text)),
  directory: (name: Uint8Array) => element(contextTag(4, 'constructed'), name),
  uri: (text: string) => element(contextTag(6), ascii(text)),
  ip: (...bytes: readonly number[]) => element(contextTag(7), Uint8Array.from(bytes)),
});

/** Values of extensions in DER. */
export const extensions = Object.freeze({
  basicConstraints: (ca: boolean, pathLength?: number, critical = true) =>
    extension(
      '2.5.29.19',
      sequence(...(ca ? [TRUE] : []), ...(pathLength === undefined ? [] : [smallInteger(pathLength)])),
      critical,
    ),
  keyUsage: (bits: readonly number[]) => extension('2.5.29.15', namedBits(bits), true),
  extendedKeyUsage: (purposes: readonly string[]) =>
    extension('2.5.29.37', sequence(...purposes.map(encodeOid))),
  subjectAltName: (names: readonly Uint8Array[]) => extension('2.5.29.17', sequence(...names)),
  nameConstraints: (permitted: readonly Uint8Array[], excluded: readonly Uint8Array[]) =>
    extension(
      '2.5.29.30',
      sequence(
        ...[permitted, excluded].flatMap((bases, list) =>
          bases.length === 0
            ? []
            : [element(contextTag(list, 'constructed'), ...bases.map((base) => sequence(base)))],
        ),
      ),
      true,
    ),
  certificatePolicies: (policies: readonly string[]) =>
    extension('2.5.29.32', sequence(...policies.map((one) => sequence(encodeOid(one))))),
  policyMappings: (pairs: readonly (readonly [issuer: string, subject: string])[]) =>
    extension('2.5.29.33', sequence(...pairs.map((pair) => sequence(...pair.map(encodeOid)))), true),
  policyConstraints: (requireExplicit: number | undefined, inhibitMapping: number | undefined) =>
    extension(
      '2.5.29.36',
      sequence(
        ...[requireExplicit, inhibitMapping].flatMap((skip, tag) =>
          skip === undefined ? [] : [element(contextTag(tag), Uint8Array.of(skip))],
        ),
      ),
      true,
    ),
  inhibitAnyPolicy: (skip: number) => extension('2.5.29.54', smallInteger(skip), true),
  subjectKeyIdentifier: (identifier: Uint8Array) => extension('2.5.29.14', octetString(identifier)),
  authorityKeyIdentifier: (identifier: Uint8Array) =>
    extension('2.5.29.35', sequence(element(contextTag(0), identifier))),
});

/** What a certificate says. */
export interface ForgedContent {
  /** Names in DER. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly serial?: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** In DER; none makes a certificate of version 1. */
  readonly extensions: readonly Uint8Array[];
  /** Parts in DER that are otherwise made of the rest: the version, the algorithm inside, the two times. */
  readonly version?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly validity?: Uint8Array;
}

const ECDSA_SHA256 = sequence(encodeOid('1.2.840.10045.4.3.2'));

const serialDer = (serial: number): Uint8Array => unsignedInteger(Uint8Array.of(serial >> 8, serial & 0xff));

/** A certificate in DER, signed by a key whatever it says. */
export function forgeCertificate(content: ForgedContent, signer: ForgeKey): Uint8Array {
  const { extensions: list, serial = 1, version = smallInteger(2), algorithm = ECDSA_SHA256 } = content;
  const tbs = sequence(
    ...(list.length === 0 ? [] : [element(contextTag(0, 'constructed'), version)]),
    serialDer(serial),
    algorithm,
    content.issuer,
    content.validity ?? sequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.publicKey,
    ...(list.length === 0 ? [] : [element(contextTag(3, 'constructed'), sequence(...list))]),
  );
  return sequence(tbs, ECDSA_SHA256, bitString(sign('sha256', tbs, signer.privateKey)));
}

/** What a CRL says. */
export interface ForgedCrl {
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Serial numbers that are revoked, with their reasons (RFC 5280 5.3.1). */
  readonly revoked?: readonly {
    readonly serial: number;
    readonly reason?: number;
    /** Whose certificate it is, as a general name in DER: for indirect CRLs. */
    readonly issuer?: Uint8Array;
  }[];
  /** In DER. */
  readonly extensions?: readonly Uint8Array[];
}

/** A CRL in DER, signed by a key whatever it says. */
export function forgeCrl(content: ForgedCrl, signer: ForgeKey): Uint8Array {
  const { revoked = [], extensions: list = [] } = content;
  const entries = revoked.map(({ serial, reason, issuer }) => {
    const details = [
      ...(reason === undefined ? [] : [extension('2.5.29.21', Uint8Array.of(0x0a, 1, reason))]),
      ...(issuer === undefined ? [] : [extension('2.5.29.29', sequence(issuer), true)]),
    ];
    const list = details.length === 0 ? [] : [sequence(...details)];
    return sequence(serialDer(serial), encodeTime(content.thisUpdate), ...list);
  });
  const tbs = sequence(
    smallInteger(1),
    ECDSA_SHA256,
    content.issuer,
    encodeTime(content.thisUpdate),
    encodeTime(content.nextUpdate),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(list.length === 0 ? [] : [element(contextTag(0, 'constructed'), sequence(...list))]),
  );
  return sequence(tbs, ECDSA_SHA256, bitString(sign('sha256', tbs, signer.privateKey)));
}

/** PEM of certificates, one after the other. */
export function pemOf(certificates: readonly Uint8Array[]): string {
  return certificates
    .map((der) => {
      const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
      return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}
