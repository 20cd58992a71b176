import { parseClusterConfig } from '../../../../src/pki/spec/parse.ts';
import { isPkiError } from '../../../../src/errors/pki-error.ts';
import { CLUSTER, FAILED, INIT, INIT_OWN, OURS, problemsOf, read, warningsOf } from './read-config.ts';

const HOUR = 3_600_000;

describe('a configuration', () => {
  it('has kubeadm’s defaults where it says nothing, and this machine’s name and address', () => {
    expect(read(undefined)).toEqual({
      warnings: [],
      spec: {
        kubernetesVersion: { major: 1, minor: 37, patch: 2, text: 'v1.37.2' },
        clusterName: 'kubernetes',
        certificatesDir: '/etc/kubernetes/pki',
        serviceSubnets: ['10.96.0.0/12'],
        dnsDomain: 'cluster.local',
        apiServerCertSANs: [],
        etcd: { kind: 'local', serverCertSANs: [], peerCertSANs: [] },
        keyAlgorithm: 'RSA-2048',
        certificateValidity: 8760 * HOUR,
        caCertificateValidity: 87_600 * HOUR,
        kubeletServer: 'local',
        controlPlanes: [
          {
            name: 'this-host',
            advertiseAddress: '192.0.2.7',
            bindPort: 6443,
            certSANs: [],
            etcdServerCertSANs: [],
            etcdPeerCertSANs: [],
          },
        ],
        nodes: [],
        users: [],
      },
    });
  });

  it('of one ClusterPKI document is enough', () => {
    expect(read(`${OURS}users: [{name: jane}]`).spec.users).toEqual([{ name: 'jane', groups: [] }]);
  });

  it('of kubeadm documents sets everything, in canonical form', () => {
    const text = `${CLUSTER}clusterName: prod
controlPlaneEndpoint: lb.example.com:8443
certificatesDir: /srv/pki
networking: {serviceSubnet: '010.96.1.1/16,FD00::/112', podSubnet: 10.244.0.0/16, dnsDomain: prod.local}
apiServer: {certSANs: [API.Example.com, 010.1.1.1, '*.x.org', '::FFFF:10.1.1.1']}
etcd: {local: {serverCertSANs: [etcd.x.org], peerCertSANs: ['fd00:0::1']}}
encryptionAlgorithm: ECDSA-P384
certificateValidityPeriod: 1000h
caCertificateValidityPeriod: 2000h30m
${INIT_OWN}localAPIEndpoint: {advertiseAddress: 'fd00:0::10', bindPort: 7443}
nodeRegistration: {name: ' CP-1 '}
`;
    const { spec, warnings } = read(text, { defaults: FAILED });
    expect(warnings).toEqual([]);
    expect(spec).toMatchObject({
      kubernetesVersion: { text: 'v1.36.3' },
      clusterName: 'prod',
      controlPlaneEndpoint: { host: 'lb.example.com', port: 8443 },
      certificatesDir: '/srv/pki',
      serviceSubnets: ['10.96.0.0/16', 'fd00::/112'],
      dnsDomain: 'prod.local',
      apiServerCertSANs: ['api.example.com', '10.1.1.1', '*.x.org'],
      etcd: { kind: 'local', serverCertSANs: ['etcd.x.org'], peerCertSANs: ['fd00::1'] },
      keyAlgorithm: 'ECDSA-P384',
      certificateValidity: 1000 * HOUR,
      caCertificateValidity: 2000.5 * HOUR,
      controlPlanes: [{ name: 'cp-1', advertiseAddress: 'fd00::10', bindPort: 7443 }],
    });
  });

  it('may come as several texts, as bytes, and as JSON', () => {
    const json = JSON.stringify({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      clusterName: 'j',
    });
    const texts = [json, new TextEncoder().encode(`${OURS}nodes: [{name: n1}]`)];
    const { spec } = read(texts);
    expect([spec.clusterName, spec.nodes]).toEqual(['j', [{ name: 'n1', addresses: [] }]]);
  });

  it('takes null and the empty string for "not given", as kubeadm does', () => {
    const text = `${CLUSTER}clusterName: ''\ncontrolPlaneEndpoint: null\nnetworking: null\netcd: {local: null}\n`;
    const { spec } = read(`${text}certificatesDir: ''\nencryptionAlgorithm: ''\n${INIT}`);
    expect(spec).toMatchObject({
      clusterName: 'kubernetes',
      certificatesDir: '/etc/kubernetes/pki',
      etcd: { kind: 'local' },
    });
    expect(spec.controlPlaneEndpoint).toBeUndefined();
  });

  it('reports all problems of all documents at once, each with its path', () => {
    const text = `${CLUSTER}clusterName: 1
networking: {serviceSubnet: banana, dnsDomain: A_b}
apiServer: {certSANs: [bad_san, ok]}
certificateValidityPeriod: 1y
${INIT_OWN}localAPIEndpoint: {advertiseAddress: not-an-ip, bindPort: 70000}
nodeRegistration: {name: bad_name}
${OURS}users: [{name: a/b}]
bogus: 1
`;
    expect(problemsOf(text, { defaults: FAILED }).map((problem) => problem.split(': ')[0])).toEqual([
      'ClusterConfiguration.clusterName',
      'ClusterPKI.bogus',
      'ClusterConfiguration.certificateValidityPeriod',
      'ClusterConfiguration.networking.serviceSubnet',
      'ClusterConfiguration.networking.dnsDomain',
      'ClusterConfiguration.apiServer.certSANs[0]',
      'InitConfiguration.nodeRegistration.name',
      'InitConfiguration.localAPIEndpoint.advertiseAddress',
      'InitConfiguration.localAPIEndpoint.bindPort',
      'ClusterPKI.users[0].name',
    ]);
  });

  it('is named in the error, which stays short', () => {
    const sans = Array.from({ length: 50 }, (_, index) => `bad_${index}`).join(', ');
    try {
      read(`${CLUSTER}apiServer: {certSANs: [${sans}]}`, { source: 'cluster.yaml' });
      throw new Error('accepted');
    } catch (error) {
      if (!isPkiError(error, 'invalid-config')) throw error;
      expect(error.message).toMatch(
        /^cluster\.yaml: ClusterConfiguration\.apiServer\.certSANs\[0\]: "bad_0" .*; and 40 more$/,
      );
      expect([error.details.source, error.details.problems.length]).toEqual(['cluster.yaml', 50]);
    }
  });

  it('does not show tokens and keys that have the wrong type', () => {
    const text = `${CLUSTER}${INIT}bootstrapTokens: [{token: [abcdef.0123456789abcdef]}]\ncertificateKey: {x: f00dcafe}\n`;
    const problems = problemsOf(text).join('\n');
    expect(problems).toContain('InitConfiguration.bootstrapTokens[0].token: expected a string, got a list');
    expect(problems).not.toMatch(/abcdef|f00dcafe/);
  });
});

describe('documents', () => {
  it.each([
    ['', /^: no ClusterConfiguration, InitConfiguration, ClusterPKI was found/],
    ['# nothing\n---\n', /^: no ClusterConfiguration/],
    ['foo', /^: the document at line 1 is a string, expected a mapping/],
    [`${CLUSTER}---\n- a`, /^: the document at line 5 is a list/],
    ['kind: ClusterConfiguration', /^: the document at line 1 has no apiVersion and kind/],
    ['apiVersion: 1\nkind: ClusterConfiguration', /has no apiVersion and kind, which must be strings/],
    [`${CLUSTER}---\n${CLUSTER}`, /^ClusterConfiguration: is specified twice, at lines 1 and 5/],
    [`${CLUSTER}---\n${CLUSTER.replace('v1beta4', 'v1beta3')}`, /^ClusterConfiguration: is specified twice/],
    [OURS + OURS, /^ClusterPKI: is specified twice/],
    [
      CLUSTER.replace('v1beta4', 'v1beta2'),
      /^ClusterConfiguration\.apiVersion: .*v1beta2 is too old.*config migrate.*v1\.22/,
    ],
    [
      CLUSTER.replace('v1beta4', 'v1beta5'),
      /^ClusterConfiguration\.apiVersion: .*v1beta5 is not known, expected v1beta3 or v1beta4/,
    ],
    [`${CLUSTER}---\napiVersion: v1\nkind: ConfigMap`, /^ConfigMap: has the apiVersion "v1"/],
    [
      OURS.replace('v1alpha1', 'v1'),
      /"ClusterPKI" of "kubepki\/v1", expected kind ClusterPKI of kubepki\/v1alpha1/,
    ],
    [
      OURS.replace('ClusterPKI', 'ClusterPki'),
      /"ClusterPki" of "kubepki\/v1alpha1", expected kind ClusterPKI/,
    ],
    [
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\nnodeRegistration: {name: a}',
      /^: no ClusterConfiguration/,
    ],
  ])('%j is refused', (text, expected) => {
    const [problem, ...more] = problemsOf(text);
    expect(problem).toMatch(expected);
    expect(more).toEqual([]);
  });

  it.each([
    ['apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nx: 1', []],
    ['apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration', []],
    ['apiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration', []],
    ['# only a comment', [': the document at line 4 has only comments: kubeadm refuses the file']],
    [
      'apiVersion: apps/v1\nkind: Deployment',
      [`Deployment: is left alone: "apps/v1" is neither kubeadm's nor ours`],
    ],
    [
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfig',
      [`ClusterConfig: is left alone: it is no kind of kubeadm's, did you mean ClusterConfiguration`],
    ],
  ])('%j beside the others is left alone', (text, warnings) => {
    expect(warningsOf(`${CLUSTER}---\n${text}\n`)).toEqual(warnings);
  });

  it.each([
    ['fooBar: 1', 'ClusterConfiguration.fooBar: unknown field'],
    ['clustername: x', 'ClusterConfiguration.clustername: unknown field, did you mean clusterName'],
    [
      'networking: {servicesubnet: x}',
      'ClusterConfiguration.networking.servicesubnet: unknown field, did you mean serviceSubnet',
    ],
    [
      'etcd: {local: {serverCertSans: []}}',
      'ClusterConfiguration.etcd.local.serverCertSans: unknown field, did you mean serverCertSANs',
    ],
    [
      'apiServer: {timeoutForControlPlane: 4m}',
      'ClusterConfiguration.apiServer.timeoutForControlPlane: unknown field',
    ],
    [
      'clusterName: a\nclusterName: b',
      'ClusterConfiguration.clusterName: is given twice, the last one counts',
    ],
  ])('of kubeadm with %j give a warning, and an error with strict', (text, warning) => {
    expect(warningsOf(CLUSTER + text)).toEqual([warning]);
    expect(problemsOf(CLUSTER + text, { strict: true })).toEqual([warning]);
  });

  it('of kubeadm are read with the fields of their version', () => {
    const old = CLUSTER.replace('v1beta4', 'v1beta3').replace('v1.36.3', 'v1.30.0');
    expect(warningsOf(`${old}apiServer: {timeoutForControlPlane: 4m, extraArgs: {a: b}}`)).toEqual([]);
    expect(warningsOf(`${old}encryptionAlgorithm: RSA-4096`)).toEqual([
      'ClusterConfiguration.encryptionAlgorithm: unknown field',
    ]);
    expect(read(`${old}encryptionAlgorithm: RSA-4096`).spec.keyAlgorithm).toBe('RSA-2048');
    expect(problemsOf(`${CLUSTER}apiServer: {extraArgs: {a: b}}`)).toEqual([
      'ClusterConfiguration.apiServer.extraArgs: expected a list, got a mapping',
    ]);
  });

  it('of ours may have no unknown or doubled field', () => {
    expect(problemsOf(`${OURS}node: []`)).toEqual(['ClusterPKI.node: unknown field, did you mean nodes']);
    expect(problemsOf(`${OURS}users: []\nusers: []`)).toEqual([
      'ClusterPKI.users: is given twice, the last one counts',
    ]);
    expect(problemsOf(`${OURS}nodes: [{name: a, address: b}]`)).toEqual([
      'ClusterPKI.nodes[0].address: unknown field, did you mean addresses',
    ]);
  });

  it.each([
    [
      'clusterName: on',
      'ClusterConfiguration.clusterName: expected a string, got a boolean (yaml reads this as one: put it in quotes)',
    ],
    [
      'kubernetesVersion: 1.36',
      'ClusterConfiguration.kubernetesVersion: expected a string, got a number (yaml reads this as one: put it in quotes)',
    ],
    ['networking: x', 'ClusterConfiguration.networking: expected a mapping, got a string'],
    ['apiServer: {certSANs: a}', 'ClusterConfiguration.apiServer.certSANs: expected a list, got a string'],
    [
      'featureGates: {RootlessControlPlane: "true"}',
      'ClusterConfiguration.featureGates.RootlessControlPlane: expected true or false, got a string',
    ],
    [
      'certificateValidityPeriod: 5',
      'ClusterConfiguration.certificateValidityPeriod: expected a string, got a number (yaml reads this as one: put it in quotes)',
    ],
  ])('refuse the wrong type in %j', (text, problem) => {
    expect(problemsOf(CLUSTER.replace('kubernetesVersion: v1.36.3\n', '') + text)).toEqual([problem]);
  });

  it('that are too large or explode are refused at once', () => {
    const codeOf = (text: string): string => {
      try {
        read(text);
        return 'accepted';
      } catch (error) {
        return isPkiError(error) ? error.code : String(error);
      }
    };
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`).join(
      '\n',
    );
    expect(codeOf(`${CLUSTER}l0: &l0 x\n${levels}`)).toBe('limit-exceeded');
    expect(codeOf(`${CLUSTER}clusterName: "${'x'.repeat(10_000_000)}"`)).toBe('limit-exceeded');
    expect(codeOf(`${CLUSTER}etcd: ${'['.repeat(5000)}`)).toBe('limit-exceeded');
    expect(codeOf(`${CLUSTER}\tx: 1`)).toBe('invalid-yaml');
  });
});

test.each([[{}], [[1]], [7]])('what is no text, such as %j, is a mistake of the caller', (text) => {
  expect(() => parseClusterConfig(text as unknown as string)).toThrow(TypeError);
});
