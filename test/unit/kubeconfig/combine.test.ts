import { combineKubeconfigs, type CombineOptions } from '../../../src/kubeconfig/combine.ts';
import { EMPTY_KUBECONFIG, entryOf, namesIn } from '../../../src/kubeconfig/entries.ts';
import type { LoadedKubeconfig } from '../../../src/kubeconfig/merge.ts';
import type { Kubeconfig } from '../../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../../src/kubeconfig/render.ts';
import { failureOf } from '../../support/errors.ts';

/** A kubeconfig as kubeadm makes them, all with the same names. */
const admin = (host: string, more = ''): Kubeconfig =>
  parseKubeconfig(`
clusters: [{name: kubernetes, cluster: {server: 'https://${host}:6443'}}]
users: [{name: kubernetes-admin, user: {token: of-${host}}}]
contexts: [{name: kubernetes-admin@kubernetes, context: {cluster: kubernetes, user: kubernetes-admin}}]
current-context: kubernetes-admin@kubernetes
${more}`);

const from = (path: string, text: Kubeconfig | string): LoadedKubeconfig => ({
  path,
  config: typeof text === 'string' ? parseKubeconfig(text) : text,
});

const combine = (
  target: Kubeconfig | string,
  sources: readonly (Kubeconfig | string)[],
  options: CombineOptions = {},
): ReturnType<typeof combineKubeconfigs> =>
  combineKubeconfigs(
    typeof target === 'string' ? parseKubeconfig(target) : target,
    sources.map((source, index) => from(`${'bcde'[index] ?? ''}.conf`, source)),
    options,
  );

const actions = ({ changes }: ReturnType<typeof combineKubeconfigs>): readonly string[] =>
  changes.map(({ action, section, name, to }) =>
    [action, section, name, ...(to === undefined ? [] : [to])].join(' '),
  );

describe('putting kubeconfigs together', () => {
  test('renames what has the name of something else, lets contexts follow, and says so', () => {
    const { config, changes, notices } = combine(admin('a'), [admin('b')]);
    expect(namesIn(config, 'clusters')).toEqual(['kubernetes', 'kubernetes-2']);
    expect(namesIn(config, 'users')).toEqual(['kubernetes-admin', 'kubernetes-admin@kubernetes-2']);
    expect(entryOf(config, 'users', 'kubernetes-admin@kubernetes-2')).toEqual({ token: 'of-b' });
    expect(config.contexts[1]).toEqual({
      name: 'kubernetes-admin@kubernetes-2',
      context: { cluster: 'kubernetes-2', user: 'kubernetes-admin@kubernetes-2' },
    });
    expect(config.currentContext).toBe('kubernetes-admin@kubernetes');
    expect(notices).toEqual([]);
    const reason = 'there is another of that name';
    expect(changes).toEqual([
      {
        ...{ action: 'rename', section: 'clusters', name: 'kubernetes', to: 'kubernetes-2' },
        ...{ reason, source: 'b.conf' },
      },
      {
        ...{ action: 'rename', section: 'users', name: 'kubernetes-admin' },
        ...{ to: 'kubernetes-admin@kubernetes-2', reason, source: 'b.conf' },
      },
      {
        ...{ action: 'rename', section: 'contexts', name: 'kubernetes-admin@kubernetes' },
        to: 'kubernetes-admin@kubernetes-2',
        reason: `${reason}, its cluster is "kubernetes-2", its user is "kubernetes-admin@kubernetes-2"`,
        source: 'b.conf',
      },
    ]);
  });

  test('takes what is the same by meaning for one entry', () => {
    const one = `
clusters:
- {name: c, cluster: {server: 'https://c', certificate-authority-data: YWI=, insecure-skip-tls-verify: false, x: {a: 1, b: 2}}}
users:
- {name: u, user: {exec: {command: aws, args: []}, username: ''}}
contexts: [{name: x, context: {cluster: c, user: u}}]`;
    const other = `
contexts: [{context: {user: u, cluster: c, namespace: ''}, name: x}]
users:
- {user: {exec: {command: aws, args: null, env: [], provideClusterInfo: false}}, name: u}
clusters:
- {name: c, cluster: {x: {b: 2, a: 1}, certificate-authority-data: "YW\\nI=", server: 'https://c', extensions: []}}`;
    const combined = combine(one, [other]);
    expect(actions(combined)).toEqual(['keep clusters c', 'keep users u', 'keep contexts x']);
    expect(combined.config).toEqual(parseKubeconfig(one));
  });

  test('takes an unknown field for a difference', () => {
    const of = (x: string): string => `clusters: [{name: c, cluster: {server: s, x: ${x}}, y: ${x}}]`;
    expect(namesIn(combine(of('1'), [of('2')]).config, 'clusters')).toEqual(['c', 'c-2']);
  });

  test('adds nothing the second time, also with others in between', () => {
    const once = combine(admin('a'), [admin('b'), admin('c'), admin('b')]);
    expect(namesIn(once.config, 'clusters')).toEqual(['kubernetes', 'kubernetes-2', 'kubernetes-3']);
    const twice = combine(once.config, [admin('c'), admin('a'), admin('b')]);
    expect(twice.config).toEqual(once.config);
    expect(new Set(twice.changes.map(({ action }) => action))).toEqual(new Set(['keep']));
    expect(twice.changes[0]).toEqual({
      ...{ action: 'keep', section: 'clusters', name: 'kubernetes-3' },
      ...{ reason: 'it was "kubernetes"', source: 'b.conf' },
    });
  });

  test('keeps the order of both, and unknown fields on every level', () => {
    const source = `
x-top: {deep: [1]}
extensions: [{name: e, extension: 1, x-e: 2}]
preferences: {colors: true, x-p: 3, extensions: [{name: pe, extension: 4}]}
clusters:
- {name: z, x-c: 5, cluster: {server: z, x-cc: 6}}
- {name: a, cluster: {server: a}}
users: [{name: u, x-u: 7, user: {token: t, x-uu: 8, exec: {command: c, x-x: 9, env: [{name: E, value: v, x-v: 1}]}}}]
contexts: [{name: o, x-n: 1, context: {cluster: z, user: u, x-nn: 2, extensions: [{name: ce, extension: {f: 1}}]}}]`;
    const { config } = combine('clusters: [{name: m, cluster: {server: m}}]', [source]);
    expect(namesIn(config, 'clusters')).toEqual(['m', 'z', 'a']);
    const { clusters, ...rest } = config;
    expect({ ...rest, clusters: clusters.slice(1), currentContext: '' }).toEqual(parseKubeconfig(source));
    // And when they are renamed.
    const renamed = combine('clusters: [{name: z, cluster: {server: other}}]', [source]).config;
    expect(renamed.clusters[1]).toEqual({
      ...{ name: 'z-2', cluster: { server: 'z', other: { 'x-cc': 6 } }, other: { 'x-c': 5 } },
    });
    expect(renamed.contexts[0]).toMatchObject({
      name: 'o',
      other: { 'x-n': 1 },
      context: { cluster: 'z-2' },
    });
  });

  test('of fields of which there can be one keeps the target’s, and warns', () => {
    const target = 'x: secret-1\nw: 1\npreferences: {colors: false}\nextensions: [{name: e, extension: 1}]';
    const source =
      'x: secret-2\nw: 1\nz: 3\npreferences: {colors: true}\nextensions: [{name: e, extension: 2}, {name: f, extension: 3}]';
    const { config, changes, notices } = combine(target, [source]);
    expect(config.other).toEqual({ x: 'secret-1', w: 1, z: 3 });
    expect(config.preferences).toEqual({ colors: false });
    expect(config.extensions?.map(({ extension }) => extension)).toEqual([1, 3]);
    expect(changes).toEqual([
      { action: 'add', section: 'extensions', name: 'f', source: 'b.conf' },
      { action: 'add', section: 'other', name: '', field: 'z', source: 'b.conf' },
    ]);
    expect(notices.map(({ code, severity, path, message }) => [code, severity, path, message])).toEqual(
      ['preferences."colors"', 'extensions["e"]', '"x"'].map((field) => [
        ...['field-not-merged', 'warning', 'b.conf'],
        `${field} is another than that of the target, which stays`,
      ]),
    );
    expect(JSON.stringify(notices)).not.toContain('secret');
  });

  test('does not make empty preferences out of none', () => {
    expect(combine(EMPTY_KUBECONFIG, ['preferences: {}']).config).toEqual(EMPTY_KUBECONFIG);
  });
});

describe('the names that entries get', () => {
  test('a user is named after the cluster of the first context that uses it, once for all of them', () => {
    const source = `
clusters: [{name: one, cluster: {server: '1'}}, {name: two, cluster: {server: '2'}}]
users: [{name: jane, user: {token: new}}, {name: nobody, user: {token: new}}]
contexts:
- {name: second, context: {cluster: two, user: jane}}
- {name: first, context: {cluster: one, user: jane}}`;
    const { config } = combine('users: [{name: jane, user: {token: old}}, {name: nobody, user: {}}]', [
      source,
    ]);
    expect(namesIn(config, 'users')).toEqual(['jane', 'nobody', 'jane@two', 'nobody-2']);
    expect(config.contexts.map(({ context }) => context.user)).toEqual(['jane@two', 'jane@two']);
  });

  test('a name that says its cluster says the new one, not both', () => {
    const of = (server: string): string => `
clusters: [{name: prod, cluster: {server: ${server}}}]
users: [{name: jane@prod, user: {token: ${server}}}]
contexts: [{name: jane@prod, context: {cluster: prod, user: jane@prod}}]`;
    const { config } = combine(of('a'), [of('b'), of('c')]);
    expect(namesIn(config, 'users')).toEqual(['jane@prod', 'jane@prod-2', 'jane@prod-3']);
    expect(namesIn(config, 'contexts')).toEqual(namesIn(config, 'users'));
  });

  test('a context that says its cluster follows it, though its own name be free', () => {
    const source = admin('b');
    const { config, changes } = combine('clusters: [{name: kubernetes, cluster: {server: other}}]', [source]);
    expect(namesIn(config, 'contexts')).toEqual(['kubernetes-admin@kubernetes-2']);
    expect(config.currentContext).toBe('kubernetes-admin@kubernetes-2');
    expect(changes.at(-2)).toMatchObject({ action: 'rename', reason: 'its cluster is "kubernetes-2"' });
  });

  test('what keeps its name does not give way to what loses its own', () => {
    const source = 'clusters: [{name: c, cluster: {server: b}}, {name: c-2, cluster: {server: d}}]';
    const { config } = combine('clusters: [{name: c, cluster: {server: a}}]', [source]);
    expect(config.clusters.map(({ name, cluster }) => [name, cluster.server])).toEqual([
      ['c', 'a'],
      ['c-3', 'b'],
      ['c-2', 'd'],
    ]);
  });

  test('a context of another meaning is renamed to USER@CLUSTER, and numbered', () => {
    const of = (namespace: string): string => `
clusters: [{name: c, cluster: {server: s}}]
contexts: [{name: dev, context: {cluster: c, user: '', namespace: ${namespace}}}]`;
    const { config } = combine(of('a'), [of('b'), of('d')]);
    expect(namesIn(config, 'contexts')).toEqual(['dev', 'c', 'c-2']);
    expect(combine(config, [of('d'), of('b')]).config).toEqual(config);
  });

  test('a cluster is called what it is wanted to be called', () => {
    const { config } = combine(admin('a'), [admin('b')], { clusterName: 'prod' });
    expect(namesIn(config, 'clusters')).toEqual(['kubernetes', 'prod']);
    expect(namesIn(config, 'users')).toEqual(['kubernetes-admin', 'kubernetes-admin@prod']);
    expect(namesIn(config, 'contexts')).toEqual(['kubernetes-admin@kubernetes', 'kubernetes-admin@prod']);
    expect(combine(config, [admin('b')], { clusterName: 'prod' }).config).toEqual(config);
  });

  test.each([
    ['the name of another', [admin('b')], 'kubernetes', /"kubernetes": there is another of that name/],
    ['a name that is empty', [admin('b')], '', /empty/],
    ['one name for two', [admin('b'), admin('c')], 'prod', /sources: 2, clusters: 2/],
    ['a name for no cluster', ['users: [{name: u, user: {}}]'], 'prod', /sources: 1, clusters: 0/],
  ])('a cluster does not get %s', async (_, sources, clusterName, message) => {
    const error = await failureOf(() => combine(admin('a'), sources, { clusterName }));
    expect(error.code).toBe('invalid-value');
    expect(error.message).toMatch(message);
  });

  test('paths that lead to the same file are the same', () => {
    const of = (path: string): string =>
      `clusters: [{name: c, cluster: {server: s, certificate-authority: ${path}}}]`;
    const resolvePath = (path: string): string => (path.startsWith('/') ? path : `/etc/${path}`);
    expect(combine(of('ca.crt'), [of('/etc/ca.crt')], { resolvePath }).config.clusters).toHaveLength(1);
    expect(combine(of('ca.crt'), [of('/etc/ca.crt')]).config.clusters).toHaveLength(2);
  });
});

describe('kubeconfigs that are used with the target', () => {
  const among = [admin('b', 'x: 1')];

  test('have names that nothing else gets, as it would hide them', () => {
    const { config, changes } = combine(EMPTY_KUBECONFIG, [admin('c')], { among });
    expect(namesIn(config, 'clusters')).toEqual(['kubernetes-2']);
    expect(namesIn(config, 'users')).toEqual(['kubernetes-admin@kubernetes-2']);
    expect(namesIn(config, 'contexts')).toEqual(['kubernetes-admin@kubernetes-2']);
    expect(config.currentContext).toBe('');
    expect(changes[0]).toMatchObject({ action: 'rename', reason: 'there is another of that name' });
    expect(combine(config, [admin('c')], { among }).config).toEqual(config);
  });

  test('may be hidden by what is the same', () => {
    const { config } = combine(EMPTY_KUBECONFIG, [admin('b')], { among });
    expect(config).toEqual({ ...admin('b'), currentContext: '' });
  });

  test('have what the target’s contexts name, and do not get what they name in vain', () => {
    const target = 'contexts: [{name: x, context: {cluster: kubernetes, user: lost}}]';
    const { config } = combine(target, [admin('c'), 'users: [{name: lost, user: {}}]'], { among });
    expect(namesIn(config, 'clusters')).toEqual(['kubernetes-2']);
    expect(namesIn(config, 'users')).toEqual(['kubernetes-admin@kubernetes-2', 'lost-2']);
    const { config: same } = combine(target, [admin('b')], { among });
    expect(namesIn(same, 'clusters')).toEqual(['kubernetes']);
  });
});

describe('the current context', () => {
  const other = admin('b');
  test('stays, or is that of the first source that has one', () => {
    expect(combine(EMPTY_KUBECONFIG, ['{}', 'current-context: gone', other]).config.currentContext).toBe(
      'kubernetes-admin@kubernetes',
    );
    expect(combine(admin('a'), [other]).config.currentContext).toBe('kubernetes-admin@kubernetes');
  });

  test('is that of the first source where it is asked for', async () => {
    const { config, changes } = combine(admin('a'), [other, admin('c')], { useContext: true });
    expect(config.currentContext).toBe('kubernetes-admin@kubernetes-2');
    expect(changes.at(-1)).toEqual({
      ...{ action: 'change', section: 'current-context', name: '' },
      ...{ before: 'kubernetes-admin@kubernetes', after: 'kubernetes-admin@kubernetes-2' },
    });
    const only = 'contexts: [{name: x, context: {cluster: "", user: ""}}]';
    expect(combine(admin('a'), [only], { useContext: true }).config.currentContext).toBe('x');
    const error = await failureOf(() => combine(admin('a'), ['{}'], { useContext: true }));
    expect(error.code).toBe('invalid-kubeconfig');
    expect(error.message).toBe('b.conf has no current context, so none can be used');
  });
});

describe('a context that leads nowhere', () => {
  const lost = `
clusters: [{name: other, cluster: {server: 'https://other'}}]
contexts: [{name: lost, context: {cluster: other, user: kubernetes-admin}}]`;

  test('does not get the user of another file: it names one that is not there', () => {
    const { config, notices } = combine(admin('a'), [lost]);
    expect(entryOf(config, 'contexts', 'lost')).toEqual({ cluster: 'other', user: 'kubernetes-admin@other' });
    expect(notices).toEqual([
      expect.objectContaining({
        ...{ code: 'dangling-context', severity: 'warning', path: 'b.conf' },
        fix: expect.stringContaining('--join'),
      }),
    ]);
    expect(combine(config, [lost]).config).toEqual(config);
    // Whoever comes with that name later does not become its user either.
    const later = combine(config, ['users: [{name: kubernetes-admin@other, user: {token: t}}]']);
    expect(namesIn(later.config, 'users')).toEqual(['kubernetes-admin', 'kubernetes-admin@other-2']);
    expect(later.notices).toEqual([expect.objectContaining({ severity: 'warning', path: 'b.conf' })]);
  });

  test('of the target does not get what comes', () => {
    const { config } = combine(lost, [admin('a')]);
    expect(entryOf(config, 'contexts', 'lost')?.user).toBe('kubernetes-admin');
    expect(namesIn(config, 'users')).toEqual(['kubernetes-admin@kubernetes']);
    expect(combine(config, [admin('a')]).config).toEqual(config);
  });

  test('stays as it is where nothing has the name, with a note', () => {
    const { config, notices } = combine(EMPTY_KUBECONFIG, [lost]);
    expect(config.contexts).toEqual(parseKubeconfig(lost).contexts);
    expect(notices.map(({ severity }) => severity)).toEqual(['info']);
  });

  test('does not leave its name to a cluster that is wanted to have it', async () => {
    const target = 'contexts: [{name: x, context: {cluster: prod, user: ""}}]';
    const clusterName = 'prod';
    const error = await failureOf(() => combine(target, [admin('a')], { clusterName }));
    expect(error.code).toBe('invalid-value');
    expect(error.hint).toContain('--join');
    const joined = combine(target, [admin('a')], { clusterName, join: true });
    expect(namesIn(joined.config, 'clusters')).toEqual(['prod']);
  });

  test('gets what another file has, where they are joined, as by KUBECONFIG', () => {
    const users = 'users: [{name: u, user: {token: t}}]';
    const contexts = 'contexts: [{name: x, context: {cluster: c, user: u}}]';
    const clusters = 'clusters: [{name: c, cluster: {server: s}}]';
    const { config, notices } = combine(contexts, [users, clusters], { join: true });
    expect(renderKubeconfig(config)).toBe(
      renderKubeconfig(parseKubeconfig([users, contexts, clusters].join('\n'))),
    );
    expect(notices).toEqual([]);
    const { config: inTurn } = combine(admin('a'), [lost], { join: true });
    expect(entryOf(inTurn, 'contexts', 'lost')?.user).toBe('kubernetes-admin');
  });
});
