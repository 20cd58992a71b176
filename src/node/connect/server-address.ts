import { toAsciiDnsName } from '../../net/dns-name.ts';
import { parseGoUrl } from '../../net/go-url.ts';
import { joinHostPort } from '../../net/host-port.ts';
import type { ConnectionTarget } from './connection.ts';

/** A host and a port to connect to, and what a URL says besides. */
export interface Address {
  /** In lower case. */
  readonly scheme: string;
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; empty for none. */
  readonly path: string;
  /** User and password of the URL, escapes undone. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

const PORTS: Readonly<Record<string, number>> = Object.freeze({
  http: 80,
  https: 443,
  socks5: 1080,
  socks5h: 1080,
});

/**
 * Where a server is, read as client-go does (rest/url_utils.go, DefaultServerURL): a host without a scheme is one of
 * https where there is anything to do with TLS, and else one of http.
 *
 * @returns `undefined` where client-go refuses it
 */
export function serverAddress(target: ConnectionTarget): Address | undefined {
  const { server, certificateAuthority, clientCertificate, insecureSkipTlsVerify } = target;
  if (server === '') return undefined;
  const whole = parseGoUrl(server);
  if (whole !== undefined && whole.scheme !== '' && whole.host !== '') return parseAddress(server);
  const isTls =
    certificateAuthority !== undefined || clientCertificate !== undefined || insecureSkipTlsVerify === true;
  const address = parseAddress(`${isTls ? 'https' : 'http'}://${server}`);
  return address?.path === '' && !server.includes('//') ? address : undefined;
}

/** The address in a URL of one of the schemes that have a port; `undefined` where Go refuses it, or knows none. */
export function parseAddress(url: string): Address | undefined {
  const parsed = parseGoUrl(url);
  if (parsed === undefined) return undefined;
  const { scheme } = parsed;
  const [, host, portText = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(parsed.host) ?? [];
  const port = portText === '' ? PORTS[scheme] : Number(portText);
  if (host === undefined || host === '' || port === undefined || port < 1 || port > 65_535) return undefined;
  const [, authority = '', path = ''] = /^[^:]*:\/\/([^/?#]*)([^?#]*)/.exec(url) ?? [];
  const bare = asciiOf(unescape(host.replace(/^\[(.*)\]$/, '$1')));
  return { scheme, host: bare, port, path: path.replace(/\/+$/, ''), user: userOf(authority) };
}

function userOf(authority: string): Address['user'] {
  const at = authority.lastIndexOf('@');
  if (at < 0) return undefined;
  const [, name = '', password = ''] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, at)) ?? [];
  return { name: unescape(name), password: unescape(password) };
}

/** International names are dialled in ASCII, as in Go; what is no name stays as it is, and is found nowhere. */
function asciiOf(host: string): string {
  return /^[ -~]*$/.test(host) ? host : (toAsciiDnsName(host) ?? host);
}

/** Undoes escapes; what is no UTF-8 stays as it is. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The URL of an address, without a user, a password and a path: what may be told. */
export function addressText({ scheme, host, port }: Address): string {
  return `${scheme}://${joinHostPort(host, port)}`;
}
