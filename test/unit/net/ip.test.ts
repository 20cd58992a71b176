import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { formatIp, ipFromBytes, isSameIp, parseIp, parseIpSloppy } from '../../../src/net/ip.ts';

const canonical = (text: string, parse = parseIp): string | undefined => {
  const address = parse(text);
  return address === undefined ? undefined : formatIp(address.bytes);
};

describe('IP addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:0:0:1::00AB', 'fd00:0:0:1::ab'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['::ffff:a00:9', '10.0.0.9'],
  ])('reads %s as Go writes it: %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '10.0.0',
    '10.0.0.1.2',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1/24',
    '10.0.0.1:80',
    '0x10.0.0.1',
    '10.0.0.-1',
    '1e1.0.0.1',
    'fe80::1%eth0',
    '[::1]',
    ':',
    ':::',
    '1::2::3',
    ':1::',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    '１.2.3.4',
    '0'.repeat(300),
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('takes leading zeros as decimal in the sloppy form only, as kubeadm does', () => {
    expect(canonical('010.011.012.013', parseIpSloppy)).toBe('10.11.12.13');
    expect(canonical('::ffff:001.02.3.4', parseIpSloppy)).toBe('1.2.3.4');
    expect(canonical('00001::0000002', parseIpSloppy)).toBe('1::2');
    expect(parseIp('00001::')).toBeUndefined();
    expect(parseIpSloppy('10.0.0.0256')).toBeUndefined();
    expect(parseIpSloppy('fe80::1%eth0')).toBeUndefined();
  });

  it('tells families apart and compares addresses by their bytes', () => {
    const [v4, mapped, v6] = ['1.2.3.4', '::ffff:1.2.3.4', '::1.2.3.4'].map((text) => parseIp(text));
    if (v4 === undefined || mapped === undefined || v6 === undefined) throw new Error('not read');
    expect([v4.family, mapped.family, v6.family]).toEqual([4, 4, 6]);
    expect([isSameIp(v4, mapped), isSameIp(v4, v6)]).toEqual([true, false]);
    expect(() => ipFromBytes(new Uint8Array(8))).toThrow(TypeError);
  });

  it('agrees with Node and the WHATWG URL on random texts and addresses', () => {
    const nearly = fc.string({
      unit: fc.constantFrom('0', '1', '9', 'a', 'F', ':', '.', '::', '255'),
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), nearly), (text) => {
        const address = parseIp(text);
        expect(address !== undefined).toBe(isIP(text) !== 0);
        if (address === undefined) return;
        const written = formatIp(address.bytes);
        const host = new URL(`http://${text.includes(':') ? `[${text}]` : text}/`).hostname;
        const isMapped = address.family === 4 && text.includes(':');
        if (!isMapped) expect(host).toBe(address.family === 4 ? written : `[${written}]`);
        expect(parseIpSloppy(text)).toEqual(address);
        expect(parseIp(written)).toEqual(address);
      }),
      { numRuns: 2000 },
    );
  });
});
