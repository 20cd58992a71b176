import { layout, rootsOf } from '../../../../src/pki/layout/layout.ts';
import { filesOf } from '../../../../src/pki/layout/target.ts';
import { cluster, largeCluster } from '../../../support/cluster.ts';
import { filesUnder, kubeconfig, PKI_OF_A_CONTROL_PLANE, targetsOf } from './support/views.ts';

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

test.each([
  ['rootfs', ''],
  ['rootfs', './tree'],
  ['certDir', 'pki'],
  ['kubeconfigDir', 'kubernetes'],
] as const)('%s must be an absolute path, which %j is not', (name, path) => {
  expect(() => [...layout(cluster(), { [name]: path })]).toThrow(
    new TypeError(`${name} must be an absolute path, got "${path}"`),
  );
});
