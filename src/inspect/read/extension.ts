import { contextTag, TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { KEY_USAGES, type KeyUsage } from '../../x509/usages.ts';
import { BerReader, smallIntegerValue } from './ber.ts';
import { readGeneralName, readGeneralNames, type GeneralNameInfo } from './general-name.ts';

/** Object identifiers of extensions that are read here (RFC 5280 4.2 and 5.2). */
export const EXTENSION = Object.freeze({
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
});

/** An extension as it is encoded. What it says is read by {@link readExtension}. */
export interface ExtensionInfo {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of the extension's octet string. */
  readonly value: Uint8Array;
}

/** A subtree of name constraints. */
export interface Subtree {
  /** Of an IP address: the address, and behind it the mask. */
  readonly base: GeneralNameInfo;
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** A policy qualifier: a URI (CPS), or another in DER. */
export interface PolicyQualifier {
  readonly oid: string;
  readonly value: Uint8Array;
}

/** What an extension says, by its object identifier. */
export interface ExtensionValues {
  readonly [EXTENSION.subjectKeyIdentifier]: Uint8Array;
  readonly [EXTENSION.keyUsage]: readonly KeyUsage[];
  readonly [EXTENSION.subjectAltName]: readonly GeneralNameInfo[];
  readonly [EXTENSION.issuerAltName]: readonly GeneralNameInfo[];
  readonly [EXTENSION.basicConstraints]: { readonly ca: boolean; readonly maxPathLength: number | undefined };
  readonly [EXTENSION.nameConstraints]: {
    readonly permitted: readonly Subtree[] | undefined;
    readonly excluded: readonly Subtree[] | undefined;
  };
  readonly [EXTENSION.certificatePolicies]: readonly {
    readonly policy: string;
    readonly qualifiers: readonly PolicyQualifier[];
  }[];
  readonly [EXTENSION.policyMappings]: readonly { readonly issuer: string; readonly subject: string }[];
  readonly [EXTENSION.authorityKeyIdentifier]: {
    readonly keyIdentifier: Uint8Array | undefined;
    readonly issuer: readonly GeneralNameInfo[] | undefined;
    readonly serialNumber: Uint8Array | undefined;
  };
  readonly [EXTENSION.policyConstraints]: {
    readonly requireExplicitPolicy: number | undefined;
    readonly inhibitPolicyMapping: number | undefined;
  };
  /** Object identifiers of the purposes. */
  readonly [EXTENSION.extendedKeyUsage]: readonly string[];
  readonly [EXTENSION.inhibitAnyPolicy]: number;
  readonly [EXTENSION.authorityInfoAccess]: readonly {
    readonly method: string;
    readonly location: GeneralNameInfo;
  }[];
}

/**
 * An extension's value as read; or what is wrong with it. `undefined` where the certificate does not have it. A value with
 * octets behind it that do not belong is there with its problem: Go and OpenSSL pass over them.
 */
export type ReadExtension<T> =
  | { readonly critical: boolean; readonly value: T; readonly problem: undefined }
  | { readonly critical: boolean; readonly value: T | undefined; readonly problem: string }
  | undefined;

type Readers = { readonly [K in keyof ExtensionValues]: (reader: BerReader) => ExtensionValues[K] };

const generalNames = (reader: BerReader): readonly GeneralNameInfo[] =>
  readGeneralNames(reader.enterList(TAG.sequence, 'the general names'));

const READERS: Readers = Object.freeze({
  [EXTENSION.subjectKeyIdentifier]: (reader) => reader.string(TAG.octetString, 'the subject key identifier'),
  [EXTENSION.keyUsage]: readKeyUsage,
  [EXTENSION.subjectAltName]: generalNames,
  [EXTENSION.issuerAltName]: generalNames,
  [EXTENSION.basicConstraints]: (extension) => {
    const reader = extension.enter(TAG.sequence, 'the basic constraints');
    const ca = reader.optionalBoolean();
    const maxPathLength = reader.done ? undefined : small(reader, 'the path length');
    reader.finish('the basic constraints');
    return { ca, maxPathLength };
  },
  [EXTENSION.nameConstraints]: (extension) => {
    const reader = extension.enter(TAG.sequence, 'the name constraints');
    const permitted = subtrees(reader, 0);
    const excluded = subtrees(reader, 1);
    reader.finish('the name constraints');
    return { permitted, excluded };
  },
  [EXTENSION.certificatePolicies]: (extension) =>
    each(extension.enter(TAG.sequence, 'the policies'), (reader) => {
      const one = reader.enter(TAG.sequence, 'a policy');
      const policy = one.oid('a policy');
      const list = one.enterOptional(TAG.sequence);
      one.finish('a policy');
      return { policy, qualifiers: list === undefined ? [] : each(list, readQualifier) };
    }),
  [EXTENSION.policyMappings]: (extension) =>
    each(extension.enter(TAG.sequence, 'the policy mappings'), (reader) => {
      const one = reader.enter(TAG.sequence, 'a policy mapping');
      return { issuer: one.oid('an issuer policy'), subject: one.oid('a subject policy') };
    }),
  [EXTENSION.authorityKeyIdentifier]: (extension) => {
    const reader = extension.enter(TAG.sequence, 'the authority key identifier');
    const keyIdentifier =
      reader.nextTag === contextTag(0) ? reader.content(contextTag(0), 'the key identifier') : undefined;
    const issuer = reader.enterOptional(contextTag(1, 'constructed'));
    const serialNumber =
      reader.nextTag === contextTag(2) ? reader.integer('the serial number', contextTag(2)) : undefined;
    reader.finish('the authority key identifier');
    return {
      keyIdentifier,
      issuer: issuer === undefined ? undefined : readGeneralNames(issuer),
      serialNumber,
    };
  },
  [EXTENSION.policyConstraints]: (extension) => {
    const reader = extension.enter(TAG.sequence, 'the policy constraints');
    const requireExplicitPolicy =
      reader.nextTag === contextTag(0) ? small(reader, 'requireExplicitPolicy', contextTag(0)) : undefined;
    const inhibitPolicyMapping =
      reader.nextTag === contextTag(1) ? small(reader, 'inhibitPolicyMapping', contextTag(1)) : undefined;
    reader.finish('the policy constraints');
    return { requireExplicitPolicy, inhibitPolicyMapping };
  },
  [EXTENSION.extendedKeyUsage]: (extension) =>
    each(extension.enter(TAG.sequence, 'the extended key usage'), (reader) => reader.oid('a key purpose')),
  [EXTENSION.inhibitAnyPolicy]: (reader) => small(reader, 'inhibitAnyPolicy'),
  [EXTENSION.authorityInfoAccess]: (extension) =>
    each(extension.enter(TAG.sequence, 'the authority information'), (reader) => {
      const one = reader.enter(TAG.sequence, 'an access description');
      return { method: one.oid('an access method'), location: readGeneralName(one) };
    }),
} satisfies Readers);

/**
 * What one extension of a certificate, request or CRL says; the first one where it stands twice.
 *
 * @param oid one of {@link EXTENSION}
 */
export function readExtension<K extends keyof ExtensionValues>(
  extensions: readonly ExtensionInfo[],
  oid: K,
): ReadExtension<ExtensionValues[K]> {
  const extension = extensions.find((one) => one.oid === oid);
  if (extension === undefined) return undefined;
  const { critical } = extension;
  let value: ExtensionValues[K] | undefined;
  try {
    const reader = new BerReader(extension.value);
    value = READERS[oid](reader);
    reader.finish('the extension');
    return { critical, value, problem: undefined };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { critical, value, problem: error.message };
  }
}

/** Reads the content of an Extensions: the list, in order. */
export function readExtensionList(reader: BerReader): ExtensionInfo[] {
  return each(reader, (list) => {
    const one = list.enter(TAG.sequence, 'an extension');
    const oid = one.oid('the extension type');
    const critical = one.optionalBoolean();
    const value = one.string(TAG.octetString, 'the extension value');
    one.finish('the extension');
    return { oid, critical, value };
  });
}

function each<T>(reader: BerReader, read: (reader: BerReader) => T): T[] {
  const out: T[] = [];
  while (!reader.done) out.push(read(reader));
  return out;
}

function small(reader: BerReader, what: string, tag: number = TAG.integer): number {
  const at = reader.offset;
  const value = smallIntegerValue(reader.integer(what, tag));
  if (value === undefined) throw reader.error(`${what} is out of range`, at);
  return value;
}

function readKeyUsage(reader: BerReader): KeyUsage[] {
  const { bytes } = reader.bitString('the key usage');
  return KEY_USAGES.filter((_usage, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function readQualifier(reader: BerReader): PolicyQualifier {
  const one = reader.enter(TAG.sequence, 'a policy qualifier');
  return { oid: one.oid('a policy qualifier'), value: one.done ? new Uint8Array() : one.whole() };
}

function subtrees(reader: BerReader, number: 0 | 1): Subtree[] | undefined {
  const list = reader.enterOptional(contextTag(number, 'constructed'));
  if (list === undefined) return undefined;
  return each(list, (trees) => {
    const one = trees.enter(TAG.sequence, 'a subtree');
    const base = readGeneralName(one);
    const minimum = one.nextTag === contextTag(0) ? small(one, 'the minimum', contextTag(0)) : 0;
    const maximum = one.nextTag === contextTag(1) ? small(one, 'the maximum', contextTag(1)) : undefined;
    one.finish('a subtree');
    return { base, minimum, maximum };
  });
}
