/** What identities may do: RBAC by user and group, and the Node authorizer. */
import type { Running } from './support/control-plane.ts';
import { namespace, pod, registerNode, roleBinding } from './support/objects.ts';
import { until } from './support/processes.ts';

/** What people may do. */
export function people(running: Running): void {
  const can = async (conf: string, ...args: string[]): Promise<string> =>
    (await running().kubectl(running().files.conf(conf), ['auth', 'can-i', ...args])).stdout.trim();

  // The authorizer reads role bindings through a cache, a moment later.
  const untilCan = (answer: string, conf: string, ...args: string[]): Promise<true> =>
    until(`${conf}: ${args.join(' ')}: ${answer}`, async () =>
      (await can(conf, ...args)) === answer ? true : undefined,
    );

  test('admin.conf may do nothing before the role binding of --rbac-manifest, and all after it', async () => {
    const cluster = running();
    expect(await can('super-admin.conf', '*', '*')).toBe('yes');
    await cluster.admin(['delete', 'clusterrolebinding', 'kubeadm:cluster-admins', '--ignore-not-found']);
    await untilCan('no', 'admin.conf', '*', '*');
    expect(await can('admin.conf', 'list', 'nodes')).toBe('no');
    await cluster.admin(['apply', '-f', cluster.files.rbacManifest]);
    await untilCan('yes', 'admin.conf', '*', '*');
    expect(await cluster.kubectlOk(cluster.files.conf('admin.conf'), ['get', 'namespaces'])).toContain(
      'default',
    );
  });

  test('jane of group dev may do what a RoleBinding of her group gives, where it gives it, and no more', async () => {
    const cluster = running();
    const jane = 'users/jane.conf';
    expect(await can(jane, 'list', 'pods')).toBe('no');
    await cluster.applyObjects(
      namespace('team-a'),
      roleBinding('team-a', 'view', { kind: 'Group', name: 'dev' }),
    );
    // Her context's namespace is team-a.
    await untilCan('yes', jane, 'list', 'pods');
    expect(await can(jane, 'delete', 'pods')).toBe('no');
    expect(await can(jane, 'get', 'secrets')).toBe('no');
    expect(await can(jane, 'list', 'pods', '-n', 'default')).toBe('no');
    expect(await can(jane, 'list', 'pods', '--all-namespaces')).toBe('no');
  });

  // The roles and bindings that each API server makes by itself (Kubernetes: default RBAC policy).
  test.each([
    ['cp-1', 'controller-manager.conf', 'create serviceaccounts --subresource=token', 'delete nodes'],
    ['cp-1', 'scheduler.conf', 'create pods --subresource=binding', 'create pods'],
    ['node-1', 'kube-proxy.conf', 'watch services', 'list pods'],
  ])('the %s %s may do its work, and no other', async (machine, file, work, other) => {
    const canI = async (what: string): Promise<string> => {
      const args = ['auth', 'can-i', ...what.split(' '), '--all-namespaces'];
      return (await running().kubectl(running().files.conf(file, machine), args)).stdout.trim();
    };
    expect(await canI(work)).toBe('yes');
    expect(await canI(other)).toBe('no');
  });
}

const secret = (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'kubelets' } },
  stringData: { word: name },
});

const node = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name } });

/** What kubelets may do (Node authorization and the NodeRestriction admission). */
export function kubelets(running: Running): void {
  const kubelet = (machine: string, args: readonly string[], input = '') => {
    const { files } = running();
    const flags = files.kubeletFlags(machine);
    return running().kubectl(files.conf('kubelet.conf', machine), [...flags, ...args], input);
  };

  test('a kubelet registers its own Node, and no other', async () => {
    const other = await kubelet('cp-1', ['create', '-f', '-'], node('cp-2'));
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining('is not allowed to modify node "cp-2"'),
    ]);
    for (const machine of ['cp-1', 'cp-2'])
      expect((await kubelet(machine, ['create', '-f', '-'], node(machine))).stderr).toBe('');
  });

  test('a kubelet reads and changes its own Node, and no other', async () => {
    for (const name of ['node-1', 'node-2'] as const) await registerNode(running(), name);
    const patch = (name: string) =>
      kubelet('node-1', ['patch', 'node', name, '-p', '{"metadata":{"annotations":{"e2e":"yes"}}}']);
    for (const attempt of [patch, (name: string) => kubelet('node-1', ['get', 'node', name])]) {
      expect((await attempt('node-1')).code).toBe(0);
      const other = await attempt('node-2');
      expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('Forbidden')]);
    }
  });

  test('a kubelet reads the secrets of its own pods, and no others', async () => {
    const cluster = running();
    const volumes = [{ name: 'secret', secret: { secretName: 'mounted' } }];
    await cluster.applyObjects(namespace('kubelets'), secret('mounted'), secret('other'));
    await cluster.applyObjects(pod('kubelets', 'web', { nodeName: 'node-1', volumes }));
    const read = (machine: string, name: string) =>
      kubelet(machine, ['get', 'secret', name, '-n', 'kubelets', '-o', 'jsonpath={.data.word}']);
    const word = await until('the pod is known to the authorizer', async () => {
      const { code, stdout } = await read('node-1', 'mounted');
      return code === 0 ? stdout : undefined;
    });
    expect(Buffer.from(word, 'base64').toString()).toBe('mounted');
    for (const { code, stderr } of [await read('node-1', 'other'), await read('node-2', 'mounted')])
      expect([code, stderr]).toEqual([1, expect.stringMatching(/Forbidden.*no relationship found/)]);
  });
}
