/** Chains by hand, each with what people run into: on them Go, OpenSSL and Node often do not agree. */
import { characterString, sequence, setOf, smallInteger, TAG } from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { keyOf, LEAF_KEY, SERVER, timeOf, type ChainCase, type Clock } from './chain-cases.ts';
import {
  commonName,
  extension,
  extensions,
  forgeCertificate,
  general,
  nameDer,
  type ForgedContent,
} from './forge-chain.ts';

const ROOT = { name: 'root', key: 0 };
const ISSUING = { name: 'issuing', key: 1 };

interface Party {
  readonly name: string;
  readonly key: number;
}

type Make = (
  own: Party,
  above: Party,
  options?: Partial<ForgedContent> & { readonly signer?: number },
) => Uint8Array;

const fits = (key: number): Uint8Array[] => [
  extensions.subjectKeyIdentifier(keyOf(key).identifier),
  extensions.authorityKeyIdentifier(keyOf(key).identifier),
];

/** From 2020 on, for thirty years. */
const fractional = sequence(
  characterString(TAG.generalizedTime, '20200101000000.5Z'),
  characterString(TAG.generalizedTime, '20500101000000Z'),
);

const printable = (text: string): Uint8Array =>
  sequence(setOf(sequence(encodeOid('2.5.4.3'), characterString(TAG.printableString, text))));

type Chain = Pick<ChainCase, 'leaf'> & Partial<Omit<ChainCase, 'title'>>;

/** The chains, valid at the time of a clock. */
export function handmadeChains(clock: Clock): ChainCase[] {
  const make: Make = (own, above, { signer = above.key, ...content } = {}) =>
    forgeCertificate(
      {
        subject: commonName(own.name),
        issuer: commonName(above.name),
        publicKey: keyOf(own.key).publicKey,
        serial: own.key + 10,
        ...timeOf('good', clock),
        extensions: [extensions.basicConstraints(true), extensions.keyUsage([5, 6])],
        ...content,
      },
      keyOf(signer),
    );
  const web = (
    names: readonly Uint8Array[],
    content: Partial<ForgedContent> = {},
    above = ISSUING,
  ): Uint8Array =>
    make({ name: 'web', key: LEAF_KEY }, above, {
      extensions: [
        ...(names.length === 0 ? [] : [extensions.subjectAltName(names)]),
        extensions.extendedKeyUsage([SERVER]),
      ],
      ...content,
    });
  const [root, issuing] = [make(ROOT, ROOT), make(ISSUING, ROOT)];
  const leaf = web([general.dns('web.example.com')]);
  const named = (...names: readonly Uint8Array[]): Chain => ({ leaf: web(names) });
  const called = (...attributes: readonly (readonly [string, string])[]): Chain => ({
    leaf: web([], { subject: nameDer(...attributes) }),
  });
  const identified = (key: number): Uint8Array =>
    make(ROOT, ROOT, { extensions: [extensions.basicConstraints(true), ...fits(key)] });
  const ownName = [extensions.subjectAltName([general.dns('web.example.com')])];
  const odd = (oid: string, value: Uint8Array): Chain => ({
    leaf: web([], { extensions: [...ownName, extension(oid, value)] }),
  });
  const constrained = (name: Uint8Array, permitted: Uint8Array): Chain => ({
    leaf: web([general.dns('web.example.com'), name]),
    intermediates: [
      make(ISSUING, ROOT, {
        extensions: [extensions.basicConstraints(true), extensions.nameConstraints([permitted], [])],
      }),
    ],
  });
  const self = { name: 'web', key: LEAF_KEY };
  const chains: Readonly<Record<string, Chain>> = {
    'all is right': { leaf },
    'the server sends no intermediate': { leaf, intermediates: [] },
    'nothing is trusted by the name of the root': {
      leaf,
      roots: [make({ name: 'other', key: 70 }, { name: 'other', key: 70 })],
    },
    'the server sends its root, which is not trusted': {
      leaf,
      intermediates: [issuing, root],
      roots: [make({ name: 'other', key: 70 }, { name: 'other', key: 70 })],
    },
    'a root of the same name with another key': {
      leaf,
      roots: [make({ ...ROOT, key: 71 }, { ...ROOT, key: 71 })],
    },
    'an intermediate of the same name with another key': {
      leaf,
      intermediates: [make({ ...ISSUING, key: 72 }, ROOT)],
    },
    'a certificate signed by itself': { leaf: make(self, self, { extensions: ownName }), intermediates: [] },
    'a certificate signed by itself, and trusted': {
      leaf: make(self, self, { extensions: ownName }),
      intermediates: [],
      roots: [make(self, self, { extensions: ownName, serial: 9 })],
    },
    'only the intermediate is trusted': { leaf, intermediates: [], roots: [issuing] },
    'only the certificate itself is trusted': { leaf, intermediates: [], roots: [leaf] },
    'a key identifier that is another one': {
      leaf: web(
        [general.dns('web.example.com')],
        { extensions: [...ownName, extensions.authorityKeyIdentifier(keyOf(70).identifier)] },
        ROOT,
      ),
      intermediates: [],
      roots: [identified(0)],
    },
    'a root that was made anew with another identifier': {
      leaf,
      intermediates: [
        make(ISSUING, ROOT, {
          extensions: [
            extensions.basicConstraints(true),
            extensions.authorityKeyIdentifier(keyOf(70).identifier),
          ],
        }),
      ],
      roots: [identified(0)],
    },
    'a root of version 1': { leaf, roots: [make(ROOT, ROOT, { extensions: [] })] },
    'an intermediate of version 1': { leaf, intermediates: [make(ISSUING, ROOT, { extensions: [] })] },
    'an intermediate that is no CA': {
      leaf,
      intermediates: [make(ISSUING, ROOT, { extensions: [extensions.basicConstraints(false)] })],
    },
    'an intermediate that must not sign': {
      leaf,
      intermediates: [
        make(ISSUING, ROOT, { extensions: [extensions.basicConstraints(true), extensions.keyUsage([6])] }),
      ],
    },
    'an intermediate whose key usage is empty': {
      leaf,
      intermediates: [
        make(ISSUING, ROOT, { extensions: [extensions.basicConstraints(true), extensions.keyUsage([])] }),
      ],
    },
    'an address of eight bytes': named(general.dns('web.example.com'), general.ip(10, 0, 0, 7, 0, 0, 0, 0)),
    'names of kinds that there are none of': named(
      general.dns('db.example.com'),
      Uint8Array.of(0x89, 1, 0x61),
      Uint8Array.of(0x83, 1, 0x61),
    ),
    'an extension that is broken': odd('1.3.6.1.5.5.7.1.1', Uint8Array.of(1, 2, 3)),
    'a distribution point that is broken': odd('2.5.29.31', Uint8Array.of(0x30, 4, 0x30, 2, 0xa0, 0)),
    'a distribution point that names nothing': odd('2.5.29.31', Uint8Array.of(0x30, 2, 0x30, 0)),
    'an extension that does not end where it should': odd('2.5.29.35', Uint8Array.of(0x30, 0, 5, 0)),
    'basic constraints with a length for no CA': odd('2.5.29.19', Uint8Array.of(0x30, 3, 2, 1, 0)),
    'a policy twice': {
      leaf: web([], { extensions: [...ownName, extensions.certificatePolicies(['1.2.3', '1.2.3'])] }),
    },
    'a URI that is none': named(general.uri('https://web example.com/')),
    'a name that is not in ASCII': named(
      general.dns('web.example.com'),
      general.email('caf\u00e9@example.com'),
    ),
    'a mailbox in quotes': constrained(
      general.email('"r\\oot"@example.com'),
      general.email('root@Example.com'),
    ),
    'a mailbox that is none': constrained(general.email('no mailbox'), general.email('example.com')),
    'a constraint on mailboxes that is none': {
      leaf: web([], {
        extensions: [...ownName, extensions.nameConstraints([general.email('@example.com')], [])],
      }),
    },
    'a constraint on hosts that is none': {
      leaf: web([], { extensions: [...ownName, extensions.nameConstraints([general.uri('10.0.0.1')], [])] }),
    },
    'a constraint on networks that is none': {
      leaf: web([], {
        extensions: [...ownName, extensions.nameConstraints([general.ip(10, 0, 0, 0, 255, 0, 255, 0)], [])],
      }),
    },
    'extensions in version 2': { leaf: web([general.dns('web.example.com')], { version: smallInteger(1) }) },
    'another algorithm inside': {
      leaf: web([general.dns('web.example.com')], { algorithm: sequence(encodeOid('1.2.840.10045.4.3.3')) }),
    },
    'a time with a fraction': { leaf: web([general.dns('web.example.com')], { validity: fractional }) },
    'a name of characters that its type has not': {
      leaf: web([general.dns('web.example.com')], { subject: printable('a@b') }),
    },
    'a critical extension that must not be': {
      leaf: web([], { extensions: [...ownName, extension('2.5.29.14', Uint8Array.of(4, 1, 1), true)] }),
    },
    'an extension that stands twice': { leaf: web([], { extensions: [...ownName, ...ownName] }) },
    'a common name alone, the right one': called(['2.5.4.3', 'web.example.com']),
    'a common name alone, another one': called(['2.5.4.3', 'db.example.com']),
    'no name at all': called(['2.5.4.10', 'web']),
    'no address': { ...named(general.dns('web.example.com')), host: '10.0.0.7' },
    'another address': { ...named(general.ip(10, 0, 0, 8), general.ip(10, 0, 0, 9)), host: '10.0.0.7' },
    'another address of version 6': {
      ...named(general.ip(0xfd, ...Array<number>(14).fill(0), 1)),
      host: 'fd00::2',
    },
    'names of every kind, none of them right': named(
      general.dns('db.example.com'),
      general.email('root@example.com'),
      general.uri('https://example.com/a,b'),
      general.ip(0xfd, ...Array<number>(14).fill(0), 1),
      general.directory(nameDer(['2.5.4.10', 'dev'], ['2.5.4.3', 'web'])),
    ),
    'names of mailboxes alone': named(general.email('root@example.com')),
    'more names than are listed': named(
      ...Array.from({ length: 120 }, (_, at) => general.dns(`n${at}.example.com`)),
    ),
    'a wildcard within a label': named(general.dns('w*.example.com')),
    'a wildcard for two labels': { ...named(general.dns('*.example.com')), host: 'a.web.example.com' },
    'a wildcard right below the top': { ...named(general.dns('*.com')), host: 'example.com' },
    'a wildcard in the second label': named(general.dns('web.*.com')),
    'a point behind the host': { ...named(general.dns('db.example.com')), host: 'web.example.com.' },
    'expired, and another name': { leaf: web([general.dns('db.example.com')], timeOf('expired', clock)) },
    'expired, and no intermediate': {
      leaf: web([general.dns('web.example.com')], timeOf('expired', clock)),
      intermediates: [],
    },
    'an expired intermediate': { leaf, intermediates: [make(ISSUING, ROOT, timeOf('expired', clock))] },
    'an expired root': { leaf, roots: [make(ROOT, ROOT, timeOf('expired', clock))] },
    'a certificate that signs though it is none of a CA': {
      leaf: web([general.dns('web.example.com')], {}, { name: 'web', key: 51 }),
      intermediates: [make({ name: 'web', key: 51 }, ISSUING, { extensions: ownName }), issuing],
    },
  };
  return Object.entries(chains).map(([title, chain]) => ({
    title,
    intermediates: [issuing],
    roots: [root],
    host: 'web.example.com',
    usage: 'server',
    ...chain,
  }));
}
