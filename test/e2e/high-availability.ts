/** What two control planes share, and what is each one's own. */
import { readFileSync } from 'node:fs';
import { ADDRESS, ENDPOINT } from './support/cluster-files.ts';
import type { Running } from './support/control-plane.ts';
import { pair } from './support/kubepki.ts';

/** What kubeadm copies to further control planes (`init phase upload-certs`): the CAs and the service-account keys. */
const SHARED = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
const SHARED_KEYS = ['sa.key', 'sa.pub'];

const OWN = [
  'apiserver',
  'apiserver-kubelet-client',
  'front-proxy-client',
  'apiserver-etcd-client',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
];

const IN_DEFAULT = '/api/v1/namespaces/default/configmaps';

/** A pair of control planes. */
export function highAvailability(running: Running): void {
  test.each([...SHARED, ...SHARED_KEYS])('%s is the same bytes on both', (file) => {
    const { files } = running();
    expect(readFileSync(files.pki(file, 'cp-2'))).toEqual(readFileSync(files.pki(file)));
  });

  test.each(OWN.flatMap((name) => [`${name}.crt`, `${name}.key`]))("%s is each one's own", (file) => {
    const { files } = running();
    expect(readFileSync(files.pki(file, 'cp-2'))).not.toEqual(readFileSync(files.pki(file)));
  });

  test.each([
    ['cp-1', 'cp-2'],
    ['cp-2', 'cp-1'],
  ] as const)('what is written through %s is read through %s', async (writer, reader) => {
    const cluster = running();
    const name = `from-${writer}`;
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { by: writer },
    });
    const headers = { 'content-type': 'application/json' };
    const write = { method: 'POST', headers, body, ...cluster.superAdmin, to: writer };
    expect((await cluster.askApiServer(IN_DEFAULT, write)).status).toBe(201);
    const read = await cluster.askApiServer(`${IN_DEFAULT}/${name}`, { ...cluster.superAdmin, to: reader });
    expect(JSON.parse(read.body).data).toEqual({ by: writer });
  });

  test.each([
    ['cp-1', 'admin.conf', 'kubernetes-admin'],
    ['cp-2', 'admin.conf', 'kubernetes-admin'],
    ['cp-1', 'controller-manager.conf', 'system:kube-controller-manager'],
    ['cp-2', 'controller-manager.conf', 'system:kube-controller-manager'],
    ['cp-1', 'scheduler.conf', 'system:kube-scheduler'],
    ['cp-2', 'scheduler.conf', 'system:kube-scheduler'],
    ['cp-1', 'users/jane.conf', 'jane'],
  ])('both know the holder of the %s %s', async (machine, file, user) => {
    const cluster = running();
    for (const address of Object.values(ADDRESS)) {
      const args = [
        '--server',
        `https://${address}:6443`,
        'auth',
        'whoami',
        '-o',
        'jsonpath={.status.userInfo.username}',
      ];
      expect(await cluster.kubectlOk(cluster.files.conf(file, machine), args)).toBe(user);
    }
  });

  test('admin.conf of either follows the endpoint: nowhere when that is away, to cp-2 when it leads there', async () => {
    const cluster = running();
    const { network, files } = cluster;
    const endpoint = `${ENDPOINT}:6443`;
    const ready = async (machine: string): Promise<string> =>
      (await cluster.kubectl(files.conf('admin.conf', machine), ['get', '--raw', '/readyz'])).stdout;
    try {
      network.close(endpoint);
      for (const machine of ['cp-1', 'cp-2']) expect(await ready(machine)).toBe('');
      network.route(endpoint, cluster.apiPort('cp-2'));
      for (const machine of ['cp-1', 'cp-2']) expect(await ready(machine)).toBe('ok');
    } finally {
      network.route(endpoint, cluster.apiPort('cp-1'));
    }
  });

  test('each etcd serves the API server of the other machine too: its client certificate is of the same CA', async () => {
    const cluster = running();
    for (const [machine, member] of [
      ['cp-1', 'cp-2'],
      ['cp-2', 'cp-1'],
    ] as const) {
      const as = pair(cluster.files.pki('apiserver-etcd-client', machine));
      expect((await cluster.etcds.ask('/health', { member, as })).status).toBe(200);
    }
  });
}
