import { parseIp } from './ip.ts';

/** What Kubernetes' programs see in a URL. */
export interface GoUrl {
  /** In lower case; empty where there is none. */
  readonly scheme: string;
  /** Host and port as they are written; empty where the URL has none. */
  readonly host: string;
}

/**
 * Reads a URL as Go's `net/url.Parse`, which takes hosts that browsers refuse (`https://lb.1`, `https://010.0.0.1`) and
 * refuses ports and escapes that browsers mend.
 *
 * @returns what is in it, or `undefined` where Go refuses it
 */
export function parseGoUrl(text: string): GoUrl | undefined {
  const hash = text.indexOf('#');
  const [url, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)];
  if (/[\0-\x1f\x7f]/.test(url) || !isEscaped(fragment)) return undefined;
  const [, scheme = '', rest = url] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  if (url.startsWith(':')) return undefined;
  return parseRest(scheme.toLowerCase(), rest.replace(/\?.*$/s, ''));
}

function parseRest(scheme: string, rest: string): GoUrl | undefined {
  if (!rest.startsWith('/')) {
    // A path without a root is opaque after a scheme; without one its first part must not look like a scheme.
    if (scheme !== '') return { scheme, host: '' };
    return /^[^/]*:/.test(rest) || !isEscaped(rest) ? undefined : { scheme, host: '' };
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const [, authority = '', path = rest] = hasAuthority ? (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? []) : [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const isUser = at < 0 || isUserInfo(authority.slice(0, at));
  return isUser && isHost(host, scheme) && isEscaped(path) ? { scheme, host } : undefined;
}

function isEscaped(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}

function isUserInfo(text: string): boolean {
  return /^[\w.:~!$&'()*+,;=%@-]*$/.test(text) && isEscaped(text);
}

function isHost(host: string, scheme: string): boolean {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return false;
  if (bracket === 0) return isLiteral(host);
  const first = host.indexOf(':');
  // Lists of hosts are let pass, but for http and https.
  const colon = /^https?$/.test(scheme) ? first : host.lastIndexOf(':');
  return (colon < 0 || isPort(host.slice(colon))) && isHostText(host);
}

/** An IPv6 address in brackets, its zone after `%25`, and a port. */
function isLiteral(host: string): boolean {
  const end = host.lastIndexOf(']');
  if (end < 0 || !isPort(host.slice(end + 1))) return false;
  const [, address = '', zone] = /^(.*?)(?:%25(.*))?$/s.exec(host.slice(1, end)) ?? [];
  // Escapes in a zone stand for a blank, a percent sign, and what may be written in a host as it is.
  const plain = zone?.replace(/%(..)/gs, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 0x20 || code === 0x25 ? '' : String.fromCharCode(code > 0x7f ? 0 : code);
  });
  const isZone = plain === undefined || (zone !== '' && isEscaped(zone ?? '') && isHostText(plain));
  return address.includes(':') && parseIp(address) !== undefined && isZone;
}

function isPort(text: string): boolean {
  return /^(?::[0-9]*)?$/.test(text);
}

/** Go, url/encoding_table.go: what may stand in a host unescaped; escapes are for what is not ASCII, and `%`. */
function isHostText(text: string): boolean {
  return /^(?:[\w!"$&'()*+,.:;<=>[\]~-]|[^\0-\x7f]|%25|%[89a-f][0-9a-f])*$/i.test(text);
}
