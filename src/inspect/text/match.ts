import { parseIp } from '../../net/ip.ts';
import { equalBytes, latin1 } from '../../asn1/bytes.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import type { GeneralNameInfo } from '../read/general-name.ts';
import { ATTRIBUTE, type AttributeInfo } from '../read/name.ts';
import { toBytes, utf8Of } from './bytes.ts';
import { CANONICAL_WIDTH } from './accept.ts';
import { pointsOf } from './string.ts';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

function alternativeNames({ extensions = [] }: CertificateInfo): readonly GeneralNameInfo[] | undefined {
  return readExtension(extensions, EXTENSION.subjectAltName)?.value;
}

/** The subject's attributes of a type, in UTF-8, one character for each byte. */
function subjectTexts({ subject }: CertificateInfo, oid: string): string[] {
  const attributes = subject.rdns.flat().filter((attribute) => attribute.oid === oid);
  return attributes.flatMap((attribute) => utf8Text(attribute) ?? []);
}

/** A string in UTF-8, one character for each byte (ASN1_STRING_to_UTF8). */
export function utf8Text({ tag, value }: AttributeInfo): string | undefined {
  const width = CANONICAL_WIDTH.get(tag) ?? 1;
  return pointsOf(value, width)?.map(utf8Of).join('');
}

/**
 * Whether OpenSSL takes a certificate for a host's: by its DNS names, or by its common name where it has none
 * (crypto/x509/v3_utl.c, X509_check_host without flags).
 */
export function matchesHost(certificate: CertificateInfo, host: string): boolean {
  const names = (alternativeNames(certificate) ?? []).flatMap((name) =>
    name.kind === 'dns' ? [latin1(name.bytes)] : [],
  );
  const matches = host.startsWith('.') ? matchesBelow : matchesPattern;
  const candidates = names.length > 0 ? names : subjectTexts(certificate, ATTRIBUTE.commonName);
  return candidates.some((pattern) => !pattern.includes('\0') && matches(pattern, host));
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** `.example.com` is any host below it. */
function matchesBelow(pattern: string, host: string): boolean {
  return pattern.length >= host.length && lower(pattern).endsWith(lower(host));
}

function matchesPattern(pattern: string, host: string): boolean {
  const star = validStar(pattern);
  if (star === undefined) return lower(pattern) === lower(host);
  const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (host.length < prefix.length + suffix.length) return false;
  if (!lower(host).startsWith(lower(prefix)) || !lower(host).endsWith(lower(suffix))) return false;
  const matched = host.slice(prefix.length, host.length - suffix.length);
  // A whole label takes one character at least, and no label of an internationalised name.
  const isWhole = prefix === '' && suffix.startsWith('.');
  if (isWhole && matched === '') return false;
  if (!isWhole && lower(host).startsWith('xn--')) return false;
  return matched === '*' || /^[A-Za-z0-9-]*$/.test(matched);
}

/** Where the one wildcard of a pattern stands, if it stands where one may (valid_star). */
function validStar(pattern: string): number | undefined {
  const labels = pattern.split('.');
  const star = pattern.indexOf('*');
  if (star === -1 || pattern.includes('*', star + 1)) return undefined;
  const [first = ''] = labels;
  const isSound =
    star < first.length &&
    labels.length >= 3 &&
    labels.every((label) => /^(?!-)[A-Za-z0-9*-]+(?<!-)$/.test(label)) &&
    (first.startsWith('*') || first.endsWith('*')) &&
    !(first.length > 1 && lower(first).startsWith('xn--'));
  return isSound ? star : undefined;
}

/** Whether a certificate is for an e-mail address: the part before the at sign as it is, the domain in any case. */
export function matchesEmail(certificate: CertificateInfo, email: string): boolean {
  const names = (alternativeNames(certificate) ?? []).flatMap((name) =>
    name.kind === 'email' ? [latin1(name.bytes)] : [],
  );
  const all = names.length > 0 ? names : subjectTexts(certificate, EMAIL_ADDRESS);
  const split = (text: string): [string, string] => {
    const at = text.lastIndexOf('@');
    return at === -1 ? [text, ''] : [text.slice(0, at), lower(text.slice(at))];
  };
  const [local, domain] = split(email);
  return all.some((name) => {
    const [otherLocal, otherDomain] = split(name);
    return name.length === email.length && local === otherLocal && domain === otherDomain;
  });
}

/** Whether a certificate is for an IP address; `undefined` where the text is none. */
export function matchesAddress(certificate: CertificateInfo, text: string): boolean | undefined {
  const address = parseIp(text);
  if (address === undefined) return undefined;
  return (alternativeNames(certificate) ?? []).some(
    (name) => name.kind === 'ip' && equalBytes(name.bytes, address.bytes),
  );
}

/** E-mail addresses of the subject and of the alternative names, each once. */
export function emailAddresses(certificate: CertificateInfo): Uint8Array[] {
  const { subject } = certificate;
  const found: string[] = [];
  const add = collector(found);
  for (const { oid, tag, value } of subject.rdns.flat())
    if (oid === EMAIL_ADDRESS && tag === IA5) add(latin1(value));
  for (const name of alternativeNames(certificate) ?? []) if (name.kind === 'email') add(latin1(name.bytes));
  return found.map(toBytes);
}

/** Adds texts that are new, as X509_get1_email does: each search sorts what is there already. */
function collector(found: string[]): (text: string) => void {
  return (text) => {
    if (text === '' || text.includes('\0')) return;
    found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (!found.includes(text)) found.push(text);
  };
}

const IA5 = 0x16;
const OCSP = '1.3.6.1.5.5.7.48.1';

/** URIs of OCSP responders, each once. */
export function ocspUris({ extensions = [] }: CertificateInfo): Uint8Array[] {
  const access = readExtension(extensions, EXTENSION.authorityInfoAccess)?.value ?? [];
  const found: string[] = [];
  const add = collector(found);
  for (const { method, location } of access)
    if (method === OCSP && location.kind === 'uri') add(latin1(location.bytes));
  return found.map(toBytes);
}
