import { equalBytes, toHex } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION } from '../../read/extension.ts';
import { goHeaderError } from './go-header.ts';
import { goExtensionError, goQuoted } from './go-extensions.ts';
import { goAlternativeNames, goConstraints } from './go-names.ts';

/** Critical extensions that Go understands (crypto/x509/parser.go, processExtensions). */
const HANDLED: ReadonlySet<string> = new Set<string>([
  EXTENSION.keyUsage,
  EXTENSION.basicConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.inhibitAnyPolicy,
]);

/** Whether a critical extension is none that Go understands, or names kinds of names that it does not. */
export function hasUnhandledExtension({ extensions = [] }: CertificateInfo): boolean {
  return extensions.some(({ oid, critical }) => {
    if (!critical || HANDLED.has(oid)) return false;
    if (oid === EXTENSION.subjectAltName) return goAlternativeNames(extensions).length === 0;
    return oid !== EXTENSION.nameConstraints || goConstraints(extensions)?.hasOthers === true;
  });
}

/** Why Go cannot read a certificate at all; `undefined` where it can (crypto/x509/parser.go, parseCertificate). */
export function goParseError(certificate: CertificateInfo): string | undefined {
  const { version, serialNumber, signatureAlgorithm, tbsSignatureAlgorithm, extensions = [] } = certificate;
  if (version === undefined || version < 0) return 'x509: malformed version';
  if (version > 2) return 'x509: invalid version';
  if ((serialNumber[0] ?? 0) >= 0x80) return 'x509: negative serial number';
  if (!equalBytes(signatureAlgorithm.der, tbsSignatureAlgorithm.der))
    return "x509: inner and outer signature algorithm identifiers don't match";
  const unreadable = goHeaderError(certificate) ?? keyError(certificate);
  if (unreadable !== undefined || version < 2) return unreadable;
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid)) return `x509: certificate contains duplicate extension with OID ${goQuoted(oid)}`;
    seen.add(oid);
  }
  return goExtensionError(certificate);
}

/** Curves that Go has (crypto/x509, namedCurveFromOID). */
const CURVES: readonly string[] = ['1.3.132.0.33', '1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35'];

function keyError({ publicKey: { material } }: CertificateInfo): string | undefined {
  if (material.kind !== 'ec') return undefined;
  if (material.explicit !== undefined) return 'x509: invalid ECDSA parameters';
  return CURVES.includes(material.curve ?? '') ? undefined : 'x509: unsupported elliptic curve';
}

/** The name by which Go calls a candidate that it refused: common name, organization or serial number. */
export function goCertificateName({ subject, serialNumber }: CertificateInfo): string {
  const attributes = subject.rdns.flat();
  const values = (oid: string): string[] => attributes.flatMap((one) => (one.oid === oid ? [one.text] : []));
  const [common, organization] = [values('2.5.4.3').at(-1), values('2.5.4.10')[0]];
  if (common !== undefined && common !== '') return common;
  return organization ?? `serial:${BigInt(`0x${toHex(serialNumber) || '0'}`)}`;
}
