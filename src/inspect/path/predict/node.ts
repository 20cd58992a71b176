import { parseIp, formatIp } from '../../../net/ip.ts';
import { equalBytes } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import type { GeneralNameInfo } from '../../read/general-name.ts';
import { ATTRIBUTE } from '../../read/name.ts';
import { NAME_FLAG, NAME_STYLE } from '../../text/name-options.ts';
import { renderName } from '../../text/name.ts';
import type { OpensslError } from './openssl-errors.ts';
import { opensslErrors } from './openssl.ts';
import type { Question } from './question.ts';

/**
 * What Node's `tls` says of the certificate of the other side: the code and message of its error. Node lets OpenSSL go
 * on to the end and says the last error; the host is its own business (lib/tls.js, checkServerIdentity).
 */
export async function predictNode(asked: Question): Promise<string | undefined> {
  const question = { ...asked, usage: asked.usage ?? ('server' as const) };
  let last: OpensslError | undefined;
  for await (const { error } of opensslErrors(question, { isTls: true })) {
    last = error;
  }
  if (last !== undefined) return `${last.code}: ${last.text}`;
  const { host, usage, leaf } = question;
  const reason = host === undefined || usage === 'client' ? undefined : hostReason(leaf, host);
  return reason === undefined
    ? undefined
    : `ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames: ${reason}`;
}

function hostReason({ subject, extensions = [] }: CertificateInfo, text: string): string | undefined {
  const host = text.replace(/\.$/, '');
  const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  const address = parseIp(host);
  const addresses = names.flatMap((name) => (name.kind === 'ip' ? [name] : []));
  if (address !== undefined) {
    if (addresses.some(({ bytes }) => equalBytes(bytes, address.bytes))) return undefined;
    return `IP: ${host} is not in the cert's list: ${addresses.map(({ value }) => value).join(', ')}`;
  }
  const dns = names.flatMap((name) => (name.kind === 'dns' ? [name.value] : []));
  const common = subject.rdns
    .flat()
    .flatMap(({ oid, text: cn }) => (oid === ATTRIBUTE.commonName ? [cn] : []));
  if (dns.length > 0) {
    if (dns.some((pattern) => matchesPattern(pattern, host))) return undefined;
    return `Host: ${host}. is not in the cert's altnames: ${names.map(listed).join(', ')}`;
  }
  if (common.length === 0) return 'Cert does not contain a DNS name';
  if (common.some((pattern) => matchesPattern(pattern, host))) return undefined;
  return `Host: ${host}. is not cert's CN: ${common.join(',')}`;
}

/** A name as Node lists it in `subjectaltname` (src/crypto/crypto_common.cc, PrintGeneralName). */
function listed(name: GeneralNameInfo): string {
  switch (name.kind) {
    case 'dns':
      return `DNS:${quoted(name.value)}`;
    case 'email':
      return `email:${quoted(name.value)}`;
    case 'uri':
      return `URI:${quoted(name.value)}`;
    case 'ip':
      return `IP Address:${name.bytes.length === 16 ? longAddress(name.bytes) : name.bytes.length === 4 ? formatIp(name.bytes) : '<invalid>'}`;
    case 'registered-id':
      return `Registered ID:${name.oid}`;
    case 'directory':
      return `DirName:${quoted(renderName(name.name, DIRECTORY_STYLE), { isUtf8: true })}`;
    case 'other':
      return 'othername:<unsupported>';
    case 'x400':
      return 'X400Name:<unsupported>';
    case 'edi-party':
      return 'EdiPartyName:<unsupported>';
  }
}

/** RFC 2253 without escapes for what is no ASCII or for control characters: those are escaped as JSON. */
const DIRECTORY_STYLE = NAME_STYLE.rfc2253 & ~NAME_FLAG.escapeMsb & ~NAME_FLAG.escapeControl;

/** Names that could be taken for two are written in quotes (IsSafeAltName, PrintAltName). */
function quoted(text: string, { isUtf8 = false } = {}): string {
  const isPlain = (isUtf8 ? /^[^\\",'\0-\x1f\x7f]*$/ : /^[^\\",'\0-\x1f\x7f-\xff]*$/).test(text);
  if (isPlain) return text;
  const odd = isUtf8 ? /[\\",\0-\x1f\x7f]/g : /[\\",\0-\x1f\x7f-\xff]/g;
  const escaped = text.replace(odd, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : `\\u00${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

const longAddress = (bytes: Uint8Array): string =>
  Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16).toUpperCase(),
  ).join(':');

/** lib/tls.js, check: a wildcard in the left-most label, of three at least. */
function matchesPattern(pattern: string, host: string): boolean {
  if (pattern === '') return false;
  const parts = (text: string): string[] =>
    text
      .replace(/\.$/, '')
      .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
      .split('.');
  const [wanted, given] = [parts(host), parts(pattern)];
  if (wanted.length !== given.length || given.includes('')) return false;
  if (given.some((part) => /[^\u0021-\u007f]/.test(part))) return false;
  if (wanted.slice(1).some((part, at) => part !== given[at + 1])) return false;
  const [first = '', label = ''] = [wanted[0], given[0]];
  const pieces = label.split('*', 3);
  if (pieces.length === 1 || label.includes('xn--')) return first === label;
  if (pieces.length > 2 || given.length <= 2) return false;
  const [prefix = '', suffix = ''] = pieces;
  return prefix.length + suffix.length <= first.length && first.startsWith(prefix) && first.endsWith(suffix);
}
