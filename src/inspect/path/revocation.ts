import { contextTag, TAG } from '../../asn1/der.ts';
import { equalBytes } from '../../asn1/bytes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { BerReader } from '../read/ber.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import type { CrlInfo, RevokedInfo } from '../read/crl.ts';
import { EXTENSION, readExtension, type ExtensionInfo } from '../read/extension.ts';
import { signedNumber } from '../text/number.ts';
import { renderTime } from '../text/time.ts';
import { reason } from './check-path.ts';
import { equalNames } from './distinguished-name.ts';
import type { VerifyReason } from './result.ts';
import { brokenDigest, checkSignature } from './signature.ts';

/** What CRLs are judged with. */
export interface RevocationContext {
  readonly crls: readonly CrlInfo[];
  readonly now: Date;
  readonly crypto: CryptoProvider;
}

/** Whom a CRL speaks of (RFC 5280 5.2.5). */
interface Scope {
  readonly onlyUsers: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyAttributes: boolean;
  readonly isIndirect: boolean;
  readonly hasReasons: boolean;
}

const UNDERSTOOD: ReadonlySet<string> = new Set<string>([
  EXTENSION.issuingDistributionPoint,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.crlNumber,
]);

/** Reasons for revocation by number (RFC 5280 5.3.1). */
const REASONS = Object.freeze(
  'unspecified,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,,removeFromCRL,privilegeWithdrawn,aACompromise'.split(
    ',',
  ),
);

/** What CRLs say against the certificates of a path, but for the trusted one (RFC 5280 6.3). */
export async function checkRevocation(
  path: readonly CertificateInfo[],
  context: RevocationContext,
): Promise<VerifyReason[]> {
  const found: VerifyReason[] = [];
  for (let depth = 0; depth < path.length - 1; depth++) {
    const [certificate, issuer] = [path[depth], path[depth + 1]];
    if (certificate === undefined || issuer === undefined) continue;
    const verdict = await judge(certificate, issuer, context);
    if (verdict === undefined) continue;
    found.push(reason(path, depth, verdict));
  }
  return found;
}

type Verdict = Parameters<typeof reason>[2];

async function judge(
  certificate: CertificateInfo,
  issuer: CertificateInfo,
  context: RevocationContext,
): Promise<Verdict | undefined> {
  const problems: string[] = [];
  let isCovered = false;
  for (const crl of context.crls.filter((one) => equalNames(one.issuer, certificate.issuer))) {
    const problem = await problemOf(crl, { certificate, issuer }, context);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    isCovered = true;
    const entry = crl.revoked.find((one) => equalNumbers(one.serialNumber, certificate.serialNumber));
    if (entry !== undefined) return revoked(entry);
  }
  if (isCovered) return undefined;
  const why = problems.length === 0 ? 'no CRL of its issuer is given' : problems.join('; ');
  return [
    'revocation-unknown',
    `whether it is revoked is not known: ${why}`,
    { fix: 'give a current CRL of its issuer' },
  ];
}

function equalNumbers(a: Uint8Array, b: Uint8Array): boolean {
  const [left, right] = [signedNumber(a), signedNumber(b)];
  return left.negative === right.negative && equalBytes(left.magnitude, right.magnitude);
}

function revoked({ revocationDate, extensions = [] }: RevokedInfo): Verdict {
  const code = extensions.find(({ oid }) => oid === EXTENSION.reasonCode)?.value;
  const name = code === undefined ? undefined : REASONS[code[2] ?? 0];
  const because = name === undefined || name === '' ? '' : ` (${name})`;
  return ['revoked', `it was revoked at ${renderTime(revocationDate)}${because}`, { fix: 'issue a new one' }];
}

/** Why a CRL says nothing about a certificate; `undefined` where it does. */
async function problemOf(
  crl: CrlInfo,
  { certificate, issuer }: { readonly certificate: CertificateInfo; readonly issuer: CertificateInfo },
  { now, crypto }: RevocationContext,
): Promise<string | undefined> {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const { thisUpdate, nextUpdate, extensions = [] } = crl;
  if (thisUpdate.date === undefined || thisUpdate.date.getTime() > second)
    return `the CRL is not valid before ${renderTime(thisUpdate)}`;
  if (nextUpdate === undefined) return 'the CRL does not say until when it is valid';
  if (nextUpdate.date === undefined || nextUpdate.date.getTime() < second)
    return `the CRL is out of date since ${renderTime(nextUpdate)}`;
  const critical = [...extensions, ...crl.revoked.flatMap((one) => one.extensions ?? [])].find(
    (one) => one.critical && !UNDERSTOOD.has(one.oid) && one.oid !== EXTENSION.reasonCode,
  );
  if (critical !== undefined)
    return `the CRL has the critical extension ${critical.oid}, which is not understood`;
  if (extensions.some(({ oid }) => oid === EXTENSION.deltaCrlIndicator))
    return 'the CRL is a delta of another';
  const outside = outOfScope(extensions, certificate);
  if (outside !== undefined) return outside;
  const usage = readExtension(issuer.extensions ?? [], EXTENSION.keyUsage)?.value;
  if (usage !== undefined && !usage.includes('cRLSign'))
    return 'the key usage of its issuer does not allow it to sign CRLs';
  if (brokenDigest(crl.signatureAlgorithm) !== undefined) return 'the CRL is signed with a broken digest';
  const { tbs: data, signatureAlgorithm: algorithm, signature } = crl;
  const verdict = await checkSignature({ data, algorithm, signature }, issuer.publicKey, crypto);
  return verdict === 'valid' ? undefined : 'the signature of the CRL is not that of the issuer';
}

function outOfScope(extensions: readonly ExtensionInfo[], certificate: CertificateInfo): string | undefined {
  const point = extensions.find(({ oid }) => oid === EXTENSION.issuingDistributionPoint);
  if (point === undefined) return undefined;
  const scope = readScope(point.value);
  if (scope === undefined) return 'the scope of the CRL cannot be read';
  const isCa = readExtension(certificate.extensions ?? [], EXTENSION.basicConstraints)?.value?.ca === true;
  if (scope.onlyAttributes) return 'the CRL is about attribute certificates';
  if (scope.onlyUsers && isCa) return 'the CRL is not about CAs';
  if (scope.onlyAuthorities && !isCa) return 'the CRL is about CAs alone';
  if (scope.isIndirect) return 'the CRL is an indirect one, which is not supported';
  return scope.hasReasons ? 'the CRL is about some reasons alone' : undefined;
}

function readScope(value: Uint8Array): Scope | undefined {
  try {
    const reader = new BerReader(value).enter(TAG.sequence);
    if (reader.nextTag === contextTag(0, 'constructed')) reader.read();
    const flag = (number: number): boolean =>
      reader.nextTag === contextTag(number) && (reader.content()[0] ?? 0) !== 0;
    const [onlyUsers, onlyAuthorities] = [flag(1), flag(2)];
    const hasReasons = reader.nextTag === contextTag(3);
    if (hasReasons) reader.read();
    const [isIndirect, onlyAttributes] = [flag(4), flag(5)];
    return { onlyUsers, onlyAuthorities, hasReasons, isIndirect, onlyAttributes };
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
