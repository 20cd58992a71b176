import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension, type Subtree } from '../read/extension.ts';
import { generalNameText, type GeneralNameInfo } from '../read/general-name.ts';
import { isBelow, isEmptyName } from './distinguished-name.ts';

/** What name constraints say about a name: that it is allowed, or why not. */
export type ConstraintVerdict =
  | { readonly allowed: true }
  /** `unsupported`: the kind of name cannot be judged, and is refused therefore (RFC 5280 4.2.1.10). */
  | {
      readonly allowed: false;
      readonly why: 'not-permitted' | 'excluded' | 'malformed' | 'unsupported';
      readonly name: string;
    };

/** Name constraints of one CA. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

/** What judging a name by one constraint costs: a directory name is compared part by part. */
export function costOf(name: GeneralNameInfo): number {
  return name.kind === 'directory' ? Math.max(1, name.name.rdns.flat().length) : 1;
}

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** The names of a certificate that constraints apply to: alternative names, the subject, its e-mail addresses. */
export function constrainedNames(certificate: CertificateInfo): GeneralNameInfo[] {
  const { subject, extensions = [] } = certificate;
  const alternative = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  const names: GeneralNameInfo[] = [...alternative];
  if (!isEmptyName(subject)) names.push({ kind: 'directory', name: subject });
  // RFC 5280 4.2.1.10 asks it only where there are no alternative names; OpenSSL, always.
  for (const { oid, text, value } of subject.rdns.flat())
    if (oid === EMAIL_ADDRESS) names.push({ kind: 'email', value: text, bytes: value });
  return names;
}

/**
 * Judges a name. Kinds that no constraint speaks of are free; but under constraints of any kind a name must be one, as
 * in Go: what cannot be read cannot be said to be of another kind.
 */
export function judgeName(
  name: GeneralNameInfo,
  { permitted, excluded }: NameConstraints,
): ConstraintVerdict {
  const sameKind = ({ base }: Subtree): boolean => isSameKind(base, name);
  const [allowed, forbidden] = [permitted.filter(sameKind), excluded.filter(sameKind)];
  const isFree = allowed.length === 0 && forbidden.length === 0;
  // URIs without a host are names all the same; only constraints on hosts find nothing in them.
  if (isFree && name.kind === 'uri') return { allowed: true };
  const text = generalNameText(name);
  const match = matcherOf(name);
  if (isFree && match !== 'malformed') return { allowed: true };
  if (match === undefined) return { allowed: false, why: 'unsupported', name: text };
  if (match === 'malformed') return { allowed: false, why: 'malformed', name: text };
  if (forbidden.some(({ base }) => match(base, 'excluded')))
    return { allowed: false, why: 'excluded', name: text };
  if (allowed.length > 0 && !allowed.some(({ base }) => match(base, 'permitted')))
    return { allowed: false, why: 'not-permitted', name: text };
  return { allowed: true };
}

function isSameKind(base: GeneralNameInfo, name: GeneralNameInfo): boolean {
  if (base.kind === 'other' && name.kind === 'other') return base.oid === name.oid;
  return base.kind === name.kind;
}

type Match = (base: GeneralNameInfo, list: 'permitted' | 'excluded') => boolean;

function matcherOf(name: GeneralNameInfo): Match | 'malformed' | undefined {
  switch (name.kind) {
    case 'dns':
      return isDnsName(name.value)
        ? (base, list) => base.kind === 'dns' && matchesDns(name.value, base.value, list)
        : 'malformed';
    case 'ip':
      return [4, 16].includes(name.bytes.length)
        ? (base) => base.kind === 'ip' && matchesAddress(name.bytes, base.bytes)
        : 'malformed';
    case 'email':
      return isMailbox(name.value)
        ? (base) => base.kind === 'email' && matchesEmail(name.value, base.value)
        : 'malformed';
    case 'uri': {
      const host = uriHost(name.value);
      return host === undefined ? 'malformed' : (base) => base.kind === 'uri' && matchesUri(host, base.value);
    }
    case 'directory':
      return (base) => base.kind === 'directory' && isBelow(name.name, base.name);
    default:
      return undefined;
  }
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;

/** A DNS name as an alternative name may be: a wildcard is the whole left-most label. */
function isDnsName(text: string): boolean {
  const rest = text.startsWith('*.') ? text.slice(2) : text;
  return rest.split('.').every((label) => LABEL.test(label));
}

/**
 * Whether a DNS name lies in a subtree. A name with a wildcard may be any below it: it is excluded where one of them
 * is, and permitted where all of them are.
 */
function matchesDns(name: string, base: string, list: 'permitted' | 'excluded'): boolean {
  const [lower, tree] = [name.toLowerCase(), base.toLowerCase()];
  if (isInDomain(lower, tree)) return true;
  if (!lower.startsWith('*.') || list === 'permitted') return false;
  // `*.example.com` may be `foo.example.com`, whose subtree begins just there.
  const dot = tree.indexOf('.');
  return dot > 0 && tree.slice(dot + 1) === lower.slice(2);
}

function isInDomain(name: string, tree: string): boolean {
  return tree === '' || name === tree || name.endsWith(`.${tree}`);
}

function matchesAddress(address: Uint8Array, base: Uint8Array): boolean {
  if (base.length !== address.length * 2) return false;
  return address.every((byte, index) => {
    const mask = base[address.length + index] ?? 0;
    return (byte & mask) === ((base[index] ?? 0) & mask);
  });
}

/** What stands before the at sign: atoms with points between, or a quoted string (RFC 5321 4.1.2). */
const LOCAL_PART =
  /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[^"\\\u0000-\u001f]|\\[ -~])*")$/;

/** A mailbox (RFC 5321 4.1.2): a local part, an at sign, and a domain. */
function isMailbox(text: string): boolean {
  const at = text.lastIndexOf('@');
  return (
    LOCAL_PART.test(text.slice(0, Math.max(0, at))) &&
    isDnsName(text.slice(at + 1)) &&
    !text.slice(at + 1).includes('*')
  );
}

/** A constraint is a mailbox, a host, or with a point before it a domain. Case counts before the at sign alone. */
function matchesEmail(mailbox: string, base: string): boolean {
  const [name, wanted] = [splitMailbox(mailbox), splitMailbox(base)];
  if (wanted.local !== undefined) return name.local === wanted.local && name.host === wanted.host;
  const { host } = wanted;
  return host.startsWith('.') ? name.host.endsWith(host) : host === '' || name.host === host;
}

/** The parts of a mailbox, quotes and escapes undone (RFC 5321 4.1.2: `"a\\b"` is `ab`); of a host, no local part. */
function splitMailbox(text: string): { readonly local: string | undefined; readonly host: string } {
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1).toLowerCase();
  if (at === -1) return { local: undefined, host };
  const local = text.slice(0, at);
  return { local: local.startsWith('"') ? local.slice(1, -1).replace(/\\(.)/g, '$1') : local, host };
}

/** What is an IPv4 address, or would be one, and no host name (RFC 3986 3.2.2). */
const IS_NUMERIC = /^[\d.]+$/;

/** The host of a URI that has one; constraints apply to no other (RFC 5280 4.2.1.10). */
function uriHost(uri: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri)?.[1];
  // Some take a backslash for a slash, and another host with it.
  if (authority === undefined || /[\\\u0000- \u007f-\uffff]/.test(authority)) return undefined;
  const host = authority.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase();
  return isDnsName(host) && !host.includes('*') && !IS_NUMERIC.test(host) ? host : undefined;
}

function matchesUri(host: string, base: string): boolean {
  const lower = base.toLowerCase();
  return lower.startsWith('.')
    ? host.endsWith(lower) && host.length > lower.length
    : lower === '' || host === lower;
}

/** What is wrong with a subtree itself; `undefined` where nothing is. */
export function malformedSubtree({ base, minimum, maximum }: Subtree): string | undefined {
  // RFC 5280 4.2.1.10: minimum is zero, maximum absent.
  if (minimum !== 0 || maximum !== undefined) return 'it has a minimum or a maximum, which are not used';
  switch (base.kind) {
    case 'dns':
      return base.value === '' || isConstraintDomain(base.value)
        ? undefined
        : `${JSON.stringify(base.value)} is no DNS name: ${base.value.startsWith('.') ? 'it begins with a point' : 'it holds what names do not'}`;
    case 'ip':
      return [8, 32].includes(base.bytes.length) && isContiguous(base.bytes.subarray(base.bytes.length / 2))
        ? undefined
        : 'an address and a mask of the same length are expected, the ones of the mask before its zeros';
    case 'email': {
      const at = base.value.lastIndexOf('@');
      const isSound =
        at === -1
          ? base.value === '' || isConstraintDomain(base.value.replace(/^\./, ''))
          : isMailbox(base.value);
      return isSound ? undefined : `${JSON.stringify(base.value)} is no mailbox, host or domain`;
    }
    case 'uri': {
      const host = base.value.replace(/^\./, '');
      return base.value === '' || (isConstraintDomain(host) && !IS_NUMERIC.test(host))
        ? undefined
        : `${JSON.stringify(base.value)} is no host or domain`;
    }
    default:
      return undefined;
  }
}

function isConstraintDomain(text: string): boolean {
  return text.length > 0 && text.split('.').every((label) => LABEL.test(label));
}

/** Whether the ones of a mask stand before its zeros. */
export function isContiguous(mask: Uint8Array): boolean {
  let bits = '';
  for (const byte of mask) bits += byte.toString(2).padStart(8, '0');
  return /^1*0*$/.test(bits);
}
