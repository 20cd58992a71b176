import { addressAt, familyOf, formatCidr, parseCidr, sizeOf } from '../../../src/net/cidr.ts';
import { formatIp } from '../../../src/net/ip.ts';

const at = (text: string, index: number): string | undefined => {
  const cidr = parseCidr(text);
  const address = cidr === undefined ? undefined : addressAt(cidr, index);
  return address === undefined ? undefined : formatIp(address.bytes);
};

describe('networks', () => {
  it.each([
    ['10.96.0.0/12', '10.96.0.0/12', 1n << 20n],
    ['10.97.3.4/12', '10.96.0.0/12', 1n << 20n],
    ['010.096.0.0/012', '10.96.0.0/12', 1n << 20n],
    ['fd00:10:96::/112', 'fd00:10:96::/112', 1n << 16n],
    ['FD00::ffff/0', '::/0', 1n << 128n],
    ['0.0.0.0/0', '0.0.0.0/0', 1n << 32n],
    ['10.0.0.255/32', '10.0.0.255/32', 1n],
    ['::1/128', '::1/128', 1n],
  ])('reads %s as %s', (text, canonical, size) => {
    const cidr = parseCidr(text);
    expect(cidr && formatCidr(cidr)).toBe(canonical);
    expect(cidr && sizeOf(cidr)).toBe(size);
  });

  it.each([
    '',
    'banana',
    '10.96.0.0',
    '10.96.0.0/33',
    '::/129',
    '10.96.0.0/',
    '10.96.0.0/-1',
    '/12',
    ' 10.96.0.0/12',
    '10.96.0.0/12 ',
    '10.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/1e1',
    'fe80::%eth0/64',
  ])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('finds the address at a place, over byte borders', () => {
    expect(at('10.96.0.0/12', 1)).toBe('10.96.0.1');
    expect(at('10.97.3.4/12', 10)).toBe('10.96.0.10');
    expect(at('10.0.0.0/8', 65_793)).toBe('10.1.1.1');
    expect(at('fd00:10:96::/112', 1)).toBe('fd00:10:96::1');
    expect(at('fd00::/64', 4_294_967_296)).toBe('fd00::1:0:0');
  });

  it('has no address beyond the end of the network', () => {
    expect(at('10.0.0.0/30', 3)).toBe('10.0.0.3');
    expect(at('10.0.0.0/30', 4)).toBeUndefined();
    expect(at('10.0.0.0/32', 1)).toBeUndefined();
    expect(at('::/0', Number.MAX_SAFE_INTEGER)).toBe('::1f:ffff:ffff:ffff');
  });

  it('takes IPv4 mapped to IPv6 for what it is', () => {
    const cidr = parseCidr('::ffff:10.96.0.0/108');
    expect(cidr?.bits).toBe(128);
    expect(cidr && familyOf(cidr)).toBe(4);
    expect(at('::ffff:10.96.0.0/108', 1)).toBe('10.96.0.1');
  });
});
