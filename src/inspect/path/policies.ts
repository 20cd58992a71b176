import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { equalNames } from './distinguished-name.ts';
import type { PolicyInputs } from './result.ts';

/** anyPolicy (RFC 5280 4.2.1.4). */
const ANY = '2.5.29.32.0';

/** More nodes than any sound path has; without a bound they grow with the power of its length. */
const MAX_NODES = 4096;

/** A node of the valid policy tree (RFC 5280 6.1.2), as a graph: one node for each policy of a depth. */
interface Node {
  /** The policies of the next certificate that are expected of it. */
  readonly expected: ReadonlySet<string>;
  /** Those of the policies asked for that it stands for, below the mappings of CAs. */
  readonly stands: ReadonlySet<string>;
}

/** The nodes of a depth, by policy. */
type Level = ReadonlyMap<string, Node>;

const NONE: ReadonlySet<string> = new Set();

/** What policies say about a path: whether one is left where one is demanded. */
export type PolicyVerdict = 'fine' | 'none-left' | 'any-policy-mapped' | 'limit-exceeded';

/** How many more certificates may come before something is demanded or forbidden, and the policies that are left. */
interface State {
  explicit: number;
  mapping: number;
  any: number;
  /** Empty where no policy is left. */
  level: Level;
  /** The policies that are acceptable to who asks; `undefined`: any. */
  readonly asked: ReadonlySet<string> | undefined;
}

/**
 * Processes the policies of a path (RFC 5280 6.1.3 to 6.1.5).
 *
 * @param path from the leaf up, the trusted certificate last
 */
export function processPolicies(
  path: readonly CertificateInfo[],
  { acceptable = [ANY], requireExplicit, inhibitMapping, inhibitAny }: PolicyInputs = {},
): PolicyVerdict {
  const below = path.slice(0, -1).reverse();
  const count = (isNow: boolean | undefined): number => (isNow === true ? 0 : below.length + 1);
  const state: State = {
    explicit: count(requireExplicit),
    mapping: count(inhibitMapping),
    any: count(inhibitAny),
    level: new Map([[ANY, { expected: new Set([ANY]), stands: NONE }]]),
    asked: acceptable.includes(ANY) ? undefined : new Set(acceptable),
  };
  for (const [index, certificate] of below.entries()) {
    const isLast = index === below.length - 1;
    descend(state, certificate, { isLast });
    if (state.level.size > MAX_NODES) return 'limit-exceeded';
    if (state.explicit === 0 && state.level.size === 0) return 'none-left';
    if (isLast) wrapUp(state, certificate);
    else if (!prepare(state, certificate)) return 'any-policy-mapped';
  }
  return state.explicit === 0 && !isOneLeft(state) ? 'none-left' : 'fine';
}

/** Whether a policy is valid for the whole path that is acceptable to who asks (RFC 5280 6.1.5 g). */
function isOneLeft({ level, asked }: State): boolean {
  if (asked === undefined) return level.size > 0;
  return level.has(ANY) || [...level.values()].some(({ stands }) => stands.size > 0);
}

/** Goes down to a certificate's policies (RFC 5280 6.1.3 d and e). */
function descend(state: State, certificate: CertificateInfo, { isLast }: { readonly isLast: boolean }): void {
  const policies = readExtension(certificate.extensions ?? [], EXTENSION.certificatePolicies)?.value;
  const allowsAny = state.any > 0 || (!isLast && isSelfIssued(certificate));
  const own = policies?.map(({ policy }) => policy);
  state.level = own === undefined ? new Map() : nextLevel(state, own, allowsAny);
}

/** Prepares for the certificate below a CA (RFC 5280 6.1.4 a, b, h to j); `false` where it maps anyPolicy. */
function prepare(state: State, certificate: CertificateInfo): boolean {
  const extensions = certificate.extensions ?? [];
  const mappings = readExtension(extensions, EXTENSION.policyMappings)?.value ?? [];
  if (mappings.some(({ issuer, subject }) => issuer === ANY || subject === ANY)) return false;
  if (mappings.length > 0) state.level = mapped(state, mappings);
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

/** What a policy stands for whose node is the first below anyPolicy: itself, where it is asked for. */
function standsFor(policy: string, { asked }: State): ReadonlySet<string> {
  return asked?.has(policy) === true ? new Set([policy]) : NONE;
}

/** The nodes of the next depth: policies of the certificate that a node above expects (RFC 5280 6.1.3 d). */
function nextLevel(state: State, policies: readonly string[], allowsAny: boolean): Level {
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const { expected, stands } of state.level.values())
    for (const policy of expected) wanted.set(policy, new Set([...(wanted.get(policy) ?? []), ...stands]));
  const hasAny = state.level.has(ANY);
  const next = new Map<string, Node>();
  const add = (policy: string, stands: ReadonlySet<string>): void => {
    next.set(policy, { expected: new Set([policy]), stands });
  };
  for (const policy of policies) {
    const stands = wanted.get(policy) ?? (hasAny ? standsFor(policy, state) : undefined);
    if (policy !== ANY && stands !== undefined) add(policy, stands);
  }
  if (policies.includes(ANY) && allowsAny)
    for (const [policy, stands] of wanted) if (!next.has(policy)) add(policy, stands);
  return next;
}

/** The nodes after a CA's mappings (RFC 5280 6.1.4 b). */
function mapped(
  state: State,
  mappings: readonly { readonly issuer: string; readonly subject: string }[],
): Level {
  const bySource = new Map<string, Set<string>>();
  for (const { issuer, subject } of mappings)
    bySource.set(issuer, (bySource.get(issuer) ?? new Set()).add(subject));
  const level = new Map(state.level);
  for (const [issuer, expected] of bySource) {
    const known = level.get(issuer);
    if (state.mapping === 0) level.delete(issuer);
    else if (known !== undefined || level.has(ANY))
      level.set(issuer, { expected, stands: known?.stands ?? standsFor(issuer, state) });
  }
  return level;
}
