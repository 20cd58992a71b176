/** Names, values and flags that are hard on YAML, on Go's flags and on kubectl. */
import fc from 'fast-check';

/** Some words of a command line. */
export type Words = readonly string[];

const LONG = 'long '.repeat(60).trim();

/** Names of clusters, contexts and users: few that come again, and odd ones. */
export const NAME = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('a', 'b', 'prod') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'kubernetes-admin@kubernetes',
      '10.0.0.1',
      'true',
      'é ö',
      'x.y.z',
      '012',
      '1e3',
      'null',
      '~',
      'A',
      "it's",
      '"quoted"',
      'a: b',
      '#a',
      ' lead',
      'trail ',
      '{a}',
      '*a',
      'a\tb',
      'two\nlines',
      '中文',
      '😀',
      'a.server.b',
      '2001-01-01',
      '__proto__',
      'constructor',
      'n'.repeat(300),
      '',
    ),
  },
);

/** Values of any field. */
export const VALUE = fc.constantFrom(
  // Nobody is there: the kubectl of Google's SDK asks servers for their version.
  'https://127.0.0.1:1',
  'a',
  'b',
  'yes',
  '0x1f',
  'two words',
  '',
  ' lead',
  'trail ',
  'a: b',
  '#x',
  'ca.crt',
  './sub/../ca.crt',
  '/etc/x.crt',
  '~',
  '1e3',
  '1:30',
  'two\nlines\n',
  '\n',
  'tab\there',
  'nul \u0001',
  '中文 é 😀',
  '{"json":1}',
  '[1]',
  '%d',
  '\\n',
  'a,b',
  '-',
  '- x',
  '? x',
  '!!int 3',
  '<>&',
  "it's",
  '"',
  LONG,
  'x'.repeat(200),
);

/** Paths of files that are to be named or embedded; some of them are there. */
export const FILE = fc.constantFrom(
  'ca.crt',
  'sub/key.pem',
  './ca.crt',
  '/nowhere/ca.crt',
  'missing.crt',
  '',
);

/** A flag that may be there, in both of its forms. */
export const flag = (name: string, values: fc.Arbitrary<string>): fc.Arbitrary<Words> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: values.map((one) => [`--${name}=${one}`]) },
    { weight: 2, arbitrary: values.map((one) => [`--${name}`, one]) },
    { weight: 1, arbitrary: fc.tuple(values, values).map((both) => both.map((one) => `--${name}=${one}`)) },
  );

/** A boolean that may be there, in all of its forms. */
export const toggle = (name: string): fc.Arbitrary<Words> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('', '=true', '=false', '=T', '=0').map((rest) => [`--${name}${rest}`]),
    },
  );

/** A verb, and what may follow it. */
export const command = (word: string, ...parts: readonly fc.Arbitrary<Words>[]): fc.Arbitrary<Words> =>
  fc.tuple(...parts).map((rest) => [word, ...rest.flat()]);

/** One operand. */
export const one = (values: fc.Arbitrary<string>): fc.Arbitrary<Words> => values.map((word) => [word]);
