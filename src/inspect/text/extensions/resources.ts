import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader, BitString } from '../../read/ber.ts';
import { lowerHex } from '../bytes.ts';
import { decimalNumber } from '../number.ts';
import { GaveUp, inside, joined, listOf, type Rendered, type RenderExtension } from './form.ts';

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
  joined(listOf(outer, TAG.sequence, (list) => inside(list, TAG.sequence, (one) => family(one, indent))));

function family(reader: BerReader, indent: number): Rendered {
  const octets = reader.string(TAG.octetString);
  const afi = octets.length < 2 ? 0 : ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
  const head = ' '.repeat(indent) + (FAMILIES.get(afi)?.name ?? `Unknown AFI ${afi}`) + subsequent(octets);
  if (reader.nextTag !== TAG.null) return joined([`${head}:\n`, addresses(reader, afi, indent + 2)]);
  readNull(reader);
  return `${head}: inherit\n`;
}

function readNull(reader: BerReader): void {
  const at = reader.offset;
  if (reader.content(TAG.null).length > 0) throw reader.error('a NULL has no content', at);
}

function subsequent(family: Uint8Array): string {
  const number = family[2];
  if (number === undefined) return '';
  return ` (${SUBSEQUENT.get(number) ?? `Unknown SAFI ${number}`})`;
}

function addresses(reader: BerReader, afi: number, indent: number): Rendered {
  const blanks = ' '.repeat(indent);
  const lines = listOf(reader, TAG.sequence, (list): Rendered => {
    if (list.nextIs(TAG.bitString)) {
      const prefix = list.bitString();
      const length = prefix.bytes.length * 8 - prefix.unusedBits;
      return joined([blanks, address(prefix, afi, 0), `/${length}\n`]);
    }
    const [low, high] = inside(
      list,
      TAG.sequence,
      (range) => [range.bitString(), range.bitString()] as const,
    );
    return joined([blanks, address(low, afi, 0), '-', address(high, afi, 0xff), '\n']);
  });
  return joined(lines);
}

/** An address of which only the first bits are there: the others are those of `fill`. One too long ends all. */
function address({ bytes, unusedBits }: BitString, afi: number, fill: number): Rendered {
  const octets = FAMILIES.get(afi)?.octets;
  if (octets === undefined) return `${lowerHex(bytes, ':')}[${unusedBits}]`;
  if (bytes.length > octets) return new GaveUp();
  const whole = new Uint8Array(octets).fill(fill);
  whole.set(bytes);
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
export const autonomousSystems: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    let out = '';
    for (const [number, title] of [
      [0, 'Autonomous System Numbers'],
      [1, 'Routing Domain Identifiers'],
    ] as const) {
      const choice = reader.enterOptional(contextTag(number, 'constructed'));
      if (choice === undefined) continue;
      out += `${' '.repeat(indent)}${title}:\n${numbers(choice, indent + 2)}`;
      choice.finish();
    }
    return out;
  });

function numbers(choice: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  if (choice.nextTag === TAG.null) {
    readNull(choice);
    return `${blanks}inherit\n`;
  }
  const lines = listOf(choice, TAG.sequence, (list) => {
    if (list.nextTag === TAG.integer) return `${blanks}${decimalNumber(list.integer())}\n`;
    const [low, high] = inside(list, TAG.sequence, (range) => [range.integer(), range.integer()] as const);
    return `${blanks}${decimalNumber(low)}-${decimalNumber(high)}\n`;
  });
  return lines.join('');
}
