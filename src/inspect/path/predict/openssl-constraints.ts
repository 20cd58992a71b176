import { equalBytes } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension, type Subtree } from '../../read/extension.ts';
import type { GeneralNameInfo } from '../../read/general-name.ts';
import { ATTRIBUTE } from '../../read/name.ts';
import { canonicalName } from '../../text/name-hash.ts';
import type { NameConstraints } from '../name-constraints.ts';
import { OPENSSL_ERROR, type OpensslError } from './openssl-errors.ts';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const IA5_STRING = 0x16;
/** Comparisons of names with constraints at most (NAME_CHECK_MAX). */
const MAX_COMPARISONS = 2 ** 20;

/** What a name is to a constraint: within it, not, or what OpenSSL cannot compare. */
type Match = boolean | OpensslError;

/** Why a certificate's names break constraints, as OpenSSL judges them (crypto/x509/v3_ncons.c). */
export function constraintError(
  certificate: CertificateInfo,
  constraints: NameConstraints,
  isLeaf: boolean,
): OpensslError | undefined {
  const alternative = readExtension(certificate.extensions ?? [], EXTENSION.subjectAltName)?.value ?? [];
  const subject = certificate.subject.rdns.flat();
  const size = constraints.permitted.length + constraints.excluded.length;
  if ((subject.length + alternative.length) * size > MAX_COMPARISONS) return OPENSSL_ERROR.unspecified;
  const names: GeneralNameInfo[] = [];
  if (subject.length > 0) names.push({ kind: 'directory', name: certificate.subject });
  for (const { oid, tag, text, value } of subject) {
    if (oid !== EMAIL_ADDRESS) continue;
    if (tag !== IA5_STRING) return OPENSSL_ERROR.nameSyntax;
    names.push({ kind: 'email', value: text, bytes: value });
  }
  names.push(...alternative);
  if (isLeaf && !alternative.some(({ kind }) => kind === 'dns'))
    for (const { oid, text, value } of subject)
      if (oid === ATTRIBUTE.commonName && isLikeDns(text))
        names.push({ kind: 'dns', value: text, bytes: value });
  for (const name of names) {
    const error = nameError(name, constraints);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** A common name that is held to constraints on DNS names: two labels at least (cn2dnsid). */
function isLikeDns(text: string): boolean {
  return /^\w(?:[\w-]|(?<!-)\.(?![.-]))*\w$/.test(text) && text.includes('.');
}

function nameError(
  name: GeneralNameInfo,
  { permitted, excluded }: NameConstraints,
): OpensslError | undefined {
  let [isConstrained, isPermitted] = [false, false];
  for (const tree of permitted.filter(({ base }) => isSameKind(base, name))) {
    if (hasLimits(tree)) return OPENSSL_ERROR.subtreeMinMax;
    if (isPermitted) continue;
    isConstrained = true;
    const match = matches(name, tree.base);
    if (typeof match === 'object') return match;
    isPermitted = match;
  }
  if (isConstrained && !isPermitted) return OPENSSL_ERROR.permitted;
  for (const tree of excluded.filter(({ base }) => isSameKind(base, name))) {
    if (hasLimits(tree)) return OPENSSL_ERROR.subtreeMinMax;
    const match = matches(name, tree.base);
    if (typeof match === 'object') return match;
    if (match) return OPENSSL_ERROR.excluded;
  }
  return undefined;
}

const hasLimits = ({ minimum, maximum }: Subtree): boolean => minimum !== 0 || maximum !== undefined;

function isSameKind(base: GeneralNameInfo, name: GeneralNameInfo): boolean {
  return base.kind === name.kind && (base.kind !== 'other' || name.kind !== 'other' || base.oid === name.oid);
}

function matches(name: GeneralNameInfo, base: GeneralNameInfo): Match {
  if (name.kind === 'dns' && base.kind === 'dns') return matchesDns(name.value, base.value);
  if (name.kind === 'email' && base.kind === 'email') return matchesEmail(name.value, base.value);
  if (name.kind === 'uri' && base.kind === 'uri') return matchesUri(name.value, base.value);
  if (name.kind === 'ip' && base.kind === 'ip') return matchesAddress(name.bytes, base.bytes);
  if (name.kind === 'directory' && base.kind === 'directory') {
    const [whole, head] = [canonicalName(name.name), canonicalName(base.name)];
    return equalBytes(whole.subarray(0, head.length), head);
  }
  return OPENSSL_ERROR.constraintType;
}

function matchesDns(name: string, base: string): boolean {
  const [lower, tree] = [name.toLowerCase(), base.toLowerCase()];
  if (tree === '' || lower === tree) return true;
  return lower.endsWith(tree.startsWith('.') ? tree : `.${tree}`);
}

function matchesEmail(mailbox: string, base: string): Match {
  const [at, baseAt] = [mailbox.lastIndexOf('@'), base.lastIndexOf('@')];
  if (at === -1) return OPENSSL_ERROR.nameSyntax;
  const host = base.slice(baseAt + 1).toLowerCase();
  if (baseAt === -1 && base.startsWith('.'))
    return mailbox.length > base.length && mailbox.toLowerCase().endsWith(host);
  if (baseAt > 0 && base.slice(0, baseAt) !== mailbox.slice(0, at)) return false;
  return mailbox.slice(at + 1).toLowerCase() === host;
}

function matchesUri(uri: string, base: string): Match {
  const colon = uri.indexOf(':');
  if (colon === -1 || !uri.startsWith('//', colon + 1)) return OPENSSL_ERROR.nameSyntax;
  const rest = uri.slice(colon + 3);
  const [port, path] = [rest.indexOf(':'), rest.indexOf('/')];
  const stop = port === -1 ? path : port;
  const host = (stop === -1 ? rest : rest.slice(0, stop)).toLowerCase();
  if (host === '') return OPENSSL_ERROR.nameSyntax;
  const tree = base.toLowerCase();
  return tree.startsWith('.') ? host.length > tree.length && host.endsWith(tree) : host === tree;
}

function matchesAddress(address: Uint8Array, base: Uint8Array): Match {
  if (address.length !== 4 && address.length !== 16) return OPENSSL_ERROR.nameSyntax;
  if (base.length !== address.length * 2) return false;
  return address.every((octet, at) => ((octet ^ (base[at] ?? 0)) & (base[address.length + at] ?? 0)) === 0);
}
