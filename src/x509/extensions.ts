import {
  contextTag,
  element,
  namedBits,
  octetString,
  sequence,
  smallInteger,
  TAG,
  TRUE,
} from '../asn1/der.ts';
import { encodeOid } from '../asn1/oid.ts';
import type { DerReader } from '../asn1/reader.ts';
import { encodeSubjectAltNames, type SubjectAltName } from './general-name.ts';
import { extendedKeyUsageOid, KEY_USAGES, type ExtendedKeyUsage, type KeyUsage } from './usages.ts';

/** Object identifiers of the extensions that are issued (RFC 5280 4.2.1). */
export const EXTENSION = Object.freeze({
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
});

/** An extension as it stands in a certificate. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of the extension's octet string. */
  readonly value: Uint8Array;
}

/** Basic constraints (RFC 5280 4.2.1.9). */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many intermediates may follow; `undefined` for no limit. */
  readonly maxPathLength?: number;
}

/** What the extensions of a certificate to be issued say. */
export interface ExtensionValues {
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  readonly basicConstraints: BasicConstraints;
  readonly subjectKeyIdentifier?: Uint8Array | undefined;
  readonly authorityKeyIdentifier?: Uint8Array | undefined;
  readonly subjectAltNames: readonly SubjectAltName[];
  /** The SAN extension is critical where the subject is empty (RFC 5280 4.2.1.6). */
  readonly subjectAltNameCritical: boolean;
}

const OID_DER = new Map<string, Uint8Array>(Object.values(EXTENSION).map((oid) => [oid, encodeOid(oid)]));

function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const type = OID_DER.get(oid) ?? encodeOid(oid);
  return critical ? sequence(type, TRUE, octetString(value)) : sequence(type, octetString(value));
}

// Usages repeat for every certificate of a profile: encoded once.
const encodedUsages = new Map<string, Uint8Array>();

function once(key: string, encode: () => Uint8Array): Uint8Array {
  const encoded = encodedUsages.get(key) ?? encode();
  if (encodedUsages.size < 256) encodedUsages.set(key, encoded);
  return encoded;
}

/** Encodes the extensions in the order in which Go writes them: KU, EKU, BC, SKI, AKI, SAN. */
export function encodeExtensions(values: ExtensionValues): Uint8Array {
  const {
    keyUsage,
    extendedKeyUsage: eku,
    basicConstraints: { ca, maxPathLength },
  } = values;
  const parts: Uint8Array[] = [];
  if (keyUsage.length > 0) {
    const bits = (): Uint8Array => namedBits(keyUsage.map((usage) => KEY_USAGES.indexOf(usage)));
    parts.push(once(`ku ${keyUsage.join()}`, () => extension(EXTENSION.keyUsage, true, bits())));
  }
  if (eku.length > 0) {
    const oids = (): Uint8Array => sequence(...eku.map((usage) => encodeOid(extendedKeyUsageOid(usage))));
    parts.push(once(`eku ${eku.join()}`, () => extension(EXTENSION.extendedKeyUsage, false, oids())));
  }
  const pathLength = maxPathLength === undefined ? [] : [smallInteger(maxPathLength)];
  const constraints = (): Uint8Array => (ca ? sequence(TRUE, ...pathLength) : sequence());
  parts.push(
    once(`bc ${ca} ${maxPathLength ?? ''}`, () => extension(EXTENSION.basicConstraints, true, constraints())),
  );
  if (values.subjectKeyIdentifier !== undefined) {
    parts.push(extension(EXTENSION.subjectKeyIdentifier, false, octetString(values.subjectKeyIdentifier)));
  }
  if (values.authorityKeyIdentifier !== undefined) {
    const keyIdentifier = element(contextTag(0), values.authorityKeyIdentifier);
    parts.push(extension(EXTENSION.authorityKeyIdentifier, false, sequence(keyIdentifier)));
  }
  if (values.subjectAltNames.length > 0) {
    const names = encodeSubjectAltNames(values.subjectAltNames);
    parts.push(extension(EXTENSION.subjectAltName, values.subjectAltNameCritical, names));
  }
  return sequence(...parts);
}

/**
 * Reads a list of extensions (RFC 5280 4.1.2.9).
 *
 * @throws PkiError `invalid-der`, also for an extension that stands twice (RFC 5280 4.2)
 */
export function readExtensions(reader: DerReader): Extension[] {
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  for (const inner = reader.enter(TAG.sequence, 'the extensions'); !inner.done;) {
    const one = inner.enter(TAG.sequence, 'an extension');
    const oid = one.oid('the extension type');
    const critical = one.optionalBoolean();
    const value = one.content(TAG.octetString, 'the extension value');
    one.finish('the extension');
    if (seen.has(oid)) throw one.error(`extension ${oid} stands twice`);
    seen.add(oid);
    extensions.push({ oid, critical, value });
  }
  return extensions;
}
