import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { isDnsSubdomain } from './dns-name.ts';
import { parseIpSloppy } from './ip.ts';

/** A host, by name or address, and its port where one is given. */
export interface HostPort {
  /** A DNS name or an IP address as it was written, IPv6 without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port?: number;
  /** The port as it was written, where that is longer than the number: `08443`. kubeadm keeps the spelling. */
  readonly portText?: string;
}

/**
 * Reads `host`, `host:port`, `[ipv6]:port` or a bare IPv6 address as kubeadm does (cmd/kubeadm/app/util/endpoint.go
 * `ParseHostPort`): `lb:` is `lb`, `[ipv6]` without a port is refused, and so are upper case, a wildcard, a final dot.
 *
 * @throws PkiError `invalid-value`
 */
export function parseHostPort(text: string): HostPort {
  const split = splitHostPort(text);
  const [host, port] = split ?? [text, ''];
  if (port !== '' && !isPort(port)) {
    throw invalid(text, `port ${quote(port)} is not a number from 1 to 65535`);
  }
  if (parseIpSloppy(host) === undefined && !isDnsSubdomain(host)) {
    throw invalid(text, `host ${quote(host)} is neither an IP address nor a lower-case RFC 1123 DNS name`);
  }
  if (port === '') return { host };
  const number = Number(port);
  return port === String(number) ? { host, port: number } : { host, port: number, portText: port };
}

/** `host:port`, with brackets around an IPv6 address (Go's `net.JoinHostPort`). */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

// Go's strconv.ParseUint: digits alone, leading zeros allowed.
function isPort(text: string): boolean {
  const port = /^[0-9]+$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535;
}

// Go's net.SplitHostPort; `undefined` where that is an error, and kubeadm then takes the whole text as the host.
function splitHostPort(text: string): [host: string, port: string] | undefined {
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return parts === null ? undefined : [parts[1] ?? parts[2] ?? '', parts[3] ?? ''];
}

function invalid(value: string, why: string): PkiError<'invalid-value'> {
  return new PkiError('invalid-value', `${quote(value)} is not a host with an optional port: ${why}`, {
    details: { kind: 'host and port', value, expected: 'host, host:port or [ipv6]:port' },
    hint: 'write a name or an address, then a port if it is not the default: lb.example.com:6443, [fd00::1]:6443',
  });
}
