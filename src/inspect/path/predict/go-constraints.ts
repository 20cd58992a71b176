import { formatIp } from '../../../net/ip.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension, type Subtree } from '../../read/extension.ts';
import type { GeneralNameInfo } from '../../read/general-name.ts';
import { goQuoted } from './go-certificate.ts';

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
    const listed = readExtension(certificate.extensions ?? [], EXTENSION.subjectAltName)?.value;
    const above = chain
      .slice(depth + 1)
      .flatMap(({ extensions = [] }) => readExtension(extensions, EXTENSION.nameConstraints)?.value ?? []);
    if (listed === undefined || above.length === 0) continue;
    const names: Name[] = [];
    for (const kind of ['uri', 'email', 'ip', 'dns'] as const) {
      for (const one of listed.filter((name) => name.kind === kind)) {
        const name = readName(one);
        if (typeof name === 'string') return name;
        if (name !== undefined) names.push(name);
      }
    }
    for (const { permitted = [], excluded = [] } of above) {
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
    const [allowed, forbidden] = [permitted, excluded].map((list) =>
      list.filter(({ base }) => base.kind === kind),
    );
    for (const name of names.filter((one) => one.kind === kind)) {
      const said = `${label} ${goQuoted(name.text)}`;
      if (kind === 'dns' && !isDomain(name.domain))
        return `x509: cannot parse dnsName ${goQuoted(name.text)}`;
      if (kind === 'email' && !isDomain(name.domain))
        return `x509: cannot parse rfc822Name ${goQuoted(name.text)}`;
      if (allowed !== undefined && allowed.length > 0 && matching(name, allowed, true) === undefined)
        return `${said} is not permitted by any constraint`;
      const by = matching(name, forbidden ?? [], false);
      if (by !== undefined) return `${said} is excluded by constraint ${goQuoted(by)}`;
    }
  }
  return undefined;
}

/** A name, or what Go says of one that it cannot read. */
function readName(name: GeneralNameInfo): Name | string | undefined {
  if (name.kind === 'ip') return { kind: 'ip', text: formatIp(name.bytes), domain: '', bytes: name.bytes };
  if (name.kind === 'dns') return { kind: 'dns', text: name.value, domain: name.value, bytes: name.bytes };
  if (name.kind === 'email') {
    const at = name.value.lastIndexOf('@');
    if (at < 1) return `cannot parse rfc822Name ${goQuoted(name.value)}`;
    const domain = name.value.slice(at + 1).toLowerCase();
    return { kind: 'email', text: `${name.value.slice(0, at)}@${domain}`, domain, bytes: name.bytes };
  }
  if (name.kind !== 'uri') return undefined;
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name.value)?.[1] ?? '';
  const host = authority.replace(/^.*@/, '').toLowerCase();
  if (host === '')
    return `URI with empty host (${goQuoted(name.value)}) cannot be matched against constraints`;
  const domain = host.endsWith(']') ? host : host.replace(/:\d*$/, '');
  if (/^\[.*\]$/.test(domain) || /^\d+(?:\.\d+){3}$/.test(domain))
    return `URI with IP (${goQuoted(name.value)}) cannot be matched against constraints`;
  return { kind: 'uri', text: name.value, domain, bytes: name.bytes };
}

const isDomain = (text: string): boolean =>
  text === '' || text.split('.').every((label) => /^[!-~]+$/.test(label));

/** The constraint that a name lies in, the widest of several, as the message writes it. */
function matching(name: Name, trees: readonly Subtree[], permitted: boolean): string | undefined {
  if (name.kind === 'ip') return matchingNetwork(name.bytes, trees);
  const bases = trees.flatMap(({ base }) =>
    'value' in base && typeof base.value === 'string' ? [base.value] : [],
  );
  if (name.kind === 'email') {
    const exact = bases.find((base) => base.includes('@') && mailbox(base) === name.text);
    if (exact !== undefined) return mailbox(exact);
  }
  const domains = bases.filter((base) => name.kind !== 'email' || !base.includes('@'));
  if (domains.includes('')) return '';
  const found = domains.filter((base) => isWithin(name.domain, base)).sort((a, b) => a.length - b.length)[0];
  if (found !== undefined || permitted || !name.domain.startsWith('*')) return found;
  const parent = name.domain.toLowerCase().replace(/^[^.]*/, '');
  return domains
    .map((base) => base.toLowerCase())
    .findLast((base) => base.includes('.') && base.replace(/^[^.]*/, '') === parent);
}

const mailbox = (text: string): string => {
  const at = text.lastIndexOf('@');
  return `${text.slice(0, at)}@${text.slice(at + 1).toLowerCase()}`;
};

function isWithin(name: string, tree: string): boolean {
  const [lower, base] = [name.toLowerCase(), tree.toLowerCase()];
  return lower === base || lower.endsWith(base.startsWith('.') ? base : `.${base}`);
}

function matchingNetwork(address: Uint8Array, trees: readonly Subtree[]): string | undefined {
  const found = trees
    .flatMap(({ base }) =>
      base.kind === 'ip' && base.bytes.length === address.length * 2 ? [base.bytes] : [],
    )
    .filter((bytes) =>
      address.every((octet, at) => ((octet ^ (bytes[at] ?? 0)) & (bytes[address.length + at] ?? 0)) === 0),
    )
    .map((bytes) => ({
      base: formatIp(bytes.subarray(0, address.length)),
      length: ones(bytes.subarray(address.length)),
    }))
    .sort((a, b) => a.length - b.length)[0];
  return found === undefined ? undefined : `${found.base}/${found.length}`;
}

function ones(mask: Uint8Array): number {
  return mask.reduce((sum, octet) => sum + octet.toString(2).replace(/0/g, '').length, 0);
}
