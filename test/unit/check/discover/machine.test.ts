/** Machines as people set them up: what is found on each. */
import { platformCrypto } from '../../../../src/crypto/environment.ts';
import { createAuthority, issue } from '../../../../src/ca/index.ts';
import { discover } from '../../../../src/check/discover/discover.ts';
import type { Inventory } from '../../../../src/check/inventory.ts';
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { NOW } from '../../../support/fixture-keys.ts';

function found(texts: Readonly<Record<string, string>>): Promise<Inventory> {
  return discover(memoryFiles(Object.entries(texts)), [{ kind: 'root' }], {
    now: NOW,
    crypto: platformCrypto(),
  });
}

let ca: string;
let server: string;
let key: string;
beforeAll(async () => {
  const authority = await createAuthority(
    { commonName: 'etcd-ca', keyAlgorithm: 'ECDSA-P256' },
    { now: NOW },
  );
  const issued = await issue(
    authority,
    { profile: 'peer', commonName: 'etcd-1', subjectAltNames: ['10.0.0.1'], keyAlgorithm: 'ECDSA-P256' },
    { now: NOW },
  );
  [ca, server, key] = [authority.toPem(), issued.toPem(), issued.keyToPem()];
});

test('a service of systemd, its drop-in and its variables lead to the files', async () => {
  const { components, certificates, problems } = await found({
    '/etc/systemd/system/etcd.service':
      '[Service]\nEnvironmentFile=-/etc/etcd/etcd.env\nExecStart=/usr/local/bin/etcd \\\n  --cert-file=${CERTS}/server.crt \\\n  $OPTIONS\n',
    '/etc/systemd/system/etcd.service.d/10-more.conf':
      '[Service]\nEnvironment="OPTIONS=--key-file /etc/etcd/server.key"\n',
    '/etc/etcd/etcd.env': '# where\nCERTS=/etc/etcd\nETCD_TRUSTED_CA_FILE="/etc/etcd/ca.crt"\n',
    '/etc/etcd/server.crt': server,
    '/etc/etcd/server.key': key,
    '/etc/etcd/ca.crt': ca,
  });
  expect(components.map(({ name, runs, source }) => [name, runs, source])).toEqual([
    ['etcd', 'systemd', '/etc/systemd/system/etcd.service'],
  ]);
  expect(components[0]?.uses.map(({ flag, path, role }) => [flag, path, role])).toEqual([
    ['--cert-file', '/etc/etcd/server.crt', 'server-certificate'],
    ['--key-file', '/etc/etcd/server.key', 'key'],
    ['--trusted-ca-file', '/etc/etcd/ca.crt', 'client-ca'],
  ]);
  expect(certificates.find(({ path }) => path === '/etc/etcd/server.crt')?.signedBy).toEqual([
    '/etc/etcd/ca.crt',
  ]);
  expect(problems).toEqual([]);
});

const pod = (container: object, volumes: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [container], volumes } });

test('paths in a container are led back through its volumes, the longest mount first, with subPath', async () => {
  const { components, problems } = await found({
    '/etc/kubernetes/manifests/etcd.yaml': pod(
      {
        command: ['etcd'],
        args: ['--cert-file', '/certs/server.crt', '--peer-cert-file=/certs/peer/peer.crt', '--data-dir=/d'],
        env: [{ name: 'ETCD_TRUSTED_CA_FILE', value: '/ca/ca.crt' }],
        volumeMounts: [
          { name: 'a', mountPath: '/certs' },
          { name: 'b', mountPath: '/certs/peer', subPath: 'peers' },
          { name: 'c', mountPath: '/ca' },
        ],
      },
      [
        { name: 'a', hostPath: { path: '/srv/etcd' } },
        { name: 'b', hostPath: { path: '/srv/more' } },
        { name: 'c', hostPath: { path: '/srv/ca/' } },
      ],
    ),
    '/srv/etcd/server.crt': server,
  });
  expect(Object.fromEntries(components[0]?.uses.map(({ flag, path }) => [flag, path]) ?? [])).toEqual({
    '--cert-file': '/srv/etcd/server.crt',
    '--peer-cert-file': '/srv/more/peers/peer.crt',
    '--trusted-ca-file': '/srv/ca/ca.crt',
  });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ['file-missing', '/srv/more/peers/peer.crt'],
    ['file-missing', '/srv/ca/ca.crt'],
  ]);
});

test("a kubelet's configuration says where static pods lie, and which certificate it serves with", async () => {
  const { components } = await found({
    '/var/lib/kubelet/config.yaml':
      'kind: KubeletConfiguration\nstaticPodPath: /srv/pods\ntlsCertFile: /srv/kubelet.crt\nauthentication:\n  x509:\n    clientCAFile: /srv/ca.crt\n',
    '/srv/pods/s.yaml': pod(
      { command: ['kube-scheduler', '--kubeconfig=/etc/kubernetes/scheduler.conf'] },
      [],
    ),
    '/srv/kubelet.crt': server,
    '/srv/ca.crt': ca,
  });
  expect(components.map(({ name }) => name)).toEqual(['kubelet', 'kube-scheduler']);
  expect(components[0]?.uses.map(({ flag, path }) => [flag, path])).toEqual([
    ['tlsCertFile', '/srv/kubelet.crt'],
    ['authentication.x509.clientCAFile', '/srv/ca.crt'],
  ]);
});

test('a kubeconfig by path leads to files beside it, and no secret of it is kept', async () => {
  const inventory = await found({
    '/etc/kubernetes/admin.conf': JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://x:6443', 'certificate-authority': 'pki/ca.crt' } }],
      users: [{ name: 'u', user: { token: 'very-secret', password: 'also-secret', username: 'x' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
    '/etc/kubernetes/pki/ca.crt': ca,
    '/etc/kubernetes/pki/ca.key': key,
  });
  const caEntry = inventory.certificates.find(({ path }) => path === '/etc/kubernetes/pki/ca.crt');
  expect(caEntry?.uses.map(({ component, flag }) => [component, flag])).toEqual([
    ['kubectl', 'clusters[0].cluster.certificate-authority'],
  ]);
  const everything = JSON.stringify(inventory, (_name, value: unknown) =>
    value instanceof Map
      ? [...value]
      : value instanceof Uint8Array
        ? Buffer.from(value).toString('latin1')
        : value,
  );
  expect(everything).not.toMatch(/very-secret|also-secret|PRIVATE KEY/);
});

test('broken manifests and files are told, and the rest is found', async () => {
  const { problems, certificates } = await found({
    '/etc/kubernetes/manifests/broken.yaml': 'kind: Pod\n  spec: [',
    '/etc/kubernetes/pki/cut.crt': server.slice(0, 200),
    '/etc/kubernetes/pki/ca.crt': ca,
  });
  expect(problems.map(({ code, path }) => [code, path])).toEqual(
    expect.arrayContaining([
      ['malformed-manifest', '/etc/kubernetes/manifests/broken.yaml'],
      ['malformed-certificate', '/etc/kubernetes/pki/cut.crt'],
    ]),
  );
  expect(certificates.map(({ path }) => path)).toEqual(['/etc/kubernetes/pki/ca.crt']);
});

test("drop-ins of the kubelet's configuration win over it, the last of them first", async () => {
  const { components, problems } = await found({
    '/etc/systemd/system/kubelet.service':
      '[Service]\nExecStart=/bin/kubelet --config=/srv/kubelet.yaml --config-dir=/srv/kubelet.conf.d\n',
    '/srv/kubelet.yaml':
      'kind: KubeletConfiguration\ntlsCertFile: /srv/a.crt\ntlsPrivateKeyFile: /srv/a.key\nrotateCertificates: false\n',
    '/srv/kubelet.conf.d/20.conf': 'tlsCertFile: /srv/c.crt\nrotateCertificates: true\n',
    '/srv/kubelet.conf.d/10.conf': 'tlsCertFile: /srv/b.crt\ntlsPrivateKeyFile: /srv/b.key\n',
    '/srv/kubelet.conf.d/30.yaml': 'tlsCertFile: /srv/no.crt\n',
    '/srv/c.crt': server,
    '/srv/b.key': key,
  });
  expect(components[0]?.uses.map(({ flag, path }) => [flag, path])).toEqual([
    ['tlsCertFile', '/srv/c.crt'],
    ['tlsPrivateKeyFile', '/srv/b.key'],
  ]);
  expect(components[0]?.flags.get('rotateCertificates')).toEqual(['true']);
  expect(problems).toEqual([]);
});

test("a service's configuration file that is not there is missed, one that is there is followed", async () => {
  const unit = '[Service]\nExecStart=/bin/etcd --config-file=/etc/etcd.yaml\n';
  const lost = await found({ '/etc/systemd/system/etcd.service': unit });
  expect(lost.problems.map(({ code, path }) => [code, path])).toEqual([['file-missing', '/etc/etcd.yaml']]);
  const { certificates } = await found({
    '/etc/systemd/system/etcd.service': unit,
    '/etc/etcd.yaml': 'client-transport-security:\n  cert-file: /srv/server\n',
    '/srv/server': server,
  });
  expect(certificates.map(({ path }) => path)).toEqual(['/srv/server']);
});

test('a file that a kubeconfig names and that holds nothing is broken, so is one that is checked by itself', async () => {
  const texts = {
    '/etc/kubernetes/admin.conf': JSON.stringify({
      kind: 'Config',
      clusters: [
        { name: 'c', cluster: { server: 'https://x:6443', 'certificate-authority': 'pki/other.crt' } },
      ],
      users: [{ name: 'u', user: { 'client-certificate': '/srv/u.crt', 'client-key': '/srv/u.key' } }],
    }),
    '/etc/kubernetes/pki/other.crt': '',
    '/srv/u.crt': server,
    '/srv/u.key': 'hello',
  };
  const codes = ({ problems }: Inventory): string[][] => problems.map(({ code, path }) => [code, path]);
  expect(codes(await found(texts))).toEqual([
    ['nothing-inside', '/etc/kubernetes/pki/other.crt'],
    ['malformed-certificate', '/etc/kubernetes/pki/other.crt'],
    ['malformed-key', '/srv/u.key'],
  ]);
  const one = await discover(
    memoryFiles(Object.entries({ '/srv/empty.crt': '', '/srv/notes': '' })),
    ['/srv/empty.crt', '/srv/notes'].map((path) => ({ kind: 'path', path })),
    { now: NOW, crypto: platformCrypto() },
  );
  expect(codes(one)).toEqual([
    ['malformed-certificate', '/srv/empty.crt'],
    ['nothing-found', '/srv/notes'],
  ]);
});
