import { addressOf, DEFAULT_FACTS, endpointOf, firstServiceAddress } from '../../judges/kubeadm-config.ts';
import type { FactsConfig } from '../../judges/kubeadm-config.ts';
import { expectedTree } from '../../judges/kubeadm-facts.ts';
import type { ExpectedFile } from '../../judges/kubeadm-facts.ts';

const tree = (changes: Partial<FactsConfig> = {}): readonly ExpectedFile[] =>
  expectedTree({ ...DEFAULT_FACTS, ...changes }, 'kubeadm');

const certificate = (files: readonly ExpectedFile[], path: string) => {
  const file = files.find((one) => one.path === path);
  if (file?.kind === 'certificate') return file.certificate;
  if (file?.kind === 'kubeconfig') return file.kubeconfig.certificate;
  throw new Error(`no certificate ${path}`);
};

const organizations = (files: readonly ExpectedFile[], path: string): string[] =>
  certificate(files, path)
    .subject.flat()
    .filter(({ type }) => type === 'O')
    .map(({ value }) => value);

const server = (files: readonly ExpectedFile[], path: string): string | undefined => {
  const file = files.find((one) => one.path === path);
  return file?.kind === 'kubeconfig' ? file.kubeconfig.server : undefined;
};

describe('addresses of the expectations', () => {
  it.each([
    ['010.011.012.013', '10.11.12.13'],
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['2001:DB8:0:0::0010', '2001:db8::10'],
    ['999.1.1.1', undefined],
    ['1.2.3.4.5', undefined],
    ['api.example.com', undefined],
  ])('%s is %s to Go', (text, expected) => {
    expect(addressOf(text)).toBe(expected);
  });

  it.each([
    ['10.96.0.0/12', '10.96.0.1'],
    ['172.20.5.7/16', '172.20.0.1'],
    ['fd00:10::/112', 'fd00:10::1'],
    ['fd00:1:2:3:4:5:6:7/64', 'fd00:1:2:3::1'],
  ])('the first service address of %s is %s', (cidr, expected) => {
    expect(firstServiceAddress(cidr)).toBe(expected);
  });

  it.each([
    ['api.example.com', { host: 'api.example.com' }],
    ['api.example.com:8443', { host: 'api.example.com', port: '8443' }],
    ['lb:', { host: 'lb' }],
    ['fd00::1', { host: 'fd00::1' }],
    ['[fd00::1]:6443', { host: 'fd00::1', port: '6443' }],
  ])('the endpoint %s is taken apart', (text, expected) => {
    expect(endpointOf(text)).toEqual(expected);
  });
});

describe('expectations by version', () => {
  it.each([
    ['v1.28.15', ['system:masters']],
    ['v1.29.15', ['kubeadm:cluster-admins']],
    ['v1.32.2', ['kubeadm:cluster-admins']],
    ['v1.33.11', ['kubeadm:cluster-admins']],
    ['v1.33.12', []],
    ['v1.34.4', ['kubeadm:cluster-admins']],
    ['v1.35.4', ['kubeadm:cluster-admins']],
    ['v1.35.5', []],
    ['v1.36.0', ['kubeadm:cluster-admins']],
    ['v1.36.1', []],
    ['v1.37.0', []],
  ])('%s gives apiserver-kubelet-client the organizations %j', (kubernetesVersion, expected) => {
    expect(organizations(tree({ kubernetesVersion }), 'apiserver-kubelet-client.crt')).toEqual(expected);
  });

  it('1.28 has no super-admin.conf, and system:masters in admin.conf and in the etcd clients', () => {
    const files = tree({ kubernetesVersion: 'v1.28.15' });
    expect(files.some(({ path }) => path === 'super-admin.conf')).toBe(false);
    for (const path of ['admin.conf', 'apiserver-etcd-client.crt', 'etcd/healthcheck-client.crt']) {
      expect(organizations(files, path)).toEqual(['system:masters']);
    }
  });

  it('1.33 turns kubelet.conf to the local server, and 1.34 drops the preferences line', () => {
    const at = (kubernetesVersion: string) =>
      tree({ kubernetesVersion, controlPlaneEndpoint: 'api.example.com' });
    expect(server(at('v1.32.2'), 'kubelet.conf')).toBe('https://api.example.com:6443');
    expect(server(at('v1.33.1'), 'kubelet.conf')).toBe('https://192.0.2.10:6443');
    const preferences = (files: readonly ExpectedFile[]) =>
      files.flatMap((file) => (file.kind === 'kubeconfig' ? [file.kubeconfig.hasPreferences] : []));
    expect(new Set(preferences(at('v1.33.1')))).toEqual(new Set([true]));
    expect(new Set(preferences(at('v1.34.0')))).toEqual(new Set([false]));
  });
});

describe('expectations by configuration', () => {
  it('external etcd leaves out the five etcd certificates', () => {
    const crts = (files: readonly ExpectedFile[]) => files.filter(({ path }) => path.endsWith('.crt')).length;
    expect(crts(tree())).toBe(10);
    expect(crts(tree({ etcd: { kind: 'external' } }))).toBe(5);
  });

  it('dual stack adds the second service address for kubepki only', () => {
    const config = { ...DEFAULT_FACTS, serviceSubnets: ['10.96.0.0/16', 'fd00:1::/108'] };
    const ips = (dualStack: 'kubeadm' | 'kubepki') =>
      certificate(expectedTree(config, dualStack), 'apiserver.crt')
        .sans.filter(({ kind }) => kind === 'IP')
        .map(({ value }) => value);
    expect(ips('kubeadm')).toEqual(['10.96.0.1', '192.0.2.10']);
    expect(ips('kubepki')).toEqual(['10.96.0.1', 'fd00:1::1', '192.0.2.10']);
  });

  it('a node name that reads as an address stays a DNS name', () => {
    const { sans } = certificate(tree({ nodeName: '10.0.0.1' }), 'etcd/server.crt');
    expect(sans[0]).toEqual({ kind: 'DNS', value: '10.0.0.1' });
  });

  it('an organization comes before the common name', () => {
    expect(certificate(tree(), 'admin.conf').subject).toEqual([
      [{ type: 'O', tag: 'PrintableString', value: 'kubeadm:cluster-admins' }],
      [{ type: 'CN', tag: 'PrintableString', value: 'kubernetes-admin' }],
    ]);
  });
});
