import type { Finding } from '../errors/finding.ts';
import { PkiError } from '../errors/pki-error.ts';
import type { Certificate } from '../x509/certificate.ts';
import { parseValidity, type Validity } from '../x509/duration.ts';
import { formatName } from '../x509/name.ts';

/** From when to when a certificate is valid, and what there is to say about that. */
export interface ValidityWindow {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly notices: readonly Finding[];
}

/** What decides a {@link ValidityWindow}. */
export interface ValidityInput {
  readonly validity: string | Validity;
  readonly now: Date;
  /** The CA whose own validity bounds it; none for a root. */
  readonly issuer?: Certificate | undefined;
  /** What happens where it would outlive its CA. */
  readonly outlive: 'clamp' | 'refuse';
}

/** RFC 5280 4.1.2.5: the last second of the year 9999. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Certificates are valid five minutes before they are made, as kubeadm's: clocks differ. */
const BACKDATE = 5 * 60_000;

/**
 * Computes the validity: from five minutes ago, for the period from now, whole seconds; within the CA's.
 *
 * @throws PkiError `invalid-value` for an end in the past, `invalid-request` where outliving the CA is refused
 */
export function validityWindow({ validity, now, issuer, outlive }: ValidityInput): ValidityWindow {
  const parsed = typeof validity === 'string' ? parseValidity(validity) : validity;
  const start = Math.floor(now.getTime() / 1000) * 1000;
  const end = parsed.kind === 'until' ? parsed.date.getTime() : start + parsed.milliseconds;
  const wantedEnd = Math.floor(end / 1000) * 1000;
  checkEnd(wantedEnd, start);
  const earliest = issuer?.notBefore.getTime() ?? -Infinity;
  const latest = issuer?.notAfter.getTime() ?? Infinity;
  const notices: Finding[] = [];
  if (wantedEnd > latest && issuer !== undefined) notices.push(clamped(issuer, new Date(wantedEnd), outlive));
  return {
    notBefore: new Date(Math.max(start - BACKDATE, earliest)),
    notAfter: new Date(Math.min(wantedEnd, latest)),
    notices,
  };
}

function checkEnd(end: number, start: number): void {
  if (Number.isNaN(end)) throw new TypeError('the clock or the end of the validity is not a valid date');
  if (end > start && end <= LAST_INSTANT) return;
  const [from, last] = [start, LAST_INSTANT].map((time) => new Date(time).toISOString());
  const value = end > start ? 'a time beyond the year 9999' : new Date(end).toISOString();
  const why = end > start ? 'which no certificate can say' : 'which is not after now';
  throw new PkiError('invalid-value', `the validity ends at ${value}, ${why}`, {
    details: { kind: 'validity', value, expected: `a time after ${from} and not after ${last}` },
  });
}

function clamped(issuer: Certificate, wanted: Date, outlive: 'clamp' | 'refuse'): Finding {
  const [expected, actual] = [wanted.toISOString(), issuer.notAfter.toISOString()];
  const message = `the certificate would outlive its CA ${formatName(issuer.subject)}, which expires at ${actual}`;
  if (outlive === 'refuse') {
    throw new PkiError('invalid-request', message, {
      details: { problems: [{ path: 'validity', message }] },
      hint: 'ask for a shorter validity, or renew the CA first',
    });
  }
  const fix = 'renew the CA before its certificates need it';
  return {
    code: 'validity-clamped',
    severity: 'warning',
    path: 'validity',
    message: `${message}: cut to that`,
    expected,
    actual,
    fix,
  };
}
