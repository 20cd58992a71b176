import { isPkiError } from '../../../../src/errors/pki-error.ts';
import { localDefaults, type LocalEnvironment } from '../../../../src/pki/spec/local-defaults.ts';
import type { AddressWish } from '../../../../src/pki/spec/spec.ts';

const V4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth1	0000A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
`;
const ZERO = '0'.repeat(32);
const V6 = `20010db8000000000000000000000000 40 ${ZERO} 00 ${ZERO} 00000100 00000001 00000000 00000001 eth1
${ZERO} 00 ${ZERO} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0
${ZERO} 00 ${ZERO} 00 ${ZERO} ffffffff 00000001 00000000 00200200 lo
`;
const on = (name: string, ...addresses: string[]): ReturnType<LocalEnvironment['addresses']> =>
  addresses.map((address) => ({ interface: name, address, loopback: name === 'lo' }));
const ADDRESSES = [
  ...on('lo', '127.0.0.1', '::1'),
  ...on('eth1', '192.168.0.5', '2001:db8::5'),
  ...on('eth0', '169.254.0.7', '192.0.2.7', 'fe80::7', '2001:db8:1::7'),
];

function address(environment: Partial<LocalEnvironment>, wish: Partial<AddressWish> = {}): string {
  const whole = {
    hostName: () => 'h',
    routes: (family: 4 | 6) => (family === 4 ? V4 : V6),
    addresses: () => ADDRESSES,
  };
  try {
    return localDefaults({ ...whole, ...environment }).address({ family: 4, loopback: false, ...wish });
  } catch (error) {
    return isPkiError(error, 'no-default') ? `no default for ${error.details.option}` : String(error);
  }
}

describe('the address of this machine', () => {
  it('is the first that others can reach on the interface of the default route', () => {
    expect(address({})).toBe('192.0.2.7');
    expect(address({}, { family: 6 })).toBe('2001:db8:1::7');
  });

  it('is of the other family where the wanted one has no default route', () => {
    expect(address({ routes: (family) => (family === 4 ? '' : V6) })).toBe('2001:db8:1::7');
    expect(address({ routes: (family) => (family === 4 ? V4 : undefined) }, { family: 6 })).toBe('192.0.2.7');
  });

  it('is that of the loopback interface where the route’s has only link-local ones', () => {
    const addresses = (): typeof ADDRESSES => [
      ...on('lo', '127.0.0.1', '203.0.113.9'),
      ...on('eth0', 'fe80::7'),
    ];
    expect(address({ addresses })).toBe('203.0.113.9');
  });

  it('is looked for on the loopback interface where that is asked for', () => {
    const addresses = (): typeof ADDRESSES => [
      ...on('eth0', '192.0.2.7'),
      ...on('lo', '127.0.0.1', '203.0.113.9'),
    ];
    expect(address({ addresses }, { loopback: true })).toBe('203.0.113.9');
    expect(address({}, { loopback: true })).toBe('no default for --apiserver-advertise-address');
  });

  it('is that of any interface where the kernel shows no routes', () => {
    expect(address({ routes: () => undefined })).toBe('192.168.0.5');
    expect(address({ routes: () => undefined }, { family: 6 })).toBe('2001:db8::5');
  });

  it('has no default without a default route', () => {
    expect(address({ routes: () => '' })).toBe('no default for --apiserver-advertise-address');
    expect(address({ routes: () => undefined, addresses: () => on('lo', '127.0.0.1') })).toMatch(
      /^no default/,
    );
  });
});

describe('the name of this machine', () => {
  it('is the host name, trimmed and in lower case', () => {
    const environment = { routes: () => '', addresses: () => [] };
    expect(localDefaults({ ...environment, hostName: () => 'Node-1.Example.com\n' }).hostName()).toBe(
      'node-1.example.com',
    );
    expect(() => localDefaults({ ...environment, hostName: () => ' ' }).hostName()).toThrow(
      /--node-name has no default here/,
    );
  });

  it('is asked of the system by default', () => {
    expect(localDefaults().hostName()).not.toBe('');
  });
});
