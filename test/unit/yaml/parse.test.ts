import { isPkiError } from '../../../src/errors/pki-error.ts';
import type { AnyPkiError } from '../../../src/errors/pki-error.ts';
import { parseYaml, parseYamlDocuments } from '../../../src/yaml/parse.ts';
import type { YamlOptions } from '../../../src/yaml/source.ts';

function errorOf(text: string | Uint8Array, options?: YamlOptions): AnyPkiError {
  try {
    parseYamlDocuments(text, options);
  } catch (error) {
    if (isPkiError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('values', () => {
  test.each<readonly [string, unknown]>([
    ['yes', true],
    ['n', false],
    ['012', 10],
    ['0o12', 10],
    ['1e3', 1000],
    ['12_3', 123],
    ['1:30', '1:30'],
    ['2001-12-14', '2001-12-14'],
    ['0x1F', 31],
    ['~', null],
    ['18446744073709551616', 18446744073709552000],
    ['1e999', '1e999'],
    ['"yes"', 'yes'],
    ['!!str yes', 'yes'],
    ['{"a": [1, "\\u00e9"]}', { a: [1, 'é'] }],
  ])('%s', (text, value) => {
    expect(parseYaml(text).value).toEqual(value);
  });

  test('an integer of a million digits is no integer, and is told quickly', () => {
    expect(parseYaml(`0x${'1'.repeat(1_000_000)}`).value).toHaveLength(1_000_002);
  });

  test('numbers and booleans as keys become names, as in JSON', () => {
    expect(parseYaml('012: a\ny: b\n1.5: c\n').value).toEqual({ 10: 'a', true: 'b', 1.5: 'c' });
  });

  test('a key named __proto__ is a field like any other', () => {
    const { value } = parseYaml('__proto__: {admin: true}\nb: {<<: {__proto__: {admin: true}}}\n');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true},"b":{"__proto__":{"admin":true}}}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('bytes in UTF-8 and in UTF-16 with a byte order mark', () => {
    const text = '\ufeffname: é\r\n';
    const swapped = Buffer.from(text, 'utf16le').swap16();
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le'), swapped]) {
      expect(parseYaml(new Uint8Array(bytes)).value).toEqual({ name: 'é' });
    }
  });
});

describe('documents', () => {
  const shape = (text: string): unknown[] =>
    parseYamlDocuments(text).map(({ value, line, empty, commentOnly }) => [value, line, empty, commentOnly]);

  test('are numbered, and know the line of their first content', () => {
    const text = '# first\na: 1\n---\n\n# second\nb: 2\n--- # third\n- c\n...\n';
    expect(parseYamlDocuments(text)).toEqual([
      { value: { a: 1 }, index: 0, line: 2, duplicateKeys: [], empty: false, commentOnly: false },
      { value: { b: 2 }, index: 1, line: 6, duplicateKeys: [], empty: false, commentOnly: false },
      { value: ['c'], index: 2, line: 8, duplicateKeys: [], empty: false, commentOnly: false },
    ]);
  });

  test('there is none in nothing and in blank lines', () => {
    expect(parseYamlDocuments('')).toEqual([]);
    expect(parseYamlDocuments('\ufeff \n\n')).toEqual([]);
  });

  test('a leading marker starts the first', () => {
    expect(shape('---\na: 1\n')).toEqual([[{ a: 1 }, 2, false, false]]);
  });

  test('doubled and trailing markers make empty ones', () => {
    expect(shape('---\n---\na: 1\n---\n')).toEqual([
      [null, 1, true, false],
      [{ a: 1 }, 3, false, false],
      [null, 4, true, false],
    ]);
  });

  test('comments alone make an empty one that is told apart: before, between and after markers', () => {
    expect(shape('# x\n')).toEqual([[null, 1, true, true]]);
    expect(shape('\n# x\n---\na: 1\n---\n# y\n---\r\nb: 2\n---\n# z\n')).toEqual([
      [null, 2, true, true],
      [{ a: 1 }, 4, false, false],
      [null, 5, true, true],
      [{ b: 2 }, 8, false, false],
      [null, 9, true, true],
    ]);
  });

  test('an explicit null is content', () => {
    expect(shape('~\n---\n!!null\n')).toEqual([
      [null, 1, false, false],
      [null, 3, false, false],
    ]);
  });

  test('a directive before the marker is no document', () => {
    expect(shape('# x\n%YAML 1.1\n---\na: 1\n')).toEqual([[{ a: 1 }, 4, false, false]]);
  });

  test('U+2028 does not start a line that could be a marker', () => {
    expect(shape('a: "x\u2028--- y"\n---\nb: 1\n')).toHaveLength(2);
  });

  test('parseYaml passes over empty ones and refuses a second', () => {
    expect(parseYaml('# c\n---\na: 1\n---\n').value).toEqual({ a: 1 });
    expect(parseYaml('')).toMatchObject({ value: null, empty: true });
    expect(parseYaml('# c\n')).toMatchObject({ value: null, empty: true, commentOnly: true });
    expect(() => parseYaml('a: 1\n---\nb: 2\n', { source: 'f' })).toThrow(
      expect.objectContaining({ code: 'invalid-yaml', details: { source: 'f', line: 3, column: 1 } }),
    );
  });
});

describe('duplicate keys', () => {
  test('are listed by path, and the last one wins', () => {
    const document = parseYaml('a: 1\nb:\n- c: 1\n  d: {x y: 1, "x y": 2}\n  c: 2\na: 3\n1: a\n"1": b\n');
    expect(document.duplicateKeys).toEqual(['b[0].d["x y"]', 'b[0].c', 'a', '["1"]']);
    expect(document.value).toEqual({ a: 3, b: [{ c: 2, d: { 'x y': 2 } }], 1: 'b' });
  });

  test('overriding a merged key is none', () => {
    const document = parseYaml('b: &b {x: 1}\na: {<<: *b, x: 2}\n');
    expect(document.duplicateKeys).toEqual([]);
    expect(document.value).toMatchObject({ a: { x: 2 } });
  });
});

describe('errors', () => {
  test('name source, line and column', () => {
    const error = errorOf('a: 1\nb: [1\n', { source: 'x.yaml' });
    expect(error).toMatchObject({ code: 'invalid-yaml', details: { source: 'x.yaml', line: 3 } });
    expect(error.message).toMatch(/^x\.yaml, line 3, column \d+: /);
  });

  test.each([
    ['a value that does not fit its tag', 'a: !!int b\n', { line: 1, column: 10 }],
    ['an alias without anchor', 'a:\n  *b\n', { line: 2, column: 4 }],
    ['a null key', 'x: 1\n~: a\n', { line: 2, column: 1 }],
    ['a number that JSON does not have', 'a: 1\nb: .inf\n', { line: 2, column: 4 }],
    ['half of a surrogate pair', 'a: \ud800\n', { line: 1, column: 4 }],
    ['half of a surrogate pair, escaped', 'a: "\\ud83d\\ude00"\n', { line: 1, column: 5 }],
    ['an escape beyond Unicode', 'a: "\\U00110000"\n', { line: 1, column: 5 }],
    ['a control character', 'a: \u0001\n', { line: 1 }],
    ['a null byte', 'a: \0\n', { line: 1, column: 4 }],
  ])('%s', (_title, text, details) => {
    expect(errorOf(text)).toMatchObject({ code: 'invalid-yaml', details });
  });

  test('bytes that are not UTF-8', () => {
    expect(errorOf(new Uint8Array([0x61, 0x3a, 0x20, 0xff]))).toMatchObject({ code: 'invalid-yaml' });
  });

  test('do not hold the text around them', () => {
    for (const text of [
      'password: !hunter2^ x\n',
      'password: !hun!ter2 x\n',
      'password: "hunter2\n',
      'password: *hunter2\n',
    ]) {
      const error = errorOf(text);
      expect(error.message).not.toContain('ter2');
      expect(error.cause).toBeUndefined();
    }
  });

  test('another type of input is a TypeError', () => {
    expect(() => parseYaml(JSON.parse('5'))).toThrow(TypeError);
  });
});

describe('limits', () => {
  test('a file of 10 MB is refused before it is read', () => {
    const details = { limit: 'bytes', maximum: 4 * 1024 * 1024, source: 'big' };
    expect(errorOf('x'.repeat(10_000_000), { source: 'big' })).toMatchObject({
      code: 'limit-exceeded',
      details,
    });
    expect(errorOf(new Uint8Array(10_000_000), { source: 'big' })).toMatchObject({
      code: 'limit-exceeded',
      details,
    });
  });

  test('bytes are counted, not characters', () => {
    expect(errorOf('é'.repeat(6), { maxBytes: 11 })).toMatchObject({ code: 'limit-exceeded' });
    expect(parseYaml('é'.repeat(6), { maxBytes: 12 }).value).toBe('éééééé');
  });

  test('nesting', () => {
    expect(errorOf('['.repeat(101))).toMatchObject({ code: 'limit-exceeded', details: { maximum: 100 } });
    expect(errorOf(`${'['.repeat(5)}${']'.repeat(5)}`, { maxDepth: 4 })).toMatchObject({
      code: 'limit-exceeded',
    });
  });

  test('nesting through aliases', () => {
    const lines = Array.from({ length: 120 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`);
    expect(errorOf(`a0: &a0 [x]\n${lines.join('')}`)).toMatchObject({
      code: 'limit-exceeded',
      details: { limit: 'levels of nesting' },
    });
  });

  test('the number of aliases', () => {
    expect(errorOf(`- &a x\n${'- *a\n'.repeat(1001)}`)).toMatchObject({
      details: { limit: 'aliases', maximum: 1000 },
    });
    expect(errorOf('- &a x\n- *a\n', { maxAliases: 0 })).toMatchObject({ code: 'limit-exceeded' });
  });

  test('what aliases stand for: a billion laughs', () => {
    const line = (i: number): string =>
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    const bomb = `a0: &a0 [lol]\n${Array.from({ length: 9 }, (_, i) => line(i + 1)).join('')}`;
    expect(errorOf(bomb)).toMatchObject({
      code: 'limit-exceeded',
      details: { limit: 'nodes through aliases' },
    });
  });
});
