import type { AuthorityTarget } from '../layout/target.ts';
import type { AuthorityObservation } from '../observe/observation.ts';
import { algorithmOf } from './certificate-drift.ts';
import { blockedBy, survivorReason } from './obstacles.ts';
import { difference, step, type PlanStep, type Reason } from './step.ts';

/**
 * Plans a CA: created where there is none and nothing stands under it yet, else kept whatever it is. What it cannot be
 * used for is said.
 *
 * @param orphans files under this CA that exist although it does not
 */
export function planAuthority(
  target: AuthorityTarget,
  observed: AuthorityObservation,
  { now, orphans }: { readonly now: Date; readonly orphans: readonly string[] },
): PlanStep {
  const { certificate, keyMatches, obstacles } = observed;
  if (obstacles.length > 0) return blockedBy(target, obstacles, 'precious');
  if (certificate === undefined) return planAbsent(target, observed, orphans);
  const blocked = defects(target, observed, now);
  if (blocked.length > 0) return step(target, 'blocked', blocked);
  const notes: Reason[] = [];
  if (keyMatches === undefined) {
    notes.push({ code: 'external-ca', message: 'its key is not here: nothing can be issued under it' });
  }
  const actual = algorithmOf(certificate);
  if (actual !== target.keyAlgorithm) {
    const values = { expected: target.keyAlgorithm, actual };
    notes.push(difference('algorithm', `its key is ${actual}; a CA that exists is never replaced`, values));
  }
  return step(target, 'reuse', notes);
}

function planAbsent(
  target: AuthorityTarget,
  { keyPresent, survivors }: AuthorityObservation,
  orphans: readonly string[],
): PlanStep {
  if (keyPresent) {
    const fix = `put ${target.certificate} back, or move ${target.key} away to begin with a new CA`;
    return step(target, 'blocked', [
      { code: 'certificate-missing', message: 'its key is there without its certificate', fix },
    ]);
  }
  if (survivors.length > 0) return step(target, 'blocked', [survivorReason(survivors)]);
  if (orphans.length === 0) return step(target, 'create', [{ code: 'absent', message: 'there is none yet' }]);
  const shown =
    orphans.slice(0, 3).join(', ') + (orphans.length > 3 ? ` and ${orphans.length - 3} more` : '');
  const message = `it is gone, but certificates under it are there: ${shown}`;
  const fix = `put ${target.certificate} and ${target.key} back, or move those certificates away to begin with a new CA`;
  return step(target, 'blocked', [{ code: 'ca-missing', message, fix }]);
}

function defects(target: AuthorityTarget, observed: AuthorityObservation, now: Date): Reason[] {
  const { certificate, keyMatches } = observed;
  if (certificate === undefined) return [];
  const reasons: Reason[] = [];
  if (!certificate.isCa) {
    const values = { expected: 'CA:TRUE', actual: 'CA:FALSE' };
    const fix = `put the certificate of a CA into ${target.certificate}`;
    reasons.push({ ...difference('not-ca', 'it is not the certificate of a CA', values), fix });
  }
  if (keyMatches === false) {
    const fix = `put the key of this CA into ${target.key}, or take that file away for a CA whose key is elsewhere`;
    reasons.push({ code: 'key-mismatch', message: 'its key belongs to none of its certificates', fix });
  }
  const expected = `the clock, ${now.toISOString()}, within its validity`;
  const [from, to] = [certificate.notBefore.toISOString(), certificate.notAfter.toISOString()];
  if (now > certificate.notAfter) {
    const fix = 'renew or rotate the CA, or mend the clock';
    reasons.push({ ...difference('expired', `it expired at ${to}`, { expected, actual: to }), fix });
  }
  if (now < certificate.notBefore) {
    const values = { expected, actual: from };
    reasons.push({
      ...difference('not-yet-valid', `it is valid from ${from} only`, values),
      fix: 'mend the clock',
    });
  }
  return reasons;
}
