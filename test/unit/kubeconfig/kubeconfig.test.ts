import { isPkiError } from '../../../src/errors/pki-error.ts';
import {
  createKubeconfig,
  decodeEmbeddedPem,
  parseKubeconfig,
  renderKubeconfig,
  resolveContext,
} from '../../../src/kubeconfig/index.ts';
import type { Kubeconfig } from '../../../src/kubeconfig/index.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const DATA = Buffer.from(PEM).toString('base64');
const cluster = { name: 'kubernetes', server: 'https://10.0.0.10:6443' };

function problemsOf(text: string): unknown {
  try {
    parseKubeconfig(text, { source: 'x.conf' });
  } catch (error) {
    if (isPkiError(error, 'invalid-kubeconfig')) return error.details.problems;
    throw error;
  }
  return [];
}

describe('createKubeconfig', () => {
  test('embeds certificates and key, and is written as kubeadm 1.34 writes it', () => {
    const config = createKubeconfig({
      cluster: { ...cluster, certificateAuthority: { data: PEM } },
      user: {
        name: 'kubernetes-admin',
        clientCertificate: { data: new TextEncoder().encode(PEM) },
        clientKey: { data: PEM },
      },
    });
    expect(renderKubeconfig(config)).toBe(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${DATA}
    server: https://10.0.0.10:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: ${DATA}
    client-key-data: ${DATA}
`);
  });

  test('writes preferences where asked to, as kubeadm does up to 1.33', () => {
    const config = createKubeconfig({ cluster, user: { name: 'u' }, preferences: true });
    expect(renderKubeconfig(config)).toContain('\nkind: Config\npreferences: {}\nusers:\n');
  });

  test('names files, and takes a name and a namespace for the context', () => {
    const config = createKubeconfig({
      cluster: { ...cluster, certificateAuthority: { path: '/etc/kubernetes/pki/ca.crt' } },
      user: { name: 'jane', clientCertificate: { path: 'jane.crt' }, clientKey: { path: 'jane.key' } },
      context: { name: 'work', namespace: 'team-a' },
    });
    expect(config).toEqual({
      clusters: [
        {
          name: 'kubernetes',
          cluster: { server: cluster.server, certificateAuthority: '/etc/kubernetes/pki/ca.crt' },
        },
      ],
      contexts: [{ name: 'work', context: { cluster: 'kubernetes', user: 'jane', namespace: 'team-a' } }],
      currentContext: 'work',
      users: [{ name: 'jane', user: { clientCertificate: 'jane.crt', clientKey: 'jane.key' } }],
    });
  });

  test.each([
    ...['', '10.0.0.10:6443', 'https://', 'ftp://x', 'https://a b', 'https://a:99999'],
    ...['https://:6443', 'https://u@:6443', 'https://a:0'],
  ])('the server %j is refused', (server) => {
    expect(() => createKubeconfig({ cluster: { name: 'k', server }, user: { name: 'u' } })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });

  test.each([
    'https://lb.1:6443',
    'https://010.0.0.1:08443',
    'https://[fd00::1]:1',
    'http://localhost:8080/x',
  ])('the server %j, which Go reads, is taken as it is', (server) => {
    const config = createKubeconfig({ cluster: { name: 'k', server }, user: { name: 'u' } });
    expect(config.clusters[0]?.cluster.server).toBe(server);
  });

  test('empty names are refused', () => {
    const code = expect.objectContaining({ code: 'invalid-value' });
    expect(() => createKubeconfig({ cluster: { ...cluster, name: '' }, user: { name: 'u' } })).toThrow(code);
    expect(() => createKubeconfig({ cluster, user: { name: '' } })).toThrow(code);
    expect(() => createKubeconfig({ cluster, user: { name: 'u' }, context: { name: '' } })).toThrow(code);
    expect(() => createKubeconfig({ cluster, user: { name: 'u', clientKey: { path: '' } } })).toThrow(code);
  });

  test('data that is not PEM is refused without showing it', () => {
    const request = { cluster, user: { name: 'u', clientKey: { data: 'c2VjcmV0' } } };
    expect(() => createKubeconfig(request)).toThrow(
      expect.objectContaining({ code: 'invalid-pem', message: expect.not.stringContaining('c2VjcmV0') }),
    );
  });

  test('a wrong type is a TypeError', () => {
    expect(() =>
      createKubeconfig({ cluster: { ...cluster, name: JSON.parse('1') }, user: { name: 'u' } }),
    ).toThrow(TypeError);
    const user = { name: 'u', clientKey: { data: JSON.parse('1') } };
    expect(() => createKubeconfig({ cluster, user })).toThrow(TypeError);
  });
});

describe('parseKubeconfig', () => {
  test('an empty file is an empty config', () => {
    const empty: Kubeconfig = { clusters: [], contexts: [], currentContext: '', users: [] };
    for (const text of ['', '# nothing\n', '---\n', 'clusters: null\n'])
      expect(parseKubeconfig(text)).toEqual(empty);
  });

  test('fields that nobody knows are kept at every level, and written again', () => {
    const text = `apiVersion: v1
clusters:
- cluster:
    extensions:
    - extension:
        z: 1
      extra: 1
      name: e
    new-field: [a]
    server: x
  name: a
  note: b
contexts: null
current-context: ""
kind: Config
preferences:
  colors: true
  shape: round
top:
  __proto__: c
users:
- name: u
  user:
    exec:
      args: null
      command: a
      env:
      - name: A
        value: v
        why: not
      timeout: 5
    odd: true
`;
    const config = parseKubeconfig(text);
    expect(config.other).toEqual(JSON.parse('{"top":{"__proto__":"c"}}'));
    expect(config.clusters[0]?.cluster.other).toEqual({ 'new-field': ['a'] });
    expect(renderKubeconfig(config)).toBe(text.replace('new-field: [a]', 'new-field:\n    - a'));
  });

  test('all problems are listed at once, each with its path', () => {
    const text = `apiVersion: v3
kind: Pod
kind: Pod
current-context: 5
clusters:
- name: 1
  cluster: {server: [x], insecure-skip-tls-verify: "no", certificate-authority-data: "?"}
- name: a
- name: a
contexts: {}
users:
- name: u
  user:
    token: 1e3
    as-groups: [a, 1]
    as-user-extra: {a: [b], "x.y": [on]}
    exec: {command: c, env: [{name: A, value: 012}]}
- text
`;
    expect(problemsOf(text)).toEqual([
      { path: 'kind', message: 'the key is there twice' },
      { path: 'apiVersion', message: 'expected "v1", got "v3"' },
      { path: 'kind', message: 'expected "Config", got "Pod"' },
      { path: 'clusters[0].name', message: 'expected a string, got a number' },
      { path: 'clusters[0].cluster.server', message: 'expected a string, got a list' },
      {
        path: 'clusters[0].cluster.insecure-skip-tls-verify',
        message: 'expected true or false, got a string',
      },
      { path: 'clusters[0].cluster.certificate-authority-data', message: 'is not base64' },
      { path: 'clusters[2].name', message: '"a" is there twice' },
      { path: 'contexts', message: 'expected a list, got a map' },
      { path: 'current-context', message: 'expected a string, got a number' },
      { path: 'users[0].user.token', message: 'expected a string, got a number' },
      { path: 'users[0].user.as-groups[1]', message: 'expected a string, got a number' },
      { path: 'users[0].user.as-user-extra["x.y"][0]', message: 'expected a string, got a boolean' },
      { path: 'users[0].user.exec.env[0].value', message: 'expected a string, got a number' },
      { path: 'users[1]', message: 'expected a map, got a string' },
    ]);
  });

  test('messages hold no secret', () => {
    const text =
      'users:\n- name: u\n  user: {password: 31337, client-key-data: "hunter2!", token: [hunter2]}\n';
    expect(JSON.stringify(problemsOf(text))).not.toMatch(/31337|hunter2/);
    expect(() => parseKubeconfig(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/31337|hunter2/) }),
    );
  });

  test('the message names the first problems, and how many more there are', () => {
    const text = `users:\n${'- 1\n'.repeat(12)}`;
    expect(problemsOf(text)).toHaveLength(12 + 11);
    expect(() => parseKubeconfig(text)).toThrow(/^the kubeconfig is not valid: users\[0\]: .*; and 13 more$/);
  });

  test('a second document is refused, because a rewrite would lose it', () => {
    expect(() => parseKubeconfig('kind: Config\n---\nkind: Config\n')).toThrow(
      expect.objectContaining({ code: 'invalid-yaml' }),
    );
  });

  test('base64 over several lines is joined', () => {
    const config = parseKubeconfig(
      `users:\n- name: u\n  user:\n    client-key-data: |\n      YWJj\n      ZGVm\n`,
    );
    expect(config.users[0]?.user.clientKeyData).toBe('YWJjZGVm');
  });
});

describe('resolveContext', () => {
  const config = createKubeconfig({ cluster, user: { name: 'u', token: 't' }, context: { name: 'c' } });

  test('finds cluster and user of the current context, and of a named one', () => {
    const found = {
      name: 'c',
      context: { cluster: 'kubernetes', user: 'u' },
      cluster: { server: cluster.server },
      user: { token: 't' },
    };
    expect(resolveContext(config)).toEqual(found);
    expect(resolveContext({ ...config, currentContext: '' }, 'c')).toEqual(found);
  });

  test.each<readonly [string, Kubeconfig, readonly string[]]>([
    ['no current context', { ...config, currentContext: '' }, ['current-context']],
    ['a context that is not there', { ...config, contexts: [] }, ['contexts']],
    ['cluster and user that are not there', { ...config, clusters: [], users: [] }, ['clusters', 'users']],
  ])('%s is an error', (_title, broken, paths) => {
    expect(() => resolveContext(broken)).toThrow(
      expect.objectContaining({
        code: 'invalid-kubeconfig',
        details: { problems: paths.map((path): unknown => expect.objectContaining({ path })) },
      }),
    );
  });
});

test('decodeEmbeddedPem gives the text back, and refuses what is not base64', () => {
  expect(decodeEmbeddedPem(DATA)).toBe(PEM);
  expect(decodeEmbeddedPem(`${DATA.slice(0, 20)}\n${DATA.slice(20)}\n`)).toBe(PEM);
  expect(() => decodeEmbeddedPem('?')).toThrow(expect.objectContaining({ code: 'invalid-kubeconfig' }));
});
