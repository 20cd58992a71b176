import { equalBytes, toHex } from '../asn1/bytes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { PkiError } from '../errors/pki-error.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { CertificateContent } from '../x509/certificate-encoder.ts';
import { formatGeneralName } from '../x509/general-name.ts';
import { attributeValues, type Subject } from '../x509/name.ts';
import { extendedKeyUsageOid, KEY_USAGES } from '../x509/usages.ts';

/** What an issued certificate is compared with. */
export interface Expectation {
  readonly content: CertificateContent;
  readonly subject: Subject;
  readonly issuerKey: PublicKey;
}

type Comparison = readonly [field: string, expected: string, actual: string];

const SUBJECT_FIELDS = ['commonName', 'organizations', 'organizationalUnits', 'countries', 'provinces', 'localities'] as const;

/**
 * Compares a certificate, as read back from its DER, with what was asked for, and verifies its signature.
 *
 * @throws PkiError `verification-failed`: the certificate must not be used
 */
export async function verifyIssued(certificate: Certificate, expected: Expectation, crypto: CryptoProvider): Promise<void> {
  const wrong = comparisons(certificate, expected).find(([, want, got]) => want !== got);
  if (wrong !== undefined) throw failed(...wrong);
  const { tbs: data, signature } = certificate;
  const { signatureAlgorithm } = expected.content;
  if (certificate.signatureOid !== signatureAlgorithm.oid) {
    throw failed('signature algorithm', signatureAlgorithm.oid, certificate.signatureOid);
  }
  if (!(await crypto.verify(expected.issuerKey, signatureAlgorithm, { data, signature }))) {
    throw failed('signature', "the issuer's", 'one that does not verify');
  }
}

function comparisons(certificate: Certificate, { content, subject }: Expectation): Comparison[] {
  const { extensions } = content;
  const names = (list: Parameters<typeof formatGeneralName>[0][]): string => list.map(formatGeneralName).join(', ');
  const bytes = (value: Uint8Array | undefined): string => (value === undefined ? '' : toHex(value));
  const usages = (list: readonly string[] | undefined): string => KEY_USAGES.filter((usage) => list?.includes(usage)).join();
  const purposes = (list: readonly string[] = []): string => list.map(extendedKeyUsageOid).join();
  return [
    ['serial number', toHex(content.serialNumber), certificate.serialNumber],
    ['issuer', same(content.issuer, certificate.issuer.der), 'same'],
    ['notBefore', content.notBefore.toISOString(), certificate.notBefore.toISOString()],
    ['notAfter', content.notAfter.toISOString(), certificate.notAfter.toISOString()],
    ['public key', same(content.publicKey.spki, certificate.spki), 'same'],
    ...SUBJECT_FIELDS.map((field): Comparison => {
      // The values of one kind make a SET OF, which DER sorts.
      const wanted = [subject[field] ?? []].flat().sort().join('\n');
      return [`subject ${field}`, wanted, attributeValues(certificate.subject, field).sort().join('\n')];
    }),
    ['key usage', usages(extensions.keyUsage), usages(certificate.keyUsage)],
    ['extended key usage', purposes(extensions.extendedKeyUsage), purposes(certificate.extendedKeyUsage)],
    ['basic constraints', JSON.stringify(extensions.basicConstraints), JSON.stringify(certificate.basicConstraints)],
    ['subject key identifier', bytes(extensions.subjectKeyIdentifier), bytes(certificate.subjectKeyIdentifier)],
    ['authority key identifier', bytes(extensions.authorityKeyIdentifier), bytes(certificate.authorityKeyIdentifier)],
    ['subject alternative names', names([...extensions.subjectAltNames]), names(certificate.subjectAltNames)],
  ];
}

function same(a: Uint8Array, b: Uint8Array): string {
  return equalBytes(a, b) ? 'same' : 'another';
}

function failed(field: string, expected: string, actual: string): PkiError<'verification-failed'> {
  return new PkiError('verification-failed', `the issued certificate has ${field} ${actual}, expected ${expected}`, {
    details: { field, expected, actual },
    hint: 'it was not kept; the signer may hold another key, or change what it signs',
  });
}
