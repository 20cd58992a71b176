import { matchesHost, parseHost } from '../../../../src/inspect/path/host-name.ts';
import type { GeneralNameInfo } from '../../../../src/inspect/read/general-name.ts';

const dns = (value: string): GeneralNameInfo => ({ kind: 'dns', value, bytes: Buffer.from(value) });
const ip = (...bytes: number[]): GeneralNameInfo => ({
  kind: 'ip',
  value: '',
  bytes: Uint8Array.from(bytes),
});

function matches(name: GeneralNameInfo, text: string): boolean {
  const host = parseHost(text);
  return host !== undefined && matchesHost(name, host);
}

test.each([
  ['web.example.com', 'web.example.com'],
  ['web.example.com', 'WEB.Example.COM'],
  ['web.example.com', 'web.example.com.'],
  ['*.example.com', 'web.example.com'],
  ['xn--mnchen-3ya.de', 'münchen.de'],
  ['my_service.example.com', 'my_service.example.com'],
])('%s is the name of %s', (name, host) => {
  expect(matches(dns(name), host)).toBe(true);
});

test.each([
  ['*.example.com', 'a.web.example.com'],
  ['*.example.com', 'example.com'],
  ['w*.example.com', 'web.example.com'],
  ['web.*.com', 'web.example.com'],
  ['*', 'localhost'],
  ['example.com', 'web.example.com'],
  ['10.0.0.7', '10.0.0.7'],
  ['', 'web.example.com'],
  ['web.example.com\0.evil.org', 'web.example.com'],
])('%j is not the name of %s', (name, host) => {
  expect(matches(dns(name), host)).toBe(false);
});

test('addresses are compared by their octets, in any way of writing them', () => {
  expect(matches(ip(10, 0, 0, 7), '10.0.0.7')).toBe(true);
  expect(matches(ip(0xfd, ...Array<number>(14).fill(0), 1), '[fd00:0::1]')).toBe(true);
  expect(matches(ip(10, 0, 0, 7), '10.0.0.8')).toBe(false);
  expect(matches(ip(10, 0, 0, 7), 'web.example.com')).toBe(false);
});

test('what is no host is none', () => {
  for (const text of ['', '*.example.com', 'a b', 'a..b', '-']) expect(parseHost(text)).toBeUndefined();
});
