import { dated, type Dated } from './dates.ts';
import type { CertificateFacts } from './facts.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { distinct, restartOf, spanText, timeText, usersOf } from './words.ts';

const RFC5280 = 'RFC 5280 4.1.2.5';
const RENEW_FIX = 'kubeadm certs renew NAME, then restart the component that uses it';
const LONG = 825 * 86_400_000 + 600_000;

/** A clock that is behind makes every certificate not yet valid: with one alone, it is the certificate. */
function isClockBehind(machine: Machine): boolean {
  const all = dated(machine);
  return all.length > 1 && all.every(({ from }) => from > machine.now);
}

/** The issuers of a certificate that are known, itself left out. */
function signersOf({ byId }: Machine, one: CertificateFacts): CertificateFacts[] {
  return one.entry.signedBy.flatMap((id) => {
    const signer = byId.get(id);
    return signer === undefined || signer.entry.fingerprint === one.entry.fingerprint ? [] : [signer];
  });
}

/** Rules about dates other than that of expiry, and about the clock. */
export const VALIDITY_RULES: readonly Rule[] = Object.freeze<Rule[]>([
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
    mending: 'renew',
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
    mending: 'renew',
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
    mending: 'renew',
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
