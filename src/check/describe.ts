import { toHex } from '../asn1/bytes.ts';
import type { CertificateInfo } from '../inspect/read/certificate.ts';
import { EXTENSION, readExtension } from '../inspect/read/extension.ts';
import { generalNameText } from '../inspect/read/general-name.ts';
import { ATTRIBUTE, attributeTexts, type NameInfo } from '../inspect/read/name.ts';
import type { PublicKeyInfo } from '../inspect/read/public-key.ts';
import { renderName } from '../inspect/text/name.ts';
import { objectNames } from '../inspect/text/objects.ts';
import { encodePem } from '../x509/pem.ts';
import { extendedKeyUsageName } from '../x509/usages.ts';
import type { CertificateEntry } from './inventory.ts';
import type { ReportCertificate } from './report.ts';

const DAY = 86_400_000;

const utf8 = new TextDecoder();

function nameText(name: NameInfo): string {
  const binary = renderName(name);
  return utf8.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.3.1.7', 'P256'],
  ['1.3.132.0.34', 'P384'],
  ['1.3.132.0.35', 'P521'],
]);

/** A key's algorithm as kubeadm names it: `RSA-2048`, `ECDSA-P256`; of others, as OpenSSL does. */
export function keyAlgorithmText({ material, bits, algorithm }: PublicKeyInfo): string {
  switch (material.kind) {
    case 'rsa':
      return `RSA-${bits ?? 0}`;
    case 'rsa-pss':
      return `RSA-PSS-${bits ?? 0}`;
    case 'ec': {
      const { curve } = material;
      const name =
        curve === undefined ? 'explicit' : (CURVES.get(curve) ?? objectNames(curve)?.short ?? curve);
      return `ECDSA-${name}`;
    }
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    default:
      return objectNames(algorithm.oid)?.short ?? algorithm.oid;
  }
}

/** What a certificate says by itself, as reports have it. */
export type CertificateFields = Omit<
  ReportCertificate,
  'id' | 'path' | 'field' | 'index' | 'uses' | 'signedBy' | 'pem'
>;

/**
 * What a certificate says, in fields for programs.
 *
 * @param fingerprint SHA-256 of the DER in lower-case hexadecimal
 */
export function certificateFields(
  certificate: CertificateInfo,
  fingerprint: string,
  now: Date,
): CertificateFields {
  const { subject, notBefore, notAfter, signatureAlgorithm, publicKey, serialNumber } = certificate;
  const commonName = attributeTexts(subject, ATTRIBUTE.commonName).at(-1);
  return {
    subject: nameText(subject),
    issuer: nameText(certificate.issuer),
    ...(commonName === undefined ? {} : { commonName }),
    organizations: attributeTexts(subject, ATTRIBUTE.organization),
    serialNumber: toHex(serialNumber),
    ...(notBefore.date === undefined ? {} : { notBefore: notBefore.date.toISOString() }),
    ...(notAfter.date === undefined
      ? {}
      : {
          notAfter: notAfter.date.toISOString(),
          daysLeft: Math.floor((notAfter.date.getTime() - now.getTime()) / DAY),
        }),
    keyAlgorithm: keyAlgorithmText(publicKey),
    signatureAlgorithm: objectNames(signatureAlgorithm.oid)?.long ?? signatureAlgorithm.oid,
    fingerprint,
    ...extensionFields(certificate),
  };
}

/** A certificate of an inventory as a report has it. */
export function describeCertificate(entry: CertificateEntry, now: Date): ReportCertificate {
  const { certificate, field, id, path, index, fingerprint, uses, signedBy } = entry;
  return {
    id,
    path,
    ...(field === undefined ? {} : { field }),
    index,
    ...certificateFields(certificate, fingerprint, now),
    uses,
    signedBy,
    pem: encodePem('CERTIFICATE', certificate.der),
  };
}

function extensionFields({
  extensions = [],
}: CertificateInfo): Pick<ReportCertificate, 'subjectAltNames' | 'isCa' | 'keyUsage' | 'extendedKeyUsage'> {
  const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  const purposes = readExtension(extensions, EXTENSION.extendedKeyUsage)?.value ?? [];
  return {
    subjectAltNames: names.map(generalNameText),
    isCa: readExtension(extensions, EXTENSION.basicConstraints)?.value?.ca === true,
    keyUsage: readExtension(extensions, EXTENSION.keyUsage)?.value ?? [],
    extendedKeyUsage: purposes.map(extendedKeyUsageName),
  };
}
