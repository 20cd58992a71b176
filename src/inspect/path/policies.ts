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

/**
 * Processes the policies of a path (RFC 5280 6.1.3 to 6.1.5), any policy being acceptable to who asks.
 *
 * @param path from the leaf up, the trusted certificate last
 */
export function processPolicies(path: readonly CertificateInfo[]): PolicyVerdict {
  const below = path.slice(0, -1).reverse();
  const state = {
    explicit: below.length + 1,
    mapping: below.length + 1,
    any: below.length + 1,
    level: { expected: new Map([[ANY, new Set([ANY])]]) } as Level | undefined,
  };
  for (const [index, certificate] of below.entries()) {
    const isLast = index === below.length - 1;
    const isSelfIssued = equalNames(certificate.subject, certificate.issuer);
    const extensions = certificate.extensions ?? [];
    const policies = readExtension(extensions, EXTENSION.certificatePolicies)?.value;
    const allowsAny = state.any > 0 || (!isLast && isSelfIssued);
    state.level =
      policies === undefined || state.level === undefined
        ? undefined
        : nextLevel(
            state.level,
            policies.map(({ policy }) => policy),
            allowsAny,
          );
    if ((state.level?.expected.size ?? 0) > MAX_NODES) return 'limit-exceeded';
    if (state.explicit === 0 && state.level === undefined) return 'none-left';
    if (isLast) {
      if (state.explicit > 0) state.explicit--;
      const constraints = readExtension(extensions, EXTENSION.policyConstraints)?.value;
      if (constraints?.requireExplicitPolicy === 0) state.explicit = 0;
      break;
    }
    const mappings = readExtension(extensions, EXTENSION.policyMappings)?.value ?? [];
    if (mappings.some(({ issuer, subject }) => issuer === ANY || subject === ANY)) return 'any-policy-mapped';
    if (mappings.length > 0 && state.level !== undefined)
      state.level = mapped(state.level, mappings, state.mapping > 0);
    if (!isSelfIssued) {
      state.explicit = Math.max(0, state.explicit - 1);
      state.mapping = Math.max(0, state.mapping - 1);
      state.any = Math.max(0, state.any - 1);
    }
    const constraints = readExtension(extensions, EXTENSION.policyConstraints)?.value;
    state.explicit = Math.min(state.explicit, constraints?.requireExplicitPolicy ?? Infinity);
    state.mapping = Math.min(state.mapping, constraints?.inhibitPolicyMapping ?? Infinity);
    state.any = Math.min(state.any, readExtension(extensions, EXTENSION.inhibitAnyPolicy)?.value ?? Infinity);
  }
  return state.explicit === 0 && state.level === undefined ? 'none-left' : 'fine';
}

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
