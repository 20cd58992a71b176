/** Fresh trees of several kinds, files alone without manifests: what they are told is documented. */
import { evaluateRules } from '../../../../src/check/rules/evaluate.ts';
import { cluster, controlPlane, largeCluster, node, user, version } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { Certificate } from '../../../../src/x509/certificate.ts';
import { certificateLike } from './support/certificate.ts';
import { CHECKED, healthyMachine, machineOfTree, PKI, TestMachine } from './support/machine.ts';

const DAY = 86_400_000;

async function told(machine: TestMachine, now = CHECKED): Promise<string[]> {
  const findings = evaluateRules(await machine.inventory(), { now, warn: 30 * DAY, crit: 7 * DAY });
  return [...new Set(findings.map(({ code }) => code))].sort();
}

const MASTERS = ['system-masters-of-kubeadm'];

const SPECS = {
  'one control plane': cluster(),
  'two control planes, a worker and a user': largeCluster(),
  'Kubernetes 1.28': largeCluster({ kubernetesVersion: version('v1.28.0') }),
  'two service networks': cluster({ serviceSubnets: ['10.96.0.0/12', 'fd00:10:96::/112'] }),
  'etcd elsewhere': cluster({ etcd: { kind: 'external', endpoints: ['https://192.0.2.30:2379'] } }),
  'a node with an address for a name': cluster({ controlPlanes: [controlPlane('192.0.2.10', '192.0.2.10')] }),
  'a user of a day, a node with addresses': cluster({
    nodes: [node('node-1', '192.0.2.21', 'node-1.internal')],
    users: [user('jane', { groups: ['dev'] })],
  }),
};

test.each(Object.entries(SPECS))(
  'a fresh tree of %s is told nothing but what is documented',
  async (_name, spec) => {
    const machine = machineOfTree(await MemoryTree.of(spec));
    expect(await told(machine)).toEqual(MASTERS);
  },
);

test('a tree that a user made in a directory is not told that it belongs to them', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  for (const path of machine.files.keys())
    machine.facts(path, { uid: 1000, gid: 1000, owner: 'jane', group: 'jane' });
  expect(await told(machine)).toEqual(MASTERS);
});

test('without manifests, a wrong certificate in a known place is told all the same', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  machine.reissue('/etc/kubernetes/pki/etcd/peer.crt', { extensions: { extendedKeyUsage: ['serverAuth'] } });
  machine.put('/etc/kubernetes/pki/apiserver.key', machine.text('/etc/kubernetes/pki/etcd/server.key'));
  machine.reissue('/etc/kubernetes/pki/front-proxy-client.crt', {}, machine.ca());
  expect(await told(machine)).toEqual(['etcd-peer-usage', 'key-mismatch', ...MASTERS, 'wrong-ca'].sort());
});

test('names that certificates bring do not reach a terminal as commands', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  const changes = { subject: { commonName: 'x\u001b[2J\u202e\n' }, until: CHECKED };
  machine.reissue('/etc/kubernetes/pki/apiserver-etcd-client.crt', changes, machine.ca('etcd/ca'));
  const text = JSON.stringify(
    evaluateRules(await machine.inventory(), { now: CHECKED, warn: DAY, crit: DAY }).map(
      ({ message }) => message,
    ),
  );
  expect(text).toContain('\u27e8U+001B\u27e9[2J\u27e8U+202E\u27e9\u27e8U+000A\u27e9');
});

test('a serving certificate that the kubelet made itself, and the CA behind it, are told to be self-signed and no more', async () => {
  const machine = await healthyMachine();
  const key = machine.text('/var/lib/kubelet/pki/kubelet.key');
  const own = (pem: string): { certificate: string; key: string } => ({ certificate: pem, key });
  const ca = certificateLike(machine.text(`${PKI}/ca.crt`), own(machine.text(`${PKI}/ca.crt`)), {
    subject: { commonName: 'cp-1-ca@1772366400' },
    spki: Certificate.fromPem(machine.text('/var/lib/kubelet/pki/kubelet.crt')).spki,
    until: new Date(CHECKED.getTime() + 365 * DAY),
  });
  const subject = { commonName: 'cp-1@1772366400' };
  machine.edit(
    '/var/lib/kubelet/pki/kubelet.crt',
    (leaf) => certificateLike(leaf, own(ca), { subject }) + ca,
  );
  expect(await told(machine)).toEqual([
    'apiserver-without-kubelet-ca',
    'kubelet-serving-self-signed',
    ...MASTERS,
  ]);
});

test('of a bundle that is sent along, intermediates lead to the CA that is trusted', async () => {
  const machine = await healthyMachine();
  const root = machine.ca('front-proxy-ca');
  const client = {
    certificate: machine.text(`${PKI}/front-proxy-client.crt`),
    key: machine.text(`${PKI}/front-proxy-client.key`),
  };
  const between = certificateLike(machine.text(`${PKI}/ca.crt`), root, {
    subject: { commonName: 'between' },
    spki: Certificate.fromPem(client.certificate).spki,
  });
  const leaf = certificateLike(client.certificate, { certificate: between, key: client.key });
  machine.put(`${PKI}/front-proxy-client.crt`, leaf + between);
  expect(await told(machine)).toEqual([
    'apiserver-without-kubelet-ca',
    'kubelet-serving-self-signed',
    ...MASTERS,
  ]);
});

test('a certificate that is an empty file, as a crash leaves it, is told with and without a manifest', async () => {
  const machines = [machineOfTree(await MemoryTree.of(cluster())), await healthyMachine()];
  for (const machine of machines) {
    machine.put(`${PKI}/apiserver.crt`, '');
    expect(
      (await told(machine)).filter((code) => !code.includes('without') && !code.includes('self-signed')),
    ).toEqual(['malformed-certificate', ...MASTERS]);
  }
});

test('a certificate without its key is told where keys were looked at, not where it is checked by itself', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  machine.remove(`${PKI}/apiserver.key`);
  expect(await told(machine)).toEqual(['key-missing', ...MASTERS]);
  for (const path of [...machine.files.keys()]) if (path !== `${PKI}/apiserver.crt`) machine.remove(path);
  expect(await told(machine)).toEqual([]);
});

test('without manifests, places say who is whom: a lost certificate, an etcd that is not called, another node', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  machine.remove(`${PKI}/front-proxy-client.crt`);
  machine.reissue(`${PKI}/etcd/server.crt`, {
    extensions: { subjectAltNames: [{ type: 'dns', value: 'cp-1' }] },
  });
  machine.reissueUser('/etc/kubernetes/kubelet.conf', {
    subject: { commonName: 'system:node:cp-7', organizations: ['system:nodes'] },
  });
  expect(await told(machine)).toEqual(['etcd-missing-san', 'file-missing', ...MASTERS, 'wrong-node-name']);
});

test('a worker, whose files kubepki made ready for it, is told nothing', async () => {
  const tree = await MemoryTree.of(largeCluster());
  const root = '/etc/kubernetes/nodes/node-1';
  const machine = new TestMachine(new Map(), new Map());
  for (const path of tree.files.keys()) {
    if (path.startsWith(`${root}/`)) machine.put(path.slice(root.length), tree.text(path));
  }
  expect([...machine.files.keys()].sort()).toEqual([
    '/etc/kubernetes/kube-proxy.conf',
    '/etc/kubernetes/kubelet.conf',
    '/etc/kubernetes/pki/ca.crt',
    '/var/lib/kubelet/pki/kubelet-client-current.pem',
    '/var/lib/kubelet/pki/kubelet.crt',
    '/var/lib/kubelet/pki/kubelet.key',
  ]);
  expect(await told(machine)).toEqual([]);
});

test('the client of kubelets is known by its name, or by its groups', async () => {
  const machine = machineOfTree(await MemoryTree.of(cluster()));
  const path = `${PKI}/apiserver-kubelet-client.crt`;
  machine.reissue(path, { subject: { commonName: 'kubelet-client' } });
  expect(await told(machine)).toEqual([...MASTERS, 'wrong-common-name']);
  machine.reissue(path, {
    subject: { commonName: 'kubelet-client', organizations: ['kubeadm:cluster-admins'] },
  });
  expect(await told(machine)).toEqual(MASTERS);
});
