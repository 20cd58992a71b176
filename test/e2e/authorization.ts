/** What identities may do: RBAC by user and group, and the Node authorizer. */
import type { ControlPlane } from './support/control-plane.ts';

const node = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name } });

const list = (...items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

const TEAM = list(
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } },
  {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
    metadata: { name: 'dev', namespace: 'team-a' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'dev' }],
  },
);

const secret = (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'team-a' } },
  stringData: { word: name },
});

/** A pod of node-1 that mounts one secret. */
const POD = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'team-a' } },
  spec: {
    nodeName: 'node-1',
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'none.invalid/none' }],
    volumes: [{ name: 'secret', secret: { secretName: 'mounted' } }],
  },
};

/** What people may do. */
export function people(running: () => ControlPlane): void {
  const can = async (conf: string, ...args: string[]): Promise<string> =>
    (await running().kubectl(running().conf(conf), ['auth', 'can-i', ...args])).stdout.trim();

  test('admin.conf may do nothing before its role binding, which super-admin.conf applies, and all after it', async () => {
    const cluster = running();
    expect(await can('admin.conf', '*', '*')).toBe('no');
    const superAdmin = cluster.conf('super-admin.conf');
    expect(await can('super-admin.conf', '*', '*')).toBe('yes');
    await cluster.kubectlOk(superAdmin, ['apply', '-f', cluster.adminBinding]);
    expect(await can('admin.conf', '*', '*')).toBe('yes');
  });

  test('jane of group dev may do what a RoleBinding of her group gives, where it gives it, and no more', async () => {
    const cluster = running();
    expect(await can('users/jane.conf', 'list', 'pods')).toBe('no');
    await cluster.kubectlOk(cluster.conf('admin.conf'), ['apply', '-f', '-'], TEAM);
    // Her context's namespace is team-a.
    expect(await can('users/jane.conf', 'list', 'pods')).toBe('yes');
    expect(await can('users/jane.conf', 'delete', 'pods')).toBe('no');
    expect(await can('users/jane.conf', 'get', 'secrets')).toBe('no');
    expect(await can('users/jane.conf', 'list', 'pods', '-n', 'default')).toBe('no');
  });
}

/** What kubelets may do (Node authorization and the NodeRestriction admission). */
export function kubelets(running: () => ControlPlane): void {
  const kubelet = (machine: string, args: readonly string[], input = '') => {
    const cluster = running();
    const flags = cluster.kubeletFlags(machine, 'kubelet.conf');
    return cluster.kubectl(cluster.conf('kubelet.conf', machine), [...flags, ...args], input);
  };

  test('a kubelet registers its own Node, and no other', async () => {
    expect((await kubelet('node-1', ['create', '-f', '-'], node('node-1'))).stderr).toBe('');
    const other = await kubelet('node-1', ['create', '-f', '-'], node('node-2'));
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is not allowed to modify')]);
    expect((await kubelet('node-2', ['create', '-f', '-'], node('node-2'))).stderr).toBe('');
  });

  test('a kubelet changes its own Node, and no other', async () => {
    const label = (name: string) => kubelet('node-1', ['annotate', 'node', name, '--overwrite', 'e2e=yes']);
    expect((await label('node-1')).code).toBe(0);
    const other = await label('node-2');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('Forbidden')]);
  });

  test('a kubelet reads the secrets of its own pods, and no others', async () => {
    const cluster = running();
    const objects = list(secret('mounted'), secret('other'), POD);
    await cluster.kubectlOk(cluster.conf('admin.conf'), ['apply', '-f', '-'], objects);
    const read = (machine: string, name: string) =>
      kubelet(machine, ['get', 'secret', name, '-n', 'team-a', '-o', 'jsonpath={.data.word}']);
    expect((await read('node-1', 'mounted')).stdout).toBe(Buffer.from('mounted').toString('base64'));
    const denied = [await read('node-1', 'other'), await read('node-2', 'mounted')];
    for (const { code, stderr } of denied)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/Forbidden.*no relationship found/)]);
  });
}
