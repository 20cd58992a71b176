import { judgeName, malformedSubtree } from '../../../../src/inspect/path/name-constraints.ts';
import { BerReader } from '../../../../src/inspect/read/ber.ts';
import type { Subtree } from '../../../../src/inspect/read/extension.ts';
import { readGeneralName, type GeneralNameInfo } from '../../../../src/inspect/read/general-name.ts';
import { general, nameDer } from '../../../support/forge-chain.ts';

const read = (der: Uint8Array): GeneralNameInfo => readGeneralName(new BerReader(der));
const tree = (der: Uint8Array): Subtree => ({ base: read(der), minimum: 0, maximum: undefined });

/** What is said of a name under one permitted subtree, and under the same one excluded. */
function verdicts(name: Uint8Array, base: Uint8Array): readonly [string, string] {
  const say = (permitted: Subtree[], excluded: Subtree[]): string => {
    const verdict = judgeName(read(name), { permitted, excluded });
    return verdict.allowed ? 'allowed' : verdict.why;
  };
  return [say([tree(base)], []), say([], [tree(base)])];
}

const INSIDE = ['allowed', 'excluded'];
const OUTSIDE = ['not-permitted', 'allowed'];
const organization = (text: string): Uint8Array => nameDer(['2.5.4.10', text]);

test.each([
  ['a domain itself', general.dns('example.com'), general.dns('example.com')],
  ['what lies below it, in any case', general.dns('a.b.EXAMPLE.com'), general.dns('Example.COM')],
  ['a wildcard below it', general.dns('*.a.example.com'), general.dns('example.com')],
  ['every name below the empty one', general.dns('localhost'), general.dns('')],
  ['an address of a network', general.ip(10, 1, 2, 3), general.ip(10, 0, 0, 0, 255, 0, 0, 0)],
  ['a mailbox itself', general.email('root@EXAMPLE.com'), general.email('root@example.com')],
  [
    'a mailbox in quotes that says the same',
    general.email('"r\\oot"@example.com'),
    general.email('root@example.com'),
  ],
  ['a mailbox of a host', general.email('root@example.com'), general.email('example.com')],
  ['a mailbox below a domain', general.email('root@a.example.com'), general.email('.example.com')],
  [
    'the host of a URI, with user and port',
    general.uri('https://me@example.com:1/x'),
    general.uri('example.com'),
  ],
  [
    'a directory name below another',
    general.directory(nameDer(['2.5.4.10', 'dev'], ['2.5.4.3', 'x'])),
    general.directory(organization('dev')),
  ],
  [
    'a directory name in another case and with blanks',
    general.directory(organization(' DEV  team ')),
    general.directory(organization('dev team')),
  ],
])('%s lies in a subtree', (_what, name, base) => {
  expect(verdicts(name, base)).toEqual(INSIDE);
});

test.each([
  ['a name that only ends alike', general.dns('notexample.com'), general.dns('example.com')],
  ['the parent', general.dns('com'), general.dns('example.com')],
  ['another address', general.ip(11, 1, 2, 3), general.ip(10, 0, 0, 0, 255, 0, 0, 0)],
  [
    'an address of the other version',
    general.ip(...Array<number>(16).fill(0)),
    general.ip(0, 0, 0, 0, 0, 0, 0, 0),
  ],
  [
    'a mailbox of another case before the at sign',
    general.email('Root@example.com'),
    general.email('root@example.com'),
  ],
  ['a mailbox below a host', general.email('root@a.example.com'), general.email('example.com')],
  [
    'the domain itself, where those below are meant',
    general.email('root@example.com'),
    general.email('.example.com'),
  ],
  ['a host below that of a URI', general.uri('https://a.example.com'), general.uri('example.com')],
  [
    'a directory name above',
    general.directory(organization('dev')),
    general.directory(nameDer(['2.5.4.10', 'dev'], ['2.5.4.3', 'x'])),
  ],
])('%s does not', (_what, name, base) => {
  expect(verdicts(name, base)).toEqual(OUTSIDE);
});

test('a wildcard is excluded where one of its names is, and permitted where all are', () => {
  expect(verdicts(general.dns('*.example.com'), general.dns('a.example.com'))).toEqual([
    'not-permitted',
    'excluded',
  ]);
});

test.each([
  ['a DNS name with a wildcard inside', general.dns('a.*.com'), general.dns('com')],
  ['a DNS name under constraints on addresses', general.dns('a b'), general.ip(10, 0, 0, 0, 255, 0, 0, 0)],
  ['an address of five octets', general.ip(1, 2, 3, 4, 5), general.ip(10, 0, 0, 0, 255, 0, 0, 0)],
  ['a mailbox with two at signs', general.email('a@b@example.com'), general.email('example.com')],
  ['a URI without a host', general.uri('urn:x'), general.uri('example.com')],
  [
    'a URI whose host depends on who reads it',
    general.uri('https://example.com\\@example.org'),
    general.uri('example.com'),
  ],
  ['a URI of an address', general.uri('https://10.0.0.1/'), general.uri('example.com')],
])('%s is refused as malformed', (_what, name, base) => {
  expect(verdicts(name, base)).toEqual(['malformed', 'malformed']);
});

test.each([
  general.dns('.example.com'),
  general.dns('*.example.com'),
  general.ip(10, 0, 0, 0),
  general.ip(10, 0, 0, 0, 255, 0, 255, 0),
  general.email('a@b@example.com'),
  general.uri('https://example.com'),
  general.uri('10.0.0.1'),
])('a subtree that RFC 5280 does not allow is malformed (%#)', (base) => {
  expect(malformedSubtree(tree(base))).toBeDefined();
});

test('a subtree with a minimum or a maximum is malformed', () => {
  const base = read(general.dns('example.com'));
  expect(malformedSubtree({ base, minimum: 1, maximum: undefined })).toBeDefined();
  expect(malformedSubtree({ base, minimum: 0, maximum: 3 })).toBeDefined();
  expect(malformedSubtree({ base, minimum: 0, maximum: undefined })).toBeUndefined();
});
