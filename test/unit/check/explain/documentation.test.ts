import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_ROWS } from '../../../../src/check/explain/explain.ts';
import { RULES } from '../../../../src/check/rules/rules.ts';
import { repositoryRoot } from '../../../support/foreign.ts';

const guide = readFileSync(join(repositoryRoot, 'docs/explain.md'), 'utf8');

test('docs/explain.md lists every error that is known, and no other', () => {
  const listed = [
    ...guide.matchAll(/^\| `([a-z0-9-]+)` *\| *([^|]+?) *\| *([^|]+?) *\| *([^|]+?) *\|$/gm),
  ].map(([, id, programs, meaning, seen]) => ({ id, programs, meaning, seen }));
  expect(listed).toEqual(
    ERROR_ROWS.map(({ id, programs, meaning, fromSource }) => ({
      ...{ id, programs: programs.join(', '), meaning },
      seen: fromSource ? 'words from the source, not reproduced' : 'a test makes it happen',
    })),
  );
});

test('each error has a name of its own, and names findings that exist', () => {
  const ids = ERROR_ROWS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const codes = new Set(RULES.map(({ code }) => code));
  expect(ERROR_ROWS.flatMap((row) => row.codes).filter((code) => !codes.has(code))).toEqual([]);
});
