import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { rebaseKubeconfig } from '../../../src/node/kubeconfig-paths.ts';

const commandOf = (command: string, from: string, to: string | undefined): string | undefined =>
  rebaseKubeconfig(parseKubeconfig(`users: [{name: u, user: {exec: {command: ${command}}}}]`), { from, to })
    .users[0]?.user.exec?.command;
const authorityOf = (path: string, from: string, to: string | undefined): string | undefined =>
  rebaseKubeconfig(
    parseKubeconfig(`clusters: [{name: c, cluster: {server: s, certificate-authority: ${path}}}]`),
    { from, to },
  ).clusters[0]?.cluster.certificateAuthority;

describe('a kubeconfig that is to lie elsewhere', () => {
  test.each([
    ['ca.crt', '/a/b/conf', '/a/conf', 'b/ca.crt'],
    ['../ca.crt', '/a/b/conf', '/a/conf', 'ca.crt'],
    ['ca.crt', '/a/conf', '/a/b/conf', '/a/ca.crt'],
    ['ca.crt', '/a/conf', '/a/other', 'ca.crt'],
    ['ca.crt', '/a/conf', undefined, '/a/ca.crt'],
    ['/x/ca.crt', '/a/conf', '/x/conf', '/x/ca.crt'],
    ['b', '/a/conf', '/a/b/conf', '/a/b'],
  ])('%s of %s is in %s %s', (path, from, to, expected) => {
    expect(authorityOf(path, from, to)).toBe(expected);
  });

  test('does not run from PATH what it ran from a folder', () => {
    expect(commandOf('../login', '/a/b/conf', '/a/conf')).toBe('./login');
    expect(commandOf('./login', '/a/b/conf', '/a/conf')).toBe('b/login');
    expect(commandOf('login', '/a/b/conf', '/a/conf')).toBe('login');
  });
});
