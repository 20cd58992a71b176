/** An IP address: four bytes of IPv4 or sixteen of IPv6, never an IPv4 address wrapped in IPv6. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** How strictly numbers are read: Go's `net.ParseIP`, or Kubernetes' `ParseIPSloppy`, which takes leading zeros. */
type Strictness = 'strict' | 'sloppy';

// Longer than any address, with room for the leading zeros that the sloppy form allows.
const MAX_TEXT = 255;

/**
 * Reads an IP address as Go's `net.ParseIP`: no zone, port, brackets or prefix length, no leading zeros in IPv4.
 * An IPv4 address mapped to IPv6 (`::ffff:10.0.0.1`) is that IPv4 address, as kubeadm writes it.
 *
 * @param text such as `10.0.0.1` or `fd00::1`
 * @returns the address, or `undefined` where the text is none
 */
export function parseIp(text: string): IpAddress | undefined {
  return parse(text, 'strict');
}

/**
 * Reads an IP address as kubeadm does (k8s.io/utils/net `ParseIPSloppy`): as {@link parseIp}, and leading zeros are
 * allowed and decimal: `010.011.012.013` is 10.11.12.13.
 *
 * @returns the address, or `undefined` where the text is none
 */
export function parseIpSloppy(text: string): IpAddress | undefined {
  return parse(text, 'sloppy');
}

/**
 * The address that 4 or 16 bytes stand for; an IPv4 address mapped to IPv6 is unwrapped.
 *
 * @throws TypeError where there are neither 4 nor 16 bytes
 */
export function ipFromBytes(bytes: Uint8Array): IpAddress {
  if (bytes.length === 4) return { family: 4, bytes };
  if (bytes.length !== 16) throw new TypeError(`an IP address has 4 or 16 bytes, not ${bytes.length}`);
  return isMapped(bytes) ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/**
 * The canonical text of an address: dotted decimal, or RFC 5952 as Go's `net.IP.String` writes it.
 *
 * @param bytes 4 or 16 bytes; an IPv4 address mapped to IPv6 is written as IPv4
 * @throws TypeError where there are neither 4 nor 16 bytes
 */
export function formatIp(bytes: Uint8Array): string {
  const address = ipFromBytes(bytes);
  if (address.family === 4) return [...address.bytes].join('.');
  const groups = groupsOf(address.bytes);
  const { start, length } = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** Whether two addresses are the same. */
export function isSameIp(one: IpAddress, other: IpAddress): boolean {
  return one.family === other.family && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

function parse(text: string, strictness: Strictness): IpAddress | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const bytes = text.includes(':') ? parseV6(text, strictness) : parseV4(text, strictness);
  return bytes === undefined ? undefined : ipFromBytes(Uint8Array.from(bytes));
}

function parseV4(text: string, strictness: Strictness): number[] | undefined {
  const parts = text.split('.');
  const octet = strictness === 'strict' ? /^(?:0|[1-9][0-9]{0,2})$/ : /^[0-9]+$/;
  if (parts.length !== 4 || !parts.every((part) => octet.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((value) => value <= 255) ? octets : undefined;
}

function parseV6(text: string, strictness: Strictness): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const isOpen = halves.length === 2;
  const [head, tail] = halves.map((half, index) =>
    parseHalf(half, { strictness, mayEndInV4: index === halves.length - 1 }),
  );
  if (head === undefined || (isOpen && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  // RFC 4291 2.2: `::` stands for at least one group of zeros.
  const missing = 16 - head.length - tail.length;
  return missing >= 2 ? [...head, ...Array<number>(missing).fill(0), ...tail] : undefined;
}

function parseHalf(
  half: string,
  form: { strictness: Strictness; mayEndInV4: boolean },
): number[] | undefined {
  if (half === '') return [];
  const group = form.strictness === 'strict' ? /^[0-9a-f]{1,4}$/i : /^[0-9a-f]+$/i;
  const bytes: number[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = form.mayEndInV4 && index === parts.length - 1 ? parseV4(part, form.strictness) : undefined;
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
      continue;
    }
    const value = group.test(part) ? Number.parseInt(part, 16) : Infinity;
    if (value > 0xffff) return undefined;
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff));
}

function groupsOf(bytes: Uint8Array): number[] {
  return Array.from(
    { length: 8 },
    (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0),
  );
}

// RFC 5952 4.2.3: the longest run of zero groups, and the first of equal ones.
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}
