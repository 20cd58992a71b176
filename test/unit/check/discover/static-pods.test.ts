/** What the manifest of a static pod says about files of the machine. */
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { readStaticPods, type StaticPods } from '../../../../src/check/discover/static-pods.ts';

const encoder = new TextEncoder();
const PATH = '/etc/kubernetes/manifests/x.yaml';

function read(
  container: object,
  volumes: readonly object[] = [],
  files: readonly [string, string][] = [],
): StaticPods {
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [container], volumes } };
  const pods = readStaticPods(encoder.encode(JSON.stringify(pod)), PATH, memoryFiles(files));
  if (typeof pods === 'string') throw new Error(pods);
  return pods;
}

const pathsIn = ({ components }: StaticPods): string[][] =>
  components.flatMap(({ uses }) => uses.map(({ flag, path }) => [flag, path]));

const HOST = { name: 'host', hostPath: { path: '/srv/pki' } };
const MOUNT = { name: 'host', mountPath: '/pki' };

test('variables of env are put in, also in later ones, and $$ escapes them', () => {
  const pods = read(
    {
      command: ['etcd', '--cert-file=$(DIR)/server.crt'],
      args: ['--key-file', '$(FILE)', '--trusted-ca-file=/pki/$$(DIR).crt', '--data-dir=$(NONE)'],
      env: [
        { name: 'DIR', value: '/pki' },
        { name: 'FILE', value: '$(DIR)/server.key' },
      ],
      volumeMounts: [MOUNT],
    },
    [HOST],
  );
  expect(pathsIn(pods)).toEqual([
    ['--cert-file', '/srv/pki/server.crt'],
    ['--key-file', '/srv/pki/server.key'],
    ['--trusted-ca-file', '/srv/pki/$(DIR).crt'],
  ]);
  expect(pods.components[0]?.flags.get('data-dir')).toEqual(['$(NONE)']);
  expect(pods.problems).toEqual([]);
});

test('a value that only the cluster or a shell knows names no file of the machine', () => {
  const pods = read(
    {
      command: [
        'etcd',
        '--cert-file=$(SECRET)/x.crt',
        '--key-file=$(OTHER)/x.key',
        '--peer-cert-file=$DIR/x',
      ],
      env: [{ name: 'SECRET', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }],
      envFrom: [{ configMapRef: { name: 'more' } }],
      volumeMounts: [MOUNT],
    },
    [HOST],
  );
  expect([pathsIn(pods), pods.problems]).toEqual([[], []]);
});

test('what lies on a volume that is none of the machine is not looked for there', () => {
  const kinds = [{ emptyDir: {} }, { configMap: { name: 'a' } }, { projected: { sources: [] } }];
  for (const kind of kinds) {
    const pods = read(
      {
        command: ['kube-scheduler', '--kubeconfig=/pki/own/x.conf', '--tls-cert-file=/pki/x.crt'],
        volumeMounts: [MOUNT, { name: 'own', mountPath: '/pki/own' }],
      },
      [HOST, { name: 'own', ...kind }],
    );
    expect([pathsIn(pods), pods.problems]).toEqual([[['--tls-cert-file', '/srv/pki/x.crt']], []]);
  }
});

test('a subPathExpr is put in as far as the manifest says it', () => {
  const env = [
    { name: 'NODE', value: 'cp-1' },
    { name: 'HOST', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  ];
  const mount = (name: string): object => ({ ...MOUNT, mountPath: `/${name}`, subPathExpr: `of/$(${name})` });
  const pods = read(
    {
      command: ['etcd', '--cert-file=/NODE/x.crt', '--key-file=/HOST/x.key'],
      env,
      volumeMounts: [mount('NODE'), mount('HOST')],
    },
    [HOST],
  );
  expect([pathsIn(pods), pods.problems]).toEqual([[['--cert-file', '/srv/pki/of/cp-1/x.crt']], []]);
});

test('a path that no volumeMount covers, or whose volume is missing, is in the image: that is told', () => {
  const pods = read(
    {
      command: ['kube-apiserver', '--tls-cert-file=/pkix/a.crt', '--client-ca-file=/lost/ca.crt'],
      args: ['--oidc-ca-file=/etc/ssl/certs/ca-certificates.crt'],
      volumeMounts: [MOUNT, { name: 'lost', mountPath: '/lost' }],
    },
    [HOST],
  );
  expect(pathsIn(pods)).toEqual([]);
  expect(pods.problems).toEqual([
    {
      code: 'file-not-mounted',
      severity: 'error',
      path: PATH,
      message:
        'kube-apiserver --tls-cert-file names /pkix/a.crt, and no volumeMount covers it; ' +
        'kube-apiserver --client-ca-file names /lost/ca.crt, and the pod has no volume "lost": ' +
        'the container looks for it in its image',
    },
  ]);
});

const ETCD_CONFIG = `name: cp-1
data-dir: /var/lib/etcd
listen-client-urls: https://127.0.0.1:2379
client-transport-security:
  cert-file: /pki/server.crt
  key-file: /pki/server.key
  trusted-ca-file: /pki/ca.crt
  client-cert-auth: true
peer-transport-security:
  cert-file: /pki/peer.crt
  key-file: /pki/peer.key
  trusted-ca-file: /pki/ca.crt
  client-cert-auth: true
`;

test('the configuration file of etcd says its files, and its other flags count for nothing', () => {
  const container = {
    command: ['etcd', '--config-file=/pki/etcd.yaml', '--cert-file=/pki/other.crt'],
    volumeMounts: [MOUNT],
  };
  const pods = read(container, [HOST], [['/srv/pki/etcd.yaml', ETCD_CONFIG]]);
  expect(pathsIn(pods)).toEqual([
    ['--config-file', '/srv/pki/etcd.yaml'],
    ['--cert-file', '/srv/pki/server.crt'],
    ['--peer-cert-file', '/srv/pki/peer.crt'],
    ['--key-file', '/srv/pki/server.key'],
    ['--peer-key-file', '/srv/pki/peer.key'],
    ['--trusted-ca-file', '/srv/pki/ca.crt'],
    ['--peer-trusted-ca-file', '/srv/pki/ca.crt'],
  ]);
  const { flags } = pods.components[0] ?? {};
  expect([flags?.get('client-cert-auth'), flags?.get('peer-client-cert-auth'), flags?.get('name')]).toEqual([
    ['true'],
    ['true'],
    ['cp-1'],
  ]);
  expect(pods.components[0]?.uses[1]?.source).toBe('/srv/pki/etcd.yaml');
  const broken = read(container, [HOST], [['/srv/pki/etcd.yaml', 'a: [']]);
  expect(broken.problems.map(({ code, path }) => [code, path])).toEqual([
    ['malformed-manifest', '/srv/pki/etcd.yaml'],
  ]);
});

test.each(['kube-scheduler', 'kube-proxy', 'kube-controller-manager'])(
  'the configuration of %s names its kubeconfig',
  (program) => {
    const pods = read(
      {
        command: [program, '--config', '/pki/config.yaml', '--kubeconfig=/pki/other.conf'],
        volumeMounts: [MOUNT],
      },
      [HOST],
      [['/srv/pki/config.yaml', 'clientConnection:\n  kubeconfig: /pki/own.conf\n']],
    );
    expect(pathsIn(pods)).toEqual([
      ['--config', '/srv/pki/config.yaml'],
      ['--kubeconfig', '/srv/pki/own.conf'],
    ]);
  },
);
