import { equalBytes } from '../../../asn1/bytes.ts';
import { parseIp } from '../../../net/ip.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import { ATTRIBUTE } from '../../read/name.ts';
import { OPENSSL_ERROR, type OpensslError } from './openssl-errors.ts';

/**
 * Why a certificate is not for a host, as OpenSSL judges it: by the common name where there is no DNS name, wildcards
 * within a label too (crypto/x509/v3_utl.c, do_x509_check).
 */
export function hostError(
  { subject, extensions = [] }: CertificateInfo,
  host: string,
): OpensslError | undefined {
  const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  const address = parseIp(host.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) {
    const isListed = names.some((name) => name.kind === 'ip' && equalBytes(name.bytes, address.bytes));
    return isListed ? undefined : OPENSSL_ERROR.address;
  }
  const dns = names.flatMap((name) => (name.kind === 'dns' ? [name.value] : []));
  const common = subject.rdns.flat().flatMap(({ oid, text }) => (oid === ATTRIBUTE.commonName ? [text] : []));
  const patterns = dns.length > 0 ? dns : common;
  return patterns.some((pattern) => matchesPattern(pattern, host)) ? undefined : OPENSSL_ERROR.host;
}

/** equal_wildcard: one asterisk, at an end of the left-most label, two points behind it. */
function matchesPattern(pattern: string, host: string): boolean {
  const [lower, wanted] = [pattern.toLowerCase(), host.toLowerCase()];
  const star = lower.indexOf('*');
  if (star === -1 || !isWildcard(lower, star)) return lower === wanted;
  const [prefix, suffix] = [lower.slice(0, star), lower.slice(star + 1)];
  if (wanted.length < prefix.length + suffix.length) return false;
  if (!wanted.startsWith(prefix) || !wanted.endsWith(suffix)) return false;
  const middle = wanted.slice(prefix.length, wanted.length - suffix.length);
  const isWholeLabel = prefix === '' && suffix.startsWith('.');
  if (isWholeLabel && middle === '') return false;
  if (!isWholeLabel && middle.startsWith('xn--')) return false;
  return middle === '*' || /^[a-z0-9-]*$/.test(middle);
}

function isWildcard(pattern: string, star: number): boolean {
  const [first = '', ...rest] = pattern.split('.');
  const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
  const isAtEnd = star === 0 || star === first.length - 1;
  const isFirst = first.indexOf('*') === first.lastIndexOf('*') && !first.startsWith('xn--');
  const bare = first.replace('*', '');
  return (
    star < first.length &&
    isAtEnd &&
    isFirst &&
    /^[a-z0-9-]*$/.test(bare) &&
    rest.length >= 2 &&
    rest.every((one) => label.test(one))
  );
}
