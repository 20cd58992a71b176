import { CLUSTER, FAILED, INIT, INIT_OWN, OURS, problemsOf, read, warningsOf } from './read-config.ts';

const JOIN = '---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n';
const ours = (text: string): string => `${CLUSTER}${INIT}${OURS}${text}`;

describe('further control planes', () => {
  it('come from our document, with the first one’s port', () => {
    const first = `${INIT_OWN}localAPIEndpoint: {advertiseAddress: 10.0.0.10, bindPort: 7443}\nnodeRegistration: {name: cp-1}\n`;
    const more = `controlPlanes:
- {name: CP-2, advertiseAddress: 10.0.0.11}
- {name: cp-3, advertiseAddress: 'fd00:0::3', bindPort: 8443, certSANs: [Müller.de, '*.x'], etcdServerCertSANs: [A.b], etcdPeerCertSANs: [10.1.1.1]}
`;
    const { spec } = read(CLUSTER + first + OURS + more, { defaults: FAILED });
    expect(spec.controlPlanes.slice(1)).toEqual([
      {
        name: 'cp-2',
        advertiseAddress: '10.0.0.11',
        bindPort: 7443,
        certSANs: [],
        etcdServerCertSANs: [],
        etcdPeerCertSANs: [],
      },
      {
        name: 'cp-3',
        advertiseAddress: 'fd00::3',
        bindPort: 8443,
        certSANs: ['xn--mller-kva.de', '*.x'],
        etcdServerCertSANs: ['a.b'],
        etcdPeerCertSANs: ['10.1.1.1'],
      },
    ]);
  });

  it('come from JoinConfigurations with controlPlane, and nodes from those without', () => {
    const text = `${CLUSTER}${INIT}${JOIN}nodeRegistration: {name: cp-2}
discovery: {file: {kubeConfigPath: /x}}
controlPlane: {localAPIEndpoint: {advertiseAddress: 10.0.0.11}}
${JOIN}nodeRegistration: {name: Worker}
`;
    const { spec, warnings } = read(text, { defaults: FAILED });
    expect(warnings).toEqual([]);
    expect(spec.controlPlanes.map(({ name, bindPort }) => [name, bindPort])).toEqual([
      ['cp-1', 6443],
      ['cp-2', 6443],
    ]);
    expect(spec.nodes).toEqual([{ name: 'worker', addresses: [] }]);
  });

  it('must say what cannot be known of another machine', () => {
    expect(problemsOf(`${CLUSTER}${INIT}${JOIN}controlPlane: {}`)).toEqual([
      'JoinConfiguration.nodeRegistration.name: is missing',
      'JoinConfiguration.controlPlane.localAPIEndpoint.advertiseAddress: is missing',
    ]);
    expect(problemsOf(ours('controlPlanes: [{name: a, advertiseAddress: 0.0.0.0}, {}]'))).toEqual([
      'ClusterPKI.controlPlanes[0].advertiseAddress: "0.0.0.0" stands for an address of that machine, expected the address itself',
      'ClusterPKI.controlPlanes[1].name: is missing',
      'ClusterPKI.controlPlanes[1].advertiseAddress: is missing',
    ]);
    expect(
      problemsOf(`${CLUSTER}${INIT}${JOIN}${JOIN}nodeRegistration: {name: b_d}`).map(
        (text) => text.split(': ')[0],
      ),
    ).toEqual(['JoinConfiguration[0].nodeRegistration.name', 'JoinConfiguration[1].nodeRegistration.name']);
  });

  it('with the address of another give a warning', () => {
    expect(warningsOf(ours('controlPlanes: [{name: cp-2, advertiseAddress: 10.0.0.10}]'))).toEqual([
      'ClusterPKI.controlPlanes: two control planes advertise 10.0.0.10 and port 6443',
    ]);
  });
});

describe('nodes', () => {
  it('have names and addresses in canonical form, once each', () => {
    const { spec } = read(
      ours(
        `nodes: [{name: Node01, addresses: [10.0.0.21, Node01.internal, 'fd00:0::1', 10.0.0.21, '::ffff:10.0.0.21']}]`,
      ),
    );
    expect(spec.nodes).toEqual([{ name: 'node01', addresses: ['10.0.0.21', 'node01.internal', 'fd00::1'] }]);
  });

  it.each([
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/24',
    'fe80::1%eth0',
    '10.0.0.1:10250',
    '[fd00::1]',
    '*.x',
    'a_b',
    '',
    'http://a',
  ])('cannot have the address %j', (address) => {
    expect(problemsOf(ours(`nodes: [{name: w1, addresses: ['${address}']}]`))).toHaveLength(1);
  });

  it('have names of their own', () => {
    expect(
      problemsOf(
        ours(
          'nodes: [{name: a}, {name: A}, {name: cp-1}, {name: b}]\ncontrolPlanes: [{name: b, advertiseAddress: 10.0.0.11}]',
        ),
      ),
    ).toEqual(['ClusterPKI.nodes[1].name: the node name "a" is already that of ClusterPKI.nodes[0].name']);
    expect(problemsOf(ours('controlPlanes: [{name: cp-1, advertiseAddress: 10.0.0.11}]'))).toEqual([
      'ClusterPKI.controlPlanes[0].name: the machine name "cp-1" is already that of InitConfiguration.nodeRegistration.name',
    ]);
  });

  it('may be control planes, whose kubelet files are wanted too', () => {
    const { spec } = read(
      ours('nodes: [{name: cp-1}, {name: b}]\ncontrolPlanes: [{name: b, advertiseAddress: 10.0.0.11}]'),
    );
    expect(spec.nodes.map(({ name }) => name)).toEqual(['cp-1', 'b']);
  });
});

describe('users', () => {
  it('have groups, a validity and a namespace', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const text = `users:
- {name: jane@example.com, groups: [dev, ops, dev], validity: 8h, namespace: team-a}
- {name: Zoë, validity: '2027-01-01T00:00:00Z'}
`;
    expect(read(ours(text), { now }).spec.users).toEqual([
      {
        name: 'jane@example.com',
        groups: ['dev', 'ops'],
        validity: { kind: 'duration', milliseconds: 28_800_000 },
        namespace: 'team-a',
      },
      { name: 'Zoë', groups: [], validity: { kind: 'until', date: new Date('2027-01-01T00:00:00Z') } },
    ]);
  });

  it.each([
    '""',
    '" "',
    '" a"',
    '"a/b"',
    '".."',
    '".a"',
    '"a\\\\b"',
    '"a\\nb"',
    '"a\\0"',
    '"\\u2028"',
    'x'.repeat(181),
    'null',
    '{}',
  ])('cannot be called %s', (name) => {
    expect(problemsOf(ours(`users: [{name: ${name}}]`)).map((problem) => problem.split(': ')[0])).toContain(
      'ClusterPKI.users[0].name',
    );
  });

  it.each([
    ['groups: [""]', 'groups[0]'],
    ['groups: ["a\\nb"]', 'groups[0]'],
    ['validity: 0h', 'validity'],
    ['validity: -1h', 'validity'],
    ['validity: ""', 'validity'],
    ['validity: 8 hours', 'validity'],
    ['validity: 8', 'validity'],
    ['validity: "2020-01-01T00:00:00Z"', 'validity'],
    ['namespace: A', 'namespace'],
    ['namespace: a.b', 'namespace'],
  ])('cannot have %s', (text, path) => {
    const problems = problemsOf(ours(`users: [{name: jane, ${text}}]`), {
      now: new Date('2026-01-01T00:00:00Z'),
    });
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([`ClusterPKI.users[0].${path}`]);
  });

  it('have names of their own, also where file names ignore case', () => {
    expect(problemsOf(ours('users: [{name: a}, {name: a}]'))).toEqual([
      'ClusterPKI.users[1].name: the user name "a" is already that of ClusterPKI.users[0].name',
    ]);
    expect(warningsOf(ours('users: [{name: Jane}, {name: jane}]'))).toEqual([
      'ClusterPKI.users[1].name: the file of "jane" is that of "Jane" where file names ignore case',
    ]);
  });

  it('give a warning where they are more than users', () => {
    expect(warningsOf(ours('users: [{name: "system:foo", groups: ["system:masters"]}]'))).toEqual([
      `ClusterPKI.users[0].name: the user name "system:foo" is in the namespace of Kubernetes' own users`,
      'ClusterPKI.users[0].groups[0]: a member of "system:masters" may do everything, and no RBAC rule can take that away',
    ]);
  });
});

describe('a name of the wrong type', () => {
  it('is one problem, not two', () => {
    expect(problemsOf(ours('nodes: [{name: n}]'))).toEqual([
      'ClusterPKI.nodes[0].name: expected a string, got a boolean (yaml reads this as one: put it in quotes)',
    ]);
  });
});
