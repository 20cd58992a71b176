/** A control plane that was set up by hand: services of systemd, one CA, certificates in .pem files with keys beside them. */
import { createAuthority, type Authority } from '../../../../src/ca/authority.ts';
import { issue } from '../../../../src/ca/issue.ts';
import type { CertificateRequest } from '../../../../src/ca/request.ts';
import { evaluateRules } from '../../../../src/check/rules/evaluate.ts';
import { privateKeyToPem } from '../../../../src/x509/key-file.ts';
import { NOW } from '../../../support/cluster.ts';
import { CHECKED, TestMachine } from './support/machine.ts';

const DIR = '/var/lib/kubernetes';
const DAY = 86_400_000;

const unit = (program: string, flags: readonly string[]): string =>
  `[Service]\nExecStart=/usr/local/bin/${program} \\\n  ${flags.map((flag) => `--${flag}`).join(' \\\n  ')}\nRestart=on-failure\n`;

async function pair(
  machine: TestMachine,
  ca: Authority,
  name: string,
  request: CertificateRequest,
): Promise<void> {
  const made = await issue(ca, request, { now: NOW });
  if (made.privateKey === undefined) throw new Error('a fresh key was made');
  machine
    .put(`${DIR}/${name}-key.pem`, privateKeyToPem(made.privateKey))
    .put(`${DIR}/${name}.pem`, made.toPem(), 0o644);
}

async function byHand(): Promise<TestMachine> {
  const machine = new TestMachine(new Map(), new Map());
  const ca = await createAuthority({ commonName: 'Kubernetes' }, { now: NOW });
  const key = ca.privateKey;
  if (key === undefined) throw new Error('the CA has a key');
  machine.put(`${DIR}/ca.pem`, ca.toPem(), 0o644).put(`${DIR}/ca-key.pem`, privateKeyToPem(key));
  const names = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    '10.32.0.1',
    '127.0.0.1',
    '10.240.0.10',
  ];
  await pair(machine, ca, 'kubernetes', {
    profile: 'peer',
    commonName: 'kubernetes',
    subjectAltNames: names,
  });
  await pair(machine, ca, 'service-account', {
    profile: 'client',
    commonName: 'service-accounts',
  });
  const both = (certificate: string, ownKey: string): string[] => [
    `${certificate}=${DIR}/kubernetes.pem`,
    `${ownKey}=${DIR}/kubernetes-key.pem`,
  ];
  machine.put(
    '/etc/systemd/system/kube-apiserver.service',
    unit('kube-apiserver', [
      'advertise-address=10.240.0.10',
      `client-ca-file=${DIR}/ca.pem`,
      `etcd-cafile=${DIR}/ca.pem`,
      ...both('etcd-certfile', 'etcd-keyfile'),
      'etcd-servers=https://10.240.0.10:2379',
      `kubelet-certificate-authority=${DIR}/ca.pem`,
      ...both('kubelet-client-certificate', 'kubelet-client-key'),
      'service-account-issuer=https://10.240.0.10:6443',
      `service-account-key-file=${DIR}/service-account.pem`,
      `service-account-signing-key-file=${DIR}/service-account-key.pem`,
      'service-cluster-ip-range=10.32.0.0/24',
      ...both('tls-cert-file', 'tls-private-key-file'),
    ]),
    0o644,
  );
  machine.put(
    '/etc/systemd/system/etcd.service',
    unit('etcd', [
      'name controller-0',
      ...both('cert-file', 'key-file'),
      ...both('peer-cert-file', 'peer-key-file'),
      `trusted-ca-file=${DIR}/ca.pem`,
      `peer-trusted-ca-file=${DIR}/ca.pem`,
      'peer-client-cert-auth',
      'client-cert-auth',
      'initial-advertise-peer-urls https://10.240.0.10:2380',
      'listen-peer-urls https://10.240.0.10:2380',
      'listen-client-urls https://10.240.0.10:2379,https://127.0.0.1:2379',
      'advertise-client-urls https://10.240.0.10:2379',
    ]),
    0o644,
  );
  return machine;
}

async function told(machine: TestMachine): Promise<string[]> {
  const inventory = await machine.inventory();
  const found = evaluateRules(inventory, { now: CHECKED, warn: 30 * DAY, crit: 7 * DAY });
  return found.map(({ code, path }) => `${code} ${path}`);
}

test('a machine set up by hand with one CA and one certificate for all is told of that CA alone', async () => {
  expect(await told(await byHand())).toEqual(['etcd-ca-shared /etc/systemd/system/etcd.service']);
});

test('what its services use is judged by their flags, whatever the files are called', async () => {
  const machine = await byHand();
  machine.put(`${DIR}/kubernetes-key.pem`, machine.text(`${DIR}/ca-key.pem`));
  machine.edit('/etc/systemd/system/etcd.service', (text) =>
    text.replace('10.240.0.10:2380', '10.240.0.99:2380'),
  );
  expect(await told(machine)).toEqual([
    `key-mismatch ${DIR}/kubernetes.pem`,
    `etcd-peer-missing-san ${DIR}/kubernetes.pem`,
    'etcd-ca-shared /etc/systemd/system/etcd.service',
  ]);
});
