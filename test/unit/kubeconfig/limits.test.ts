/** What a kubeconfig may not be, so that reading one of a stranger takes little time and memory. */
import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../../src/kubeconfig/render.ts';
import { failureOf } from '../../support/errors.ts';

const bomb = (levels: number): string =>
  ['x0: &x0 [a, a, a, a, a, a, a, a, a]']
    .concat(
      Array.from(
        { length: levels },
        (_, at) => `x${at + 1}: &x${at + 1} [${Array(9).fill(`*x${at}`).join(', ')}]`,
      ),
    )
    .join('\n');

test.each([
  ['aliases of aliases', bomb(9)],
  ['aliases beyond count', `x: &x a\ny: [${Array(2000).fill('*x').join(', ')}]`],
  ['lists in lists', `x: ${'['.repeat(5000)}`],
  ['maps in maps', `x: ${'{a: '.repeat(5000)}`],
  ['an extension of JSON that is nested', `{"extensions":[{"name":"a","extension":${'['.repeat(5000)}`],
  ['more bytes than allowed', `x: ${'a'.repeat(5_000_000)}`],
])('%s are refused', async (_title, text) => {
  const start = performance.now();
  expect(await failureOf(() => parseKubeconfig(text))).toMatchObject({ code: 'limit-exceeded' });
  expect(performance.now() - start).toBeLessThan(2000);
});

test('the limit of bytes is the caller’s', async () => {
  expect(await failureOf(() => parseKubeconfig('current-context: abc', { maxBytes: 10 }))).toMatchObject({
    code: 'limit-exceeded',
    details: { maximum: 10 },
  });
});

test('names of fields count as they are written: kubectl knows no others', () => {
  const text = 'Clusters: [{name: a}]\nclusters: [{Name: b, cluster: {Server: x}}]\nCurrent-Context: a\n';
  const config = parseKubeconfig(text);
  expect(config.currentContext).toBe('');
  expect(config.clusters).toEqual([
    { name: '', cluster: { server: '', other: { Server: 'x' } }, other: { Name: 'b' } },
  ]);
  expect(config.other).toEqual({ Clusters: [{ name: 'a' }], 'Current-Context': 'a' });
});

test('integers keep all of their digits where nobody knows what they are', () => {
  const text =
    'extensions:\n- extension:\n    id: 9007199254740993\n    most: 18446744073709551615\n  name: a\nlater: -9223372036854775808\n';
  const config = parseKubeconfig(text);
  expect(config.other).toEqual({ later: -(2n ** 63n) });
  expect(renderKubeconfig(config)).toContain('    id: 9007199254740993\n    most: 18446744073709551615\n');
  expect(renderKubeconfig(config)).toContain('\nlater: -9223372036854775808\n');
});

test('a name that is such an integer is no text either', async () => {
  expect(await failureOf(() => parseKubeconfig('current-context: 9007199254740993'))).toMatchObject({
    code: 'invalid-kubeconfig',
    details: { problems: [{ path: 'current-context', message: 'expected a string, got a number' }] },
  });
});
