/** Values that may be right or wrong: kubeadm decides. Pieces of good ones, put together in any way. */
import fc from 'fast-check';
import * as values from './values.ts';

const glued = (pieces: readonly string[], least = 0, most = 4): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { minLength: least, maxLength: most }).map((parts) => parts.join(''));

/** Names of machines, domains and SANs. */
export const name = fc.oneof(
  glued(
    ['a', 'A', '1', '-', '.', '*', '*.', '_', ' ', 'ü', 'x.y', 'xn--', '/', ':', '%', '\t', '٣', 'K'],
    1,
    5,
  ),
  fc.constantFrom(
    'a'.repeat(63),
    'a'.repeat(64),
    `${'a'.repeat(64)}.b`,
    '*.*.x',
    '*x.y',
    'a.*',
    '.',
    '..',
    '-',
    '*.',
  ),
  fc.integer({ min: 240, max: 260 }).map((length) => 'a.'.repeat(200).slice(0, length - 1) + 'b'),
  fc.constantFrom(
    '10.0.0.1/32',
    '[fd00::1]',
    'fe80::1%eth0',
    'https://a',
    'a:1',
    '999.1.1.1',
    '1.2.3.4.5',
    '1.2.3',
  ),
  fc.string({ maxLength: 4 }),
);

/** Addresses. */
export const address = fc.oneof(
  values.address,
  glued(
    ['1', '0', '10', '255', '256', '010', '.', '.', ':', '::', 'f', 'ffff', '10.0.0.1', '%', '/', ' ', '0x1'],
    1,
    8,
  ),
  fc.constantFrom(
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '::',
    '0.0.0.0',
    '127.0.0.1',
    '::1',
    '224.0.0.1',
    '255.255.255.255',
  ),
  fc.constantFrom(
    '169.254.1.1',
    'fe80::1',
    'ff02::1',
    '::ffff:0:0',
    '::ffff:127.0.0.1',
    '1:2:3:4:5:6:7:8:9',
    '::ffff:010.0.0.1',
  ),
  fc.constantFrom(
    '10.0.0.0000000001',
    '2001:db8::00001',
    '2001:db8::1.2.3.4',
    '::1.2.3',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7::',
  ),
);

/** Endpoints. */
export const endpoint = fc.oneof(
  fc
    .tuple(
      fc.oneof(name, address),
      fc.constantFrom('', ':', ':0', ':65536', ':+1', ':x', ':6443', ':1:2', ':٣'),
    )
    .map((parts) => parts.join('')),
  glued(
    ['[', ']', ':', '::', 'a', 'B', '1', '.', '6443', 'fd00', '[fd00::1]', '[a]', ' ', '%', '-', '0'],
    1,
    6,
  ),
  values.endpoint,
);

/** Networks, one or more. */
export const networks = fc
  .array(
    fc
      .tuple(
        address,
        fc.oneof(
          fc.integer({ min: 0, max: 130 }).map((length) => `/${length}`),
          fc.constantFrom(
            '',
            '/',
            '/x',
            '/-1',
            '/+8',
            '/024',
            '/24/24',
            '/ 24',
            '/24 ',
            '/1e1',
            '/0000000024',
          ),
        ),
      )
      .map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .chain((list) => fc.constantFrom(',', ',', ',', ', ', ';', ',,').map((comma) => list.join(comma)));

/** Two networks that are right by themselves, and may be of one family. */
export const pairs = fc
  .tuple(fc.oneof(values.singleStack, values.dualStack), fc.oneof(values.singleStack, values.dualStack))
  .map((list) => list.join(','));

/** Versions; no labels, which kubeadm would ask the internet about. */
export const version = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('v', '', 'V', ' v', 'vv'),
      fc.constantFrom('1', '0', '2', '01'),
      fc.integer({ min: 25, max: 45 }),
      fc.constantFrom('0', '3', '12', '007', '', '-1', 'x'),
    )
    .map(([v, ...parts]) => v + parts.join('.')),
  fc
    .tuple(
      fc.constantFrom('v1.36.3', '1.36.3', 'v1.36'),
      glued(['-', '+', '.', 'rc', '1', '0', 'ü', ' ', '_', '~'], 1, 4),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'v1.36.3.4',
    'v1.36.99999999999',
    'v1',
    '1.36',
    'x',
    '-',
    'v1.36.3-',
    'v1.36.3+',
    'v1.036.3',
  ),
);

/** Durations, as Go reads them or not. */
export const duration = fc.oneof(
  glued(['1', '0', '8760', 'h', 'm', 's', 'ms', '.', '-', '+', 'y', 'd', ' ', 'µs', 'e3', '9999999'], 0, 5),
  fc.constantFrom(
    '8760h',
    '-1h',
    '0',
    '0s',
    '1s',
    '999ms',
    '1h-1m',
    '2562047h47m16.854775807s',
    '2562048h',
    '1.s',
    '.5h',
    '.h',
    '1h1',
    '١h',
  ),
  fc.integer({ min: -5, max: 5 }).map((count) => `${count}h`),
);

/** URLs of etcd. */
export const url = fc
  .tuple(
    fc.constantFrom(
      'https://',
      'http://',
      'https:',
      'etcd://',
      '',
      '//',
      'HTTPS://',
      ' https://',
      '1http://',
    ),
    fc.oneof(endpoint, name),
    fc.constantFrom('', '/', '/%zz', '?a', '#%', ':2379'),
  )
  .map((parts) => parts.join(''));

/** Values of any other kind than text. */
export const otherKind = fc.constantFrom<
  boolean | number | null | readonly string[] | Readonly<Record<string, string>>
>(true, 1, 0, -1, 1.5, 6443, null, [], ['a'], {}, { a: 'b' });

/** Ports, in text too. */
export const port = fc.oneof(
  fc.integer({ min: -2, max: 3 }),
  fc.integer({ min: 65_533, max: 65_538 }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 + 6443, 6443.5, 1e3, 1e400),
  fc.constantFrom('6443', '', 'x'),
);
