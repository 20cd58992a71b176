import { DerReader } from '../../../src/asn1/reader.ts';
import { element, sequence } from '../../../src/asn1/der.ts';
import {
  encodeSubjectAltNames,
  formatGeneralName,
  parseSubjectAltName,
  readGeneralNames,
} from '../../../src/x509/general-name.ts';
import { failureOf } from '../../support/errors.ts';

const read = (der: Uint8Array) => readGeneralNames(new DerReader(der));

describe('a subject alternative name', () => {
  test.each([
    ['node01', 'dns', 'node01'],
    ['Node01.Example.COM', 'dns', 'node01.example.com'],
    ['*.example.com', 'dns', '*.example.com'],
    ['kubernetes.default.svc.cluster.local', 'dns', 'kubernetes.default.svc.cluster.local'],
    ['münchen.de', 'dns', 'xn--mnchen-3ya.de'],
    ['*.münchen.de', 'dns', '*.xn--mnchen-3ya.de'],
    ['例え.jp', 'dns', 'xn--r8jz45g.jp'],
    ['10.0.0.1', 'ip', '10.0.0.1'],
    ['::1', 'ip', '::1'],
    ['2001:DB8:0:0::1', 'ip', '2001:db8::1'],
    ['::ffff:10.0.0.1', 'ip', '10.0.0.1'],
    ['::ffff:a00:1', 'ip', '10.0.0.1'],
    ['spiffe://cluster.local/ns/default/sa/web', 'uri', 'spiffe://cluster.local/ns/default/sa/web'],
    ['https://[::1]:6443/x?y#z', 'uri', 'https://[::1]:6443/x?y#z'],
    ['https://jane@a:6443/', 'uri', 'https://jane@a:6443/'],
    ['jane@Example.com', 'email', 'jane@example.com'],
    ['DNS:node01', 'dns', 'node01'],
    ['dns:node01', 'dns', 'node01'],
    ['IP:fd00::1', 'ip', 'fd00::1'],
    ['ip:10.0.0.1', 'ip', '10.0.0.1'],
    ['URI:urn:example:a', 'uri', 'urn:example:a'],
    ['email:a.b+c@example.com', 'email', 'a.b+c@example.com'],
  ] as const)('%s is read as %s, %s', (text, type, value) => {
    const name = parseSubjectAltName(text);
    expect(name).toEqual({ type, value });
    expect(read(encodeSubjectAltNames([name]))).toEqual([name]);
    expect(parseSubjectAltName(formatGeneralName(name))).toEqual(name);
  });

  test.each([
    ['', /DNS name/],
    [' ', /DNS name/],
    ['a b', /DNS name/],
    ['a..b', /DNS name/],
    ['.a', /DNS name/],
    ['a.', /DNS name/],
    ['-a', /DNS name/],
    ['a_b', /DNS name/],
    ['*', /DNS name/],
    ['*.*.example.com', /DNS name/],
    ['a.*.com', /DNS name/],
    ['a*.example.com', /DNS name/],
    [`${'a'.repeat(64)}.com`, /DNS name/],
    ['a.'.repeat(127), /DNS name/],
    ['DNS:10.0.0.1', /DNS name/],
    ['DNS:::1', /DNS name/],
    ['10.96.0.0/12', /without prefix length, zone or port/],
    ['fd00::/64', /without prefix length/],
    ['fe80::1%eth0', /zone/],
    ['10.0.0.1:6443', /port/],
    ['host:6443', /port/],
    ['[::1]', /IPv6/],
    ['1.2.3', /IPv4/],
    ['1.2.3.256', /IPv4/],
    ['01.2.3.4', /IPv4/],
    ['IP:node01', /IPv4/],
    ['https://', /absolute URI/],
    ['https://a b/', /absolute URI/],
    ['https://a_b/', /absolute URI/],
    ['https://a/%zz', /absolute URI/],
    ['https://a/ü', /absolute URI/],
    // Go refuses a certificate with such a user part.
    ['https://a[b@h/', /absolute URI/],
    ['https://[@h', /absolute URI/],
    ['URI:/relative', /absolute URI/],
    ['@', /mailbox/],
    ['a@', /mailbox/],
    ['@b', /mailbox/],
    ['a@b@c', /mailbox/],
    ['a..b@c', /mailbox/],
    ['"a b"@c', /mailbox/],
    ['a@*.b', /mailbox/],
    ['ä@b', /mailbox/],
    ['email:a', /mailbox/],
  ])('%j is refused, with what was expected', async (text, message) => {
    const error = await failureOf(() => parseSubjectAltName(text));
    expect(error).toMatchObject({
      code: 'invalid-value',
      details: { kind: 'subject alternative name', value: text },
    });
    expect(error.message).toMatch(message);
  });

  test('is quoted and cut in messages', async () => {
    const error = await failureOf(() => parseSubjectAltName(`a\n${'b'.repeat(10_000)}`));
    expect(error.message.length).toBeLessThan(300);
    expect(error.message).not.toContain('\n');
  });
});

describe('the names of a certificate', () => {
  test('keep their order', () => {
    const names = ['b.example', '10.0.0.2', 'a.example', '10.0.0.1'].map(parseSubjectAltName);
    expect(read(encodeSubjectAltNames(names))).toEqual(names);
  });

  test('of kinds that are not issued are kept in hexadecimal', () => {
    const names = sequence(
      element(0x88, Uint8Array.of(0x2a)),
      element(0x87, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
    );
    expect(read(names)).toEqual([
      { type: 'other', value: '88012a' },
      { type: 'other', value: '87080102030405060708' },
    ]);
    expect(read(names).map(formatGeneralName)).toEqual(['other:88012a', 'other:87080102030405060708']);
  });

  test('may be very long', () => {
    const [name] = read(sequence(element(0x82, new Uint8Array(1_000_000).fill(0x61))));
    expect(name?.value).toHaveLength(1_000_000);
  });
});
