/** Machines that are set up in another way than a fresh control plane, and are well. */
import { checkFiles } from '../../../../src/check/check.ts';
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { cluster } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { CHECKED, healthyMachine, PKI, type TestMachine } from './support/machine.ts';
import { ENCODINGS, filesOf, without, type Files } from './support/mutations.ts';

const CONF = '/etc/kubernetes';
const KUBELET = '/var/lib/kubelet';

/** The unit and drop-in of the packages of kubeadm. */
const UNIT = {
  '/usr/lib/systemd/system/kubelet.service': '[Service]\nExecStart=/usr/bin/kubelet\n',
  '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': [
    '[Service]',
    'Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"',
    'Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"',
    'ExecStart=',
    'ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS',
  ].join('\n'),
};

const octets = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
const withMore = (files: Files, more: Readonly<Record<string, string | Uint8Array>>): Files =>
  new Map([
    ...files,
    ...Object.entries(more).map(([path, content]): [string, Uint8Array] => [path, octets(content)]),
  ]);
const filesOfMachine = (machine: TestMachine): Files => filesOf(machine.source(), machine.files.keys());

const running = async (change: (machine: TestMachine) => unknown = () => undefined): Promise<Files> => {
  const machine = await healthyMachine();
  change(machine);
  return filesOfMachine(machine);
};

const MACHINES: Readonly<Record<string, () => Promise<Files>>> = {
  'a control plane with the unit of the packages': async () => withMore(await running(), UNIT),
  'a worker that has joined': async () => {
    const all = await running();
    const kept = [`${CONF}/kubelet.conf`, `${PKI}/ca.crt`];
    const files = without(all, (path) => !kept.includes(path) && !path.startsWith(KUBELET));
    return withMore(files, UNIT);
  },
  'a control plane whose CA is kept elsewhere': () =>
    running((machine) =>
      machine
        .remove(`${PKI}/ca.key`)
        .set('kube-controller-manager', 'cluster-signing-cert-file')
        .set('kube-controller-manager', 'cluster-signing-key-file'),
    ),
  'a control plane whose etcd is elsewhere': async () => {
    const etcd = '/etc/etcd';
    const files = await running((machine) => {
      for (const [flag, name] of [
        ['etcd-cafile', 'ca.crt'],
        ['etcd-certfile', 'client.crt'],
        ['etcd-keyfile', 'client.key'],
      ] as const) {
        const from = name === 'ca.crt' ? `${PKI}/etcd/ca.crt` : `${PKI}/apiserver-etcd-${name}`;
        machine.put(`${etcd}/${name}`, machine.text(from)).set('kube-apiserver', flag, `${etcd}/${name}`);
      }
      machine.set('kube-apiserver', 'etcd-servers', 'https://192.0.2.30:2379');
    });
    return without(
      files,
      (path) =>
        path.startsWith(`${PKI}/etcd/`) || path.includes('apiserver-etcd') || path.endsWith('/etcd.yaml'),
    );
  },
  'a control plane that is called through a load balancer': () =>
    running((machine) => {
      for (const name of ['scheduler', 'controller-manager', 'admin'])
        machine.edit(`${CONF}/${name}.conf`, (text) =>
          text.replace(/server: .*/, 'server: https://kubernetes:8443'),
        );
    }),
  'a control plane on another port': () =>
    running((machine) => {
      for (const name of ['scheduler', 'controller-manager', 'admin', 'super-admin', 'kubelet'])
        machine.edit(`${CONF}/${name}.conf`, (text) => text.replace(':6443', ':7443'));
      machine.put('/root/.kube/config', machine.text(`${CONF}/admin.conf`));
      machine.set('kube-apiserver', 'secure-port', '7443');
    }).then((files) => {
      const path = `${CONF}/manifests/kube-apiserver.yaml`;
      const text = new TextDecoder().decode(files.get(path));
      return withMore(files, { [path]: text.replace('"containerPort":6443', '"containerPort":7443') });
    }),
  'a control plane whose administrators keep their files': async () =>
    without(await running(), (path) => /(?:admin\.conf|\.kube\/config)$/.test(path)),
  'a control plane that kubeadm has upgraded': async () => {
    const files = await running();
    const manifest = files.get(`${CONF}/manifests/etcd.yaml`) ?? new Uint8Array();
    return withMore(files, { [`${CONF}/tmp/kubeadm-backup-manifests-1/etcd.yaml`]: manifest });
  },
  'copies in other encodings that nobody reads': async () => {
    const files = await running();
    const ca = new TextDecoder().decode(files.get(`${PKI}/ca.crt`));
    const copies = Object.values(ENCODINGS).map((encode, at) => [
      `${PKI}/for-browsers-${at}.cer`,
      encode(ca),
    ]);
    return without(withMore(files, Object.fromEntries(copies)), (path) => path.endsWith('-9.cer'));
  },
  'a tree with its certificates in another place': async () =>
    (await MemoryTree.of(cluster({ certificatesDir: '/etc/kubernetes/ssl' }))).files,
};

test.each(Object.entries(MACHINES))('%s is well', async (_name, filesOfIt) => {
  const { findings, status } = await checkFiles(memoryFiles(await filesOfIt()), {}, { now: CHECKED });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(status).toBe('OK');
});
