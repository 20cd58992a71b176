/** Chains at random with name constraints of all kinds, permitted and excluded, one above the other. */
import fc from 'fast-check';
import { keyOf, LEAF_KEY, SERVER, timeOf, type ChainCase } from './chain-cases.ts';
import { commonName, extensions, forgeCertificate, general, nameDer } from './forge-chain.ts';

const HOSTS = [
  'example.com',
  'a.example.com',
  'b.a.example.com',
  '*.example.com',
  '*.a.example.com',
  'aexample.com',
  'EXAMPLE.com',
  'example.org',
  'com',
];
const DOMAINS = ['example.com', 'a.example.com', 'c.example.com', 'com', 'Example.COM', 'example.org', ''];
const MAILBOXES = ['root@example.com', 'Root@example.com', 'root@a.example.com', 'root@example.org'];
const MAIL_BASES = ['example.com', 'root@example.com', '.example.com', 'example.org', 'ROOT@EXAMPLE.COM'];
const URIS = ['https://example.com/x', 'https://a.example.com:8443/', 'spiffe://example.org/ns/x'];
const URI_BASES = ['example.com', '.example.com', 'a.example.com', 'example.org'];

/** Directory names of which some lie below others, in other cases and blanks too (RFC 5280 7.1). */
const DIRECTORIES = Object.freeze({
  dev: nameDer(['2.5.4.10', 'dev']),
  ' DEV ': nameDer(['2.5.4.10', ' DEV ']),
  ops: nameDer(['2.5.4.10', 'ops']),
  'dev, web': nameDer(['2.5.4.10', 'dev'], ['2.5.4.3', 'web']),
});
const directories = fc.constantFrom(...Object.entries(DIRECTORIES)).map(([text, name]) => ({
  text: `directory ${text}`,
  der: general.directory(name),
}));

const address = fc.constantFrom<readonly number[]>(
  [10, 0, 0, 1],
  [10, 1, 0, 1],
  [192, 168, 0, 1],
  [0xfd, ...Array<number>(14).fill(0), 1],
  [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 7],
);
const network = fc.constantFrom<readonly number[]>(
  [10, 0, 0, 0, 255, 0, 0, 0],
  [10, 0, 0, 0, 255, 255, 0, 0],
  [192, 168, 0, 1, 255, 255, 255, 255],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0xfd, ...Array<number>(15).fill(0), 0xff, ...Array<number>(15).fill(0)],
);

const names = fc.oneof(
  { weight: 1, arbitrary: directories },
  { weight: 5, arbitrary: fc.constantFrom(...HOSTS).map((text) => ({ text, der: general.dns(text) })) },
  {
    weight: 3,
    arbitrary: address.map((bytes) => ({ text: bytes.join('.'), der: general.ip(...bytes) })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...MAILBOXES).map((text) => ({ text, der: general.email(text) })) },
  { weight: 1, arbitrary: fc.constantFrom(...URIS).map((text) => ({ text, der: general.uri(text) })) },
);

const subtrees = fc.oneof(
  { weight: 1, arbitrary: directories },
  {
    weight: 5,
    arbitrary: fc.constantFrom(...DOMAINS).map((text) => ({ text: `dns ${text}`, der: general.dns(text) })),
  },
  { weight: 3, arbitrary: network.map((bytes) => ({ text: bytes.join('.'), der: general.ip(...bytes) })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...MAIL_BASES)
      .map((text) => ({ text: `email ${text}`, der: general.email(text) })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...URI_BASES).map((text) => ({ text: `uri ${text}`, der: general.uri(text) })),
  },
);

const constraintLists = fc
  .tuple(fc.array(subtrees, { maxLength: 3 }), fc.array(subtrees, { maxLength: 2 }))
  .filter(([permitted, excluded]) => permitted.length + excluded.length > 0);

const always = timeOf('good');

/** Chains of root, one or two CAs and a leaf, with name constraints in the CAs and names of all kinds in the leaf. */
export const constrainedChains: fc.Arbitrary<ChainCase> = fc
  .tuple(
    fc.array(fc.option(constraintLists, { freq: 2 }), { minLength: 1, maxLength: 3 }),
    fc.array(names, { minLength: 0, maxLength: 3 }),
    fc.constantFrom('web', 'example.com', 'a.example.com', 'example.org', '10.0.0.1'),
  )
  .map(([lists, own, cn]) => {
    const certificates = lists.map((list, index) => {
      const [key, above] = [keyOf(index), keyOf(Math.max(0, index - 1))];
      const constraints =
        list === null
          ? []
          : [
              extensions.nameConstraints(
                list[0].map(({ der }) => der),
                list[1].map(({ der }) => der),
              ),
            ];
      return forgeCertificate(
        {
          subject: commonName(`CA ${index}`),
          issuer: commonName(`CA ${Math.max(0, index - 1)}`),
          publicKey: key.publicKey,
          serial: index + 1,
          ...always,
          extensions: [extensions.basicConstraints(true), extensions.keyUsage([5, 6]), ...constraints],
        },
        above,
      );
    });
    const end = forgeCertificate(
      {
        subject: nameDer(['2.5.4.10', 'dev'], ['2.5.4.3', cn]),
        issuer: commonName(`CA ${lists.length - 1}`),
        publicKey: keyOf(LEAF_KEY).publicKey,
        serial: 500,
        ...always,
        extensions: [
          ...(own.length === 0 ? [] : [extensions.subjectAltName(own.map(({ der }) => der))]),
          extensions.extendedKeyUsage([SERVER]),
        ],
      },
      keyOf(lists.length - 1),
    );
    const title = JSON.stringify({
      constraints: lists.map((list) => list?.map((side) => side.map(({ text }) => text))),
      names: own.map(({ text }) => text),
      cn,
    });
    const [root, ...intermediates] = certificates;
    return {
      title,
      leaf: end,
      intermediates,
      roots: root === undefined ? [] : [root],
      host: undefined,
      usage: 'server' as const,
    };
  });
