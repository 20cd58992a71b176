// Provisions the PKI of one API server and one etcd member piece by piece: authorities, certificates, kubeconfigs.
// Use this form where kubeadm's layout does not fit; where it does, see multi-node.mjs.
//
//   node examples/provision.mjs [DIRECTORY]
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAuthority, createKubeconfig, issue, renderKubeconfig } from 'kubepki';

const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'kubepki-provision-')));

/** Writes a file that must not exist yet; its mode is set as it is created, so that no key is ever readable by others. */
async function write(name, text, mode) {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode, flag: 'wx' });
  console.log(`${mode.toString(8)} ${name}`);
}

/** Writes NAME.crt and NAME.key. */
async function writePair(name, issued) {
  for (const { message } of issued.notices) console.error(`note: ${name}: ${message}`);
  await write(`${name}.crt`, issued.toFullChainPem(), 0o644);
  await write(`${name}.key`, issued.keyToPem(), 0o600);
}

// Three authorities that do not know each other: etcd must not trust what the cluster's CA signs, and the front proxy's
// CA must not be the one that clients of the API server are known by.
const ca = await createAuthority({ commonName: 'kubernetes', validity: '10y' });
const etcdCa = await createAuthority({ commonName: 'etcd-ca', validity: '10y' });
const frontProxyCa = await createAuthority({ commonName: 'front-proxy-ca', validity: '10y' });
await writePair('ca', ca);
await writePair('etcd/ca', etcdCa);
await writePair('front-proxy-ca', frontProxyCa);

const certificates = [
  [
    'apiserver',
    ca,
    {
      profile: 'server',
      commonName: 'kube-apiserver',
      subjectAltNames: [
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'api.example.com',
        '10.96.0.1',
        '10.0.0.10',
      ],
    },
  ],
  ['apiserver-kubelet-client', ca, { profile: 'client', commonName: 'kube-apiserver-kubelet-client' }],
  ['apiserver-etcd-client', etcdCa, { profile: 'client', commonName: 'kube-apiserver-etcd-client' }],
  [
    'etcd/server',
    etcdCa,
    {
      profile: 'peer',
      commonName: 'cp-1',
      subjectAltNames: ['cp-1', 'localhost', '10.0.0.10', '127.0.0.1', '::1'],
    },
  ],
  ['front-proxy-client', frontProxyCa, { profile: 'client', commonName: 'front-proxy-client' }],
];
for (const [name, issuer, request] of certificates) {
  await writePair(name, await issue(issuer, { ...request, validity: '1y' }));
}

// Kubernetes reads the common name as the user and the organizations as the groups.
const users = [
  ['admin.conf', { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] }],
  ['scheduler.conf', { commonName: 'system:kube-scheduler' }],
];
for (const [file, subject] of users) {
  const client = await issue(ca, { profile: 'client', ...subject });
  const kubeconfig = createKubeconfig({
    cluster: {
      name: 'kubernetes',
      server: 'https://api.example.com:6443',
      certificateAuthority: { data: ca.toPem() },
    },
    user: {
      name: subject.commonName,
      clientCertificate: { data: client.toPem() },
      clientKey: { data: client.keyToPem() },
    },
  });
  await write(file, renderKubeconfig(kubeconfig), 0o600);
}
console.log(`done: ${directory}`);
