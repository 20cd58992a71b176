import {
  hasLongLabel,
  isDnsLabel,
  isDnsSubdomain,
  isWildcardDnsSubdomain,
  toAsciiDnsName,
} from '../../../src/net/dns-name.ts';

const LONG = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(61)].join('.');

describe('DNS names', () => {
  it.each([
    'a',
    'node-01',
    'node01.internal',
    '123',
    '10.0.0.1',
    '999.1.1.1',
    'xn--mnchen-3ya.de',
    LONG,
    'a'.repeat(64),
  ])('takes %s as Kubernetes does', (name) => {
    expect(isDnsSubdomain(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a.-b',
    'A',
    'a_b',
    '*.a',
    'a b',
    'a\n',
    'münchen.de',
    `${LONG}x`,
  ])('refuses %j as Kubernetes does', (name) => {
    expect(isDnsSubdomain(name)).toBe(false);
  });

  it('holds labels to 63 characters and no dot', () => {
    expect(['a'.repeat(63), 'kubernetes', '1'].map(isDnsLabel)).toEqual([true, true, true]);
    expect(['a'.repeat(64), 'a.b', '', 'A', 'a\n'].map(isDnsLabel)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect([hasLongLabel(LONG), hasLongLabel(`x.${'a'.repeat(64)}`)]).toEqual([false, true]);
  });

  it('takes a wildcard as the left-most label only', () => {
    expect(['*.a', '*.foo.bar.com'].map(isWildcardDnsSubdomain)).toEqual([true, true]);
    expect(['*', '*.', '*.*.x', 'foo.*.org', 'f*.x', 'a.b', '*.A', '*.a.'].some(isWildcardDnsSubdomain)).toBe(
      false,
    );
  });

  it.each([
    ['API.Example.COM', 'api.example.com'],
    ['*.Example.com', '*.example.com'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['*.MÜNCHEN.de', '*.xn--mnchen-3ya.de'],
    ['faß.de', 'xn--fa-hia.de'],
    ['日本。jp', 'xn--wgv71a.jp'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['bücher.1', 'xn--bcher-kva.1'],
    ['999.1.1.1', '999.1.1.1'],
  ])('writes %s in ASCII: %s', (name, ascii) => {
    expect(toAsciiDnsName(name)).toBe(ascii);
  });

  it.each([
    '',
    '*',
    '*.',
    '*.*.x',
    'foo.*.org',
    'a.',
    'a..b',
    'a_b',
    'bü_b.de',
    'a b',
    'ü b.de',
    'ü/x',
    'ü:80',
    'ü@b',
    'ü%41',
    'ü\t',
    'a\u00adü',
    'ü\u200d.de',
    '\ud800.de',
    '＊.ü.de',
    'xn--a',
    'xn--',
    '-ü.de-',
    LONG + 'x',
    'ü'.repeat(63),
    'a'.repeat(64),
    '[::1]',
    'fd00::1',
    `*.${LONG}`,
  ])('refuses %j', (name) => {
    expect(toAsciiDnsName(name)).toBeUndefined();
  });
});
