import { layout, rootsOf, type LayoutOptions } from '../../../../src/pki/layout/layout.ts';
import { filesOf, type Target } from '../../../../src/pki/layout/target.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { formatGeneralName } from '../../../../src/x509/general-name.ts';
import { cluster, controlPlane, largeCluster, node, user, version } from '../../../support/cluster.ts';

const targetsOf = (spec: ClusterSpec, owner?: string, options?: LayoutOptions): readonly Target[] =>
  [...layout(spec, options)].flatMap(({ targets, owner: its }) =>
    owner === undefined || its === owner ? targets : [],
  );

const filesUnder = (spec: ClusterSpec, prefix: string, options?: LayoutOptions): string[] =>
  targetsOf(spec, undefined, options)
    .flatMap(filesOf)
    .flatMap((file) => (file.startsWith(prefix) ? [file.slice(prefix.length)] : []))
    .sort();

function target(
  spec: ClusterSpec,
  id: string,
  { owner, ...options }: LayoutOptions & { owner?: string } = {},
): Target {
  const found = targetsOf(spec, owner, options).find((known) => known.id === id);
  if (found === undefined) throw new Error(`no target is called ${id}`);
  return found;
}

function namesOf(spec: ClusterSpec, id: string, owner?: string): string[] {
  const found = target(spec, id, owner === undefined ? {} : { owner });
  if (!('subjectAltNames' in found)) throw new Error(`${id} is no certificate`);
  return found.subjectAltNames.map(formatGeneralName);
}

function subjectOf(spec: ClusterSpec, id: string, owner?: string): unknown {
  const found = target(spec, id, owner === undefined ? {} : { owner });
  return 'subject' in found ? found.subject : undefined;
}

/** What a kubeconfig says, and the paths that it names. */
function kubeconfig(spec: ClusterSpec, id: string, options: LayoutOptions & { owner?: string } = {}) {
  const found = target(spec, id, options);
  if (found.kind === 'kubeconfig') {
    const { frame, clientCertificate, clientKey } = found;
    return { ...frame, clientCertificate, clientKey };
  }
  if (found.kind !== 'certificate' || found.storage.kind !== 'kubeconfig')
    throw new Error(`${id} is no kubeconfig`);
  return found.storage.frame;
}

const PKI_OF_A_CONTROL_PLANE = [
  ...['apiserver-etcd-client', 'apiserver-kubelet-client', 'apiserver', 'ca'].flatMap((name) => [
    `${name}.crt`,
    `${name}.key`,
  ]),
  ...['ca', 'healthcheck-client', 'peer', 'server'].flatMap((name) => [
    `etcd/${name}.crt`,
    `etcd/${name}.key`,
  ]),
  ...['front-proxy-ca', 'front-proxy-client'].flatMap((name) => [`${name}.crt`, `${name}.key`]),
  ...['sa.key', 'sa.pub'],
];

describe('the layout of a single control plane', () => {
  it('is that of kubeadm, and nothing else', () => {
    expect(filesUnder(cluster(), '/etc/kubernetes/pki/')).toEqual(PKI_OF_A_CONTROL_PLANE);
    expect(filesUnder(cluster(), '/etc/kubernetes/').filter((file) => !file.startsWith('pki/'))).toEqual([
      ...['admin.conf', 'controller-manager.conf', 'kubelet.conf', 'scheduler.conf', 'super-admin.conf'],
    ]);
    expect(filesUnder(cluster(), '')).toHaveLength(PKI_OF_A_CONTROL_PLANE.length + 5);
  });

  it('names the API server as kubeadm does: names sorted, then addresses', () => {
    const spec = cluster({
      controlPlaneEndpoint: { host: 'api.example.com', port: 6443 },
      apiServerCertSANs: ['*.zone.example.com', '203.0.113.9', 'a.example.com', '192.0.2.10'],
      controlPlanes: [controlPlane('cp-1', '192.0.2.10', { certSANs: ['own.example.com', '2001:db8::1'] })],
    });
    expect(namesOf(spec, 'apiserver')).toEqual([
      ...['DNS:*.zone.example.com', 'DNS:a.example.com', 'DNS:api.example.com', 'DNS:cp-1', 'DNS:kubernetes'],
      ...['DNS:kubernetes.default', 'DNS:kubernetes.default.svc', 'DNS:kubernetes.default.svc.cluster.local'],
      ...['DNS:own.example.com', 'IP:10.96.0.1', 'IP:192.0.2.10', 'IP:203.0.113.9', 'IP:2001:db8::1'],
    ]);
  });

  it('names etcd by its node, itself, and what is asked for', () => {
    const members = { etcdServerCertSANs: ['etcd.example.com'], etcdPeerCertSANs: ['198.51.100.1', '::1'] };
    const etcd = {
      kind: 'local',
      serverCertSANs: ['all.example.com'],
      peerCertSANs: ['198.51.100.9'],
    } as const;
    const spec = cluster({ controlPlanes: [controlPlane('cp-1', '192.0.2.10', members)], etcd });
    const own = ['IP:192.0.2.10', 'IP:127.0.0.1', 'IP:::1'];
    expect(namesOf(spec, 'etcd-server')).toEqual([
      ...['DNS:all.example.com', 'DNS:cp-1', 'DNS:etcd.example.com', 'DNS:localhost', ...own],
    ]);
    const peers = ['IP:198.51.100.9', 'IP:198.51.100.1'];
    expect(namesOf(spec, 'etcd-peer')).toEqual(['DNS:cp-1', 'DNS:localhost', ...own, ...peers]);
    expect(namesOf(spec, 'etcd-healthcheck-client')).toEqual([]);
  });

  it('keeps a node name that reads as an address a DNS name, as kubeadm does', () => {
    const spec = cluster({ controlPlanes: [controlPlane('10.0.0.1', '192.0.2.10')] });
    expect(namesOf(spec, 'apiserver')[0]).toBe('DNS:10.0.0.1');
    expect(namesOf(spec, 'etcd-peer')).toContain('DNS:10.0.0.1');
    expect(namesOf(spec, 'apiserver')).not.toContain('IP:10.0.0.1');
    expect(subjectOf(spec, 'etcd-server')).toEqual({ commonName: '10.0.0.1' });
  });

  it('has the first address of every service CIDR where there are two', () => {
    const spec = cluster({ serviceSubnets: ['10.96.0.0/16', 'fd00:1::/108'] });
    const addresses = namesOf(spec, 'apiserver').filter((name) => name.startsWith('IP:'));
    expect(addresses).toEqual(['IP:10.96.0.1', 'IP:fd00:1::1', 'IP:192.0.2.10']);
  });

  it('has nothing of etcd where etcd is elsewhere', () => {
    const spec = cluster({ etcd: { kind: 'external', endpoints: ['https://203.0.113.20:2379'] } });
    const kept = PKI_OF_A_CONTROL_PLANE.filter((file) => !file.includes('etcd'));
    expect(filesUnder(spec, '/etc/kubernetes/pki/')).toEqual(kept);
  });

  it('points kubeconfigs at the endpoint, and those of its own programs at itself', () => {
    const spec = cluster({
      controlPlaneEndpoint: { host: '2001:db8::7' },
      controlPlanes: [controlPlane('cp-1', '192.0.2.10', { bindPort: 7443 })],
    });
    const servers = Object.fromEntries(
      ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'].map(
        (id) => [id, kubeconfig(spec, id).server],
      ),
    );
    const [shared, local] = ['https://[2001:db8::7]:7443', 'https://192.0.2.10:7443'];
    expect(servers).toEqual({
      'admin.conf': shared,
      'super-admin.conf': shared,
      'kubelet.conf': local,
      'controller-manager.conf': local,
      'scheduler.conf': local,
    });
    const old = { ...spec, kubeletServer: 'endpoint' as const };
    expect(kubeconfig(old, 'kubelet.conf').server).toBe(shared);
  });
});

describe('the layout of several machines', () => {
  it('gives further control planes the shared files, their own certificates, and no super-admin.conf', () => {
    const prefix = '/etc/kubernetes/nodes/cp-2/';
    const spec = { ...largeCluster(), nodes: [] };
    expect(filesUnder(spec, prefix)).toEqual(
      [
        ...PKI_OF_A_CONTROL_PLANE.map((file) => `etc/kubernetes/pki/${file}`),
        ...['admin', 'controller-manager', 'kubelet', 'scheduler'].map(
          (name) => `etc/kubernetes/${name}.conf`,
        ),
      ].sort(),
    );
    const copies = targetsOf(spec, 'cp-2').flatMap((known) => (known.kind === 'copy' ? [known] : []));
    expect(copies.map(({ id }) => id).sort()).toEqual(
      [
        'ca.crt',
        'ca.key',
        'etcd/ca.crt',
        'etcd/ca.key',
        'front-proxy-ca.crt',
        'front-proxy-ca.key',
        'sa.key',
        'sa.pub',
      ].sort(),
    );
    for (const { id, source, mode, precious } of copies) {
      expect(source).toBe(`/etc/kubernetes/pki/${id}`);
      expect(mode).toBe(id.endsWith('.crt') ? 0o644 : 0o600);
      expect(precious).toBe(id.endsWith('.key'));
    }
  });

  it('gives each control plane its own names', () => {
    const spec = largeCluster({
      controlPlanes: [
        controlPlane('cp-1', '192.0.2.10', { certSANs: ['one.example.com'] }),
        controlPlane('cp-2', '192.0.2.11', { certSANs: ['two.example.com'], bindPort: 7443 }),
        controlPlane('cp-3', '2001:db8::12'),
      ],
    });
    for (const [name, own] of [
      ['cp-1', 'one'],
      ['cp-2', 'two'],
    ] as const) {
      const names = namesOf(spec, 'apiserver', name);
      expect(names.filter((entry) => /cp-|one|two/.test(entry))).toEqual([
        `DNS:${name}`,
        `DNS:${own}.example.com`,
      ]);
      expect(subjectOf(spec, 'etcd-server', name)).toEqual({ commonName: name });
    }
    expect(kubeconfig(spec, 'scheduler.conf', { owner: 'cp-2' }).server).toBe('https://192.0.2.11:7443');
    expect(kubeconfig(spec, 'scheduler.conf', { owner: 'cp-3' }).server).toBe('https://[2001:db8::12]:6443');
    expect(kubeconfig(spec, 'admin.conf', { owner: 'cp-3' }).server).toBe('https://api.example.com:6443');
  });

  it('gives nodes what a joined node has', () => {
    expect(filesUnder(largeCluster(), '/etc/kubernetes/nodes/node-1/')).toEqual([
      ...['etc/kubernetes/kube-proxy.conf', 'etc/kubernetes/kubelet.conf', 'etc/kubernetes/pki/ca.crt'],
      ...['kubelet-client-current.pem', 'kubelet.crt', 'kubelet.key'].map(
        (file) => `var/lib/kubelet/pki/${file}`,
      ),
    ]);
    const node1 = { owner: 'node-1' };
    const subject = { commonName: 'system:node:node-1', organizations: ['system:nodes'] };
    expect(subjectOf(largeCluster(), 'kubelet-client', 'node-1')).toEqual(subject);
    expect(subjectOf(largeCluster(), 'kubelet-server', 'node-1')).toEqual(subject);
    expect(namesOf(largeCluster(), 'kubelet-server', 'node-1')).toEqual(['DNS:node-1', 'IP:192.0.2.21']);
    const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
    expect(kubeconfig(largeCluster(), 'kubelet.conf', node1)).toMatchObject({
      clientCertificate: pem,
      clientKey: pem,
    });
    expect(subjectOf(largeCluster(), 'kube-proxy.conf', 'node-1')).toEqual({
      commonName: 'system:kube-proxy',
      organizations: ['system:node-proxier'],
    });
  });

  it('gives a control plane that is a node as well one kubelet.conf, the node’s', () => {
    const files = filesUnder(largeCluster(), '/etc/kubernetes/nodes/cp-2/');
    expect(new Set(files).size).toBe(files.length);
    expect(files).toContain('var/lib/kubelet/pki/kubelet.crt');
    expect(files).toContain('etc/kubernetes/kubelet.conf');
    const conf = targetsOf(largeCluster(), 'cp-2').filter(({ id }) => id === 'kubelet.conf');
    expect(conf.map(({ kind }) => kind)).toEqual(['kubeconfig']);
  });

  it('gives the first control plane that is a node its kubelet files below nodes, and its kubelet.conf as kubeadm', () => {
    const spec = cluster({ nodes: [node('cp-1')] });
    expect(filesUnder(spec, '/etc/kubernetes/')).toContain('kubelet.conf');
    expect(filesUnder(spec, '/etc/kubernetes/nodes/cp-1/')).toContain('etc/kubernetes/pki/ca.crt');
  });

  it('gives users a kubeconfig with their groups, namespace and validity', () => {
    const validity = { kind: 'duration', milliseconds: 8 * 3_600_000 } as const;
    const spec = largeCluster({
      users: [user('jane', { groups: ['dev', 'ops'], namespace: 'team-a', validity }), user('joe')],
    });
    expect(filesUnder(spec, '/etc/kubernetes/users/')).toEqual(['jane.conf', 'joe.conf']);
    expect(target(spec, 'jane.conf')).toMatchObject({
      subject: { commonName: 'jane', organizations: ['dev', 'ops'] },
      validity,
      storage: { frame: { server: 'https://api.example.com:6443', user: 'jane', namespace: 'team-a' } },
    });
    expect(target(spec, 'joe.conf')).toMatchObject({ validity: { milliseconds: 8760 * 3_600_000 } });
    expect(kubeconfig(cluster({ users: [user('joe')] }), 'joe.conf').server).toBe('https://192.0.2.10:6443');
  });
});

describe('where a tree lies', () => {
  it('puts a root before both directories, and names what lies below the machines by their own paths', () => {
    const options = { rootfs: '/tmp/root', kubeconfigCerts: 'files-abs' } as const;
    for (const file of targetsOf(largeCluster(), undefined, options).flatMap(filesOf)) {
      expect(file.startsWith('/tmp/root/etc/kubernetes/')).toBe(true);
    }
    expect(rootsOf(largeCluster(), options)).toEqual([
      '/tmp/root/etc/kubernetes/pki',
      '/tmp/root/etc/kubernetes',
    ]);
    const named = (id: string, owner: string) => kubeconfig(largeCluster(), id, { ...options, owner });
    expect(named('admin.conf', 'cp-1')).toMatchObject({
      authorityFile: '/etc/kubernetes/pki/ca.crt',
      clientCertificate: '/etc/kubernetes/admin.crt',
      clientKey: '/etc/kubernetes/admin.key',
    });
    expect(named('admin.conf', 'cp-2')).toEqual(named('admin.conf', 'cp-1'));
    expect(named('kube-proxy.conf', 'node-1')).toMatchObject({
      authorityFile: '/etc/kubernetes/pki/ca.crt',
      clientCertificate: '/etc/kubernetes/kube-proxy.crt',
    });
    expect(named('jane.conf', 'jane')).toMatchObject({
      authorityFile: '/etc/kubernetes/pki/ca.crt',
      clientCertificate: '/etc/kubernetes/users/jane.crt',
    });
  });

  it('names files by paths that are relative to the kubeconfig', () => {
    const options = {
      rootfs: '/tmp/root',
      kubeconfigCerts: 'files',
      certDir: '/srv/ca',
      kubeconfigDir: '/srv/conf',
    } as const;
    const named = (id: string, owner: string) => kubeconfig(largeCluster(), id, { ...options, owner });
    expect(named('admin.conf', 'cp-1')).toMatchObject({
      authorityFile: '../ca/ca.crt',
      clientCertificate: 'admin.crt',
    });
    expect(named('jane.conf', 'jane')).toMatchObject({
      authorityFile: '../../ca/ca.crt',
      clientKey: 'jane.key',
    });
    expect(named('kube-proxy.conf', 'node-1')).toMatchObject({
      authorityFile: 'pki/ca.crt',
      clientKey: 'kube-proxy.key',
    });
    expect(named('kubelet.conf', 'node-1')).toMatchObject({
      authorityFile: 'pki/ca.crt',
      clientCertificate: '/var/lib/kubelet/pki/kubelet-client-current.pem',
    });
  });

  it('follows certificatesDir on every control plane, and kubeadm join on nodes', () => {
    const spec = largeCluster({ certificatesDir: '/srv/pki' });
    expect(filesUnder(spec, '/srv/pki/')).toEqual(PKI_OF_A_CONTROL_PLANE);
    expect(filesUnder(spec, '/etc/kubernetes/nodes/cp-2/srv/pki/')).toEqual(PKI_OF_A_CONTROL_PLANE);
    expect(filesUnder(spec, '/etc/kubernetes/nodes/node-1/')).toContain('etc/kubernetes/pki/ca.crt');
    const authorities = (owner: string) =>
      ['kubelet.conf', 'kube-proxy.conf'].map(
        (id) => kubeconfig(spec, id, { owner, kubeconfigCerts: 'files-abs' }).authorityFile,
      );
    expect(authorities('node-1')).toEqual(['/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/pki/ca.crt']);
    expect(authorities('cp-2')).toEqual(['/srv/pki/ca.crt', '/srv/pki/ca.crt']);
    // Every CA that a kubeconfig names by path is there.
    for (const owner of ['cp-2', 'node-1']) {
      const files = filesUnder(spec, `/etc/kubernetes/nodes/${owner}`);
      for (const path of authorities(owner)) expect(files).toContain(path);
    }
  });
});

describe('what the release of Kubernetes decides', () => {
  const MINORS = [28, 29, 30, 31, 32, 33, 34, 35, 36, 37] as const;
  const of = (minor: number, patch = 99): ClusterSpec =>
    cluster({ kubernetesVersion: version(`v1.${minor}.${patch}`) });
  const groups = (spec: ClusterSpec, id: string): unknown => {
    const found = target(spec, id);
    return 'subject' in found ? (found.subject.organizations ?? []) : undefined;
  };
  const byMinor = <T>(read: (spec: ClusterSpec) => T): T[] => MINORS.map((minor) => read(of(minor)));

  it('is super-admin.conf, from 1.29 on', () => {
    const has = byMinor((spec) => targetsOf(spec).some(({ id }) => id === 'super-admin.conf'));
    expect(has).toEqual(MINORS.map((minor) => minor >= 29));
  });

  it('is who administrators and clients of etcd are', () => {
    const [masters, admins] = [['system:masters'], ['kubeadm:cluster-admins']];
    expect(byMinor((spec) => groups(spec, 'admin.conf'))).toEqual(
      MINORS.map((minor) => (minor === 28 ? masters : admins)),
    );
    for (const id of ['apiserver-etcd-client', 'etcd-healthcheck-client']) {
      expect(byMinor((spec) => groups(spec, id))).toEqual(
        MINORS.map((minor) => (minor === 28 ? masters : [])),
      );
    }
  });

  it.each([
    ['v1.28.15', ['system:masters']],
    ['v1.32.9', ['kubeadm:cluster-admins']],
    ['v1.33.11', ['kubeadm:cluster-admins']],
    ['v1.33.12', []],
    ['v1.34.7', ['kubeadm:cluster-admins']],
    ['v1.34.8', []],
    ['v1.35.4', ['kubeadm:cluster-admins']],
    ['v1.35.5', []],
    ['v1.36.0', ['kubeadm:cluster-admins']],
    ['v1.36.1', []],
    ['v1.37.0', []],
  ])('is the group of apiserver-kubelet-client: %s', (text, expected) => {
    expect(groups(cluster({ kubernetesVersion: version(text) }), 'apiserver-kubelet-client')).toEqual(
      expected,
    );
  });

  it('is the empty preferences in kubeconfigs, up to 1.33', () => {
    expect(byMinor((spec) => kubeconfig(spec, 'admin.conf').preferences)).toEqual(
      MINORS.map((minor) => minor <= 33),
    );
  });

  it('is the kind of the keys inside kubeconfigs, which was RSA up to 1.30', () => {
    const kind = byMinor((spec) => {
      const found = target(spec, 'admin.conf');
      return 'keyAlgorithm' in found ? found.keyAlgorithm : undefined;
    });
    expect(kind).toEqual(MINORS.map((minor) => (minor <= 30 ? 'RSA-2048' : 'ECDSA-P256')));
    expect(
      target(cluster({ kubernetesVersion: version('v1.30.0'), keyAlgorithm: 'RSA-3072' }), 'admin.conf'),
    ).toMatchObject({ keyAlgorithm: 'RSA-3072' });
  });
});
