import { toHex } from '../../../asn1/bytes.ts';
import { formatIp } from '../../../net/ip.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import type { Subtree } from '../../read/extension.ts';
import { goQuoted } from './go-extensions.ts';
import { isGoDomain, parseGoMailbox, type GoMailbox } from './go-mailbox.ts';
import { goAlternativeNames, goConstraints, type GoName } from './go-names.ts';

/** A name as Go compares it with constraints. */
interface Name {
  readonly kind: 'ip' | 'dns' | 'uri' | 'email';
  /** As the message writes it. */
  readonly text: string;
  /** Of URIs and mailboxes, what DNS constraints are compared with. */
  readonly domain: string;
  readonly bytes: Uint8Array;
}

/** In the order in which Go looks at them. */
const KINDS = [
  ['ip', 'IP address'],
  ['dns', 'DNS name'],
  ['uri', 'URI'],
  ['email', 'email address'],
] as const;

/** What Go says of name constraints that a chain breaks (crypto/x509/constraints.go, checkChainConstraints). */
export function goConstraintError(chain: readonly CertificateInfo[]): string | undefined {
  for (const [depth, certificate] of chain.entries()) {
    const listed = goAlternativeNames(certificate.extensions ?? []);
    const above = chain.slice(depth + 1).flatMap(({ extensions = [] }) => goConstraints(extensions) ?? []);
    if (listed.length === 0 || above.length === 0) continue;
    const names: Name[] = [];
    for (const kind of ['uri', 'email', 'ip', 'dns'] as const) {
      for (const one of listed.filter((name) => name.kind === kind)) {
        const name = readName(one);
        if (typeof name === 'string') return name;
        names.push(name);
      }
    }
    for (const { permitted, excluded } of above) {
      const error = nameErrors(names, permitted, excluded);
      if (error !== undefined) return error;
    }
  }
  return undefined;
}

function nameErrors(
  names: readonly Name[],
  permitted: readonly Subtree[],
  excluded: readonly Subtree[],
): string | undefined {
  for (const [kind, label] of KINDS) {
    const own = ({ base }: Subtree): boolean => base.kind === kind;
    const isLimited = permitted.some(own);
    const [isAllowed, isForbidden] = [
      finder(kind, permitted.filter(own), true),
      finder(kind, excluded.filter(own), false),
    ];
    for (const name of names.filter((one) => one.kind === kind)) {
      const said = `${label} ${goQuoted(name.text)}`;
      if (kind === 'dns' && !isGoDomain(name.domain, 'name'))
        return `x509: cannot parse dnsName ${goQuoted(name.text)}`;
      if (kind === 'email' && !isGoDomain(name.domain, 'name'))
        return `x509: cannot parse rfc822Name ${goQuoted(name.text)}`;
      if (isLimited && isAllowed(name) === undefined) return `${said} is not permitted by any constraint`;
      const by = isForbidden(name);
      if (by !== undefined) return `${said} is excluded by constraint ${goQuoted(by)}`;
    }
  }
  return undefined;
}

/** A name, or what Go says of one that it cannot read. */
function readName(name: GoName): Name | string {
  if (name.kind === 'ip') return { kind: 'ip', text: formatIp(name.bytes), domain: '', bytes: name.bytes };
  if (name.kind === 'dns') return { kind: 'dns', text: name.value, domain: name.value, bytes: name.bytes };
  if (name.kind === 'email') {
    const parsed = parseGoMailbox(name.value);
    if (parsed === undefined) return `cannot parse rfc822Name ${goQuoted(name.value)}`;
    return { kind: 'email', text: mailboxText(parsed), domain: parsed.domain, bytes: name.bytes };
  }
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name.value)?.[1] ?? '';
  const host = authority.replace(/^.*@/, '').toLowerCase();
  if (host === '')
    return `URI with empty host (${goQuoted(name.value)}) cannot be matched against constraints`;
  const domain = host.endsWith(']') ? host : host.replace(/:\d*$/, '');
  if (/^\[.*\]$/.test(domain) || /^\d+(?:\.\d+){3}$/.test(domain))
    return `URI with IP (${goQuoted(name.value)}) cannot be matched against constraints`;
  return { kind: 'uri', text: name.value, domain, bytes: name.bytes };
}

/** The constraint that a name lies in, the widest of several, as the message writes it. */
type Find = (name: Name) => string | undefined;

/** Looks constraints up rather than walking them, for there may be thousands of both. */
function finder(kind: Name['kind'], trees: readonly Subtree[], permitted: boolean): Find {
  if (kind === 'ip') return networkFinder(trees);
  const bases = trees.flatMap(({ base }) =>
    'value' in base && typeof base.value === 'string' ? [base.value] : [],
  );
  if (kind !== 'email') return domainFinder(bases, permitted);
  const exact = new Set(
    bases
      .filter((base) => base.includes('@'))
      .flatMap((base) => parseGoMailbox(base) ?? [])
      .map(mailboxText),
  );
  const find = domainFinder(
    bases.filter((base) => !base.includes('@')),
    permitted,
  );
  return (name) => (exact.has(name.text) ? name.text : find(name));
}

const mailboxText = ({ local, domain }: GoMailbox): string => `${local}@${domain}`;

const reversed = (text: string): string => text.split('').reverse().join('');

function domainFinder(bases: readonly string[], permitted: boolean): Find {
  const known = new Map(bases.map((base) => [base.toLowerCase(), base]));
  const parents = new Map<string, string>();
  for (const base of [...known.keys()].sort((a, b) => (reversed(a) < reversed(b) ? -1 : 1)))
    if (base.includes('.')) parents.set(base.replace(/^[^.]*/, ''), base);
  return ({ domain }) => {
    const lower = domain.toLowerCase();
    const found = ['', ...suffixes(lower)].find((suffix) => known.has(suffix));
    if (found !== undefined) return known.get(found);
    return permitted || !lower.startsWith('*') ? undefined : parents.get(lower.replace(/^[^.]*/, ''));
  };
}

/** `c`, `.c`, `b.c`, `.b.c`, `a.b.c` of `a.b.c`. */
function suffixes(domain: string): string[] {
  const out: string[] = [];
  for (let dot = domain.lastIndexOf('.'); dot > 0; dot = domain.lastIndexOf('.', dot - 1))
    out.push(domain.slice(dot + 1), domain.slice(dot));
  return [...out, domain];
}

function networkFinder(trees: readonly Subtree[]): Find {
  const byMask = new Map<string, { mask: Uint8Array; networks: Map<string, string> }>();
  for (const { base } of trees) {
    if (base.kind !== 'ip') continue;
    const [address, mask] = [
      base.bytes.subarray(0, base.bytes.length / 2),
      base.bytes.subarray(base.bytes.length / 2),
    ];
    const group = byMask.get(toHex(mask)) ?? { mask, networks: new Map<string, string>() };
    group.networks.set(masked(address, mask), `${formatIp(address)}/${ones(mask)}`);
    byMask.set(toHex(mask), group);
  }
  const groups = [...byMask.values()].sort((a, b) => ones(a.mask) - ones(b.mask));
  return ({ bytes }) => {
    for (const { mask, networks } of groups) {
      const found = mask.length === bytes.length ? networks.get(masked(bytes, mask)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const masked = (address: Uint8Array, mask: Uint8Array): string =>
  toHex(address.map((octet, at) => octet & (mask[at] ?? 0)));

function ones(mask: Uint8Array): number {
  return mask.reduce((sum, octet) => sum + octet.toString(2).replace(/0/g, '').length, 0);
}
