import fc from 'fast-check';
import { isPkiError } from '../../src/errors/pki-error.ts';
import { parseYaml } from '../../src/yaml/parse.ts';
import { renderYaml } from '../../src/yaml/render.ts';
import { compareGoKeys } from '../../src/yaml/sort-keys.ts';
import { describeWith } from '../support/foreign.ts';
import { askOracle } from '../support/yaml-oracle.ts';

/** The same for both sides: no difference between 0 and -0. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** What we make of a text: its value as JSON has it, or that we refuse it. */
function read(text: string): unknown {
  try {
    return { value: throughJson(parseYaml(text).value) };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { refused: true };
  }
}

async function expectSameReading(
  texts: readonly string[],
  op: 'decode' | 'strict' = 'decode',
): Promise<void> {
  const answers = await askOracle(texts.map((text) => ({ op, text })));
  const theirs = answers.map((answer, i) => [
    texts[i],
    answer.error === undefined ? { value: throughJson(answer.json ?? null) } : { refused: true },
  ]);
  expect(texts.map((text) => [text, read(text)])).toEqual(theirs);
}

async function expectSameWriting(values: readonly unknown[]): Promise<void> {
  const answers = await askOracle(values.map((json) => ({ op: 'encode', json })));
  const ours = values.map((value) => [value, renderYaml(value, { sortKeys: true })]);
  expect(ours).toEqual(answers.map((answer, i) => [values[i], answer.text]));
}

// Characters that decide what a scalar is, more often than chance would bring them.
const scalarCharacters = fc.constantFrom(...'0123456789abcdefxobBOXyYnNtTuUsleEprL+-._:~# TZ,'.split(''));
const numberLike = fc.string({
  unit: fc.constantFrom(...'0123456789_+-.eExXbBoO:'.split('')),
  maxLength: 10,
});
const dateLike = fc
  .tuple(
    fc.constantFrom(
      '2001-12-14',
      '2001-2-30',
      '2024-02-29',
      '1900-02-29',
      '0000-1-1',
      '2001-13-01',
      '999-1-1',
    ),
    fc.constantFrom('', 't', 'T', ' ', '   ', ' T'),
    fc.constantFrom(
      '',
      '21:59:43',
      '1:2:3',
      '24:00:00',
      '21:59:60',
      '21:59:43.10',
      '21:59:43,5',
      '21:59:43.',
    ),
    fc.constantFrom('', 'Z', '+01:00', '-24:60', '+25:00', ' Z', '+1:00'),
  )
  .map((parts) => parts.join(''));
const words = fc.constantFrom(
  ...'y|Y|yes|Yes|YES|yEs|true|True|TRUE|tRue|on|On|ON|oN|n|N|no|No|NO|false|False|FALSE|off|Off|OFF|null|Null|NULL|nULL|~|.nan|.NaN|.NAN|.Nan|.inf|.Inf|.INF|+.inf|-.inf|-.INF|<<|=|0777|0600|0o12|0x1F|0b11|-0b11|0b-11|0b+1|08|1e3|1E+3|12_3|1_|_1|1:30|190:20:30|1.|.5|-.5|+.5|+1|-0|-0.0|0x|0b|0o|9223372036854775807|9223372036854775808|18446744073709551615|18446744073709551616|-9223372036854775809|1e999|.1e999|1.e3|1__0|--1|+-1'.split(
    '|',
  ),
);
const scalar = fc.oneof(words, numberLike, dateLike, fc.string({ unit: scalarCharacters, maxLength: 8 }));

// Text of one line without what YAML itself gives a meaning, so that only the type is in question.
const inert = (text: string): boolean => !/[#:]|^[-?][ ]?|^[,~|>&*!%@`'"[\]{}]|[\0-\x1f]/.test(text);

const printable = fc.oneof(
  fc.constantFrom(...' \t\n:#-?,[]{}&*!|>\'"%@`\\/'.split('')),
  fc.constantFrom(
    'é',
    '\u00a0',
    '\u200b',
    '中',
    '😀',
    '\ufeff',
    '\ufffd',
    '\u007f',
    '\u0001',
    '\r',
    '\u0085',
  ),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
);
const anyString = fc.oneof(
  scalar,
  fc.string({ unit: printable, maxLength: 12 }),
  fc
    .array(fc.constantFrom('word', 'a', ' ', '  ', '\n', "it's", '"q"', 'x'.repeat(30)), { maxLength: 30 })
    .map((p) => p.join(' ')),
);
const key = fc
  .oneof(anyString, fc.constantFrom('x'.repeat(129), 'é'.repeat(64), 'é'.repeat(65), 'a10', 'a9', 'a010'))
  .filter(
    // The one key that we write otherwise, and the one that a JSON literal cannot set.
    (name) => name !== '<<' && name !== '__proto__',
  );

/**
 * Whether Go's order of the keys is one: `2001-12-14`, `2B`, `999-1-1` make a circle, each before the next, and then
 * what Go writes depends on the random order of its maps.
 */
function hasOneOrder(map: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(map).sort(compareGoKeys);
  return keys.every((name, i) => keys.slice(i + 1).every((later) => compareGoKeys(name, later) < 0));
}

const jsonValue = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    anyString,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(key, tie('node'), { maxKeys: 4 }).filter(hasOneOrder),
  ),
})).node;

describeWith(['go'], 'Go reads the same', () => {
  test('the words and numbers of YAML 1.1, as values, keys and list items', async () => {
    const texts = fc
      .sample(words, 400)
      .flatMap((word) => [`a: ${word}\n`, `${word}: 1\n`, `- ${word}\n`, `a: "${word}"\n`, word]);
    await expectSameReading([...new Set(texts)]);
  });

  test('any plain scalar', async () => {
    const texts = fc.array(
      scalar.filter(inert).map((text) => `a: ${text}\n`),
      { minLength: 40, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (batch) => expectSameReading(batch)),
      { numRuns: 60 },
    );
  });

  test('any plain scalar as a key', async () => {
    const texts = fc.array(
      scalar.filter(inert).map((text) => `${text}: a\n`),
      { minLength: 40, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (batch) => expectSameReading(batch)),
      { numRuns: 40 },
    );
  });

  test('scalars with a tag', async () => {
    const tags = [
      '!!str',
      '!!int',
      '!!float',
      '!!bool',
      '!!null',
      '!!timestamp',
      '!!map',
      '!mine',
      '!',
      '!!merge',
    ];
    const texts = fc
      .sample(words, 100)
      .flatMap((word) => tags.flatMap((tag) => [`a: ${tag} ${word}\n`, `a: ${tag} '${word}'\n`]));
    await expectSameReading(texts);
  });

  test.each([
    ['merge keys', 'b: &b {x: 1, y: 2}\na:\n  x: 3\n  <<: *b\n  z: 1\n'],
    ['a key after the merge', 'b: &b {x: 1}\na:\n  <<: *b\n  x: 3\n'],
    ['a list of merges', 'b: &b {x: 1}\nc: &c {x: 2, y: 2}\na: {<<: [*b, *c]}\n'],
    ['a nested merge', 'b: &b {x: 1}\nc: &c {<<: *b, y: 2}\na: {<<: *c}\n'],
    ['a merge of an inline map', 'a: {<<: {x: 1}, y: 2}\n'],
    ['a quoted merge key', 'a: {"<<": {x: 1}}\n'],
    ['a merge of a scalar', 'a: {<<: 1}\n'],
    ['a merge of null', 'a: {<<: }\n'],
    ['a merge of a list of scalars', 'a: {<<: [1]}\n'],
    ['a merge of an alias to a list', 'b: &b [{x: 1}]\na: {<<: *b}\n'],
    ['aliases', 'a: &a [1, {b: 2}]\nc: *a\n'],
    ['an alias as a key', 'a: &a x\n*a : 1\n'],
    ['an anchor given twice', 'a: &a 1\nb: &a 2\nc: *a\n'],
    ['an alias without anchor', 'a: *b\n'],
    ['an alias inside of its anchor', 'a: &a [*a]\n'],
    ['a null key', 'null: 1\n'],
    ['an empty key', ': 1\n'],
    ['a list as a key', '? [a]\n: 1\n'],
    ['a map as a key', '{a: 1}: 2\n'],
    ['not a number', 'a: .nan\n'],
    ['infinity', 'a: .inf\n'],
    ['infinity as a key', '.inf: 1\n'],
    ['duplicate keys', 'a: 1\nb: 2\na: 3\n'],
    ['JSON', '{"a": {"b": [1, 2.5, "x\\n\\u00e9", null, true]}}'],
    ['Windows line ends', 'a: 1\r\nb:\r\n- x\r\n- |\r\n  l1\r\n  l2\r\n'],
    ['a byte order mark', '\ufeffa: 1\n'],
    ['nothing', ''],
    ['blank lines', '\n  \n'],
    ['a comment', '# a\n'],
    ['a leading marker', '---\na: 1\n'],
    ['binary data', 'a: !!binary aGVsbG8=\nb: !!binary "aGVs\n  bG8="\n'],
    ['binary data that is not base64', 'a: !!binary aGVsbG8\n'],
    ['a trailing marker', 'a: 1\n---\n'],
    ['an end marker', 'a: 1\n...\n'],
    ['a directive', '%YAML 1.1\n---\na: 1\n'],
    ['a tag directive', '%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1\n'],
    ['block scalars', 'a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  k\n\nd: |2\n    e\n'],
    ['a literal block whose last line does not end', 'a: |\n  x\n  y'],
    ['a kept block whose last line does not end', 'a: |+\n  x\n  y'],
    ['a folded block whose last line does not end', 'a: >\n  x\n  y '],
    ['a block before a last line of spaces', 'a: |\n  x\n '],
    ['a block before a comment that does not end', 'a: |\n  x\n# y'],
    ['quoted scalars over lines', 'a: "x\n  y\\\n  z"\nb: \'p\n\n  q\'\n'],
    ['a plain scalar over lines', 'a: x\n  y\n  z\n'],
    ['compact lists', 'a:\n- - 1\n  - 2\n- b: 1\n  c: 2\n'],
    ['flow over lines', 'a: [1,\n 2, {b: c,\n d}]\n'],
    ['an unclosed list', 'a: [1'],
    ['an unclosed quote', 'a: "x'],
    ['a tab as indentation', 'a:\n\tb: 1\n'],
    ['bad indentation', 'a:\n  b: 1\n c: 2\n'],
    ['a colon inside of a value', 'a: b: c\n'],
    ['a control character', 'a: \u0001\n'],
    ['an unknown escape', 'a: "\\q"\n'],
  ])('%s', async (_title, text) => {
    await expectSameReading([text]);
  });

  test('and what it writes of any JSON', async () => {
    const values = fc.array(
      jsonValue.map((value) => ({ value })),
      { minLength: 20, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(values, async (batch) => {
        const answers = await askOracle(batch.map((json) => ({ op: 'encode', json })));
        const read = answers.map((answer) => parseYaml(answer.text ?? '').value);
        expect(throughJson(read)).toEqual(throughJson(batch));
      }),
      { numRuns: 60 },
    );
  });
});

describeWith(['go'], 'Go writes the same bytes', () => {
  test('for the words and numbers of YAML 1.1', async () => {
    await expectSameWriting(
      [...new Set(fc.sample(words, 400))].flatMap((word) => [word, { a: word }, [word]]),
    );
  });

  test('for maps of strings', async () => {
    const maps = fc.array(fc.dictionary(key, anyString, { maxKeys: 6 }).filter(hasOneOrder), {
      minLength: 20,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(maps, async (batch) => expectSameWriting(batch)),
      { numRuns: 60 },
    );
  });

  test('for any JSON', async () => {
    const values = fc.array(
      jsonValue.map((value) => ({ value })),
      { minLength: 20, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(values, async (batch) => expectSameWriting(batch)),
      { numRuns: 60 },
    );
  });

  test('which Go reads back, also where ours differ on purpose', async () => {
    const values = [{ '<<': 'a' }, { a: 'x\u2028y', b: 'x\ny\u2029 z', 'k\u0085': 1 }];
    const answers = await askOracle(values.map((value) => ({ op: 'decode', text: renderYaml(value) })));
    expect(answers.map((answer) => answer.json)).toEqual(values);
  });
});
