/** Trees of kubeadm's layout without manifests, in which a file that has its place is lost or broken. */
import { evaluateRules } from '../../../../src/check/rules/evaluate.ts';
import { cluster, largeCluster } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { CHECKED, healthyMachine, machineOfTree, PKI, type TestMachine } from './support/machine.ts';

const DAY = 86_400_000;

/** What is wrong, without what every fresh tree is told. */
async function told(machine: TestMachine, path?: string): Promise<string[]> {
  const inventory = await machine.inventoryOf([
    path === undefined ? { kind: 'root' } : { kind: 'path', path },
  ]);
  const findings = evaluateRules(inventory, { now: CHECKED, warn: 30 * DAY, crit: 7 * DAY });
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, severity, path }) => `${severity} ${code} ${path}`);
}

let tree: MemoryTree;
let large: MemoryTree;
beforeAll(async () => {
  tree = await MemoryTree.of(cluster());
  large = await MemoryTree.of(largeCluster());
});

const CERTIFICATES = ['ca', 'front-proxy-ca', 'etcd/ca', 'apiserver', 'etcd/server'];
const BROKEN = { empty: '', text: 'hello\n', 'random octets': '\u0007\u00ff0\u0003\u0000\u001f' };

describe.each(CERTIFICATES)('%s.crt', (base) => {
  const path = `${PKI}/${base}.crt`;

  test('is missed where it was deleted, though other files hold copies of it', async () => {
    const machine = machineOfTree(large).remove(path);
    expect(await told(machine)).toEqual([`error file-missing ${path}`]);
  });

  test.each(Object.entries(BROKEN))('that is %s holds no certificate', async (_what, text) => {
    const machine = machineOfTree(large).put(path, text);
    expect(await told(machine)).toEqual([`error malformed-certificate ${path}`]);
  });
});

test.each(['sa.pub', 'sa.key'])('%s is missed, and is no key where it holds none', async (name) => {
  const path = `${PKI}/${name}`;
  expect(await told(machineOfTree(tree).remove(path))).toEqual([`error file-missing ${path}`]);
  for (const text of Object.values(BROKEN))
    expect(await told(machineOfTree(tree).put(path, text))).toEqual([`error malformed-key ${path}`]);
});

test('a CA key may be elsewhere, and where there is one it is one', async () => {
  const machine = machineOfTree(tree).remove(`${PKI}/ca.key`).remove(`${PKI}/etcd/ca.key`);
  expect(await told(machine)).toEqual([]);
  expect(await told(machine.put(`${PKI}/ca.key`, ''))).toEqual([`error malformed-key ${PKI}/ca.key`]);
});

test('a directory in the place of a certificate is none', async () => {
  const machine = machineOfTree(tree).facts(`${PKI}/ca.crt`, { kind: 'directory' });
  expect(await told(machine)).toEqual([`error malformed-certificate ${PKI}/ca.crt`]);
});

test('certificate and key that are both lost are missed for what lies beside them', async () => {
  const machine = machineOfTree(tree);
  for (const base of ['front-proxy-client', 'apiserver-etcd-client', 'etcd/peer'])
    machine.remove(`${PKI}/${base}.crt`).remove(`${PKI}/${base}.key`);
  expect((await told(machine)).sort()).toEqual([
    `error file-missing ${PKI}/apiserver-etcd-client.crt`,
    `error file-missing ${PKI}/etcd/peer.crt`,
    `error file-missing ${PKI}/front-proxy-client.crt`,
  ]);
});

test('a node of the tree that lost its CA certificate is told', async () => {
  const paths = ['cp-2', 'node-1'].map((name) => `/etc/kubernetes/nodes/${name}${PKI}/ca.crt`);
  const machine = machineOfTree(large);
  for (const path of paths) machine.remove(path);
  expect(await told(machine)).toEqual(paths.map((path) => `error file-missing ${path}`));
});

test("of etcd's folder that is checked by itself, what belongs there is told, and nothing of what lies above", async () => {
  const machine = machineOfTree(tree).remove(`${PKI}/etcd/ca.crt`).put(`${PKI}/etcd/peer.crt`, '');
  expect((await told(machine, `${PKI}/etcd`)).sort()).toEqual([
    `error file-missing ${PKI}/etcd/ca.crt`,
    `error malformed-certificate ${PKI}/etcd/peer.crt`,
  ]);
});

test('copies of certificates alone, and a lone key, miss nothing', async () => {
  const machine = machineOfTree(tree);
  for (const path of [...machine.files.keys()]) if (!path.endsWith('.crt')) machine.remove(path);
  machine.remove(`${PKI}/ca.crt`);
  expect(await told(machine)).toEqual([]);
  expect(await told(machineOfTree(tree), `${PKI}/apiserver.key`)).toEqual([]);
});

test('an API server that is known by its manifest to use other files does not need these', async () => {
  const machine = await healthyMachine();
  for (const kind of ['ca', 'client'])
    for (const end of ['crt', 'key']) {
      const name = `front-proxy-${kind}.${end}`;
      machine.put(`/srv/${name}`, machine.text(`${PKI}/${name}`)).remove(`${PKI}/${name}`);
    }
  machine
    .set('kube-apiserver', 'requestheader-client-ca-file', '/srv/front-proxy-ca.crt')
    .set('kube-apiserver', 'proxy-client-cert-file', '/srv/front-proxy-client.crt')
    .set('kube-apiserver', 'proxy-client-key-file', '/srv/front-proxy-client.key')
    .set('kube-controller-manager', 'requestheader-client-ca-file', '/srv/front-proxy-ca.crt');
  expect(await told(machine)).toEqual([]);
});

test('kubeconfigs by name that are empty, no YAML or no text are told, a lost one too', async () => {
  const names = ['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf'];
  for (const text of ['', 'a: [b\n', 'hello\n', '\u0000\u0001', '[]']) {
    const machine = machineOfTree(tree);
    for (const name of names) machine.put(`/etc/kubernetes/${name}`, text);
    expect((await told(machine)).sort()).toEqual(
      names.map((name) => `error malformed-kubeconfig /etc/kubernetes/${name}`).sort(),
    );
  }
  const lost = machineOfTree(tree).remove('/etc/kubernetes/scheduler.conf');
  expect(await told(lost)).toEqual(['error file-missing /etc/kubernetes/scheduler.conf']);
});

test('old copies are listed, and not judged as if they were in use', async () => {
  const machine = machineOfTree(tree);
  const old = new Date(CHECKED.getTime() - DAY);
  const copies = [
    'apiserver-old',
    'apiserver.crt.bak',
    'apiserver.crt~',
    'tmp/apiserver.crt',
    'old/apiserver.crt',
  ];
  for (const name of copies)
    machine.put(`${PKI}/${name}`, machine.text(`${PKI}/apiserver.crt`), 0o644).reissue(`${PKI}/${name}`, {
      until: old,
      from: new Date(0),
      digest: 'sha1',
      serialNumber: Uint8Array.of(0),
    });
  const names = [...copies, 'APISERVER.CRT', 'x.chain'];
  for (const name of names.slice(copies.length))
    machine.put(`${PKI}/${name}`, machine.text(`${PKI}/apiserver.crt`), 0o644);
  const { certificates } = await machine.inventory();
  expect(certificates.map(({ path }) => path)).toEqual(
    expect.arrayContaining(names.map((name) => `${PKI}/${name}`)),
  );
  expect(await told(machine)).toEqual([]);
  machine.reissue(`${PKI}/APISERVER.CRT`, { until: old, from: new Date(0) });
  expect(await told(machine)).toEqual([`error expired ${PKI}/APISERVER.CRT`]);
});

test('a folder of old copies that is checked by itself is judged as it is', async () => {
  const machine = machineOfTree(tree);
  const changes = { until: new Date(CHECKED.getTime() - DAY), from: new Date(0) };
  machine.reissue(`${PKI}/apiserver.crt`, changes);
  for (const path of [...machine.files.keys()]) {
    if (path.startsWith(`${PKI}/`)) machine.put(`/backup${path.slice(15)}`, machine.text(path));
    machine.remove(path);
  }
  expect(await told(machine, '/backup')).toEqual(['error expired /backup/pki/apiserver.crt']);
});

test('a flag that names the wrong CA is told of that file, not of each certificate that is right', async () => {
  const machine = (await healthyMachine()).set('kube-apiserver', 'client-ca-file', `${PKI}/etcd/ca.crt`);
  const found = await told(machine);
  expect(found).toContain(`error wrong-ca-file ${PKI}/etcd/ca.crt`);
  expect(found.filter((line) => line.includes('wrong-ca '))).toEqual([]);
});

test("a CA file whose content is another cluster's is told once; certificates of a CA that is there for others one by one", async () => {
  const machine = machineOfTree(tree);
  const other = await MemoryTree.of(cluster());
  const swapped = machine.copy().put(`${PKI}/ca.crt`, other.text(`${PKI}/front-proxy-ca.crt`));
  swapped.put('/etc/kubernetes/kept.crt', machine.text(`${PKI}/ca.crt`), 0o644);
  const found = await told(swapped);
  expect(found.filter((line) => line.includes('wrong-ca'))).toEqual([`error wrong-ca-file ${PKI}/ca.crt`]);
  for (const name of ['scheduler.conf', 'controller-manager.conf'])
    machine.reissueUser(`/etc/kubernetes/${name}`, {}, machine.ca('front-proxy-ca'));
  machine.reissue(`${PKI}/apiserver.crt`, {}, machine.ca('front-proxy-ca'));
  expect((await told(machine)).filter((line) => line.includes('wrong-ca '))).toHaveLength(3);
});

test('what is to be copied over a CA file is a certificate alone', async () => {
  const other = await MemoryTree.of(cluster());
  const swapped = machineOfTree(tree).put(`${PKI}/ca.crt`, other.text(`${PKI}/front-proxy-ca.crt`));
  const fixes = async (): Promise<string[]> => {
    const inventory = await swapped.inventoryOf([{ kind: 'root' }]);
    return evaluateRules(inventory, { now: CHECKED, warn: 30 * DAY, crit: 7 * DAY }).flatMap((one) =>
      one.code === 'wrong-ca-file' ? [one.fix ?? ''] : [],
    );
  };
  const [ofKubeconfig] = await fixes();
  expect(ofKubeconfig).toMatch(
    /&& kubectl config view --raw --kubeconfig \S+\.conf -o 'jsonpath=\{\.clusters\[0\]\.cluster\.certificate-authority-data\}' \| base64 -d > \/etc\/kubernetes\/pki\/ca\.crt/,
  );
  const [crt, key] = ['ca.crt', 'ca.key'].map((name) => tree.text(`${PKI}/${name}`));
  swapped.put('/etc/kubernetes/0.pem', `${crt ?? ''}${key ?? ''}`);
  const [ofPair] = await fixes();
  expect(ofPair).toMatch(/^put the certificate of \/etc\/kubernetes\/0\.pem into .*, without any key/);
  swapped.put('/etc/kubernetes/0.pem', crt ?? '', 0o644);
  const [ofFile] = await fixes();
  expect(ofFile).toMatch(/&& cat \/etc\/kubernetes\/0\.pem > \/etc\/kubernetes\/pki\/ca\.crt/);
});

test('an etcd elsewhere, or one that runs as a service, needs no manifest', async () => {
  const machine = await healthyMachine();
  machine.remove('/etc/kubernetes/manifests/etcd.yaml');
  const lost = 'error etcd-manifest-missing /etc/kubernetes/manifests/etcd.yaml';
  expect(await told(machine)).toContain(lost);
  const elsewhere = machine.copy().set('kube-apiserver', 'etcd-servers', 'https://192.0.2.30:2379');
  expect(await told(elsewhere)).not.toContain(lost);
  machine.put('/etc/systemd/system/etcd.service', '[Service]\nExecStart=/bin/etcd\n');
  expect(await told(machine)).not.toContain(lost);
});

test.each(['backup-2025', '.kubepki-backups/20261126T234553Z-a85bbd57168a612b'])(
  'of old copies in %s nothing is missed, nor is anything reached by what they call',
  async (name) => {
    const machine = machineOfTree(large);
    const old = `/etc/kubernetes/${name}`;
    for (const base of ['apiserver', 'apiserver-etcd-client'])
      for (const end of ['crt', 'key'])
        machine.put(
          `${old}/nodes/cp-2/etc/kubernetes/pki/${base}.${end}`,
          machine.text(`${PKI}/${base}.${end}`),
        );
    machine.put(
      `${old}/scheduler.conf`,
      machine
        .text('/etc/kubernetes/scheduler.conf')
        .replace(/server: https:\/\/[^:]+/, 'server: https://192.0.2.99'),
    );
    expect(await told(machine)).toEqual([]);
  },
);
