import { equalBytes } from '../../../asn1/bytes.ts';
import { formatIp, parseIp } from '../../../net/ip.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION } from '../../read/extension.ts';
import { goAlternativeNames } from './go-names.ts';

/** Names that Go lists at most. */
const MAX_LISTED = 100;

/** What Go says where a certificate is not for a host (crypto/x509/verify.go, VerifyHostname and HostnameError). */
export function goHostError(certificate: CertificateInfo, asked: string): string | undefined {
  const { extensions = [] } = certificate;
  const names = goAlternativeNames(extensions);
  const dns = names.flatMap((name) => (name.kind === 'dns' ? [name.value] : []));
  const addresses = names.flatMap((name) => (name.kind === 'ip' ? [name.bytes] : []));
  const bare = asked.replace(/^\[(.+)\]$/, '$1');
  const address = parseIp(bare);
  const isListed =
    address === undefined
      ? dns.some((pattern) => matches(pattern, asked.toLowerCase()))
      : addresses.some((one) => equalBytes(one, address.bytes));
  if (isListed) return undefined;
  const host = address === undefined ? asked : bare;
  const common = certificate.subject.rdns.flat().findLast(({ oid }) => oid === '2.5.4.3')?.text ?? '';
  const hasNames = extensions.some(({ oid }) => oid === EXTENSION.subjectAltName);
  if (!hasNames && matchesParts(common, partsOf(host)))
    return 'x509: certificate relies on legacy Common Name field, use SANs instead';
  if (address === undefined) return notListed(dns, 'names', host);
  if (addresses.length === 0)
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  return notListed(addresses.map(formatIp), 'IP SANs', host);
}

function notListed(names: readonly string[], what: string, host: string): string {
  if (names.length >= MAX_LISTED)
    return `x509: certificate is valid for ${names.length} ${what}, but none matched ${host}`;
  const listed = names.join(', ');
  return listed === ''
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${listed}, not ${host}`;
}

const partsOf = (host: string): string[] => host.replace(/\.$/, '').toLowerCase().split('.');

function matches(pattern: string, host: string): boolean {
  if (isHostName(host.replace(/\.$/, ''), false) && isHostName(pattern, true))
    return matchesParts(pattern, partsOf(host));
  return ![pattern, host].some((one) => one === '' || one === '.') && pattern.toLowerCase() === host;
}

function matchesParts(pattern: string, parts: readonly string[]): boolean {
  const own = pattern.toLowerCase().split('.');
  if (pattern === '' || own.length !== parts.length) return false;
  return own.every((part, at) => (at === 0 && part === '*') || part === parts[at]);
}

function isHostName(text: string, isPattern: boolean): boolean {
  if (text === '' || text === '*') return false;
  return text
    .split('.')
    .every((part, at) => (isPattern && at === 0 && part === '*') || /^\w[\w-]*$/.test(part));
}
