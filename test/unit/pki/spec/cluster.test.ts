import { CLUSTER, INIT, INIT_OWN, problemsOf, read, warningsOf } from './read-config.ts';

/** The problems of a ClusterConfiguration that also says this. */
const refused = (text: string, version = 'v1.36.3'): string[] =>
  problemsOf(CLUSTER.replace('v1.36.3', version) + text + '\n' + INIT);
const accepted = (text: string, version = 'v1.36.3'): ReturnType<typeof read>['spec'] =>
  read(CLUSTER.replace('v1.36.3', version) + text + '\n' + INIT).spec;

describe('the version', () => {
  it.each(['v1.28.0', '1.30.4', 'v1.36.3-rc.1'])('%s is known', (version) => {
    expect(accepted('', version).kubernetesVersion.text).toBe(
      version.startsWith('v') ? version : `v${version}`,
    );
  });

  it('is refused where it is too old or no version', () => {
    expect(refused('', 'v1.27.16')).toEqual([
      'ClusterConfiguration.kubernetesVersion: "v1.27.16" is too old, the oldest version known here is v1.28.0',
    ]);
    for (const version of ['v1.36', 'banana', 'v1.036.0', 'stable-1.30', 'V1.36.3'])
      expect(refused('', version)).toHaveLength(1);
  });

  it('gives a warning where it is newer than known, or a label', () => {
    const of = (version: string): string[] => warningsOf(CLUSTER.replace('v1.36.3', version) + INIT);
    expect(of('v1.38.1')).toEqual([
      'ClusterConfiguration.kubernetesVersion: "v1.38.1" is newer than what is known here: the files are those of v1.37.2',
    ]);
    expect(accepted('', 'v1.38.1').kubernetesVersion).toEqual({
      major: 1,
      minor: 38,
      patch: 1,
      text: 'v1.38.1',
    });
    expect(of('stable-1')).toEqual([
      'ClusterConfiguration.kubernetesVersion: "stable-1" is taken for v1.37.2, the newest version known here',
    ]);
  });

  it('gives a warning where its kubeadm does not read the document', () => {
    const v1beta3 = CLUSTER.replace('v1beta4', 'v1beta3');
    expect(warningsOf(CLUSTER.replace('v1.36.3', 'v1.30.0'))).toEqual([
      'ClusterConfiguration.apiVersion: kubeadm v1.30.0 does not read v1beta4, but v1beta3',
    ]);
    expect(warningsOf(v1beta3.replace('v1.36.3', 'v1.37.0'))).toEqual([
      'ClusterConfiguration.apiVersion: kubeadm v1.37.0 does not read v1beta3, but v1beta4',
    ]);
    expect(warningsOf(v1beta3)).toEqual([]);
  });
});

describe('networks', () => {
  it.each([
    '10.96.0.0/28',
    '10.96.0.0/12',
    'fd00::/108',
    '10.96.0.0/16,fd00::/112',
    'fd00::/112,10.96.0.0/16',
  ])('of services may be %s', (subnet) => {
    expect(accepted(`networking: {serviceSubnet: '${subnet}'}`).serviceSubnets).toEqual(subnet.split(','));
  });

  it.each([
    ['banana', /"banana" is not a network/],
    ['10.96.0.0', /is not a network/],
    ['10.96.0.0/16, fd00::/112', /" fd00::\/112" is not a network, expected .* without white space/],
    ['10.96.0.0/29', /too small: it has 8 addresses, the minimum is 10/],
    ['10.96.0.0/11', /too large: the prefix length must be at least 12/],
    ['fd00::/107', /too large: the prefix length must be at least 108/],
    ['10.96.0.0/16,10.97.0.0/16', /has 2 networks, expected one, or one each/],
    ['10.0.0.0/16,fd00::/112,fd01::/112', /has 3 networks/],
    [',', /"" is not a network/],
  ])('of services may not be %s', (subnet, expected) => {
    const [problem, ...more] = refused(`networking: {serviceSubnet: '${subnet}'}`);
    expect(problem).toMatch(expected);
    expect(more).toEqual([]);
  });

  it('of pods are held to kubeadm’s rules, with the arguments of the controller manager', () => {
    const pods = (subnet: string, args = '[]'): string =>
      refused(`networking: {podSubnet: '${subnet}'}\ncontrollerManager: {extraArgs: ${args}}`).join('');
    const arg = (name: string, value: string): string => `{name: ${name}, value: '${value}'}`;
    const mask = (value: string): string => arg('node-cidr-mask-size-ipv4', value);
    for (const fine of ['10.244.0.0/24', '10.244.0.0/8', 'fd00::/48', '10.244.0.0/16,fd00::/56'])
      expect(pods(fine)).toBe('');
    expect(pods('10.244.0.0/25')).toMatch(
      /smaller than the network of a node, which has the prefix length 24/,
    );
    expect(pods('10.244.0.0/7')).toMatch(/more than 16 bits shorter than a node's, 24/);
    expect(pods('fd00::/40')).toMatch(/more than 16 bits shorter than a node's, 64/);
    expect(pods('10.244.0.0/29')).toMatch(/too small: it has 8 addresses, the minimum is 14/);
    expect(pods('10.244.0.0/25', `[${mask('26')}]`)).toBe('');
    expect(pods('10.244.0.0/25', `[${mask('26')}, ${mask('24')}]`)).toMatch(/prefix length 24/);
    expect(pods('10.244.0.0/25', `[${arg('allocate-node-cidrs', 'false')}]`)).toBe('');
    expect(pods('10.244.0.0/25', `[${mask('x')}]`)).not.toBe('');
  });

  it('take the node mask from the mapping that v1beta3 has', () => {
    const text = `${CLUSTER.replace('v1beta4', 'v1beta3')}networking: {podSubnet: 10.244.0.0/25}\n`;
    expect(problemsOf(`${text}controllerManager: {extraArgs: {node-cidr-mask-size-ipv4: '26'}}`)).toEqual([]);
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('names and addresses', () => {
  it.each(['a', 'A.b', '*.a', 'fd00::1', '999.1.1.1', '010.011.012.013', '::ffff:1.2.3.4', '*.A.b'])(
    '%s is a SAN',
    (san) => {
      expect(refused(`apiServer: {certSANs: ['${san}']}`)).toEqual([]);
    },
  );

  it.each([
    '*',
    '*.*.x',
    'foo.*.org',
    'a.',
    '',
    '[fd00::1]',
    'fe80::1%eth0',
    '10.0.0.0/8',
    'a:80',
    'ü.de',
    'bad_san',
    ' a',
    'a'.repeat(64),
  ])('%j is no SAN', (san) => {
    for (const path of [
      'apiServer: {certSANs',
      'etcd: {local: {serverCertSANs',
      'etcd: {local: {peerCertSANs',
    ]) {
      expect(refused(`${path}: ['${san}']${'}'.repeat(path.split('{').length - 1)}`)).toHaveLength(1);
    }
  });

  it('of etcd must be in lower case', () => {
    expect(refused('etcd: {local: {serverCertSANs: [A.b]}}')).toEqual([
      'ClusterConfiguration.etcd.local.serverCertSANs[0]: "A.b" is neither an IP address nor a DNS name, with *. in front at most: etcd names must be in lower case',
    ]);
  });

  it.each([
    ["''", '192.0.2.7'],
    ['0.0.0.0', '192.0.2.7'],
    ["'::'", '2001:db8::7'],
    ['127.0.0.1', '198.51.100.1'],
    ["'::1'", '198.51.100.1'],
    ["'::ffff:1.2.3.4'", '1.2.3.4'],
    ['010.0.0.1', '10.0.0.1'],
  ])('the advertise address %s is %s', (given, expected) => {
    const init = `${INIT_OWN}localAPIEndpoint: {advertiseAddress: ${given}}\nnodeRegistration: {name: a}`;
    expect(read(CLUSTER + init).spec.controlPlanes[0].advertiseAddress).toBe(expected);
  });

  it.each([
    'not-an-ip',
    '224.0.0.1',
    '169.254.1.1',
    'fe80::1',
    'febf::1',
    '255.255.255.255',
    'ff02::1',
    '10.0.0.1/8',
  ])('the advertise address cannot be %s', (given) => {
    const init = `${INIT_OWN}localAPIEndpoint: {advertiseAddress: '${given}'}\nnodeRegistration: {name: a}`;
    expect(problemsOf(CLUSTER + init)).toHaveLength(1);
  });

  it('the DNS domain leaves room for the name of the API server’s service', () => {
    const domain = (length: number): string => 'a.'.repeat(200).slice(0, length - 1) + 'b';
    expect(accepted(`networking: {dnsDomain: ${domain(229)}}`).dnsDomain).toBe(domain(229));
    expect(refused(`networking: {dnsDomain: ${domain(231)}}`).join('')).toMatch(/is too long/);
  });

  it.each(["'   '", 'bad_name', "'a.'", "'-a'", "'a/b'", "'..'", 'x'.repeat(64), '1', 'y'])(
    'a node cannot be called %s',
    (name) => {
      expect(problemsOf(`${CLUSTER}${INIT_OWN}nodeRegistration: {name: ${name}}`)).toHaveLength(1);
    },
  );

  it('a bad host name of this machine is wrong usage', () => {
    const defaults = { hostName: () => 'bad_host', address: () => '192.0.2.7' };
    expect(problemsOf(undefined, { defaults }).join('')).toMatch(
      /^--node-name: "bad_host" is not a node name/,
    );
  });

  it.each([
    ['lb:0', /port "0" is not a number from 1 to 65535/],
    ['LB.x', /host "LB.x" is neither/],
    [`${'a'.repeat(64)}:1`, /more than 63 characters/],
  ])('the control plane endpoint cannot be %s', (given, expected) => {
    expect(refused(`controlPlaneEndpoint: '${given}'`).join('')).toMatch(expected);
  });
});

describe('etcd', () => {
  it.each([
    ["{endpoints: ['http://a:2379']}", { endpoints: ['http://a:2379'] }],
    // Names that browsers take for broken addresses, and Go for names.
    [
      "{endpoints: ['https://a.0:2379', 'https://010.0.0.1:2379']}",
      { endpoints: ['https://a.0:2379', 'https://010.0.0.1:2379'] },
    ],
    [
      "{endpoints: ['https://a'], caFile: /a, certFile: /b, keyFile: /c}",
      { endpoints: ['https://a'], caFile: '/a', certFile: '/b', keyFile: '/c' },
    ],
  ])('may be external: %s', (text, expected) => {
    expect(accepted(`etcd: {external: ${text}}`).etcd).toEqual({ kind: 'external', ...expected });
  });

  it.each([
    '{external: {}}',
    "{external: {endpoints: ['http://a'], caFile: /a}}",
    "{external: {endpoints: ['https://a'], certFile: /a}}",
    "{external: {endpoints: ['https://a'], certFile: /a, keyFile: /b}}",
    "{external: {endpoints: ['https://a'], caFile: a}}",
    "{external: {endpoints: ['a']}}",
    "{external: {endpoints: ['https://a b']}}",
    "{external: {endpoints: ['https://a']}, local: {}}",
    '{local: {dataDir: x}}',
  ])('is refused as %s', (text) => {
    expect(refused(`etcd: ${text}`)).toHaveLength(1);
  });

  it('without endpoints passed up to 1.34', () => {
    expect(warningsOf(`${CLUSTER.replace('v1.36.3', 'v1.34.0')}etcd: {external: {}}`)).toEqual([
      'ClusterConfiguration.etcd.external.endpoints: has no endpoint, expected at least one',
    ]);
  });
});

describe('keys, periods and gates', () => {
  it('may not have an algorithm that kubeadm has not', () => {
    for (const name of ['RSA', 'rsa-2048', 'ECDSA-P521', 'Ed25519']) {
      expect(refused(`encryptionAlgorithm: ${name}`).join('')).toMatch(
        /expected one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384$/,
      );
    }
  });

  it('have a warning where the release has not the algorithm', () => {
    expect(warningsOf(`${CLUSTER.replace('v1.36.3', 'v1.33.0')}encryptionAlgorithm: ECDSA-P384`)).toEqual([
      'ClusterConfiguration.encryptionAlgorithm: kubeadm v1.33.0 does not know ECDSA-P384',
    ]);
    const flags = { keyAlgorithm: 'ECDSA-P256', kubernetesVersion: 'v1.29.0' };
    expect(warningsOf(undefined, { flags })).toEqual([]);
  });

  it('follow the gate PublicKeysECDSA before encryptionAlgorithm, up to 1.36', () => {
    expect(
      accepted('featureGates: {PublicKeysECDSA: true}\nencryptionAlgorithm: RSA-4096').keyAlgorithm,
    ).toBe('ECDSA-P256');
    expect(
      accepted('featureGates: {PublicKeysECDSA: false}\nencryptionAlgorithm: RSA-4096').keyAlgorithm,
    ).toBe('RSA-2048');
    expect(refused('featureGates: {PublicKeysECDSA: true}', 'v1.37.0')).toEqual([
      'ClusterConfiguration.featureGates.PublicKeysECDSA: is no feature gate of kubeadm v1.37.0',
    ]);
  });

  it.each([
    ['v1.30.0', undefined, 'endpoint'],
    ['v1.32.0', undefined, 'endpoint'],
    ['v1.32.0', true, 'local'],
    ['v1.33.0', undefined, 'local'],
    ['v1.34.0', false, 'endpoint'],
    ['v1.35.0', false, 'local'],
    ['v1.36.0', undefined, 'local'],
  ] as const)(
    'kubelet.conf of %s with ControlPlaneKubeletLocalMode %s names the %s server',
    (version, gate, expected) => {
      const text = gate === undefined ? '' : `featureGates: {ControlPlaneKubeletLocalMode: ${gate}}`;
      expect(accepted(text, version).kubeletServer).toBe(expected);
    },
  );

  it('refuse gates that the release has not', () => {
    for (const [gate, version] of [
      ['Foo', 'v1.36.0'],
      ['EtcdLearnerMode', 'v1.36.0'],
      ['ControlPlaneKubeletLocalMode', 'v1.36.0'],
      ['ControlPlaneKubeletLocalMode', 'v1.30.0'],
    ] as const) {
      expect(refused(`featureGates: {${gate}: true}`, version)).toHaveLength(1);
    }
    expect(refused('featureGates: {EtcdLearnerMode: true}', 'v1.29.0')).toEqual([]);
  });

  it.each(['0s', '-1h', '1us', "''", '1y', '90d'])('refuse the period %s', (period) => {
    for (const field of ['certificateValidityPeriod', 'caCertificateValidityPeriod']) {
      expect(
        refused(`${field}: ${period}`).filter((problem) =>
          problem.startsWith(`ClusterConfiguration.${field}`),
        ),
      ).toHaveLength(1);
    }
  });

  it('have a warning for long periods, and for leaves that would outlive their CAs', () => {
    const text = `${CLUSTER}certificateValidityPeriod: 17520h\ncaCertificateValidityPeriod: 10000h\n`;
    expect(warningsOf(text)).toEqual([
      'ClusterConfiguration.certificateValidityPeriod: the period "17520h" is longer than the recommended 8760h0m0s',
      'ClusterConfiguration.certificateValidityPeriod: the period 17520h0m0s is longer than that of their CAs, 10000h0m0s: they are cut to it',
    ]);
  });

  it('have a directory with an absolute path', () => {
    expect(refused('certificatesDir: pki')).toEqual([
      'ClusterConfiguration.certificatesDir: the path "pki" is not absolute',
    ]);
  });
});
