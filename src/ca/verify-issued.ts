import { equalBytes, toHex } from '../asn1/bytes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { PkiError } from '../errors/pki-error.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { CertificateContent } from '../x509/certificate-encoder.ts';
import { formatGeneralName, type GeneralName } from '../x509/general-name.ts';
import { attributeValues, type Subject } from '../x509/name.ts';
import { EXTENSION, type ExtensionValues } from '../x509/extensions.ts';
import { extendedKeyUsageOid, KEY_USAGES, type KeyUsage } from '../x509/usages.ts';

/** What an issued certificate is compared with. */
export interface Expectation {
  readonly content: CertificateContent;
  readonly subject: Subject;
  readonly issuerKey: PublicKey;
}

const SUBJECT_FIELDS = [
  'commonName',
  'organizations',
  'organizationalUnits',
  'countries',
  'provinces',
  'localities',
] as const;

/**
 * Compares a certificate, as read back from its DER, with what was asked for, and verifies its signature.
 *
 * @throws PkiError `verification-failed`: the certificate must not be used
 */
export async function verifyIssued(
  certificate: Certificate,
  expected: Expectation,
  crypto: CryptoProvider,
): Promise<void> {
  compareContent(certificate, expected);
  compareExtensions(certificate, expected.content.extensions);
  compareExtensionList(certificate, expected.content.extensions);
  const { tbs: data, signature } = certificate;
  const { signatureAlgorithm } = expected.content;
  compare('signature algorithm', signatureAlgorithm.oid, certificate.signatureOid);
  if (await crypto.verify(expected.issuerKey, signatureAlgorithm, { data, signature })) return;
  throw failed('signature', "the issuer's", 'one that does not verify');
}

function compareContent(certificate: Certificate, { content, subject }: Expectation): void {
  compare('serial number', toHex(content.serialNumber), certificate.serialNumber);
  compareBytes('issuer', content.issuer, certificate.issuer.der);
  compareBytes('public key', content.publicKey.spki, certificate.spki);
  compare('notBefore', content.notBefore.getTime(), certificate.notBefore.getTime());
  compare('notAfter', content.notAfter.getTime(), certificate.notAfter.getTime());
  for (const field of SUBJECT_FIELDS) {
    const found = attributeValues(certificate.subject, field);
    const values = subject[field] ?? [];
    if (values.length === 0 && found.length === 0) continue;
    // The values of one kind make a SET OF, which DER sorts.
    compareLists(`subject ${field}`, [values].flat().sort(), found.sort());
  }
  compareBytes('subject', content.subject, certificate.subject.der);
}

/** Which extensions stand there, in order, and which of them are critical (RFC 5280 4.2.1). */
function compareExtensionList(certificate: Certificate, wanted: ExtensionValues): void {
  const expected = [
    wanted.keyUsage.length > 0 ? `critical ${EXTENSION.keyUsage}` : [],
    wanted.extendedKeyUsage.length > 0 ? EXTENSION.extendedKeyUsage : [],
    `critical ${EXTENSION.basicConstraints}`,
    wanted.subjectKeyIdentifier === undefined ? [] : EXTENSION.subjectKeyIdentifier,
    wanted.authorityKeyIdentifier === undefined ? [] : EXTENSION.authorityKeyIdentifier,
    wanted.subjectAltNames.length === 0
      ? []
      : `${wanted.subjectAltNameCritical ? 'critical ' : ''}${EXTENSION.subjectAltName}`,
  ].flat();
  const found = certificate.extensions.map(({ oid, critical }) => (critical ? `critical ${oid}` : oid));
  compareLists('extensions', expected, found);
}

function compareExtensions(certificate: Certificate, wanted: ExtensionValues): void {
  const { basicConstraints, keyUsage = [], extendedKeyUsage = [] } = certificate;
  const inOrder = (usages: readonly KeyUsage[]): KeyUsage[] =>
    KEY_USAGES.filter((usage) => usages.includes(usage));
  compareLists('key usage', inOrder(wanted.keyUsage), keyUsage);
  compareLists(
    'extended key usage',
    wanted.extendedKeyUsage.map(extendedKeyUsageOid),
    extendedKeyUsage.map(extendedKeyUsageOid),
  );
  compare('CA flag', wanted.basicConstraints.ca, basicConstraints?.ca);
  compare('path length', wanted.basicConstraints.maxPathLength, basicConstraints?.maxPathLength);
  compareBytes('subject key identifier', wanted.subjectKeyIdentifier, certificate.subjectKeyIdentifier);
  compareBytes('authority key identifier', wanted.authorityKeyIdentifier, certificate.authorityKeyIdentifier);
  const found = certificate.subjectAltNames;
  const isSame = (name: GeneralName, index: number): boolean =>
    name.type === found[index]?.type && name.value === found[index].value;
  if (found.length === wanted.subjectAltNames.length && wanted.subjectAltNames.every(isSame)) return;
  const [names, others] = [wanted.subjectAltNames, found].map((list) =>
    list.map(formatGeneralName).join(', '),
  );
  throw failed('subject alternative names', names ?? '', others ?? '');
}

function compare(field: string, expected: unknown, actual: unknown): void {
  if (expected !== actual) throw failed(field, String(expected), String(actual));
}

function compareLists(field: string, expected: readonly string[], actual: readonly string[]): void {
  const same = expected.length === actual.length && expected.every((value, index) => value === actual[index]);
  if (!same) throw failed(field, expected.join(', '), actual.join(', '));
}

function compareBytes(field: string, expected: Uint8Array | undefined, actual: Uint8Array | undefined): void {
  if (expected === undefined || actual === undefined) {
    compare(field, expected, actual);
  } else if (!equalBytes(expected, actual)) throw failed(field, toHex(expected), toHex(actual));
}

function failed(field: string, expected: string, actual: string): PkiError<'verification-failed'> {
  return new PkiError(
    'verification-failed',
    `the issued certificate has ${field} ${actual}, expected ${expected}`,
    {
      details: { field, expected, actual },
      hint: 'it was not kept; the signer may hold another key, or change what it signs',
    },
  );
}
