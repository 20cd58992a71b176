import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader, BitString } from '../../read/ber.ts';
import { hexByte } from '../bytes.ts';
import { decimalNumber } from '../number.ts';
import { each, type RenderExtension } from './form.ts';

const FAMILIES = new Map([
  [1, { name: 'IPv4', octets: 4 }],
  [2, { name: 'IPv6', octets: 16 }],
]);

/** Subsequent address families (crypto/x509/v3_addr.c). */
const SUBSEQUENT = new Map([
  [1, 'Unicast'],
  [2, 'Multicast'],
  [3, 'Unicast/Multicast'],
  [4, 'MPLS'],
  [64, 'Tunnel'],
  [65, 'VPLS'],
  [66, 'BGP MDT'],
  [128, 'MPLS-labeled VPN'],
]);

/** Blocks of IP addresses (RFC 3779 2). */
export const ipAddressBlocks: RenderExtension = (outer, indent) =>
  each(outer.enter(TAG.sequence), (list) => {
    const one = list.enter(TAG.sequence);
    const family = one.string(TAG.octetString);
    const number = ((family[0] ?? 0) << 8) | (family[1] ?? 0);
    const afi = family.length < 2 ? 0 : number;
    const choice =
      one.nextTag === TAG.null ? one.read() && ': inherit\n' : addresses(one, { afi, indent: indent + 2 });
    one.finish();
    return `${' '.repeat(indent)}${FAMILIES.get(afi)?.name ?? `Unknown AFI ${afi}`}${subsequent(family)}${choice}`;
  }).join('');

function subsequent(family: Uint8Array): string {
  const number = family[2];
  if (number === undefined) return '';
  return ` (${SUBSEQUENT.get(number) ?? `Unknown SAFI ${number}`})`;
}

function addresses(reader: BerReader, place: { readonly afi: number; readonly indent: number }): string {
  const blanks = ' '.repeat(place.indent);
  const lines = each(reader.enter(TAG.sequence), (list) => {
    if (list.nextTag === TAG.bitString) {
      const prefix = list.bitString();
      return `${blanks}${address(prefix, place.afi, 0)}/${prefix.bytes.length * 8 - prefix.unusedBits}\n`;
    }
    const range = list.enter(TAG.sequence);
    const [low, high] = [range.bitString(), range.bitString()];
    range.finish();
    return `${blanks}${address(low, place.afi, 0)}-${address(high, place.afi, 0xff)}\n`;
  });
  return `:\n${lines.join('')}`;
}

/** An address of which only the first bits are there: the others are those of `fill`. */
function address({ bytes, unusedBits }: BitString, afi: number, fill: number): string {
  const octets = FAMILIES.get(afi)?.octets;
  if (octets === undefined) {
    return `${[...bytes].map(hexByte).join(':')}[${unusedBits}]`;
  }
  const whole = new Uint8Array(octets).fill(fill);
  whole.set(bytes.subarray(0, octets));
  if (unusedBits > 0 && bytes.length > 0) {
    const mask = 0xff >> (8 - unusedBits);
    const last = bytes.length - 1;
    whole[last] = fill === 0 ? (whole[last] ?? 0) & ~mask : (whole[last] ?? 0) | mask;
  }
  return octets === 4 ? whole.join('.') : colons(whole);
}

function colons(bytes: Uint8Array): string {
  let end = 16;
  while (end > 1 && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  let out = '';
  for (let i = 0; i < end; i += 2)
    out += (((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16) + (i < 14 ? ':' : '');
  if (end < 16) out += ':';
  return end === 0 ? `${out}:` : out;
}

/** Numbers of autonomous systems (RFC 3779 3). */
export const autonomousSystems: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  let out = '';
  for (const [number, title] of [
    [0, 'Autonomous System Numbers'],
    [1, 'Routing Domain Identifiers'],
  ] as const) {
    const choice = reader.enterOptional(contextTag(number, 'constructed'));
    if (choice === undefined) continue;
    out += `${' '.repeat(indent)}${title}:\n`;
    const blanks = ' '.repeat(indent + 2);
    if (choice.nextTag === TAG.null) out += `${blanks}inherit\n`;
    else
      out += each(choice.enter(TAG.sequence), (list) => {
        if (list.nextTag === TAG.integer) return `${blanks}${decimalNumber(list.integer())}\n`;
        const range = list.enter(TAG.sequence);
        return `${blanks}${decimalNumber(range.integer())}-${decimalNumber(range.integer())}\n`;
      }).join('');
  }
  return out;
};
