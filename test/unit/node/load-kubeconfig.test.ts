import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolveContext } from '../../../src/kubeconfig/index.ts';
import { inClusterKubeconfig, isInCluster, loadKubeconfig } from '../../../src/node/index.ts';
import { failureOf } from '../../support/errors.ts';

const CONFIG = (name: string): string => `
clusters:
- {name: ${name}, cluster: {server: 'https://${name}', certificate-authority: ca.crt}}
- {name: shared, cluster: {server: 'https://of-${name}'}}
contexts:
- {name: ${name}, context: {cluster: ${name}, user: ${name}}}
current-context: ${name}
users:
- name: ${name}
  user: {client-certificate: ../${name}.crt, client-key: /abs/key, tokenFile: t, exec: {command: ./bin/login}}
`;
const POD = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

let root: string;
const at = (path: string): string => join(root, path);
function write(path: string, text: string): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  return at(path);
}
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubepki-load-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('loading the kubeconfig that kubectl goes by', () => {
  test('takes the explicit file alone, and its paths lead from its folder', () => {
    write('sub/a', CONFIG('a'));
    write('home/.kube/config', CONFIG('b'));
    const env = { KUBECONFIG: 'nope', HOME: at('home') };
    const { config, rule, read, missing, originOf } = loadKubeconfig({ explicit: 'sub/a', env, cwd: root });
    expect({ rule, read, missing }).toEqual({ rule: 'explicit', read: [at('sub/a')], missing: [] });
    expect(originOf('users', 'a')).toBe(at('sub/a'));
    const { cluster, user } = resolveContext(config);
    expect(cluster.certificateAuthority).toBe(at('sub/ca.crt'));
    expect(user).toMatchObject({
      clientCertificate: at('a.crt'),
      clientKey: '/abs/key',
      tokenFile: at('sub/t'),
      exec: { command: at('sub/bin/login') },
    });
  });

  test('merges the files of KUBECONFIG, each path from the file it stands in, and says what is missing', () => {
    write('one/a', CONFIG('a'));
    write('two/b', CONFIG('b'));
    const env = { KUBECONFIG: 'one/a:nope::two/b:one/a', HOME: at('home') };
    const { config, rule, read, missing, originOf } = loadKubeconfig({ env, cwd: root });
    expect({ rule, read, missing }).toEqual({
      rule: 'KUBECONFIG',
      read: [at('one/a'), at('two/b')],
      missing: [at('nope')],
    });
    expect(config.currentContext).toBe('a');
    expect(config.clusters.map(({ cluster }) => [cluster.server, cluster.certificateAuthority])).toEqual([
      ['https://a', at('one/ca.crt')],
      ['https://of-a', undefined],
      ['https://b', at('two/ca.crt')],
    ]);
    expect([originOf('clusters', 'shared'), originOf('users', 'b'), originOf('users', 'c')]).toEqual([
      at('one/a'),
      at('two/b'),
      undefined,
    ]);
  });

  test('takes ~/.kube/config where nothing else is named; a link stands where it stands', () => {
    write('elsewhere/real', CONFIG('a'));
    mkdirSync(at('home/.kube'), { recursive: true });
    symlinkSync(at('elsewhere/real'), at('home/.kube/config'));
    const { config, rule, read } = loadKubeconfig({ env: { HOME: at('home') }, cwd: root });
    expect({ rule, read }).toEqual({ rule: 'home', read: [at('home/.kube/config')] });
    expect(resolveContext(config).user.clientCertificate).toBe(at('home/a.crt'));
  });

  test('is empty where there is nothing, and an error where the explicit file is missing', async () => {
    const nothing = loadKubeconfig({ env: { HOME: at('home') }, cwd: root });
    expect(nothing).toMatchObject({ rule: 'home', read: [], missing: [at('home/.kube/config')] });
    expect(nothing.config).toMatchObject({ clusters: [], currentContext: '' });
    const call = (): unknown => loadKubeconfig({ explicit: 'nope', env: { ...POD }, cwd: root });
    expect(await failureOf(call)).toMatchObject({ code: 'io', details: { errno: 'ENOENT' } });
    write('bad', 'clusters: 7');
    const bad = (): unknown => loadKubeconfig({ env: { KUBECONFIG: 'bad' }, cwd: root });
    expect(await failureOf(bad)).toMatchObject({
      code: 'invalid-kubeconfig',
      details: { source: 'bad' },
    });
  });
});

describe('in a pod', () => {
  const pod = (env: Readonly<Record<string, string>> = POD): Parameters<typeof loadKubeconfig>[0] => ({
    env: { HOME: at('home'), ...env },
    cwd: root,
    serviceAccountFolder: at('sa'),
  });
  beforeEach(() => {
    write('sa/token', 'sesame');
    write('sa/ca.crt', CA);
    write('sa/namespace', 'team-a\n');
  });

  test('the service account counts where no kubeconfig leads anywhere; its files are named, not read into it', () => {
    const { config, rule, read, missing, originOf } = loadKubeconfig(pod());
    expect({ rule, read, missing }).toEqual({
      rule: 'in-cluster',
      read: [at('sa/token'), at('sa/ca.crt'), at('sa/namespace')],
      missing: [at('home/.kube/config')],
    });
    expect(originOf('users', 'in-cluster')).toBeUndefined();
    expect(resolveContext(config)).toMatchObject({
      context: { namespace: 'team-a' },
      cluster: { server: 'https://10.96.0.1:443', certificateAuthority: at('sa/ca.crt') },
      user: { tokenFile: at('sa/token') },
    });
    expect(JSON.stringify(config)).not.toContain('sesame');
  });

  test.each([
    ['no current context', 'clusters: [{name: a, cluster: {server: https://a}}]', 'in-cluster'],
    ['an empty file', '', 'in-cluster'],
    [
      'a context without a cluster',
      'contexts: [{name: c, context: {user: u}}]\ncurrent-context: c',
      'in-cluster',
    ],
    [
      'an empty cluster',
      'clusters: [{name: a, cluster: {}}]\ncontexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c',
      'in-cluster',
    ],
    [
      'a cluster without a server',
      'clusters: [{name: a, cluster: {tls-server-name: x}}]\ncontexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c',
      'KUBECONFIG',
    ],
    ['a current context that is not there', 'current-context: c', 'KUBECONFIG'],
    [
      'a cluster that is not there',
      'contexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c',
      'in-cluster',
    ],
    [
      'a cluster',
      'clusters: [{name: a, cluster: {server: https://a}}]\ncontexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c',
      'KUBECONFIG',
    ],
  ])('a kubeconfig with %s', (_what, text, expected) => {
    write('conf', text);
    expect(loadKubeconfig(pod({ ...POD, KUBECONFIG: 'conf' })).rule).toBe(expected);
    expect(loadKubeconfig(pod({ KUBECONFIG: 'conf' })).rule).toBe('KUBECONFIG');
  });

  test('addresses of IPv6 have brackets, POD_NAMESPACE wins, and files but the token may be missing', () => {
    rmSync(at('sa/namespace'));
    write('sa/ca.crt', 'no certificate');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    const made = inClusterKubeconfig(pod(env));
    expect(made.config.clusters[0]?.cluster).toEqual({ server: 'https://[fd00::1]:6443' });
    expect(made.config.contexts[0]?.context.namespace).toBeUndefined();
    expect(made.missing).toEqual([at('sa/namespace')]);
    const named = inClusterKubeconfig(pod({ ...env, POD_NAMESPACE: 'mine' }));
    expect(named.config.contexts[0]?.context.namespace).toBe('mine');
  });

  test('outside of one it says what is missing', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '' };
    expect(isInCluster(pod(env))).toBe(false);
    expect(await failureOf(() => inClusterKubeconfig(pod(env)))).toMatchObject({ code: 'no-default' });
    rmSync(at('sa/token'));
    expect(isInCluster(pod())).toBe(false);
    expect(await failureOf(() => inClusterKubeconfig(pod()))).toMatchObject({
      code: 'io',
      details: { path: at('sa/token') },
      hint: expect.stringContaining('automountServiceAccountToken'),
    });
    mkdirSync(at('sa/token'));
    expect(isInCluster(pod())).toBe(false);
  });
});
