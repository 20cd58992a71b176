import { equalBytes, toHex } from '../../asn1/bytes.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { formatGeneralName } from '../../x509/general-name.ts';
import { formatName } from '../../x509/name.ts';
import type { CertificateTarget } from '../layout/target.ts';
import type { AuthorityObservation, CertificateObservation } from '../observe/observation.ts';
import { difference, type Reason } from './step.ts';

const DAY = 24 * 3_600_000;
/** When a certificate is said to expire soon: kubeadm renews what has less than half a year on upgrades; we warn later. */
const SOON = 30 * DAY;
/** kubeadm's lifetime is the period and five minutes; smaller differences than this are not worth a note. */
const LIFETIME_TOLERANCE = 3_600_000;

/** What is wrong with a certificate, and what is only worth saying. */
export interface CertificateState {
  readonly drift: readonly Reason[];
  readonly notes: readonly Reason[];
}

type Wanted = Pick<
  CertificateTarget,
  'subject' | 'subjectAltNames' | 'profile' | 'keyAlgorithm' | 'validity'
>;

/** What a certificate is compared with. */
export interface DriftContext {
  readonly authority: AuthorityObservation | undefined;
  readonly now: Date;
}

/** Compares a certificate on disk with the one that the configuration asks for. */
export function certificateState(
  target: Wanted,
  observed: CertificateObservation & { readonly certificate: Certificate },
  { authority, now }: DriftContext,
): CertificateState {
  const { certificate, privateKey, signedByAuthority } = observed;
  const { drift: names, notes: extra } = compareNames(target, certificate);
  const drift = [
    ...compareSubject(target, certificate),
    ...names,
    ...compareUsages(target, certificate),
    ...compareAlgorithm(target, certificate),
    ...compareIssuer(certificate, signedByAuthority, authority),
  ];
  if (privateKey === undefined) drift.push({ code: 'key-missing', message: 'its private key is not there' });
  else if (!equalBytes(privateKey.publicKey.spki, certificate.spki)) {
    drift.push({ code: 'key-mismatch', message: 'its private key belongs to another certificate' });
  }
  if (now > certificate.notAfter) {
    const values = { expected: `after ${now.toISOString()}`, actual: certificate.notAfter.toISOString() };
    drift.push(difference('expired', `it expired at ${values.actual}`, values));
  }
  return { drift, notes: [...extra, ...dateNotes(target, certificate, { authority, now })] };
}

function compareSubject({ subject }: Wanted, certificate: Certificate): Reason[] {
  const describe = (commonName: string | undefined, groups: readonly string[]): string =>
    [...new Set(groups)]
      .sort()
      .map((group) => `O = ${group}, `)
      .join('') + `CN = ${commonName ?? ''}`;
  const expected = describe(subject.commonName, subject.organizations ?? []);
  const actual = describe(certificate.commonName, certificate.organizations);
  if (expected === actual) return [];
  return [difference('subject', `it is for ${formatName(certificate.subject)}`, { expected, actual })];
}

function compareNames({ subjectAltNames }: Wanted, certificate: Certificate): CertificateState {
  const wanted = subjectAltNames.map(formatGeneralName);
  const found = certificate.subjectAltNames.map(formatGeneralName);
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  const values = { expected: wanted.join(', '), actual: found.join(', ') };
  const list = (code: string, names: readonly string[], what: string): Reason[] =>
    names.length === 0 ? [] : [difference(code, `${what} ${names.join(', ')}`, values)];
  return {
    drift: list('missing-san', missing, 'it lacks'),
    notes: list('extra-san', extra, 'it also names'),
  };
}

function compareUsages({ profile }: Wanted, certificate: Certificate): Reason[] {
  const reasons: Reason[] = [];
  const isRsa = algorithmOf(certificate).startsWith('RSA');
  // Only RSA keys encrypt; a certificate of another kind may do without (RFC 8813).
  const needed = profile.keyUsage.rsa.filter((usage) => isRsa || usage !== 'keyEncipherment');
  const usages = certificate.keyUsage ?? needed;
  if (!needed.every((usage) => usages.includes(usage)) || usages.includes('keyCertSign')) {
    reasons.push(
      difference('key-usage', 'its key usage is another', {
        expected: needed.join(', '),
        actual: usages.join(', '),
      }),
    );
  }
  const [expected, actual] = [profile.extendedKeyUsage, certificate.extendedKeyUsage ?? []].map((list) =>
    [...list].sort().join(', '),
  );
  if (expected !== actual) {
    const values = { expected: expected ?? '', actual: actual ?? '' };
    reasons.push(difference('extended-key-usage', 'its extended key usage is another', values));
  }
  if (certificate.isCa)
    reasons.push({
      code: 'is-ca',
      message: 'it says that it is a CA',
      expected: 'CA:FALSE',
      actual: 'CA:TRUE',
    });
  return reasons;
}

function compareAlgorithm({ keyAlgorithm: expected }: Wanted, certificate: Certificate): Reason[] {
  const actual = algorithmOf(certificate);
  return expected === actual ? [] : [difference('algorithm', `its key is ${actual}`, { expected, actual })];
}

/** The name of a certificate's key algorithm, also of one that this library does not handle. */
export function algorithmOf(certificate: Certificate): string {
  try {
    return certificate.publicKey.algorithm;
  } catch (error) {
    if (isPkiError(error)) return 'of an unknown kind';
    throw error;
  }
}

function compareIssuer(
  certificate: Certificate,
  signed: boolean | undefined,
  authority: AuthorityObservation | undefined,
): Reason[] {
  const bundle = authority?.bundle ?? [];
  const expected = bundle.map((ca) => formatName(ca.subject)).join('; ');
  const actual = formatName(certificate.issuer);
  if (signed === false)
    return [difference('issuer', 'it is not signed by the CA on disk', { expected, actual })];
  // OpenSSL and Node look an issuer up by its key identifier; Go does not, so that Go alone would not show this.
  const wanted = bundle.flatMap(({ subjectKeyIdentifier }) => subjectKeyIdentifier ?? []);
  const identifier = certificate.authorityKeyIdentifier;
  if (
    identifier === undefined ||
    wanted.length === 0 ||
    wanted.some((known) => equalBytes(known, identifier))
  )
    return [];
  const values = { expected: wanted.map(toHex).join(', '), actual: toHex(identifier) };
  return [difference('authority-key-identifier', "it names another key than its CA's", values)];
}

function dateNotes(
  { validity }: Wanted,
  certificate: Certificate,
  { authority, now }: DriftContext,
): Reason[] {
  const notes: Reason[] = [];
  const [from, to] = [certificate.notBefore.getTime(), certificate.notAfter.getTime()];
  const left = to - now.getTime();
  if (now.getTime() < from) {
    const values = {
      expected: `at or before ${now.toISOString()}`,
      actual: certificate.notBefore.toISOString(),
    };
    notes.push({
      ...difference('not-yet-valid', `it is valid from ${values.actual} only`, values),
      fix: 'check this clock',
    });
  }
  if (left >= 0 && left < SOON && left < (to - from) / 2) {
    const days = Math.floor(left / DAY);
    const values = { expected: 'at least 30 days', actual: `${days} days` };
    notes.push(
      difference(
        'expires-soon',
        `it expires in ${days} days, at ${certificate.notAfter.toISOString()}`,
        values,
      ),
    );
  }
  const expected = validity.kind === 'duration' ? validity.milliseconds : undefined;
  if (expected !== undefined && hasOtherLifetime(certificate, expected, authority)) {
    const values = { expected: hours(expected), actual: hours(to - from) };
    notes.push(difference('other-validity', `it is valid for ${values.actual}`, values));
  }
  return notes;
}

function hasOtherLifetime(
  { notBefore, notAfter }: Certificate,
  expected: number,
  authority: AuthorityObservation | undefined,
): boolean {
  const [from, to] = [notBefore.getTime(), notAfter.getTime()];
  const bundle = authority?.bundle ?? [];
  if (bundle.some((ca) => ca.notAfter.getTime() === to)) return false;
  const longer = to - from - expected;
  // Up to 1.30 kubeadm let a certificate begin when its CA does: its life is then longer than the period.
  const beginsWithCa = bundle.some((ca) => ca.notBefore.getTime() === from);
  return longer < -LIFETIME_TOLERANCE || (longer > LIFETIME_TOLERANCE && !beginsWithCa);
}

function hours(milliseconds: number): string {
  return `${Math.round(milliseconds / 3_600_000)}h`;
}
