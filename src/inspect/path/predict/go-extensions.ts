import { toHex } from '../../../asn1/bytes.ts';
import { TAG } from '../../../asn1/der.ts';
import { parseGoUrl } from '../../../net/go-url.ts';
import { parseIp } from '../../../net/ip.ts';
import { BerReader } from '../../read/ber.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension, type ExtensionInfo, type ExtensionValues } from '../../read/extension.ts';
import { distributionPoints } from '../crl-scope.ts';
import { isContiguous } from '../name-constraints.ts';
import { goAlternativeNames, goConstraints, type GoName } from './go-names.ts';
import { isGoDomain, parseGoMailbox } from './go-mailbox.ts';

/** Text as Go's `%q` writes it: that of JSON where there is nothing but ASCII. */
export const goQuoted = (text: string): string => JSON.stringify(text);

/** Octets as Go's `%q` writes them, which are UTF-8 to it. */
const quotedBytes = (bytes: Uint8Array): string => goQuoted(new TextDecoder().decode(bytes));

/** Extensions that Go refuses to read when they are critical. */
const NEVER_CRITICAL: ReadonlyMap<string, string> = new Map([
  [EXTENSION.subjectKeyIdentifier, 'subject key identifier'],
  [EXTENSION.authorityKeyIdentifier, 'authority key identifier'],
  [EXTENSION.authorityInfoAccess, 'authority info access'],
]);

/** What Go calls extensions that it cannot read. */
const UNREADABLE: readonly (readonly [keyof ExtensionValues, string])[] = [
  [EXTENSION.keyUsage, 'key usage'],
  [EXTENSION.basicConstraints, 'basic constraints'],
  [EXTENSION.authorityKeyIdentifier, 'authority key identifier'],
  [EXTENSION.policyConstraints, 'policy constraints extension'],
  [EXTENSION.extendedKeyUsage, 'extended key usages'],
  [EXTENSION.subjectKeyIdentifier, 'subject key identifier'],
  [EXTENSION.certificatePolicies, 'certificate policies'],
  [EXTENSION.policyMappings, 'policy mappings extension'],
  [EXTENSION.inhibitAnyPolicy, 'inhibit any policy extension'],
  [EXTENSION.authorityInfoAccess, 'authority info access'],
];

/** The first extension that Go cannot read, in its words (crypto/x509/parser.go, processExtensions). */
export function goExtensionError(certificate: CertificateInfo): string | undefined {
  const { extensions = [] } = certificate;
  for (const { oid, critical } of extensions) {
    const never = NEVER_CRITICAL.get(oid);
    if (critical && never !== undefined) return `x509: ${never} incorrectly marked critical`;
    const error = valueError(oid, certificate, extensions);
    if (error !== undefined) return error;
  }
  return undefined;
}

function valueError(
  oid: string,
  certificate: CertificateInfo,
  extensions: readonly ExtensionInfo[],
): string | undefined {
  if (oid === EXTENSION.subjectAltName) return namesError(extensions);
  if (oid === EXTENSION.nameConstraints) return constraintsError(extensions);
  if (oid === EXTENSION.crlDistributionPoints) return pointsError(certificate);
  for (const [known, name] of UNREADABLE)
    if (known === oid && isUnreadable(known, extensions)) return `x509: invalid ${name}`;
  return undefined;
}

function isUnreadable(oid: keyof ExtensionValues, extensions: readonly ExtensionInfo[]): boolean {
  const read = readExtension(extensions, oid);
  if (read !== undefined && read.value === undefined) return true;
  if (oid === EXTENSION.basicConstraints)
    return (readExtension(extensions, oid)?.value?.maxPathLength ?? 0) < 0;
  if (oid !== EXTENSION.certificatePolicies) return false;
  const policies = readExtension(extensions, oid)?.value?.map(({ policy }) => policy) ?? [];
  return new Set(policies).size < policies.length;
}

/** Whether an extension is a list at all. */
function isList(extensions: readonly ExtensionInfo[], wanted: string): boolean {
  const value = extensions.find(({ oid }) => oid === wanted)?.value ?? new Uint8Array();
  return new BerReader(value).nextTag === TAG.sequence;
}

function pointsError(certificate: CertificateInfo): string | undefined {
  if (distributionPoints(certificate) !== undefined) return undefined;
  const outer = isList(certificate.extensions ?? [], EXTENSION.crlDistributionPoints);
  return `x509: invalid CRL distribution point${outer ? '' : 's'}`;
}

const NAMES = Object.freeze({ email: 'rfc822Name', dns: 'dNSName', uri: 'uniformResourceIdentifier' });

const isAscii = ({ bytes }: GoName): boolean => bytes.every((octet) => octet < 0x80);

function namesError(extensions: readonly ExtensionInfo[]): string | undefined {
  if (!isList(extensions, EXTENSION.subjectAltName)) return 'x509: invalid subject alternative names';
  for (const name of goAlternativeNames(extensions)) {
    if (name.kind === 'ip' && ![4, 16].includes(name.bytes.length))
      return `x509: cannot parse IP address of length ${name.bytes.length}`;
    if (name.kind !== 'ip' && !isAscii(name)) return `x509: SAN ${NAMES[name.kind]} is malformed`;
    const broken = name.kind === 'uri' ? uriError(name.value) : undefined;
    if (broken !== undefined) return `x509: cannot parse URI ${goQuoted(name.value)}: ${broken}`;
  }
  return undefined;
}

/** Why Go cannot read a URI: of the reasons of net/url, those that people meet. */
function uriError(uri: string): string | undefined {
  const url = parseGoUrl(uri);
  if (url !== undefined) return isGoDomain(url.host, 'name') ? undefined : 'invalid domain';
  const host = /^[^:/]+:\/\/([^/?#]*)/.exec(uri)?.[1] ?? '';
  const odd = /[^\w.~!$&'()*+,;=:[\]<>"%@-]/.exec(host)?.[0];
  const why = odd === undefined ? "missing ']' in host" : `invalid character ${goQuoted(odd)} in host name`;
  return `parse ${goQuoted(uri)}: ${why}`;
}

function constraintsError(extensions: readonly ExtensionInfo[]): string | undefined {
  const trees = goConstraints(extensions);
  if (trees === undefined) return 'x509: invalid NameConstraints extension';
  const { permitted, excluded, hasOthers } = trees;
  if (permitted.length + excluded.length === 0 && !hasOthers) return 'x509: empty name constraints extension';
  for (const { base } of [...permitted, ...excluded]) {
    const error = 'bytes' in base ? constraintError(base) : undefined;
    if (error !== undefined) return error;
  }
  return undefined;
}

function constraintError(base: GoName): string | undefined {
  if (base.kind === 'ip') {
    if (![8, 32].includes(base.bytes.length))
      return `x509: IP constraint contained value of length ${base.bytes.length}`;
    const mask = base.bytes.subarray(base.bytes.length / 2);
    return isContiguous(mask) ? undefined : `x509: IP constraint contained invalid mask ${toHex(mask)}`;
  }
  const { kind, value } = base;
  if (!isAscii(base))
    return `x509: invalid constraint value: x509: ${quotedBytes(base.bytes)} cannot be encoded as an IA5String`;
  if (kind === 'uri' && parseIp(value) !== undefined)
    return `x509: failed to parse URI constraint ${goQuoted(value)}: cannot be IP address`;
  const isSound =
    kind === 'email' && value.includes('@')
      ? parseGoMailbox(value) !== undefined
      : isGoDomain(value, 'constraint');
  const what = { email: 'rfc822Name', dns: 'dnsName', uri: 'URI' }[kind];
  return isSound ? undefined : `x509: failed to parse ${what} constraint ${goQuoted(value)}`;
}
