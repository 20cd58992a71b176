import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_ROWS } from '../../../../src/check/explain/explain.ts';
import { repositoryRoot } from '../../../support/foreign.ts';

const TESTS = ['differential/explain.test.ts', 'e2e/explain-servers.test.ts', 'e2e/explain-programs.test.ts'];

test('errors that no real program says in a test are marked so, and no others', () => {
  const tests = TESTS.map((file) => readFileSync(join(repositoryRoot, 'test', file), 'utf8')).join('\n');
  const unseen = ERROR_ROWS.filter(({ id }) => !tests.includes(`'${id}'`)).map(({ id }) => id);
  expect(unseen).toEqual(ERROR_ROWS.filter(({ fromSource }) => fromSource).map(({ id }) => id));
});
