import { quote } from '../../errors/quote.ts';
import {
  DNS_LABEL_RULE,
  DNS_SUBDOMAIN_RULE,
  hasLongLabel,
  isDnsLabel,
  isDnsSubdomain,
  isWildcardDnsSubdomain,
  toAsciiDnsName,
} from '../../net/dns-name.ts';
import { formatIp, parseIp, parseIpSloppy } from '../../net/ip.ts';
import type { Findings } from './findings.ts';
import type { Setting } from './section.ts';

const LONG_LABEL = 'has a label of more than 63 characters, which DNS does not allow';

/**
 * The name of a node as kubeadm makes it: trimmed, lower-cased, an RFC 1123 DNS name (component-helpers
 * node/util/hostname.go, kubeadm's ValidateNodeRegistrationOptions).
 *
 * @returns the name, or `undefined` after reporting a problem
 */
export function nodeName({ value, path }: Setting<string>, findings: Findings): string | undefined {
  const name = value.trim().toLowerCase();
  if (name === '') findings.problem(path, `the node name ${quote(value)} is empty`);
  else if (!isDnsSubdomain(name))
    findings.problem(path, `${quote(name)} is not a node name: ${DNS_SUBDOMAIN_RULE}`);
  else if (hasLongLabel(name)) findings.problem(path, `the node name ${quote(name)} ${LONG_LABEL}`);
  else return name;
  return undefined;
}

/** How SANs of kubeadm's documents are read: those of etcd must be in lower case, the API server's are made so. */
export type SanCase = 'lower-it' | 'as-it-is';

/**
 * Subject alternative names as kubeadm takes them (validation.go `ValidateCertSANs`): addresses, DNS names, and DNS
 * names after `*.`.
 *
 * @returns canonical forms without repetition, in order
 */
export function kubeadmSans(
  settings: readonly Setting<string>[],
  sanCase: SanCase,
  findings: Findings,
): string[] {
  return unique(
    settings.map(({ value, path }) => {
      const name = sanCase === 'lower-it' ? value.toLowerCase() : value;
      const address = parseIpSloppy(name);
      if (address !== undefined) return formatIp(address.bytes);
      const isName = isDnsSubdomain(name) || isWildcardDnsSubdomain(name);
      if (isName && !hasLongLabel(name)) return name;
      const why = isName ? LONG_LABEL : 'is neither an IP address nor a DNS name, with *. in front at most';
      const isUpper = !isName && isDnsSubdomain(name.toLowerCase().replace(/^\*\./, ''));
      findings.problem(path, `${quote(value)} ${why}${isUpper ? ': etcd names must be in lower case' : ''}`);
      return undefined;
    }),
  );
}

/**
 * Names and addresses of our own document: addresses without leading zeros, DNS names in any case and script.
 *
 * @returns canonical forms without repetition, in order
 */
export function ourSans(
  settings: readonly Setting<string>[],
  findings: Findings,
  wildcards: 'allowed' | 'refused',
): string[] {
  return unique(
    settings.map(({ value, path }) => {
      const address = parseIp(value);
      if (address !== undefined) return formatIp(address.bytes);
      const looksLikeAddress = /^[\d.]+$/.test(value) || /[:/%]/.test(value);
      const name = looksLikeAddress ? undefined : toAsciiDnsName(value);
      if (name !== undefined && (wildcards === 'allowed' || !name.startsWith('*'))) return name;
      const expected = looksLikeAddress
        ? 'an IP address without port, zone or prefix length'
        : 'a DNS name or an IP address';
      findings.problem(path, `${quote(value)} is not ${expected}`);
      return undefined;
    }),
  );
}

// The file is users/NAME.conf, staged under a longer name beside it: NAME_MAX is 255 bytes on Linux.
const MAX_USER_BYTES = 180;

/**
 * The name of a user, which becomes the name of a file too.
 *
 * @returns the name, or `undefined` after reporting a problem
 */
export function userName({ value, path }: Setting<string>, findings: Findings): string | undefined {
  const why = whyNoUserName(value);
  if (why !== undefined) {
    findings.problem(path, `the user name ${quote(value)} ${why}`);
    return undefined;
  }
  if (value.startsWith('system:')) {
    findings.warning(path, `the user name ${quote(value)} is in the namespace of Kubernetes' own users`);
  }
  return value;
}

function whyNoUserName(name: string): string | undefined {
  if (name.trim() === '') return 'is empty';
  if (name.trim() !== name) return 'starts or ends with white space';
  if (name.startsWith('.')) return 'starts with a dot, and it is the name of its file';
  if (/[/\\]/.test(name)) return 'holds a slash or backslash, and it is the name of its file';
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return 'holds a control character';
  return new TextEncoder().encode(name).length > MAX_USER_BYTES
    ? `is longer than ${MAX_USER_BYTES} bytes, and it is the name of its file`
    : undefined;
}

/** Groups of a user: they become organizations of the certificate, in order. */
export function groupNames(settings: readonly Setting<string>[], findings: Findings): string[] {
  return unique(
    settings.map(({ value, path }) => {
      if (value.trim() === '' || /[\p{Cc}\p{Cs}]/u.test(value)) {
        findings.problem(path, `the group name ${quote(value)} is empty or holds a control character`);
        return undefined;
      }
      if (value === 'system:masters') {
        findings.warning(
          path,
          'a member of "system:masters" may do everything, and no RBAC rule can take that away',
        );
      }
      return value;
    }),
  );
}

/** The name of a namespace: a DNS label (apimachinery validation, `ValidateNamespaceName`). */
export function namespaceName({ value, path }: Setting<string>, findings: Findings): string | undefined {
  if (isDnsLabel(value)) return value;
  findings.problem(path, `${quote(value)} is not a namespace: ${DNS_LABEL_RULE}`);
  return undefined;
}

/** A name that must be unique among its kind, and where it is given. */
export interface NamedThing {
  readonly name: string;
  readonly path: string;
}

/** Reports every name that was there before. */
export function checkUnique(things: readonly NamedThing[], what: string, findings: Findings): void {
  const first = new Map<string, string>();
  for (const { name, path } of things) {
    const before = first.get(name);
    if (before === undefined) first.set(name, path);
    else findings.problem(path, `the ${what} ${quote(name)} is already that of ${before}`);
  }
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
