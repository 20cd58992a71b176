/** The same for rules about how a machine is set up: what is there, under which name, with which flags. */
import { PKI, type TestMachine } from './machine.ts';

type Fixture = (machine: TestMachine) => unknown;

const CONF = '/etc/kubernetes';
const MANIFESTS = `${CONF}/manifests`;
const KUBELET = '/var/lib/kubelet';
const CURRENT = `${KUBELET}/pki/kubelet-client-current.pem`;

const set =
  (component: string, flag: string, ...values: string[]): Fixture =>
  (machine) =>
    machine.set(component, flag, ...values);

const manifest = (machine: TestMachine, name: string): string =>
  new TextDecoder().decode(machine.source().read(`${MANIFESTS}/${name}.yaml`));

export const SET_UP_FIXTURES: Readonly<Record<string, Fixture>> = {
  'encoding-refused': (machine) =>
    machine.edit(`${PKI}/front-proxy-ca.crt`, (pem) => pem.replace(/^/gm, '  ')),

  'admin-without-rights': (machine) => {
    machine.reissueUser(`${CONF}/admin.conf`, { subject: { commonName: 'jane', organizations: ['dev'] } });
    machine.put('/root/.kube/config', machine.text(`${CONF}/admin.conf`));
  },
  'admin-missing': (machine) => machine.remove(`${CONF}/admin.conf`),
  'node-folder-mismatch': (machine) => {
    const node = `${CONF}/nodes/cp-2`;
    for (const path of [`${CONF}/kubelet.conf`, CURRENT, `${PKI}/ca.crt`])
      machine.put(node + path, machine.text(path));
  },

  'manifest-missing': (machine) => machine.remove(`${MANIFESTS}/kube-scheduler.yaml`),
  'component-twice': (machine) =>
    machine.put(`${MANIFESTS}/scheduler-of-yesterday.yaml`, manifest(machine, 'kube-scheduler')),
  'manifest-misnamed': (machine) => {
    const text = manifest(machine, 'kube-scheduler');
    machine.remove(`${MANIFESTS}/kube-scheduler.yaml`).put(`${MANIFESTS}/etcd.json`, text);
  },
  'kubelet-configuration-missing': (machine) => {
    const flags = `--config=${KUBELET}/config.yaml --client-ca-file=${PKI}/ca.crt --rotate-certificates`;
    machine
      .remove(`${KUBELET}/config.yaml`)
      .put('/etc/systemd/system/kubelet.service', `[Service]\nExecStart=/usr/bin/kubelet ${flags}\n`);
  },

  'etcd-url-plain': set('etcd', 'listen-client-urls', 'https://192.0.2.10:2379,http://127.0.0.1:2379'),
  'flag-mistyped': (machine) =>
    machine
      .set('kube-controller-manager', 'root-ca-file')
      .set('kube-controller-manager', 'root-ca-flie', `${PKI}/ca.crt`),
  'flag-missing': set('kube-apiserver', 'service-account-issuer'),
  'flag-wanted': set('kube-controller-manager', 'root-ca-file'),
  'probe-port-mismatch': set('etcd', 'listen-metrics-urls', 'http://127.0.0.1:2391'),
  'server-port-mismatch': (machine) =>
    machine.edit(`${CONF}/scheduler.conf`, (text) => text.replace(':6443', ':8443')),
};
