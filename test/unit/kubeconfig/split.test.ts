import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { splitKubeconfig } from '../../../src/kubeconfig/split.ts';

const contexts = (...names: readonly string[]): ReturnType<typeof parseKubeconfig> => ({
  ...parseKubeconfig(''),
  contexts: names.map((name) => ({ name, context: { cluster: '', user: '' } })),
});

const fileNames = (...names: readonly string[]): readonly string[] =>
  splitKubeconfig(contexts(...names)).parts.map(({ fileName }) => fileName);

describe('splitting', () => {
  test('makes a kubeconfig of each context, with what it names and with unknown fields', () => {
    const config = parseKubeconfig(`
x-top: 1
current-context: b
preferences: {colors: true}
clusters: [{name: c, x: 2, cluster: {server: s, w: 3}}, {name: d, cluster: {server: t}}]
users: [{name: u, user: {token: t}}]
contexts:
- {name: b, context: {cluster: d, user: ''}}
- {name: a, z: 4, context: {cluster: c, user: u, namespace: dev}}`);
    const { parts, leftOut } = splitKubeconfig(config);
    expect(leftOut).toEqual([]);
    expect(parts.map(({ name, fileName }) => [name, fileName])).toEqual([
      ['b', 'b.conf'],
      ['a', 'a.conf'],
    ]);
    expect(parts[1]?.config).toEqual(
      parseKubeconfig(`
x-top: 1
current-context: a
preferences: {colors: true}
clusters: [{name: c, x: 2, cluster: {server: s, w: 3}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: a, z: 4, context: {cluster: c, user: u, namespace: dev}}]`),
    );
    expect(parts[0]?.config.users).toEqual([]);
  });

  test('leaves contexts out that lead nowhere, and says why', () => {
    const config = parseKubeconfig(`
contexts:
- {name: a, context: {cluster: lost, user: ''}}
- {name: b, context: {cluster: '', user: lost}}
- {name: '', context: {cluster: '', user: ''}}`);
    expect(splitKubeconfig(config)).toEqual({
      parts: [],
      leftOut: [
        { name: 'a', reason: 'there is no cluster "lost"' },
        { name: 'b', reason: 'there is no user "lost"' },
        { name: '', reason: 'it has no name' },
      ],
    });
  });

  test.each([
    ['arn:aws:eks:eu-1:1:cluster/prod', 'arn-aws-eks-eu-1-1-cluster-prod.conf'],
    ['jane@prod.example', 'jane@prod.example.conf'],
    ['../../etc/passwd', '_..-..-etc-passwd.conf'],
    ['..', '_...conf'],
    ['-rf', '_-rf.conf'],
    ['a b\n$(c)', 'a-b---c-.conf'],
    ['Größe 中', 'Größe-中.conf'],
    ['nul', '_nul.conf'],
    ['COM1.x', '_COM1.x.conf'],
    ['.kubepki-lock', '_.kubepki-lock.conf'],
  ])('makes of %j the file name %s', (name, expected) => {
    expect(fileNames(name)).toEqual([expected]);
  });

  test('gives no file name twice, nor in another letter case: a safe name keeps its own', () => {
    expect(fileNames('a:b', 'a/b', 'a-b', 'A-B', 'a-b-2', 'prod', 'Prod')).toEqual([
      'a-b-3.conf',
      'a-b-4.conf',
      'a-b.conf',
      'A-B-5.conf',
      'a-b-2.conf',
      'prod.conf',
      'Prod-2.conf',
    ]);
  });

  test('cuts file names to what file systems take', () => {
    const names = fileNames('中'.repeat(300), `${'中'.repeat(300)}x`);
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(new Set(names).size).toBe(2);
  });
});
