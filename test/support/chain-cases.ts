/** Chains at random: mostly sound ones, with a fault here and there. */
import fc from 'fast-check';
import {
  commonName,
  extension,
  extensions,
  forgeCertificate,
  forgeKey,
  general,
  type ForgeKey,
} from './forge-chain.ts';

/** The moment at which the chains are judged. */
export const JUDGED_AT = new Date('2027-06-01T12:00:00Z');

/** A case: certificates in DER, and what is asked about the first. */
export interface ChainCase {
  /** What it is made of, for people. */
  readonly title: string;
  readonly leaf: Uint8Array;
  readonly intermediates: readonly Uint8Array[];
  readonly roots: readonly Uint8Array[];
  readonly host: string | undefined;
  readonly usage: 'server' | 'client' | undefined;
}

/** serverAuth (RFC 5280 4.2.1.12). */
export const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const CODE = '1.3.6.1.5.5.7.3.3';
const ANY = '2.5.29.37.0';

/** The number of the key that all leaves have. */
export const LEAF_KEY = 50;

const keys = new Map<number, ForgeKey>();

/** The key of a number, made once. */
export function keyOf(number: number): ForgeKey {
  const known = keys.get(number) ?? forgeKey(number);
  keys.set(number, known);
  return known;
}

/** Most often the first value, seldom one of the others. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

/** When chains are judged, and by how many milliseconds the edges of their validities are off that moment. */
export interface Clock {
  readonly at: Date;
  readonly margin: number;
}

const EXACT: Clock = { at: JUDGED_AT, margin: 0 };
const DAY = 86_400_000;
const SECOND = 1000;

type TimeName = 'good' | 'expired' | 'ends now' | 'begins now' | 'early';

/** The validity of a name, by the clock. */
export function timeOf(
  name: TimeName,
  { at, margin }: Clock = EXACT,
): { readonly notBefore: Date; readonly notAfter: Date } {
  const moment = (offset: number): Date => new Date(at.getTime() + offset);
  const edges: Readonly<Record<TimeName, readonly [number, number]>> = {
    good: [-150 * DAY, 200 * DAY],
    expired: [-500 * DAY, -SECOND - margin],
    'ends now': [-500 * DAY, margin],
    'begins now': [-margin, 200 * DAY],
    early: [SECOND + margin, 200 * DAY],
  };
  const [from, until] = edges[name];
  return { notBefore: moment(from), notAfter: moment(until) };
}

const times = mostly<TimeName>('good', 'expired', 'ends now', 'begins now', 'early');

const authority = fc.record({
  time: times,
  constraints: mostly<'ca' | 'not-ca' | 'none' | 0 | 1 | 2>('ca', 'not-ca', 'none', 0, 0, 1, 2),
  keyUsage: mostly<readonly number[] | undefined>([5, 6], undefined, [6], [0], [5]),
  purposes: mostly<readonly string[] | undefined>(
    undefined,
    [SERVER],
    [CLIENT],
    [SERVER, CLIENT],
    [CODE],
    [ANY],
  ),
  isSelfIssued: mostly(false, true),
  signedBy: mostly<'issuer' | 'another'>('issuer', 'another'),
  identifiers: mostly<'fit' | 'none'>('fit', 'none'),
  oddity: mostly<'nothing' | 'unknown critical' | 'unknown'>('nothing', 'unknown critical', 'unknown'),
  twin: mostly<'none' | 'expired twin' | 'other key' | 'cross-signed'>(
    'none',
    'expired twin',
    'other key',
    'cross-signed',
  ),
});

const leaf = fc.record({
  time: times,
  keyUsage: mostly<readonly number[] | undefined>([0, 2], undefined, [0], [2], [6]),
  purposes: mostly<readonly string[] | undefined>(
    [SERVER, CLIENT],
    undefined,
    [SERVER],
    [CLIENT],
    [CODE],
    [ANY],
  ),
  isCa: mostly(false, true),
  oddity: mostly<'nothing' | 'unknown critical' | 'unknown'>('nothing', 'unknown critical', 'unknown'),
});

type Authority = typeof authority extends fc.Arbitrary<infer T> ? T : never;
type Leaf = typeof leaf extends fc.Arbitrary<infer T> ? T : never;

const ODD_OID = '1.3.6.1.4.1.99999.1';

const oddity = (kind: Authority['oddity']): Uint8Array[] =>
  kind === 'nothing' ? [] : [extension(ODD_OID, Uint8Array.of(5, 0), kind === 'unknown critical')];

const purposesOf = (purposes: readonly string[] | undefined): Uint8Array[] =>
  purposes === undefined ? [] : [extensions.extendedKeyUsage(purposes)];

/** A certificate authority of a chain under construction. */
interface Above {
  readonly name: string;
  readonly key: number;
}

function authorityExtensions(one: Authority, own: ForgeKey, above: ForgeKey): Uint8Array[] {
  const { constraints } = one;
  const basic =
    constraints === 'none'
      ? []
      : [
          extensions.basicConstraints(
            constraints !== 'not-ca',
            typeof constraints === 'number' ? constraints : undefined,
          ),
        ];
  const identifiers =
    one.identifiers === 'none'
      ? []
      : [
          extensions.subjectKeyIdentifier(own.identifier),
          extensions.authorityKeyIdentifier(above.identifier),
        ];
  return [
    ...basic,
    ...(one.keyUsage === undefined ? [] : [extensions.keyUsage(one.keyUsage)]),
    ...purposesOf(one.purposes),
    ...identifiers,
    ...oddity(one.oddity),
  ];
}

function authorityCertificate(
  one: Authority,
  { own, above, clock, time = one.time }: { own: Above; above: Above; clock: Clock; time?: TimeName },
): Uint8Array {
  const signer = keyOf(one.signedBy === 'another' ? 99 : above.key);
  return forgeCertificate(
    {
      subject: commonName(own.name),
      issuer: commonName(above.name),
      publicKey: keyOf(own.key).publicKey,
      serial: own.key + 10,
      ...timeOf(time, clock),
      extensions: authorityExtensions(one, keyOf(own.key), keyOf(above.key)),
    },
    signer,
  );
}

function leafCertificate(one: Leaf, above: Above, clock: Clock): Uint8Array {
  const names = [general.dns('web.example.com'), general.dns('*.apps.example.com'), general.ip(10, 0, 0, 7)];
  return forgeCertificate(
    {
      subject: commonName('web'),
      issuer: commonName(above.name),
      publicKey: keyOf(LEAF_KEY).publicKey,
      serial: 500,
      ...timeOf(one.time, clock),
      extensions: [
        extensions.subjectAltName(names),
        extensions.basicConstraints(one.isCa),
        ...(one.keyUsage === undefined ? [] : [extensions.keyUsage(one.keyUsage)]),
        ...purposesOf(one.purposes),
        ...oddity(one.oddity),
      ],
    },
    keyOf(above.key),
  );
}

/** What is asked about a chain, and when. */
interface Asked {
  readonly host: string | undefined;
  readonly usage: 'server' | 'client' | undefined;
  readonly clock: Clock;
}

function assemble(chain: readonly Authority[], one: Leaf, { clock, ...asked }: Asked): ChainCase {
  const roots: Uint8Array[] = [];
  const intermediates: Uint8Array[] = [];
  let above: Above = { name: 'CA 0', key: 0 };
  for (const [index, authorityOf] of chain.entries()) {
    const isRoot = index === 0;
    const own = { name: isRoot || authorityOf.isSelfIssued ? above.name : `CA ${index}`, key: index };
    const issuer = isRoot ? own : above;
    const list = isRoot ? roots : intermediates;
    list.push(authorityCertificate(authorityOf, { own, above: issuer, clock }));
    if (authorityOf.twin === 'expired twin')
      list.push(authorityCertificate(authorityOf, { own, above: issuer, clock, time: 'expired' }));
    if (authorityOf.twin === 'other key')
      list.push(
        authorityCertificate(authorityOf, { own: { ...own, key: index + 20 }, above: issuer, clock }),
      );
    if (authorityOf.twin === 'cross-signed') {
      const other = { name: 'other root', key: 70 };
      roots.push(
        authorityCertificate(
          { ...authorityOf, signedBy: 'issuer', constraints: 'ca' },
          { own: other, above: other, clock },
        ),
      );
      intermediates.push(
        authorityCertificate(
          { ...authorityOf, signedBy: 'issuer' },
          { own, above: other, clock, time: 'good' },
        ),
      );
    }
    above = own;
  }
  const title = JSON.stringify({ chain, one, asked });
  return { title, leaf: leafCertificate(one, above, clock), intermediates, roots, ...asked };
}

/** Chains of one to four CAs with faults of every kind, but for name constraints; judged at the time given. */
export function chainsAt(clock: Clock): fc.Arbitrary<ChainCase> {
  const asked = fc.record({
    host: mostly<string | undefined>(
      'web.example.com',
      undefined,
      'WEB.example.com',
      'a.apps.example.com',
      'a.b.apps.example.com',
      'apps.example.com',
      '10.0.0.7',
      '10.0.0.8',
      'web',
      'other.example.com',
    ),
    usage: mostly<'server' | 'client' | undefined>('server', 'client', undefined),
  });
  return fc
    .tuple(fc.array(authority, { minLength: 1, maxLength: 4 }), leaf, asked)
    .map(([list, one, about]) => assemble(list, one, { ...about, clock }));
}

/** The same, judged at {@link JUDGED_AT}, which some validities touch. */
export const chains: fc.Arbitrary<ChainCase> = chainsAt(EXACT);
