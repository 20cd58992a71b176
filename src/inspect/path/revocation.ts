import { equalBytes, toHex } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { BerReader, integerValue } from '../read/ber.ts';
import { readGeneralNames } from '../read/general-name.ts';
import type { NameInfo } from '../read/name.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import type { CrlInfo, RevokedInfo } from '../read/crl.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { signedNumber } from '../text/number.ts';
import { renderTime } from '../text/time.ts';
import { reason } from './check-path.ts';
import { ALL_REASONS, coverage, isAbout } from './crl-scope.ts';
import { equalNames, nameKey } from './distinguished-name.ts';
import type { VerifyReason } from './result.ts';
import { brokenDigest, checkSignature } from './signature.ts';

/** What CRLs are judged with. */
export interface RevocationContext {
  readonly crls: readonly CrlInfo[];
  readonly now: Date;
  readonly crypto: CryptoProvider;
  /** Signatures of CRLs that may still be checked. */
  readonly budget: { signatures: number };
  /** Certificates by a name whose own path leads to a trusted one: a CA may sign CRLs with another key. */
  readonly signers: (name: CertificateInfo['subject']) => Promise<readonly CertificateInfo[]>;
}

/** Critical extensions that are understood. Numbers and key identifiers of CRLs must not be critical (RFC 5280 5.2.1, 5.2.3). */
const UNDERSTOOD: ReadonlySet<string> = new Set<string>([
  EXTENSION.issuingDistributionPoint,
  EXTENSION.deltaCrlIndicator,
  EXTENSION.reasonCode,
  EXTENSION.certificateIssuer,
]);

/** Problems with CRLs that are told of one certificate at most. */
const MAX_PROBLEMS = 4;

/** Octets of a CRL number at most, the sign's included (RFC 5280 5.2.3). */
const MAX_NUMBER_OCTETS = 21;

/** Reasons for revocation by number (RFC 5280 5.3.1). */
const REASONS: readonly string[] = Object.freeze(
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
    if (verdict !== undefined) found.push(reason(path, depth, verdict));
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
  const usable: CrlInfo[] = [];
  let covered = 0;
  for (const crl of context.crls.filter((one) => isAbout(one, certificate))) {
    const bits = coverage(crl, certificate);
    const problem = typeof bits === 'string' ? bits : await problemOf(crl, issuer, context);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    usable.push(crl);
    if (!isDelta(crl)) covered |= Number(bits);
  }
  const entry = entryOf(certificate, usable);
  if (entry !== undefined) return revoked(entry);
  if (covered === ALL_REASONS) return undefined;
  const kinds = [...new Set(problems)].slice(0, MAX_PROBLEMS);
  if (covered > 0) kinds.unshift('CRLs for some reasons are missing');
  const why = kinds.length === 0 ? 'no CRL of its issuer is given' : kinds.join('; ');
  const details = { fix: 'give a current CRL of its issuer' };
  return ['revocation-unknown', `whether it is revoked is not known: ${why}`, details];
}

const isDelta = ({ extensions = [] }: CrlInfo): boolean =>
  extensions.some(({ oid }) => oid === EXTENSION.deltaCrlIndicator);

/**
 * The last word about a certificate. CRLs of one issuer and scope follow each other by their numbers: the newest complete
 * one speaks, and before it the newest delta that follows it and begins no later (RFC 5280 5.2.4, 6.3.3).
 */
function entryOf(certificate: CertificateInfo, crls: readonly CrlInfo[]): RevokedInfo | undefined {
  const series = new Map<string, CrlInfo[]>();
  for (const crl of [...crls].sort(newestFirst)) {
    const scope = crl.extensions?.find(({ oid }) => oid === EXTENSION.issuingDistributionPoint)?.value;
    const key = `${nameKey(crl.issuer)} ${scope === undefined ? '' : toHex(scope)}`;
    series.set(key, [...(series.get(key) ?? []), crl]);
  }
  for (const list of series.values()) {
    const base = list.find((one) => !isDelta(one));
    if (base === undefined) continue;
    const delta = list.find((one) => isDelta(one) && follows(one, base));
    const entry = (delta && entryIn(delta, certificate)) ?? entryIn(base, certificate);
    if (entry !== undefined && reasonName(entry) !== 'removeFromCRL') return entry;
  }
  return undefined;
}

function newestFirst(a: CrlInfo, b: CrlInfo): number {
  const [left, right] = [crlNumber(a), crlNumber(b)];
  if (left !== right) return left < right ? 1 : -1;
  return (b.thisUpdate.date?.getTime() ?? 0) - (a.thisUpdate.date?.getTime() ?? 0);
}

function follows(delta: CrlInfo, base: CrlInfo): boolean {
  const beginsInTime = numberOf(delta, EXTENSION.deltaCrlIndicator) <= crlNumber(base);
  return beginsInTime && newestFirst(delta, base) < 0;
}

/** A certificate's entry in a CRL. In an indirect one, an entry may name whose it and those after it are (RFC 5280 5.3.3). */
function entryIn(crl: CrlInfo, { issuer, serialNumber }: CertificateInfo): RevokedInfo | undefined {
  let isIssuers = equalNames(crl.issuer, issuer);
  for (const entry of crl.revoked) {
    const named = entry.extensions?.find(({ oid }) => oid === EXTENSION.certificateIssuer);
    if (named !== undefined) isIssuers = namesIssuer(named.value, issuer);
    if (isIssuers && equalNumbers(entry.serialNumber, serialNumber)) return entry;
  }
  return undefined;
}

/** Whether a certificateIssuer is an issuer. What cannot be read may be: then the entry counts. */
function namesIssuer(value: Uint8Array, issuer: NameInfo): boolean {
  try {
    const names = readGeneralNames(new BerReader(value).enter(TAG.sequence, 'the issuer of the entry'));
    return names.some((one) => one.kind === 'directory' && equalNames(one.name, issuer));
  } catch (error) {
    if (isPkiError(error)) return true;
    throw error;
  }
}

/** A number of up to 20 octets (RFC 5280 5.2.3); zero where there is none, or it cannot be read. */
function numberOf({ extensions = [] }: CrlInfo, oid: string): bigint {
  const value = extensions.find((one) => one.oid === oid)?.value;
  if (value === undefined) return 0n;
  try {
    const content = new BerReader(value).integer();
    return content.length > MAX_NUMBER_OCTETS ? 0n : integerValue(content);
  } catch (error) {
    if (isPkiError(error)) return 0n;
    throw error;
  }
}

const crlNumber = (crl: CrlInfo): bigint => numberOf(crl, EXTENSION.crlNumber);

function equalNumbers(a: Uint8Array, b: Uint8Array): boolean {
  const [left, right] = [signedNumber(a), signedNumber(b)];
  return left.negative === right.negative && equalBytes(left.magnitude, right.magnitude);
}

function reasonName({ extensions = [] }: RevokedInfo): string | undefined {
  const code = extensions.find(({ oid }) => oid === EXTENSION.reasonCode)?.value[2];
  return code === undefined ? undefined : REASONS[code];
}

function revoked(entry: RevokedInfo): Verdict {
  const name = reasonName(entry);
  const because = name === undefined || name === '' ? '' : ` (${name})`;
  return [
    'revoked',
    `it was revoked at ${renderTime(entry.revocationDate)}${because}`,
    { fix: 'issue a new one' },
  ];
}

/** Why a CRL is not believed; `undefined` where it is. */
async function problemOf(
  crl: CrlInfo,
  issuer: CertificateInfo,
  { now, crypto, signers, budget }: RevocationContext,
): Promise<string | undefined> {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const { thisUpdate, nextUpdate, extensions = [] } = crl;
  if (thisUpdate.date === undefined || thisUpdate.date.getTime() > second)
    return `the CRL is not valid before ${renderTime(thisUpdate)}`;
  if (nextUpdate === undefined) return 'the CRL does not say until when it is valid';
  if (nextUpdate.date === undefined || nextUpdate.date.getTime() < second)
    return `the CRL is out of date since ${renderTime(nextUpdate)}`;
  const entries = crl.revoked.flatMap((one) => one.extensions ?? []);
  const critical = [...extensions, ...entries].find((one) => one.critical && !UNDERSTOOD.has(one.oid));
  if (critical !== undefined)
    return `the CRL has the critical extension ${critical.oid}, which is not understood or must not be critical`;
  if (!equalBytes(crl.signatureAlgorithm.der, crl.tbsSignatureAlgorithm.der))
    return 'the signature algorithm inside the CRL is another than the one outside';
  if (brokenDigest(crl.signatureAlgorithm) !== undefined) return 'the CRL is signed with a broken digest';
  const { tbs: data, signatureAlgorithm: algorithm, signature } = crl;
  const isBy = async (one: CertificateInfo): Promise<boolean> =>
    --budget.signatures >= 0 &&
    (await checkSignature({ data, algorithm, signature }, one.publicKey, crypto)) === 'valid';
  if (equalNames(crl.issuer, issuer.subject) && (await isBy(issuer)))
    return maySignCrls(issuer) ? undefined : 'the key usage of its issuer does not allow it to sign CRLs';
  for (const other of await signers(crl.issuer))
    if (maySignCrls(other) && (await isBy(other))) return undefined;
  return budget.signatures < 0
    ? 'there are more CRLs by its name than any sound PKI has'
    : 'the signature of the CRL is not that of the issuer';
}

function maySignCrls({ extensions = [] }: CertificateInfo): boolean {
  const usage = readExtension(extensions, EXTENSION.keyUsage)?.value;
  return usage === undefined || usage.includes('cRLSign');
}
