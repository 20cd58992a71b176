import { equalBytes, toHex } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';

/** Text as Go's `%q` writes it: that of JSON where there is nothing but ASCII. */
export const goQuoted = (text: string): string => JSON.stringify(text);

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

/** Kinds of names that Go reads; it skips others. */
const READ_NAMES: readonly string[] = ['dns', 'email', 'ip', 'uri'];

/** Whether a critical extension is none that Go understands, or names kinds of names that it does not. */
export function hasUnhandledExtension({ extensions = [] }: CertificateInfo): boolean {
  return extensions.some(({ oid, critical }) => {
    if (!critical || HANDLED.has(oid)) return false;
    if (oid === EXTENSION.subjectAltName)
      return !readExtension(extensions, oid)?.value?.some(({ kind }) => READ_NAMES.includes(kind));
    if (oid !== EXTENSION.nameConstraints) return true;
    const { permitted = [], excluded = [] } =
      readExtension(extensions, EXTENSION.nameConstraints)?.value ?? {};
    return [...permitted, ...excluded].some(({ base }) => !READ_NAMES.includes(base.kind));
  });
}

/** Extensions that Go refuses to read when they are critical. */
const NEVER_CRITICAL: ReadonlyMap<string, string> = new Map([
  [EXTENSION.subjectKeyIdentifier, 'subject key identifier'],
  [EXTENSION.authorityKeyIdentifier, 'authority key identifier'],
  [EXTENSION.authorityInfoAccess, 'authority info access'],
]);

/** Why Go cannot read a certificate at all; `undefined` where it can (crypto/x509/parser.go, parseCertificate). */
export function goParseError(certificate: CertificateInfo): string | undefined {
  const { version, serialNumber, signatureAlgorithm, tbsSignatureAlgorithm, extensions = [] } = certificate;
  if (version === undefined || version < 0) return 'x509: malformed version';
  if (version > 2) return 'x509: invalid version';
  if ((serialNumber[0] ?? 0) >= 0x80) return 'x509: negative serial number';
  if (!equalBytes(signatureAlgorithm.der, tbsSignatureAlgorithm.der))
    return "x509: inner and outer signature algorithm identifiers don't match";
  const seen = new Set<string>();
  for (const { oid } of version === 2 ? extensions : []) {
    if (seen.has(oid)) return `x509: certificate contains duplicate extension with OID ${goQuoted(oid)}`;
    seen.add(oid);
  }
  for (const { oid, critical } of version === 2 ? extensions : []) {
    const name = NEVER_CRITICAL.get(oid);
    if (critical && name !== undefined) return `x509: ${name} incorrectly marked critical`;
  }
  return keyError(certificate) ?? (version === 2 ? nameError(extensions) : undefined);
}

/** Curves that Go has (crypto/x509, namedCurveFromOID). */
const CURVES: readonly string[] = ['1.3.132.0.33', '1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35'];

function keyError({ publicKey: { material } }: CertificateInfo): string | undefined {
  if (material.kind !== 'ec') return undefined;
  if (material.explicit !== undefined) return 'x509: invalid ECDSA parameters';
  return CURVES.includes(material.curve ?? '') ? undefined : 'x509: unsupported elliptic curve';
}

/** Addresses and networks of lengths that there are none of, and constraints that are empty. */
function nameError(extensions: NonNullable<CertificateInfo['extensions']>): string | undefined {
  for (const name of readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [])
    if (name.kind === 'ip' && ![4, 16].includes(name.bytes.length))
      return `x509: cannot parse IP address of length ${name.bytes.length}`;
  const trees = readExtension(extensions, EXTENSION.nameConstraints)?.value;
  if (trees === undefined) return undefined;
  const { permitted = [], excluded = [] } = trees;
  if (permitted.length + excluded.length === 0) return 'x509: empty name constraints extension';
  for (const { base } of [...permitted, ...excluded])
    if (base.kind === 'ip' && ![8, 32].includes(base.bytes.length))
      return `x509: IP constraint contained value of length ${base.bytes.length}`;
  return undefined;
}

/** The name by which Go calls a candidate that it refused: common name, organization or serial number. */
export function goCertificateName({ subject, serialNumber }: CertificateInfo): string {
  const attributes = subject.rdns.flat();
  const values = (oid: string): string[] => attributes.flatMap((one) => (one.oid === oid ? [one.text] : []));
  const [common, organization] = [values('2.5.4.3').at(-1), values('2.5.4.10')[0]];
  if (common !== undefined && common !== '') return common;
  return organization ?? `serial:${BigInt(`0x${toHex(serialNumber) || '0'}`)}`;
}
