import { dated } from './dates.ts';
import type { CertificateFacts } from './facts.ts';
import type { Machine } from './machine.ts';
import { reissue, type Mending } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { dutyOf, everyOne, isLeftover, spanText, timeText, usersOf } from './words.ts';

const RFC5280 = 'RFC 5280 4.1.2.5';
const RENEWAL = 'kubernetes.io, "Certificate management with kubeadm"';
const ROTATION = 'kubernetes.io, "Manual rotation of CA certificates"';
const RENEW_FIX = 'kubeadm certs renew NAME, then restart the component that uses it';
const ROTATE_FIX =
  'make a new CA, trust both (old and new in ca.crt), reissue what the old one signed, then drop the old one';
const YEAR = 365 * 86_400_000;

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

const expiredRule =
  (code: string) =>
  (machine: Machine): Violation[] =>
    dated(machine, everyOne)
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

const USER_FILE = /\/users\/[^/]+\.(?:conf|crt)$/;
const SHORT = 31 * 86_400_000;

/** A user's certificate that is meant to live for hours or days, and has a third of that left. */
function isShortLivedAndFresh({ entry, notBefore, notAfter }: CertificateFacts, left: number): boolean {
  if (notBefore === undefined || notAfter === undefined || !USER_FILE.test(entry.path)) return false;
  const lifetime = notAfter - notBefore;
  return lifetime <= SHORT && left > lifetime / 3;
}

const expiryRule =
  (
    above: (machine: Machine) => number,
    below: (machine: Machine) => number,
    wants: (ca: boolean) => boolean,
  ) =>
  (machine: Machine): Violation[] =>
    dated(machine, everyOne)
      .filter(
        ({ one, left }) => left >= 0 && left > above(machine) && left <= below(machine) && wants(one.isCa),
      )
      .filter(({ one, left }) => !isLeftover(machine, one) && !isShortLivedAndFresh(one, left))
      .map(({ one, until, left }) => ({
        path: one.id,
        message: `${one.subject} expires in ${spanText(left)}${usersOf(machine, one)}`,
        expected: `valid for more than ${spanText(below(machine))}`,
        actual: `notAfter ${timeText(until)}`,
        ...(one.isCa ? { fix: ROTATE_FIX } : fixOf(machine, one, 'renew')),
      }));

const crit = ({ settings }: Machine): number => settings.crit;
const warn = ({ settings }: Machine): number => Math.max(settings.warn, settings.crit);

/** Rules about certificates that are expired, or soon will be. */
export const EXPIRY_RULES: readonly Rule[] = Object.freeze<Rule[]>([
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
    fix: 'where ca.key is: kubepki issue kubelet-client --ca /etc/kubernetes/pki/ca --common-name system:node:NAME --out BASE, then bring both files to the node, and there: systemctl restart kubelet',
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
    title:
      'a certificate that nobody is known to use is expired: the kubelet rotated it out, or it is an old copy',
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
]);
