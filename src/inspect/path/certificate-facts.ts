import { equalBytes } from '../../asn1/bytes.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension, type ExtensionValues, type Subtree } from '../read/extension.ts';
import { generalNameText } from '../read/general-name.ts';
import { refusalOfName } from '../text/accept.ts';
import { distributionPoints } from './crl-scope.ts';
import { isEmptyName } from './distinguished-name.ts';
import { malformedSubtree } from './name-constraints.ts';

/** Extensions whose meaning is taken into account: they may be critical (RFC 5280 4.2). */
const PROCESSED: ReadonlySet<string> = new Set<string>([
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  EXTENSION.crlDistributionPoints,
]);

/** Extensions that must not be critical (RFC 5280 4.2.1.1, 4.2.1.2, 4.2.2.1). */
const NEVER_CRITICAL: ReadonlyMap<string, string> = new Map([
  [EXTENSION.authorityKeyIdentifier, 'authority key identifier'],
  [EXTENSION.subjectKeyIdentifier, 'subject key identifier'],
  [EXTENSION.authorityInfoAccess, 'authority information access'],
  [EXTENSION.freshestCrl, 'freshest CRL'],
]);

const READ: readonly (keyof ExtensionValues)[] = [
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.subjectKeyIdentifier,
  // Nothing is done with it; but Go, and kubectl with it, cannot read a certificate in which it is broken.
  EXTENSION.authorityInfoAccess,
];

/** A fault of a certificate itself, whatever stands above or below it. */
export interface Fault {
  readonly code: 'malformed' | 'critical-extension';
  readonly message: string;
}

/**
 * What is wrong with a certificate in any path (RFC 5280 4.1 and 4.2).
 *
 * @param options.isTrusted whether it is the trusted one, of which less is asked
 */
export function faultsOf(certificate: CertificateInfo, options: { readonly isTrusted: boolean }): Fault[] {
  return [
    ...fieldFaults(certificate),
    ...serialFaults(certificate, options),
    ...keyFaults(certificate),
    ...extensionFaults(certificate),
  ];
}

function malformed(message: string): Fault {
  return { code: 'malformed', message };
}

function* fieldFaults(certificate: CertificateInfo): Generator<Fault> {
  const { version, signatureAlgorithm, tbsSignatureAlgorithm, extensions } = certificate;
  if (version === undefined || version < 0 || version > 2)
    yield malformed('its version is none of 1, 2 and 3');
  if (version !== 2 && extensions !== undefined)
    yield malformed(`it has extensions, which version ${(version ?? 0) + 1} has not`);
  if (!equalBytes(signatureAlgorithm.der, tbsSignatureAlgorithm.der))
    yield malformed('the signature algorithm inside is another than the one outside (RFC 5280 4.1.1.2)');
  if (isEmptyName(certificate.issuer)) yield malformed('its issuer is empty (RFC 5280 4.1.2.4)');
  for (const [what, time] of [
    ['notBefore', certificate.notBefore],
    ['notAfter', certificate.notAfter],
  ] as const) {
    if (!time.strict)
      yield malformed(`its ${what} is no time as RFC 5280 4.1.2.5 has it: ${JSON.stringify(time.raw)}`);
  }
  const name = refusalOfName(certificate.issuer) ?? refusalOfName(certificate.subject);
  if (name !== undefined) yield malformed(name);
}

function* serialFaults(
  { serialNumber }: CertificateInfo,
  { isTrusted }: { readonly isTrusted: boolean },
): Generator<Fault> {
  const magnitude = serialNumber[0] === 0 ? serialNumber.subarray(1) : serialNumber;
  if ((serialNumber[0] ?? 0) >= 0x80) yield malformed('its serial number is negative (RFC 5280 4.1.2.2)');
  else if (magnitude.length > 20)
    yield malformed('its serial number is longer than 20 octets (RFC 5280 4.1.2.2)');
  // kubeadm gave its CAs the serial number 0 until 1.29 (client-go, util/cert/cert.go, NewSelfSignedCACert).
  else if (!isTrusted && magnitude.every((octet) => octet === 0))
    yield malformed('its serial number is zero (RFC 5280 4.1.2.2)');
}

function* keyFaults({ publicKey: { material } }: CertificateInfo): Generator<Fault> {
  if (material.kind === 'unknown' && material.problem !== undefined)
    yield malformed(`its public key cannot be read: ${material.problem}`);
  if (material.kind === 'ec' && material.explicit !== undefined)
    yield malformed('its key names its curve by parameters, which is forbidden (RFC 5480 2.1.1)');
}

function* extensionFaults(certificate: CertificateInfo): Generator<Fault> {
  const { extensions = [], subject } = certificate;
  const seen = new Set<string>();
  for (const { oid, critical } of extensions) {
    if (seen.has(oid)) yield malformed(`extension ${oid} stands twice (RFC 5280 4.2)`);
    seen.add(oid);
    const name = NEVER_CRITICAL.get(oid);
    if (critical && name !== undefined)
      yield { code: 'critical-extension', message: `its ${name} is critical, which it must not be` };
    else if (critical && !PROCESSED.has(oid))
      yield {
        code: 'critical-extension',
        message: `it has the critical extension ${oid}, which is not understood`,
      };
  }
  for (const oid of READ) {
    const problem = readExtension(extensions, oid)?.problem;
    if (problem !== undefined) yield malformed(`its extension ${oid} cannot be read: ${problem}`);
  }
  const points = distributionPoints(certificate);
  if (points === undefined) yield malformed('its CRL distribution points cannot be read');
  else if (points.some(({ names, issuers }) => names === undefined && issuers === undefined))
    yield malformed('a CRL distribution point names neither a place nor an issuer (RFC 5280 4.2.1.13)');
  if (isEmptyName(subject) && readExtension(extensions, EXTENSION.subjectAltName) === undefined)
    yield malformed('its subject is empty, and it has no alternative name (RFC 5280 4.1.2.6)');
  if (isEmptyName(subject) && readExtension(extensions, EXTENSION.subjectAltName)?.critical === false)
    yield malformed('its subject is empty, and its alternative names are not critical (RFC 5280 4.2.1.6)');
  yield* policyFaults(extensions);
  yield* constraintFaults(extensions);
  if (readExtension(extensions, EXTENSION.extendedKeyUsage)?.value?.length === 0)
    yield malformed('its extended key usage is empty (RFC 5280 4.2.1.12)');
  if (readExtension(extensions, EXTENSION.subjectAltName)?.value?.length === 0)
    yield malformed('its list of alternative names is empty (RFC 5280 4.2.1.6)');
  yield* nameFaults(extensions);
}

/** Names that RFC 5280 4.2.1.6 forbids, and that programs in Go cannot read a certificate with. */
function* nameFaults(extensions: NonNullable<CertificateInfo['extensions']>): Generator<Fault> {
  const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  const address = names.find((name) => name.kind === 'ip' && ![4, 16].includes(name.bytes.length));
  if (address !== undefined)
    yield malformed(`its name ${generalNameText(address)} is no address: it has neither 4 nor 16 octets`);
  const text = names.find(
    (name) => name.kind !== 'ip' && 'bytes' in name && name.bytes.some((octet) => octet > 0x7f),
  );
  if (text !== undefined) yield malformed(`its name ${generalNameText(text)} is not in ASCII`);
}

function* policyFaults(extensions: NonNullable<CertificateInfo['extensions']>): Generator<Fault> {
  const policy = readExtension(extensions, EXTENSION.policyConstraints)?.value;
  const numbers = [
    readExtension(extensions, EXTENSION.basicConstraints)?.value?.maxPathLength,
    policy?.requireExplicitPolicy,
    policy?.inhibitPolicyMapping,
    readExtension(extensions, EXTENSION.inhibitAnyPolicy)?.value,
  ];
  if (numbers.some((number) => number !== undefined && number < 0))
    yield malformed(
      'one of its limits on paths or policies is negative (RFC 5280 4.2.1.9, 4.2.1.11, 4.2.1.14)',
    );
  const policies = readExtension(extensions, EXTENSION.certificatePolicies)?.value ?? [];
  if (new Set(policies.map((one) => one.policy)).size < policies.length)
    yield malformed('one of its policies stands twice (RFC 5280 4.2.1.4)');
}

function* constraintFaults(extensions: NonNullable<CertificateInfo['extensions']>): Generator<Fault> {
  const constraints = readExtension(extensions, EXTENSION.nameConstraints)?.value;
  if (constraints === undefined) return;
  if (readExtension(extensions, EXTENSION.basicConstraints)?.value?.ca !== true)
    yield malformed('it has name constraints, which are for CAs alone, and is none (RFC 5280 4.2.1.10)');
  const { permitted, excluded } = constraints;
  const trees: Subtree[] = [...(permitted ?? []), ...(excluded ?? [])];
  if (trees.length === 0) yield malformed('its name constraints are empty (RFC 5280 4.2.1.10)');
  if (permitted?.length === 0 || excluded?.length === 0)
    yield malformed('its name constraints have an empty list (RFC 5280 4.2.1.10)');
  for (const tree of trees) {
    const problem = malformedSubtree(tree);
    if (problem !== undefined) yield malformed(`its name constraints are malformed: ${problem}`);
  }
}
