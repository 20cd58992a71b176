import { equalBytes, toHex } from '../../asn1/bytes.ts';
import { EXTENSION, readExtension, type ExtensionInfo } from '../../inspect/read/extension.ts';
import type { GeneralNameInfo } from '../../inspect/read/general-name.ts';
import { ATTRIBUTE, attributeTexts, type NameInfo } from '../../inspect/read/name.ts';
import type { KeyUsage } from '../../x509/usages.ts';
import type { CertificateEntry } from '../inventory.ts';

/** What rules ask of a certificate, read once. */
export interface CertificateFacts {
  readonly entry: CertificateEntry;
  readonly id: string;
  /** The file and field that it stands in: certificates of one bundle have it in common. */
  readonly place: string;
  /** `CN=kube-apiserver`, or `CN=… , O=…` */
  readonly subject: string;
  readonly issuer: string;
  /** The names in DER, in hexadecimal. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** The last common name, which is the one that Go takes (crypto/x509/pkix, FillFromRDNSequence). */
  readonly commonName: string | undefined;
  readonly organizations: readonly string[];
  /** Subject alternative names; `undefined` where there is no such extension, or none that can be read. */
  readonly names: readonly GeneralNameInfo[] | undefined;
  /** Object identifiers of the extended key usages; `undefined` where all are allowed. */
  readonly purposes: readonly string[] | undefined;
  readonly usages: readonly KeyUsage[] | undefined;
  readonly isCa: boolean;
  readonly maxPathLength: number | undefined;
  /** Identifiers in hexadecimal. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly isSelfIssued: boolean;
  /** SubjectPublicKeyInfo in hexadecimal. */
  readonly publicKey: string;
  /** Milliseconds since 1970; `undefined` where the characters are no time. */
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
}

const SHORT = Object.freeze<Record<string, string>>({
  [ATTRIBUTE.commonName]: 'CN',
  [ATTRIBUTE.organization]: 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.5': 'serialNumber',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
});

/** A name for messages: `O=system:nodes, CN=system:node:node01`. */
function nameText(name: NameInfo): string {
  const parts = name.rdns.flat().map(({ oid, text }) => `${SHORT[oid] ?? oid}=${text}`);
  return parts.length === 0 ? 'no name' : parts.join(', ');
}

/** Reads what rules ask of a certificate. Extensions that cannot be read count as absent. */
export function factsOf(entry: CertificateEntry): CertificateFacts {
  const { certificate, path, field } = entry;
  const { subject, issuer, publicKey, notBefore, notAfter } = certificate;
  const extensions = certificate.extensions ?? [];
  return {
    entry,
    id: entry.id,
    place: placeOf(path, field),
    subject: nameText(subject),
    issuer: nameText(issuer),
    subjectKey: toHex(subject.der),
    issuerKey: toHex(issuer.der),
    commonName: attributeTexts(subject, ATTRIBUTE.commonName).at(-1),
    organizations: attributeTexts(subject, ATTRIBUTE.organization),
    ...extensionFacts(extensions),
    isSelfIssued: equalBytes(subject.der, issuer.der),
    publicKey: toHex(publicKey.der),
    notBefore: notBefore.date?.getTime(),
    notAfter: notAfter.date?.getTime(),
  };
}

type ExtensionFacts = Pick<
  CertificateFacts,
  'names' | 'purposes' | 'usages' | 'isCa' | 'maxPathLength' | 'subjectKeyId' | 'authorityKeyId'
>;

function extensionFacts(extensions: readonly ExtensionInfo[]): ExtensionFacts {
  const constraints = readExtension(extensions, EXTENSION.basicConstraints)?.value;
  const authority = readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value?.keyIdentifier;
  const own = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value;
  return {
    names: readExtension(extensions, EXTENSION.subjectAltName)?.value,
    purposes: readExtension(extensions, EXTENSION.extendedKeyUsage)?.value,
    usages: readExtension(extensions, EXTENSION.keyUsage)?.value,
    isCa: constraints?.ca === true,
    maxPathLength: constraints?.maxPathLength,
    subjectKeyId: own === undefined ? undefined : toHex(own),
    authorityKeyId: authority === undefined ? undefined : toHex(authority),
  };
}

/** What tells files and fields of documents apart: the path, and behind `#` the field. */
export function placeOf(path: string, field?: string): string {
  return field === undefined ? path : `${path}#${field}`;
}
