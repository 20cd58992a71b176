import { formatIp, ipFromBytes, parseIpSloppy, type IpAddress } from './ip.ts';

/** A network: its first address and the length of its prefix in bits. */
export interface Cidr {
  /** Bits of an address: 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
  /** The first address of the network, `bits / 8` bytes; host bits are cleared. */
  readonly network: Uint8Array;
  readonly prefixLength: number;
}

/**
 * Reads a network as kubeadm does (k8s.io/utils/net `ParseCIDRSloppy`): host bits may be set and are dropped, leading
 * zeros are decimal.
 *
 * @param text such as `10.96.0.0/12` or `fd00:10:96::/112`
 * @returns the network, or `undefined` where the text is none
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const [host, length] = [text.slice(0, slash), text.slice(slash + 1)];
  const address = slash < 0 ? undefined : parseIpSloppy(host);
  if (address === undefined || !/^[0-9]{1,8}$/.test(length)) return undefined;
  const bits = host.includes(':') ? 128 : 32;
  const prefixLength = Number(length);
  if (prefixLength > bits) return undefined;
  return { bits, network: mask(widen(address, bits), prefixLength), prefixLength };
}

/** The canonical text of a network: `10.96.0.0/12`. */
export function formatCidr({ network, prefixLength }: Cidr): string {
  return `${formatIp(network)}/${prefixLength}`;
}

/** The family of a network, by its addresses. */
export function familyOf({ network }: Cidr): 4 | 6 {
  return ipFromBytes(network).family;
}

/** How many addresses a network holds. */
export function sizeOf({ bits, prefixLength }: Cidr): bigint {
  return 1n << BigInt(bits - prefixLength);
}

/**
 * The address at a place in a network, counted from 0; the API server's service address is at 1
 * (k8s.io/utils/net `GetIndexedIP`).
 *
 * @returns the address, or `undefined` where the network is too small
 */
export function addressAt(cidr: Cidr, index: number): IpAddress | undefined {
  if (BigInt(index) >= sizeOf(cidr)) return undefined;
  const bytes = cidr.network.slice();
  let carry = index;
  for (let at = bytes.length - 1; at >= 0 && carry > 0; at -= 1) {
    carry += bytes[at] ?? 0;
    bytes[at] = carry % 256;
    carry = Math.floor(carry / 256);
  }
  return ipFromBytes(bytes);
}

function widen({ bytes }: IpAddress, bits: 32 | 128): Uint8Array {
  if (bytes.length * 8 === bits) return bytes;
  // An IPv4 address mapped to IPv6, with a prefix length that counts the 96 bits before it.
  return Uint8Array.from([...Array<number>(10).fill(0), 0xff, 0xff, ...bytes]);
}

function mask(bytes: Uint8Array, prefixLength: number): Uint8Array {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefixLength - index * 8));
    return byte & (0xff00 >> kept);
  });
}
