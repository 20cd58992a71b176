import { isIP } from 'node:net';
import { parseCidr } from '../../net/cidr.ts';
import { toAsciiDnsName } from '../../net/dns-name.ts';
import { parseIp, type IpAddress } from '../../net/ip.ts';
import type { ConnectionTarget } from './connection.ts';
import { ConnectFailure } from './connect-failure.ts';
import { parseAddress, type Address } from './server-address.ts';

/** A proxy, and who names it. */
export interface ChosenProxy {
  readonly address: Address;
  readonly from: 'kubeconfig' | 'environment';
}

const SCHEMES: readonly string[] = ['http', 'https', 'socks5', 'socks5h'];

/**
 * The proxy that kubectl would take: that of the kubeconfig, else that of the environment, where `NO_PROXY` does not
 * exempt the server.
 */
export function chooseProxy(
  { proxyUrl = '' }: ConnectionTarget,
  server: Address,
  env: Readonly<Record<string, string | undefined>>,
): ChosenProxy | undefined {
  if (proxyUrl !== '') {
    const address = parseAddress(proxyUrl);
    if (address !== undefined && SCHEMES.includes(address.scheme)) return { address, from: 'kubeconfig' };
    throw badProxy('proxy-url is none of http, https and socks5 with a host');
  }
  const named = env['https_proxy'] || env['HTTPS_PROXY'] || '';
  if (named === '' || isExempt(server, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined;
  const address = parseAddress(named) ?? parseAddress(`http://${named}`);
  if (address !== undefined && SCHEMES.includes(address.scheme)) return { address, from: 'environment' };
  throw badProxy('the proxy that HTTPS_PROXY names is none of http, https and socks5 with a host');
}

// The URL is not told: it may hold a password.
function badProxy(message: string): ConnectFailure {
  return new ConnectFailure({ kind: 'bad-proxy-url', stage: 'settings', message });
}

/** Whether a server is reached without the proxy of the environment (golang.org/x/net/http/httpproxy, useProxy). */
function isExempt({ host, port }: Address, noProxy: string): boolean {
  if (host === 'localhost') return true;
  const ip = parseIp(host);
  if (ip !== undefined && isLoopback(ip)) return true;
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry === '*' || (entry !== '' && matches(entry, host.toLowerCase(), port)));
}

function isLoopback({ family, bytes }: IpAddress): boolean {
  return family === 4 ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function matches(entry: string, host: string, port: number): boolean {
  const ip = parseIp(host);
  const cidr = parseCidr(entry);
  if (cidr !== undefined) return ip !== undefined && isInside(ip, cidr.network, cidr.prefixLength);
  const [, bracketed, plain, wanted] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  if (name === '' || (wanted !== undefined && wanted !== '' && wanted !== String(port))) return false;
  const listed = parseIp(name);
  if (listed !== undefined) return ip !== undefined && sameBytes(ip.bytes, listed.bytes);
  if (isIP(host) !== 0) return false;
  const suffix = name.replace(/^\*\./, '.');
  const ascii = toAsciiDnsName(suffix.replace(/^\./, '')) ?? suffix.replace(/^\./, '');
  return host.endsWith(`.${ascii}`) || (!suffix.startsWith('.') && host === ascii);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function isInside({ bytes }: IpAddress, network: Uint8Array, prefixLength: number): boolean {
  if (bytes.length !== network.length) return false;
  return bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefixLength - index * 8));
    const mask = (0xff00 >> bits) & 0xff;
    return (byte & mask) === ((network[index] ?? 0) & mask);
  });
}
