import type { CertificateFacts } from './facts.ts';
import { baseName } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { distinct, dutyOf, reissue, restartOf, spanText, timeText, usersOf, type Mending } from './words.ts';

const RFC5280 = 'RFC 5280 4.1.2.5';
const RENEWAL = 'kubernetes.io, "Certificate management with kubeadm"';
const ROTATION = 'kubernetes.io, "Manual rotation of CA certificates"';
const RENEW_FIX = 'kubeadm certs renew NAME, then restart the component that uses it';
const ROTATE_FIX =
  'make a new CA, trust both (old and new in ca.crt), reissue what the old one signed, then drop the old one';
const YEAR = 365 * 86_400_000;
const LONG = 825 * 86_400_000 + 600_000;

/** A certificate with its dates, all of which are times. */
interface Dated {
  readonly one: CertificateFacts;
  readonly from: number;
  readonly until: number;
  readonly left: number;
}

function dated(machine: Machine): Dated[] {
  return distinct(machine).flatMap((one): Dated[] => {
    const { notBefore: from, notAfter: until } = one;
    if (from === undefined || until === undefined || until < from || isKubeletsOwnCa(one)) return [];
    return [{ one, from, until, left: until - machine.now }];
  });
}

/** The CA that a kubelet makes for its serving certificate alone ends with that (client-go util/cert GenerateSelfSignedCertKey). */
const isKubeletsOwnCa = ({ isCa, entry: { path } }: CertificateFacts): boolean =>
  isCa && path.endsWith('/kubelet/pki/kubelet.crt');

const ROTATED = /^kubelet-(client|server)-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.pem$/;

/** Whether it is a certificate that the kubelet has rotated out and left lying (client-go util/certificate FileStore). */
function isLeftover(machine: Machine, one: CertificateFacts): boolean {
  return (
    ROTATED.test(baseName(one.entry.path)) &&
    one.entry.uses.length === 0 &&
    dutyOf(machine, one) === undefined
  );
}

function isKubelets(machine: Machine, one: CertificateFacts): boolean {
  return dutyOf(machine, one)?.component === 'kubelet' || one.entry.path.includes('/kubelet/pki/');
}

/** Whether another CA of the same bundle is still good: then this one is what is left of a rotation. */
function isOldOfBundle(machine: Machine, one: CertificateFacts): boolean {
  const bundle = machine.byPlace.get(one.place) ?? [];
  return bundle.some((other) => other !== one && other.isCa && (other.notAfter ?? 0) >= machine.now);
}

/** What an expired certificate is: the one rule that tells of it. */
function kindOfExpired(machine: Machine, one: CertificateFacts): string {
  if (isLeftover(machine, one)) return 'expired-leftover';
  if (one.isCa) return isOldOfBundle(machine, one) ? 'expired-ca-in-bundle' : 'ca-expired';
  return isKubelets(machine, one) ? 'kubelet-certificate-expired' : 'expired';
}

/** A clock that is behind makes every certificate not yet valid: with one alone, it is the certificate. */
function isClockBehind(machine: Machine): boolean {
  const all = dated(machine);
  return all.length > 1 && all.every(({ from }) => from > machine.now);
}

const expiredRule =
  (code: string) =>
  (machine: Machine): Violation[] =>
    dated(machine)
      .filter(({ one, left }) => left < 0 && kindOfExpired(machine, one) === code)
      .map(({ one, until, left }) => ({
        path: one.id,
        message: `${one.subject} expired ${spanText(left)} ago${usersOf(machine, one)}`,
        expected: `valid at ${timeText(machine.now)}`,
        actual: `notAfter ${timeText(until)}`,
        ...(one.isCa ? {} : fixOf(machine, one, 'expired')),
      }));

function fixOf(machine: Machine, one: CertificateFacts, how: Mending): { readonly fix?: string } {
  const fix = reissue(machine, dutyOf(machine, one), how);
  return fix === undefined ? {} : { fix };
}

const expiryRule =
  (
    above: (machine: Machine) => number,
    below: (machine: Machine) => number,
    wants: (ca: boolean) => boolean,
  ) =>
  (machine: Machine): Violation[] =>
    dated(machine)
      .filter(
        ({ one, left }) => left >= 0 && left > above(machine) && left <= below(machine) && wants(one.isCa),
      )
      .filter(({ one }) => !isLeftover(machine, one))
      .map(({ one, until, left }) => ({
        path: one.id,
        message: `${one.subject} expires in ${spanText(left)}${usersOf(machine, one)}`,
        expected: `valid for more than ${spanText(below(machine))}`,
        actual: `notAfter ${timeText(until)}`,
        ...(one.isCa ? { fix: ROTATE_FIX } : fixOf(machine, one, 'renew')),
      }));

const crit = ({ settings }: Machine): number => settings.crit;
const warn = ({ settings }: Machine): number => Math.max(settings.warn, settings.crit);

/** The issuers of a certificate that are known, itself left out. */
function signersOf({ byId }: Machine, one: CertificateFacts): CertificateFacts[] {
  return one.entry.signedBy.flatMap((id) => {
    const signer = byId.get(id);
    return signer === undefined || signer.entry.fingerprint === one.entry.fingerprint ? [] : [signer];
  });
}

/** Rules about dates. */
export const VALIDITY_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'expired',
    severity: 'error',
    title: 'a certificate is expired',
    source: RFC5280,
    fix: RENEW_FIX,
    evaluate: expiredRule('expired'),
  },
  {
    code: 'ca-expired',
    severity: 'error',
    title: 'a CA is expired: nothing that it signed is accepted any more',
    source: 'RFC 5280 6.1.3 (a)(2)',
    fix: ROTATE_FIX,
    evaluate: expiredRule('ca-expired'),
  },
  {
    code: 'kubelet-certificate-expired',
    severity: 'error',
    title: "a kubelet's certificate is expired: it was not rotated in time",
    source: 'kubernetes.io, "Troubleshooting kubeadm": kubelet client certificate rotation fails',
    fix: 'kubepki issue kubelet-client --ca /etc/kubernetes/pki/ca --common-name system:node:NAME --out BASE, then systemctl restart kubelet',
    evaluate: expiredRule('kubelet-certificate-expired'),
  },
  {
    code: 'expired-ca-in-bundle',
    severity: 'warning',
    title: 'a bundle still holds a CA that is expired',
    source: ROTATION,
    fix: 'remove the expired certificate from the file, then restart what reads it',
    evaluate: expiredRule('expired-ca-in-bundle'),
  },
  {
    code: 'expired-leftover',
    severity: 'info',
    title: 'a certificate that the kubelet has rotated out is expired',
    source: 'client-go util/certificate/certificate_store.go',
    fix: 'delete the file if you like: nothing uses it',
    evaluate: expiredRule('expired-leftover'),
  },
  {
    code: 'expires-critical',
    severity: 'error',
    title: 'a certificate expires within --crit',
    source: RENEWAL,
    fix: RENEW_FIX,
    evaluate: expiryRule(
      () => -1,
      crit,
      () => true,
    ),
  },
  {
    code: 'expires-soon',
    severity: 'warning',
    title: 'a certificate expires within --warn',
    source: RENEWAL,
    fix: RENEW_FIX,
    evaluate: expiryRule(crit, warn, () => true),
  },
  {
    code: 'ca-expires-within-a-year',
    severity: 'info',
    title: 'a CA expires within a year: its rotation takes planning',
    source: ROTATION,
    fix: ROTATE_FIX,
    evaluate: expiryRule(
      warn,
      () => YEAR,
      (isCa) => isCa,
    ),
  },
  {
    code: 'not-yet-valid',
    severity: 'error',
    title: 'a certificate is not valid yet',
    source: RFC5280,
    fix: 'set the clock (timedatectl, chronyc tracking), or issue the certificate again',
    evaluate: (machine) =>
      dated(machine)
        .filter(({ from }) => from > machine.now && !isClockBehind(machine))
        .map(({ one, from }) => ({
          path: one.id,
          message: `${one.subject} is not valid before ${timeText(from)}, in ${spanText(from - machine.now)}${usersOf(machine, one)}`,
          expected: `valid at ${timeText(machine.now)}`,
          actual: `notBefore ${timeText(from)}`,
        })),
  },
  {
    code: 'clock-behind',
    severity: 'error',
    title: 'no certificate is valid yet: the clock is behind',
    source: 'kubernetes/kubernetes#76714',
    fix: 'set the clock: timedatectl set-ntp true',
    evaluate: (machine) => (isClockBehind(machine) ? [clockViolation(machine)] : []),
  },
  {
    code: 'modified-in-future',
    severity: 'info',
    title: 'a file was changed later than now: the clock was or is wrong',
    source: 'kubernetes/kubernetes#76714',
    fix: 'compare the clock with that of other machines: timedatectl',
    evaluate: futureFiles,
  },
  {
    code: 'validity-inverted',
    severity: 'error',
    title: 'a certificate ends before it begins',
    source: RFC5280,
    fix: RENEW_FIX,
    evaluate: (machine) =>
      distinct(machine)
        .filter(({ notBefore, notAfter }) => (notAfter ?? Infinity) < (notBefore ?? -Infinity))
        .map((one) => ({
          path: one.id,
          message: `${one.subject} is never valid${usersOf(machine, one)}`,
          expected: 'notBefore before notAfter',
          actual: `notBefore ${timeText(one.notBefore ?? 0)}, notAfter ${timeText(one.notAfter ?? 0)}`,
        })),
  },
  {
    code: 'malformed-date',
    severity: 'error',
    title: 'a date of a certificate is no time',
    source: RFC5280,
    fix: RENEW_FIX,
    evaluate: (machine) =>
      distinct(machine)
        .filter(({ notBefore, notAfter }) => notBefore === undefined || notAfter === undefined)
        .map((one) => ({
          path: one.id,
          message: `${one.subject} has a date that cannot be read${usersOf(machine, one)}`,
          expected: 'YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ',
          actual: [one.entry.certificate.notBefore.raw, one.entry.certificate.notAfter.raw].join(', '),
        })),
  },
  {
    code: 'outlives-ca',
    severity: 'warning',
    title: 'a certificate is meant to be valid longer than its CA',
    source: 'RFC 5280 6.1.3 (a)(2)',
    fix: 'rotate the CA before it ends; the certificate dies with it, whatever its own date says',
    yieldsTo: ['expired', 'kubelet-certificate-expired'],
    evaluate: (machine) => dated(machine).flatMap((one) => outliving(machine, one)),
  },
  {
    code: 'long-validity',
    severity: 'info',
    title: 'a certificate that is no CA is valid for more than 825 days: nothing in Kubernetes revokes it',
    source: 'CA/Browser Forum Baseline Requirements 6.3.2 (825 days); kubernetes/kubernetes#18982',
    fix: 'issue shorter ones, and renew them by a timer',
    evaluate: (machine) =>
      dated(machine)
        .filter(({ one, from, until }) => !one.isCa && until - from > LONG)
        .map(({ one, from, until }) => ({
          path: one.id,
          message: `${one.subject} is valid for ${spanText(until - from)} in all${usersOf(machine, one)}`,
          expected: 'at most 825 days',
          actual: spanText(until - from),
        })),
  },
]);

function clockViolation(machine: Machine): Violation {
  const first = Math.min(...dated(machine).map(({ from }) => from));
  return {
    path: '/',
    message: `the clock says ${timeText(machine.now)}, and the first certificate begins at ${timeText(first)}`,
    expected: `a clock not before ${timeText(first)}`,
    actual: timeText(machine.now),
    fix: `set the clock (timedatectl set-ntp true), then ${restartOf(machine, 'kubelet')}`,
  };
}

const SKEW = 300_000;

function futureFiles(machine: Machine): Violation[] {
  const late = machine.inventory.files.filter(({ facts }) => facts.modified.getTime() > machine.now + SKEW);
  const [first] = late;
  if (first === undefined || isClockBehind(machine)) return [];
  const others = late.length === 1 ? '' : `, and so were ${late.length - 1} others`;
  return [
    {
      path: first.path,
      message: `was changed ${spanText(first.facts.modified.getTime() - machine.now)} after now${others}`,
      expected: `not after ${timeText(machine.now)}`,
      actual: timeText(first.facts.modified.getTime()),
    },
  ];
}

function outliving(machine: Machine, { one, until }: Dated): Violation[] {
  // A root that was issued again with the same key is signed by the old one as well, and does not need it.
  if (one.entry.signedBy.includes(one.id)) return [];
  const signers = signersOf(machine, one);
  const latest = Math.max(...signers.map(({ notAfter = 0 }) => notAfter));
  const ca = signers.find(({ notAfter }) => notAfter === latest);
  if (ca === undefined || latest >= until || latest < machine.now) return [];
  return [
    {
      path: one.id,
      message: `${one.subject} dies with its CA ${ca.subject} (${ca.id}) on ${timeText(latest)}, before its own date`,
      expected: `notAfter not after ${timeText(latest)}`,
      actual: `notAfter ${timeText(until)}`,
    },
  ];
}
