import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { element, TAG } from './der.ts';

/**
 * Encodes an object identifier, tag and length included.
 *
 * @param dotted arcs in decimal, such as `2.5.29.17`
 * @throws PkiError `invalid-value` when the text is not an object identifier (X.660)
 */
export function encodeOid(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted)) throw notAnOid(dotted);
  const [first = '', second = '', ...rest] = dotted.split('.');
  if (first !== '2' && Number(second) > 39) throw notAnOid(dotted);
  const bytes = base128(second, Number(first) * 40);
  for (const arc of rest) bytes.push(...base128(arc));
  return element(TAG.oid, Uint8Array.from(bytes));
}

// No identifier in use comes near; writing an arc in decimal takes more than its length.
const MAX_CONTENT = 1 << 14;

/** The dotted form of an object identifier's content octets; `undefined` where they are malformed. */
export function decodeOid(content: Uint8Array): string | undefined {
  if (content.length === 0 || content.length > MAX_CONTENT) return undefined;
  const arcs: string[] = [];
  let start = 0;
  for (const [index, byte] of content.entries()) {
    if (index === start && byte === 0x80) return undefined;
    if (byte >= 0x80) continue;
    const value = arcValue(content.subarray(start, index + 1));
    start = index + 1;
    if (arcs.length === 0) {
      const first = value < 80n ? value / 40n : 2n;
      arcs.push(first.toString(), (value - first * 40n).toString());
    } else arcs.push(value.toString());
  }
  return start === content.length ? arcs.join('.') : undefined;
}

/** The value of an arc's octets; long ones by their bits, for adding one octet after another takes the square of their number. */
function arcValue(octets: Uint8Array): bigint {
  if (octets.length <= 4) return BigInt(octets.reduce((value, octet) => value * 128 + (octet & 0x7f), 0));
  return BigInt(`0b${Array.from(octets, (octet) => (octet & 0x7f).toString(2).padStart(7, '0')).join('')}`);
}

/** An arc, plus what is added to it, in base 128, most significant digit first (X.690 8.19.2). */
function base128(arc: string, added = 0): number[] {
  // Nearly all fit in 30 bits, and are spared the way of large numbers.
  if (arc.length > 8) return base128Large(BigInt(arc) + BigInt(added));
  const value = Number(arc) + added;
  const out = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) out.unshift((rest & 0x7f) | 0x80);
  return out;
}

function base128Large(arc: bigint): number[] {
  const out = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) out.unshift(Number(rest & 0x7fn) | 0x80);
  return out;
}

function notAnOid(dotted: string): PkiError<'invalid-value'> {
  return new PkiError('invalid-value', `${quote(dotted)} is not an object identifier`, {
    details: { kind: 'object identifier', value: dotted, expected: 'dotted decimal arcs, such as 2.5.29.17' },
  });
}
