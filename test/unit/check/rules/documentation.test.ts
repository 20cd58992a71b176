/** docs/health-rules.md says what RULES says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../../../src/check/rules/rules.ts';
import { repositoryRoot } from '../../../support/foreign.ts';

const text = readFileSync(join(repositoryRoot, 'docs/health-rules.md'), 'utf8');

/** The cells of the rows of the table, without code marks. */
const rows = text
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );

const cell = (words: string): string => words.replace(/([*_<])/g, '\\$1');

test('the table of the documentation has the rules, in order, with severity, what, source and fix', () => {
  const expected = RULES.map(({ code, severity, title, source, fix }) => [
    `\`${code}\``,
    severity,
    cell(title),
    cell(source),
    cell(fix),
  ]);
  expect(rows).toEqual(expected);
});

test('codes are in kebab case and unique, and what rules yield to is a rule', () => {
  const codes = RULES.map(({ code }) => code);
  expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
  expect(RULES.flatMap(({ yieldsTo = [] }) => yieldsTo).filter((code) => !codes.includes(code))).toEqual([]);
});

test('every rule says what it is, where it comes from and what to do, on one line', () => {
  for (const { title, source, fix } of RULES) {
    for (const words of [title, source, fix]) expect(words).toMatch(/^[^\n|]{5,}[^.\n|]$/);
  }
});
