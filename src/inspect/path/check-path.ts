import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { curveByOid } from '../text/curves.ts';
import { NAME_STYLE } from '../text/name-options.ts';
import { renderName } from '../text/name.ts';
import { renderTime } from '../text/time.ts';
import { faultsOf } from './certificate-facts.ts';
import { equalNames } from './distinguished-name.ts';
import { constrainedNames, costOf, judgeName } from './name-constraints.ts';
import { processPolicies } from './policies.ts';
import { brokenDigest } from './signature.ts';
import type { PolicyInputs, VerifyCode, VerifyReason, VerifyUsage } from './result.ts';

/** What a path is checked for. */
export interface PathContext {
  readonly now: Date;
  readonly usage: VerifyUsage | undefined;
  readonly maxDepth: number | undefined;
  readonly policies: PolicyInputs | undefined;
  /** Comparisons of names with constraints that are left; below zero there have been too many. */
  readonly budget: { comparisons: number };
}

/** A subject as text, for messages. */
export function subjectText({ subject }: CertificateInfo): string {
  const text = renderName(subject, NAME_STYLE.oneline);
  return text === '' ? '(empty subject)' : text;
}

type Details = Omit<VerifyReason, 'code' | 'depth' | 'subject' | 'message'>;

/** A reason against the certificate at a depth of a path. */
export function reason(
  path: readonly CertificateInfo[],
  depth: number,
  [code, message, details = {}]: readonly [VerifyCode, string, Details?],
): VerifyReason {
  const certificate = path[depth];
  const subject = certificate === undefined ? '' : subjectText(certificate);
  return { code, depth, subject, message, ...details };
}

/**
 * Every reason against a path whose signatures are right (RFC 5280 6.1).
 *
 * @param path from the leaf up, the trusted certificate last
 */
export function checkPath(path: readonly CertificateInfo[], context: PathContext): VerifyReason[] {
  const reasons: VerifyReason[] = [];
  for (const [depth, certificate] of path.entries()) {
    for (const { code, message } of faultsOf(certificate, { isTrusted: depth === path.length - 1 }))
      reasons.push(reason(path, depth, [code, message]));
    reasons.push(...checkValidity(path, depth, context.now));
    if (depth < path.length - 1) {
      const digest = brokenDigest(certificate.signatureAlgorithm);
      if (digest !== undefined) reasons.push(weakDigest(path, depth, digest));
    }
    reasons.push(...weakKey(path, depth));
    if (depth > 0) reasons.push(...checkCa(path, depth));
  }
  reasons.push(
    ...checkDepth(path, context),
    ...checkUsages(path, context),
    ...checkConstraints(path, context),
  );
  reasons.push(...checkPolicies(path, context));
  return reasons;
}

function checkPolicies(path: readonly CertificateInfo[], { policies }: PathContext): VerifyReason[] {
  const verdict = processPolicies(path, policies);
  if (verdict === 'fine') return [];
  const asked = policies?.acceptable ?? [];
  const message = {
    'none-left':
      asked.length === 0
        ? 'an explicit policy is required, and no policy is valid for the whole path'
        : `an explicit policy is required, and none of ${asked.join(', ')} is valid for the whole path`,
    'any-policy-mapped': 'a CA maps anyPolicy, which is forbidden (RFC 5280 4.2.1.5)',
    'limit-exceeded': 'the policies of the path are more than any sound path has',
  }[verdict];
  return [reason(path, 0, [verdict === 'limit-exceeded' ? 'limit-exceeded' : 'policy', message])];
}

function weakDigest(path: readonly CertificateInfo[], depth: number, digest: string): VerifyReason {
  const fix = 'issue it anew with SHA-256';
  return reason(path, depth, [
    'weak-algorithm',
    `it is signed with ${digest.toUpperCase()}, which is broken`,
    { fix },
  ]);
}

/** Bits that keys have at least: Go's TLS refuses RSA below 1024 bits, its parser curves below P-224. */
const LEAST_BITS: Readonly<Record<string, number>> = Object.freeze({
  rsa: 1024,
  'rsa-pss': 1024,
  dsa: 1024,
  ec: 224,
});

function weakKey(path: readonly CertificateInfo[], depth: number): VerifyReason[] {
  const { material, bits: own } = path[depth]?.publicKey ?? {};
  const curve =
    material?.kind === 'ec' && material.curve !== undefined ? curveByOid(material.curve) : undefined;
  const bits = curve === undefined ? own : curve.order.toString(2).length;
  const least = LEAST_BITS[material?.kind ?? ''];
  if (least === undefined || bits === undefined || bits >= least) return [];
  const details = { expected: `${least} bits`, actual: `${bits} bits`, fix: 'make a new key' };
  return [reason(path, depth, ['weak-algorithm', `its key of ${bits} bits can be broken`, details])];
}

function checkValidity(path: readonly CertificateInfo[], depth: number, now: Date): VerifyReason[] {
  const { notBefore, notAfter } = path[depth] ?? {};
  // Whole seconds, both ends included (RFC 5280 4.1.2.5).
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const actual = new Date(second).toISOString();
  if (notBefore?.date !== undefined && second < notBefore.date.getTime()) {
    const message = `it is not valid before ${renderTime(notBefore)}`;
    const fix = 'check the clock; else wait, or issue it anew';
    return [
      reason(path, depth, [
        'not-yet-valid',
        message,
        { expected: `from ${renderTime(notBefore)}`, actual, fix },
      ]),
    ];
  }
  if (notAfter?.date !== undefined && second > notAfter.date.getTime()) {
    const message = `it expired at ${renderTime(notAfter)}`;
    return [
      reason(path, depth, [
        'expired',
        message,
        { expected: `until ${renderTime(notAfter)}`, actual, fix: 'renew it' },
      ]),
    ];
  }
  return [];
}

const isSelfIssued = ({ subject, issuer }: CertificateInfo): boolean => equalNames(subject, issuer);

/** Whether the certificate at a depth may have signed the one below it. */
function checkCa(path: readonly CertificateInfo[], depth: number): VerifyReason[] {
  const certificate = path[depth];
  if (certificate === undefined) return [];
  const { extensions = [], version } = certificate;
  const constraints = readExtension(extensions, EXTENSION.basicConstraints);
  const usage = readExtension(extensions, EXTENSION.keyUsage)?.value;
  const isAnchor = depth === path.length - 1;
  const found: VerifyReason[] = [];
  // A trusted certificate of version 1 has nowhere to say that it is a CA's.
  const isOldAnchor = isAnchor && version === 0;
  if (constraints?.value?.ca !== true && !isOldAnchor) {
    const message = 'it signs certificates and is no CA: its basic constraints do not say CA:TRUE';
    found.push(reason(path, depth, ['not-a-ca', message, { fix: 'sign by a CA' }]));
  }
  if (usage !== undefined && !usage.includes('keyCertSign')) {
    const message = 'its key usage does not allow it to sign certificates';
    found.push(
      reason(path, depth, [
        'key-usage',
        message,
        { expected: 'keyCertSign', actual: usage.join(', ') || 'none' },
      ]),
    );
  }
  const limit = constraints?.value?.maxPathLength;
  const between = path.slice(1, depth).filter((one) => !isSelfIssued(one)).length;
  if (limit !== undefined && limit >= 0 && between > limit) {
    const message = `it allows ${limit} intermediate CAs below it, and there are ${between}`;
    found.push(reason(path, depth, ['path-length', message, { expected: `${limit}`, actual: `${between}` }]));
  }
  return found;
}

function checkDepth(path: readonly CertificateInfo[], { maxDepth }: PathContext): VerifyReason[] {
  const intermediates = path.slice(1, -1).filter((one) => !isSelfIssued(one)).length;
  if (maxDepth === undefined || intermediates <= maxDepth) return [];
  const message = `the path has ${intermediates} intermediates that are not self-issued, and ${maxDepth} are allowed`;
  return [reason(path, 0, ['path-length', message, { expected: `${maxDepth}`, actual: `${intermediates}` }])];
}

const PURPOSE = Object.freeze({ server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' });
const ANY_PURPOSE = '2.5.29.37.0';

/** Extended key usages narrow down the path, as Go and OpenSSL read them; key usages of the leaf. */
function checkUsages(path: readonly CertificateInfo[], { usage }: PathContext): VerifyReason[] {
  if (usage === undefined) return [];
  const found: VerifyReason[] = [];
  for (const [depth, { extensions = [] }] of path.entries()) {
    const purposes = readExtension(extensions, EXTENSION.extendedKeyUsage)?.value;
    if (purposes === undefined || purposes.includes(PURPOSE[usage]) || purposes.includes(ANY_PURPOSE))
      continue;
    const message = `its extended key usage does not allow ${usage}s`;
    const expected = `${usage}Auth`;
    found.push(
      reason(path, depth, ['extended-key-usage', message, { expected, actual: purposes.join(', ') }]),
    );
  }
  const keyUsage = readExtension(path[0]?.extensions ?? [], EXTENSION.keyUsage)?.value;
  const allowed =
    usage === 'server'
      ? (['digitalSignature', 'keyEncipherment', 'keyAgreement'] as const)
      : (['digitalSignature', 'keyAgreement'] as const);
  if (keyUsage !== undefined && !allowed.some((one) => keyUsage.includes(one))) {
    const message = `its key usage does not allow it to be a ${usage}'s`;
    const details = { expected: `one of ${allowed.join(', ')}`, actual: keyUsage.join(', ') || 'none' };
    found.push(reason(path, 0, ['key-usage', message, details]));
  }
  return found;
}

/** Name constraints of each CA, over all certificates below it but self-issued intermediates (RFC 5280 6.1.3 b). */
function checkConstraints(path: readonly CertificateInfo[], { budget }: PathContext): VerifyReason[] {
  const found: VerifyReason[] = [];
  for (const [depth, authority] of path.entries()) {
    const constraints = readExtension(authority.extensions ?? [], EXTENSION.nameConstraints)?.value;
    if (constraints === undefined || depth === 0) continue;
    const trees = { permitted: constraints.permitted ?? [], excluded: constraints.excluded ?? [] };
    const size = trees.permitted.length + trees.excluded.length;
    for (let below = depth - 1; below >= 0; below--) {
      const certificate = path[below];
      if (certificate === undefined || (below > 0 && isSelfIssued(certificate))) continue;
      for (const name of constrainedNames(certificate)) {
        budget.comparisons -= size * costOf(name);
        if (budget.comparisons < 0)
          return [
            reason(path, depth, ['limit-exceeded', 'names and constraints are more than any sound path has']),
          ];
        const verdict = judgeName(name, trees);
        if (verdict.allowed) continue;
        const by = subjectText(authority);
        const message = {
          'not-permitted': `the name ${verdict.name} is not among those that ${by} is permitted to sign`,
          excluded: `the name ${verdict.name} is excluded by ${by}`,
          malformed: `the name ${verdict.name} is malformed, and ${by} constrains such names`,
          unsupported: `${by} constrains names such as ${verdict.name}, which cannot be judged`,
        }[verdict.why];
        found.push(reason(path, below, ['name-constraint', message]));
      }
    }
  }
  return found;
}
