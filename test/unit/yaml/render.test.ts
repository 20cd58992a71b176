import { parseYaml } from '../../../src/yaml/parse.ts';
import { renderYaml } from '../../../src/yaml/render.ts';

describe('strings', () => {
  test.each([
    ['yes', '"yes"'],
    ['012', '"012"'],
    ['1:30', '"1:30"'],
    ['2001-12-14', '"2001-12-14"'],
    ['', '""'],
    ['null', '"null"'],
    ['plain text', 'plain text'],
    ['a: b', "'a: b'"],
    ["- it's", "'- it''s'"],
    [' led', "' led'"],
    ['a\tb', '"a\\tb"'],
    ['😀', '"\\U0001F600"'],
    ['x\ny\n', '|\n  x\n  y'],
    ['x\ny', '|-\n  x\n  y'],
    ['x\n\n', '|+\n  x\n'],
    ['x \ny', '"x \\ny"'],
    [' x\ny', '|2-\n   x\n  y'],
    ['a\u2028b', '"a\\Lb"'],
  ])('%j', (text, expected) => {
    expect(renderYaml({ k: text })).toBe(`k: ${expected}\n`);
  });

  test('long text folds at spaces beyond column 80, and not elsewhere', () => {
    const words = `${'w'.repeat(40)} ${'x'.repeat(40)} y`;
    expect(renderYaml({ a: words })).toBe(`a: ${'w'.repeat(40)} ${'x'.repeat(40)}\n  y\n`);
    expect(renderYaml({ a: 'b'.repeat(500) })).toBe(`a: ${'b'.repeat(500)}\n`);
  });

  test('half of a surrogate pair becomes U+FFFD, as in Go', () => {
    expect(renderYaml({ a: 'x\ud800' })).toBe('a: x\ufffd\n');
  });
});

test('keys keep their order, or take that of Go', () => {
  const value = { kind: 1, a10: 2, a9: 3, '': 4, B: 5, apiVersion: 6 };
  expect(renderYaml(value)).toBe('kind: 1\na10: 2\na9: 3\n"": 4\nB: 5\napiVersion: 6\n');
  expect(renderYaml(value, { sortKeys: true })).toBe('"": 4\nB: 5\na9: 3\na10: 2\napiVersion: 6\nkind: 1\n');
});

test('lists are not indented under their key, and nested ones are', () => {
  const value = { a: [1, { b: [true, null], c: {} }, [2, [3]], []], d: { e: [] } };
  expect(renderYaml(value)).toBe(
    'a:\n- 1\n- b:\n  - true\n  - null\n  c: {}\n- - 2\n  - - 3\n- []\nd:\n  e: []\n',
  );
});

test.each<readonly [number, string]>([
  [1_000_000, '1000000'],
  [1_234_567.5, '1.2345675e+06'],
  [1e-7, '1e-07'],
  [1e21, '1e+21'],
  [0.25, '0.25'],
  [-0, '0'],
  [2 ** 63, '9223372036854776000'],
  [-36101066015864410, '-36101066015864410'],
  [-(2 ** 63), '-9.223372036854776e+18'],
])('the number %d is written as go-yaml writes it', (value, expected) => {
  expect(renderYaml(value)).toBe(`${expected}\n`);
});

test('the key of a merge is quoted, because Go would merge it', () => {
  const text = renderYaml({ '<<': 'a' });
  expect(text).toBe('"<<": a\n');
  expect(parseYaml(text).value).toEqual({ '<<': 'a' });
});

test('an undefined field is left out', () => {
  expect(renderYaml({ a: undefined, b: 1 })).toBe('b: 1\n');
  expect(renderYaml({ a: undefined })).toBe('{}\n');
});

test('integers of 64 bits are written with all of their digits', () => {
  expect(renderYaml([2n ** 64n - 1n, -(2n ** 63n), 1n])).toBe(
    '- 18446744073709551615\n- -9223372036854775808\n- 1\n',
  );
});

test('what is not data is a TypeError', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  for (const value of [
    circular,
    NaN,
    Infinity,
    new Map(),
    new Date(0),
    new Uint8Array(1),
    () => 1,
    2n ** 64n,
    -(2n ** 63n) - 1n,
    Symbol('x'),
  ]) {
    expect(() => renderYaml({ value })).toThrow(TypeError);
  }
});
