import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { pruneKubeconfig } from '../../../src/kubeconfig/prune.ts';

const CONFIG = parseKubeconfig(`
apiVersion: v1
kind: Config
current-context: gone
x-unknown: kept
clusters:
- {name: b, cluster: {server: 'https://b'}}
- {name: unused, cluster: {server: 'https://u'}}
- {name: a, cluster: {server: 'https://a', x-field: 1}}
users:
- {name: jane, user: {token: t}}
- {name: nobody, user: {token: t}}
contexts:
- {name: two, context: {cluster: b, user: jane}}
- {name: no-cluster, context: {cluster: lost, user: jane}}
- {name: no-user, context: {cluster: a, user: lost}}
- {name: one, context: {cluster: a, user: jane}}
- {name: anonymous, context: {cluster: a, user: ''}}
`);

describe('pruning', () => {
  test('removes what leads nowhere and what nobody names, says why, and keeps order and unknown fields', () => {
    const { config, changes } = pruneKubeconfig(CONFIG);
    expect(config.clusters.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(config.clusters[1]?.cluster.other).toEqual({ 'x-field': 1 });
    expect(config.users.map(({ name }) => name)).toEqual(['jane']);
    expect(config.contexts.map(({ name }) => name)).toEqual(['two', 'one', 'anonymous']);
    expect(config).toMatchObject({ currentContext: '', other: { 'x-unknown': 'kept' } });
    expect(changes).toEqual([
      { action: 'remove', section: 'contexts', name: 'no-cluster', reason: 'there is no cluster "lost"' },
      { action: 'remove', section: 'contexts', name: 'no-user', reason: 'there is no user "lost"' },
      { action: 'remove', section: 'clusters', name: 'unused', reason: 'no context names it' },
      { action: 'remove', section: 'users', name: 'nobody', reason: 'no context names it' },
      { action: 'remove', section: 'current-context', name: 'gone', reason: 'there is no such context' },
    ]);
  });

  test('does nothing to what is pruned', () => {
    const { config } = pruneKubeconfig(CONFIG);
    expect(pruneKubeconfig(config)).toEqual({ config, changes: [] });
  });

  test('goes by all kubeconfigs that are used together', () => {
    const cluster = parseKubeconfig('clusters: [{name: a, cluster: {server: https://a}}]');
    const context = parseKubeconfig('contexts: [{name: c, context: {cluster: a, user: ""}}]');
    const among = [cluster, context];
    expect(pruneKubeconfig(cluster, { among }).changes).toEqual([]);
    expect(pruneKubeconfig(context, { among }).changes).toEqual([]);
    expect(pruneKubeconfig(cluster).changes).toHaveLength(1);
    expect(pruneKubeconfig(context).changes).toHaveLength(1);
  });

  test('takes contexts of users that are of no use along', () => {
    const uselessUser = (name: string): string | undefined =>
      name === 'jane' ? 'its certificate has ended' : undefined;
    const { config, changes } = pruneKubeconfig(CONFIG, { uselessUser });
    expect(config.users).toEqual([]);
    expect(config.contexts.map(({ name }) => name)).toEqual(['anonymous']);
    expect(changes).toContainEqual({
      action: 'remove',
      section: 'users',
      name: 'jane',
      reason: 'its certificate has ended',
    });
  });
});
