import { equalBytes } from '../../asn1/bytes.ts';
import { toAsciiDnsName } from '../../net/dns-name.ts';
import { parseIp } from '../../net/ip.ts';
import type { GeneralNameInfo } from '../read/general-name.ts';

/** A host that a certificate is to be for. */
export type Host =
  | { readonly kind: 'ip'; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: 'dns'; readonly text: string; readonly name: string };

/** Reads a host name or an IP address, in brackets too; `undefined` where it is neither. */
export function parseHost(text: string): Host | undefined {
  const address = parseIp(text.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) return { kind: 'ip', text, bytes: address.bytes };
  const bare = text.replace(/\.$/, '');
  // Names with underscores are no host names, and are used all the same.
  const name =
    toAsciiDnsName(bare) ?? (/_/.test(bare) && isPresentable(bare.toLowerCase()) ? bare : undefined);
  return name === undefined || name.includes('*') ? undefined : { kind: 'dns', text, name };
}

/** Whether an alternative name is that of a host (RFC 9525 6). */
export function matchesHost(name: GeneralNameInfo, host: Host): boolean {
  if (host.kind === 'ip') return name.kind === 'ip' && equalBytes(name.bytes, host.bytes);
  return name.kind === 'dns' && matchesDnsName(name.value, host.name);
}

/** Wildcards stand for one label, the left-most, whole (RFC 9525 6.3). */
function matchesDnsName(presented: string, reference: string): boolean {
  const pattern = presented.toLowerCase();
  if (!isPresentable(pattern)) return false;
  const wanted = reference.toLowerCase();
  if (!pattern.startsWith('*.')) return pattern === wanted;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === pattern.slice(1);
}

/** Whether characters are a DNS name as certificates may hold it: letters, digits, hyphens, underscores, one wildcard. */
function isPresentable(pattern: string): boolean {
  const rest = pattern.startsWith('*.') ? pattern.slice(2) : pattern;
  return (
    rest.length <= 253 &&
    rest.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}
