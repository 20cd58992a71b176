import { parseHostPort } from '../../../../src/net/host-port.ts';
import { layout } from '../../../../src/pki/layout/layout.ts';
import { filesOf } from '../../../../src/pki/layout/target.ts';
import { cluster, controlPlane, largeCluster, node, user } from '../../../support/cluster.ts';
import {
  filesUnder,
  kubeconfig,
  namesOf,
  PKI_OF_A_CONTROL_PLANE,
  subjectOf,
  target,
  targetsOf,
} from './support/views.ts';

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

  it('keep the spelling of the port of the endpoint, as kubeadm does', () => {
    const spec = cluster({ controlPlaneEndpoint: parseHostPort('api.example.com:08443') });
    expect(kubeconfig(spec, 'admin.conf').server).toBe('https://api.example.com:08443');
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

describe('a root', () => {
  it('holds every file, whatever the directories of the configuration say', () => {
    const spec = largeCluster({ certificatesDir: '/../../escaped/pki' });
    const options = { rootfs: '/srv/root', kubeconfigDir: '/../up' };
    const groups = [...layout(spec, options)];
    const files = groups.flatMap(({ targets }) => targets.flatMap(filesOf));
    expect(files.filter((file) => !file.startsWith('/srv/root/') || file.includes('..'))).toEqual([]);
  });
});
