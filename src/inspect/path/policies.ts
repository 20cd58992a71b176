import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { equalNames } from './distinguished-name.ts';

/** anyPolicy (RFC 5280 4.2.1.4). */
const ANY = '2.5.29.32.0';

/** More nodes than any sound path has; without a bound they grow with the power of its length. */
const MAX_NODES = 4096;

/** A node of the valid policy tree (RFC 5280 6.1.2), as a graph: one node for each policy of a depth. */
interface Level {
  /** By policy: the policies of the next certificate that are expected of it. */
  readonly expected: Map<string, Set<string>>;
}

/** What policies say about a path: whether one is left where one is demanded. */
export type PolicyVerdict = 'fine' | 'none-left' | 'any-policy-mapped' | 'limit-exceeded';

/** How many more certificates may come before something is demanded or forbidden, and the policies that are left. */
interface State {
  explicit: number;
  mapping: number;
  any: number;
  /** `undefined` where no policy is left. */
  level: Level | undefined;
}

/**
 * Processes the policies of a path (RFC 5280 6.1.3 to 6.1.5), any policy being acceptable to who asks.
 *
 * @param path from the leaf up, the trusted certificate last
 */
export function processPolicies(path: readonly CertificateInfo[]): PolicyVerdict {
  const below = path.slice(0, -1).reverse();
  const more = below.length + 1;
  const level = { expected: new Map([[ANY, new Set([ANY])]]) };
  const state: State = { explicit: more, mapping: more, any: more, level };
  for (const [index, certificate] of below.entries()) {
    const isLast = index === below.length - 1;
    descend(state, certificate, { isLast });
    if ((state.level?.expected.size ?? 0) > MAX_NODES) return 'limit-exceeded';
    if (state.explicit === 0 && state.level === undefined) return 'none-left';
    if (isLast) wrapUp(state, certificate);
    else if (!prepare(state, certificate)) return 'any-policy-mapped';
  }
  return state.explicit === 0 && state.level === undefined ? 'none-left' : 'fine';
}

/** Goes down to a certificate's policies (RFC 5280 6.1.3 d and e). */
function descend(state: State, certificate: CertificateInfo, { isLast }: { readonly isLast: boolean }): void {
  const policies = readExtension(certificate.extensions ?? [], EXTENSION.certificatePolicies)?.value;
  const allowsAny = state.any > 0 || (!isLast && isSelfIssued(certificate));
  const own = policies?.map(({ policy }) => policy);
  state.level =
    own === undefined || state.level === undefined ? undefined : nextLevel(state.level, own, allowsAny);
}

/** Prepares for the certificate below a CA (RFC 5280 6.1.4 a, b, h to j); `false` where it maps anyPolicy. */
function prepare(state: State, certificate: CertificateInfo): boolean {
  const extensions = certificate.extensions ?? [];
  const mappings = readExtension(extensions, EXTENSION.policyMappings)?.value ?? [];
  if (mappings.some(({ issuer, subject }) => issuer === ANY || subject === ANY)) return false;
  if (mappings.length > 0 && state.level !== undefined)
    state.level = mapped(state.level, mappings, state.mapping > 0);
  const step = isSelfIssued(certificate) ? 0 : 1;
  const constraints = readExtension(extensions, EXTENSION.policyConstraints)?.value;
  const inhibited = readExtension(extensions, EXTENSION.inhibitAnyPolicy)?.value;
  const next = (left: number, limit = Infinity): number => Math.min(Math.max(0, left - step), limit);
  state.explicit = next(state.explicit, constraints?.requireExplicitPolicy);
  state.mapping = next(state.mapping, constraints?.inhibitPolicyMapping);
  state.any = next(state.any, inhibited);
  return true;
}

/** What the last certificate demands itself (RFC 5280 6.1.5 a and b). */
function wrapUp(state: State, { extensions = [] }: CertificateInfo): void {
  const constraints = readExtension(extensions, EXTENSION.policyConstraints)?.value;
  state.explicit = constraints?.requireExplicitPolicy === 0 ? 0 : Math.max(0, state.explicit - 1);
}

const isSelfIssued = ({ subject, issuer }: CertificateInfo): boolean => equalNames(subject, issuer);

/** The nodes of the next depth: policies of the certificate that a node above expects (RFC 5280 6.1.3 d). */
function nextLevel(level: Level, policies: readonly string[], allowsAny: boolean): Level | undefined {
  const expected = new Map<string, Set<string>>();
  const wanted = new Set([...level.expected.values()].flatMap((set) => [...set]));
  const hasAny = level.expected.has(ANY);
  for (const policy of policies) {
    if (policy !== ANY && (wanted.has(policy) || hasAny)) expected.set(policy, new Set([policy]));
  }
  if (policies.includes(ANY) && allowsAny)
    for (const policy of wanted) if (!expected.has(policy)) expected.set(policy, new Set([policy]));
  return expected.size === 0 ? undefined : { expected };
}

/** The nodes after a CA's mappings (RFC 5280 6.1.4 b). */
function mapped(
  level: Level,
  mappings: readonly { readonly issuer: string; readonly subject: string }[],
  isAllowed: boolean,
): Level | undefined {
  const bySource = new Map<string, Set<string>>();
  for (const { issuer, subject } of mappings)
    bySource.set(issuer, (bySource.get(issuer) ?? new Set()).add(subject));
  const expected = new Map(level.expected);
  for (const [issuer, subjects] of bySource) {
    if (!isAllowed) expected.delete(issuer);
    else if (expected.has(issuer) || expected.has(ANY)) expected.set(issuer, subjects);
  }
  return expected.size === 0 ? undefined : { expected };
}
