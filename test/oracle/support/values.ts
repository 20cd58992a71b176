/** Random values that kubeadm accepts, in the spellings that people use and those that nobody should. */
import fc from 'fast-check';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);

/** A DNS name in lower case. */
export const dnsName = fc
  .array(label, { minLength: 1, maxLength: 3 })
  .map((labels) => labels.join('.'))
  // Four labels of digits would be an address; three are a name.
  .filter((name) => name.length > 0);

const mixedCase = (text: string, mask: number): string =>
  Array.from(text, (char, index) => ((mask >> (index % 30)) & 1 ? char.toUpperCase() : char)).join('');

/** The same in any case. */
export const dnsNameInAnyCase = fc.tuple(dnsName, fc.nat()).map(([name, mask]) => mixedCase(name, mask));

const byte = fc.integer({ min: 1, max: 254 });

/** An IPv4 address that others can reach. */
export const v4 = fc
  .tuple(fc.constantFrom(10, 172, 192, 203), byte, byte, byte)
  .map((parts) => parts.join('.'));

const withZeros = (address: string): string =>
  address
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('.');

const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 7,
  maxLength: 7,
});

/** An IPv6 address in any of its spellings. */
export const v6 = fc
  .tuple(groups, fc.nat(), fc.constantFrom('plain', 'zeros', 'short', 'upper'))
  .map(([tail, at, spelling]) => {
    const all = [0x2001, ...tail];
    const hex = all.map((group) => group.toString(16));
    if (spelling === 'upper') return hex.join(':').toUpperCase();
    if (spelling === 'zeros') return hex.map((group) => group.padStart(4, '0')).join(':');
    const index = 1 + (at % 7);
    if (spelling === 'plain' || all[index] !== 0) return hex.join(':');
    return `${hex.slice(0, index).join(':')}::${hex.slice(index + 1).join(':')}`;
  });

/** Any spelling of an address: leading zeros, IPv4 within IPv6. */
export const address = fc.oneof(
  v4,
  v6,
  v4.map(withZeros),
  v4.map((ip) => `::ffff:${ip}`),
);

const common = [dnsName, dnsName.map((name) => `*.${name}`), address] as const;
const oddNames = fc.constantFrom(
  'localhost',
  'kubernetes',
  '999.1.1.1',
  '1.2.3.4.5',
  'xn--mnchen-3ya.de',
  '1',
  '127.0.0.1',
  '::1',
);

/** SANs of etcd, which must be in lower case; repetitions are allowed. */
export const etcdSans = fc.array(fc.oneof(...common, oddNames), { maxLength: 5 });

/** SANs of the API server. */
export const apiServerSans = fc.array(
  fc.oneof(
    ...common,
    oddNames,
    dnsNameInAnyCase,
    dnsNameInAnyCase.map((name) => `*.${name}`),
  ),
  { maxLength: 6 },
);

/** A node name as people write it: kubeadm trims it and makes it lower case. */
export const nodeName = fc.oneof(
  dnsName,
  dnsNameInAnyCase,
  dnsNameInAnyCase.map((name) => ` ${name}\t`),
  fc.constantFrom('123', '10.0.0.1', 'localhost', 'kubernetes', 'a'.repeat(63)),
);

const portText = fc.oneof(
  fc.integer({ min: 1, max: 65_535 }).map(String),
  fc.constantFrom('443', '6443', '08443', '00001', ''),
);

/** Every form of controlPlaneEndpoint. */
export const endpoint = fc.oneof(
  dnsName,
  fc.tuple(dnsName, portText).map((parts) => parts.join(':')),
  v4,
  v4.map(withZeros),
  v6,
  fc.tuple(v4, portText).map((parts) => parts.join(':')),
  fc.tuple(v6, portText).map(([ip, port]) => `[${ip}]:${port}`),
  fc.tuple(dnsName, portText).map(([name, port]) => `[${name}]:${port}`),
  v4.map((ip) => `[::ffff:${ip}]:6443`),
);

const v4Network = fc
  .tuple(fc.oneof(v4, v4.map(withZeros)), fc.integer({ min: 12, max: 28 }))
  .map((parts) => parts.join('/'));
const v6Network = fc.tuple(v6, fc.integer({ min: 108, max: 124 })).map((parts) => parts.join('/'));

/** Service networks of one family. */
export const singleStack = fc.oneof(
  v4Network,
  v6Network,
  fc.constantFrom('10.96.0.0/12', 'fd00::/108', '255.255.255.0/24', '10.96.0.0/012'),
);
/** Service networks of both families, in either order. */
export const dualStack = fc
  .tuple(v4Network, v6Network, fc.boolean())
  .map(([four, six, first]) => (first ? [four, six] : [six, four]).join(','));

/** Names of clusters: kubeadm lets anything pass. */
export const clusterName = fc.oneof(
  label,
  fc.constantFrom(
    '',
    'yes',
    '0123',
    '1e3',
    'null',
    '~',
    'my cluster',
    ' a ',
    '*a: b',
    "it's",
    '"',
    'München',
    '集群',
  ),
  fc.constantFrom(
    'a@b',
    'a#b',
    'a: ',
    '- a',
    'a\tb',
    'a\nb',
    '\u{1f600}',
    '0x1f',
    '2001-01-01',
    '1:30',
    '=',
    '<<',
    '%a',
  ),
  fc.string({ maxLength: 12 }),
);

const amount = fc.integer({ min: 1, max: 60 });
const hours = (least: number) => fc.integer({ min: least, max: 300_000 });
/** Periods in Go's notation. */
export const period = (least: number) =>
  fc.oneof(
    hours(least).map((count) => `${count}h`),
    fc.tuple(hours(least), amount, amount).map(([h, m, s]) => `${h}h${m}m${s}s`),
    hours(least).map((count) => `+${count * 60}m`),
    hours(least).map((count) => `${count}.5h`),
    hours(least).map((count) => `${count * 3600}000ms`),
  );
