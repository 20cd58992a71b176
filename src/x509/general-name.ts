import { characterString, contextTag, element, sequence, TAG } from '../asn1/der.ts';
import { latin1, toHex } from '../asn1/bytes.ts';
import type { DerReader } from '../asn1/reader.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { toAsciiDnsName } from '../net/dns-name.ts';
import { formatIp, parseIp } from '../net/ip.ts';

/** A subject alternative name of a kind that is issued. */
export interface SubjectAltName {
  readonly type: 'dns' | 'ip' | 'uri' | 'email';
  /** DNS in lower-case ASCII (punycode), IP in its canonical form (RFC 5952), URI and e-mail in ASCII. */
  readonly value: string;
}

/** A general name as read from a certificate: kinds that are not issued are kept in hexadecimal. */
export interface GeneralName {
  readonly type: SubjectAltName['type'] | 'other';
  readonly value: string;
}

/** The context tags of GeneralName (RFC 5280 4.2.1.6). */
const CONTEXT = Object.freeze({ email: 1, dns: 2, uri: 6, ip: 7 });

const KIND_BY_TAG = new Map<number, SubjectAltName['type']>([
  [contextTag(CONTEXT.email), 'email'],
  [contextTag(CONTEXT.dns), 'dns'],
  [contextTag(CONTEXT.uri), 'uri'],
  [contextTag(CONTEXT.ip), 'ip'],
]);

interface KindRow {
  readonly type: SubjectAltName['type'];
  /** The prefix that OpenSSL's configuration uses. */
  readonly prefix: string;
  /** Whether a text without prefix is of this kind; the first row that says so wins. */
  readonly looksLike: (text: string) => boolean;
  /** The canonical value, or `undefined` where the text is not of this kind. */
  readonly parse: (text: string) => string | undefined;
  readonly expected: string;
}

const KINDS: readonly KindRow[] = Object.freeze([
  {
    type: 'uri',
    prefix: 'URI:',
    looksLike: (text) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text),
    parse: parseUri,
    expected: 'an absolute URI in ASCII, such as spiffe://cluster.local/ns/default',
  },
  {
    type: 'email',
    prefix: 'email:',
    looksLike: (text) => text.includes('@'),
    parse: parseEmail,
    expected: 'a mailbox, such as jane@example.com',
  },
  {
    type: 'ip',
    prefix: 'IP:',
    looksLike: (text) => text.includes(':') || text.includes('/') || /^[\d.]+$/.test(text),
    parse: (text) => {
      const address = parseIp(text);
      return address === undefined ? undefined : formatIp(address.bytes);
    },
    expected: 'an IPv4 or IPv6 address without prefix length, zone or port',
  },
  {
    type: 'dns',
    prefix: 'DNS:',
    looksLike: () => true,
    // An address as a DNS name matches nothing (RFC 6125 1.7.2).
    parse: (text) => (parseIp(text) === undefined ? toAsciiDnsName(text) : undefined),
    expected: 'a DNS name, with a wildcard as its whole left-most label at most',
  },
]);

const PREFIX = new Map<string, string>(KINDS.map(({ type, prefix }) => [type, prefix]));

/**
 * Reads one subject alternative name. The kind is inferred as mkcert does (URI, e-mail, IP, else DNS), or named by
 * OpenSSL's prefixes `DNS:`, `IP:`, `URI:`, `email:`. International domain names become punycode.
 *
 * @throws PkiError `invalid-value`
 */
export function parseSubjectAltName(text: string): SubjectAltName {
  const prefixed = text.includes(':')
    ? KINDS.find(({ prefix }) => text.toLowerCase().startsWith(prefix.toLowerCase()))
    : undefined;
  const row = prefixed ?? KINDS.find(({ looksLike }) => looksLike(text));
  if (row === undefined) throw new TypeError('no kind of name takes every text');
  const value = row.parse(prefixed === undefined ? text : text.slice(prefixed.prefix.length));
  if (value !== undefined) return { type: row.type, value };
  throw new PkiError(
    'invalid-value',
    `${quote(text)} is not a subject alternative name: expected ${row.expected}`,
    {
      details: { kind: 'subject alternative name', value: text, expected: row.expected },
    },
  );
}

/** The name with OpenSSL's prefix: `DNS:node01`, `IP:10.0.0.1`. */
export function formatGeneralName(name: GeneralName): string {
  return `${PREFIX.get(name.type) ?? 'other:'}${name.value}`;
}

/** Encodes the GeneralNames of a subject alternative name extension, in the order given. */
export function encodeSubjectAltNames(names: readonly SubjectAltName[]): Uint8Array {
  return sequence(...names.map(encodeGeneralName));
}

function encodeGeneralName({ type, value }: SubjectAltName): Uint8Array {
  const tag = contextTag(CONTEXT[type]);
  if (type !== 'ip') return characterString(tag, value);
  const address = parseIp(value);
  if (address === undefined) throw new TypeError(`${quote(value)} is not an IP address`);
  return element(tag, address.bytes);
}

/**
 * Reads the GeneralNames of a subject alternative name extension.
 *
 * @throws PkiError `invalid-der`
 */
export function readGeneralNames(reader: DerReader): GeneralName[] {
  const names: GeneralName[] = [];
  for (const inner = reader.enter(TAG.sequence, 'the general names'); !inner.done;) {
    const { tag, start, contentStart, end } = inner.read();
    const content = inner.bytes.subarray(contentStart, end);
    const type = KIND_BY_TAG.get(tag);
    const isAddress = type === 'ip' && (content.length === 4 || content.length === 16);
    if (type === undefined || (type === 'ip' && !isAddress)) {
      names.push({ type: 'other', value: toHex(inner.bytes.subarray(start, end)) });
    } else names.push({ type, value: isAddress ? formatIp(content) : latin1(content) });
  }
  return names;
}

function parseUri(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text) || /[<>"{}|\\^`]|%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const parts = /^[a-z][a-z0-9+.-]*:(?:\/\/(?:[^@/?#[\]]*@)?(\[[^\]]*\]|[^:/?#]*)(?::\d*)?)?.+$/i.exec(text);
  if (parts === null || !URL.canParse(text)) return undefined;
  // Go's parser of certificates refuses a URI whose host is neither a DNS name nor empty.
  const host = parts[1];
  const fine =
    host === undefined ||
    host === '' ||
    toAsciiDnsName(host) !== undefined ||
    parseIp(host.replace(/[[\]]/g, ''));
  return fine ? text : undefined;
}

function parseEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  // RFC 5321 4.1.2: a dot-string of atoms; quoted local parts are not issued.
  const local = text.slice(0, at);
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) return undefined;
  const domain = toAsciiDnsName(text.slice(at + 1));
  return domain === undefined || domain.startsWith('*') ? undefined : `${local}@${domain}`;
}
