import { PKI } from '../../../support/forge.ts';
import { cluster, largeCluster, user } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { forge, otherAuthority } from '../../../support/forge.ts';

const ADMIN = '/etc/kubernetes/admin.conf';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let made: MemoryTree;
/** The same cluster with kubeconfigs that name files. */
let files: MemoryTree;
beforeAll(async () => {
  const spec = cluster({ users: [user('jane', { namespace: 'team-a' })] });
  made = await MemoryTree.of(spec);
  files = await MemoryTree.of(spec, { kubeconfigCerts: 'files' });
});

const admin = (change: (text: string) => string, from = made): MemoryTree => from.copy().edit(ADMIN, change);
const embedded = (text: string, field: string): string => new RegExp(`${field}: (.*)`).exec(text)?.[1] ?? '';

describe('a kubeconfig is updated for exactly one reason, and keeps its key', () => {
  it.each<readonly [code: string, change: (text: string) => string]>([
    ['server', (text) => text.replace('https://192.0.2.10:6443', 'https://old.example.com:6443')],
    ['server', (text) => text.replace('    server: https://192.0.2.10:6443\n', '')],
    ['context-name', (text) => text.replaceAll('kubernetes-admin@kubernetes', 'mine')],
    [
      'user-name',
      (text) =>
        text.replace('user: kubernetes-admin', 'user: me').replace('- name: kubernetes-admin', '- name: me'),
    ],
    [
      'cluster-name',
      (text) =>
        text.replace('cluster: kubernetes', 'cluster: k8s').replace('  name: kubernetes\n', '  name: k8s\n'),
    ],
    [
      'ca-data',
      (text) =>
        text.replace(/certificate-authority-data: .*/, (line) =>
          line.replace(/: .*/, `: ${base64(made.text(`${PKI}/front-proxy-ca.crt`))}`),
        ),
    ],
    ['ca-data', (text) => text.replace(/ *certificate-authority-data: .*\n/, '')],
  ])('%s (%#)', async (code, change) => {
    const tree = admin(change);
    expect(await tree.summary()).toEqual([`cp-1/admin.conf update ${code}`]);
    expect((await tree.apply()).written).toEqual([ADMIN]);
    expect(tree.text(ADMIN)).toBe(made.text(ADMIN));
  });

  it('namespace, and one that nobody asked for is kept', async () => {
    const path = '/etc/kubernetes/users/jane.conf';
    const tree = made.copy().edit(path, (text) => text.replace('namespace: team-a', 'namespace: other'));
    expect(await tree.summary()).toEqual(['jane/jane.conf update namespace']);
    await tree.apply();
    expect(tree.text(path)).toBe(made.text(path));
    const own = admin((text) =>
      text.replace('    cluster: kubernetes\n', '    cluster: kubernetes\n    namespace: mine\n'),
    );
    expect(await own.summary()).toEqual([]);
    own.edit(ADMIN, (text) => text.replace('192.0.2.10', '192.0.2.99'));
    await own.apply();
    expect(own.text(ADMIN)).toContain('namespace: mine');
  });

  it('ca-file, where it embeds what it should name, and the other way round', async () => {
    const tree = admin(
      (text) =>
        text.replace(
          /certificate-authority: .*/,
          `certificate-authority-data: ${base64(made.text(`${PKI}/ca.crt`))}`,
        ),
      files,
    );
    expect(await tree.summary()).toEqual(['cp-1/admin.conf update ca-file']);
    await tree.apply();
    expect(tree.text(ADMIN)).toBe(files.text(ADMIN));
    const other = admin((text) =>
      text.replace(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
    );
    expect(await other.summary()).toEqual(['cp-1/admin.conf update ca-file ca-data']);
    await other.apply();
    expect(other.text(ADMIN)).toBe(made.text(ADMIN));
  });

  it('credential-files', async () => {
    const tree = admin((text) => text.replace('client-key: admin.key', 'client-key: other.key'), files);
    expect(await tree.summary()).toEqual(['cp-1/admin.conf update credential-files']);
    await tree.apply();
    expect(tree.text(ADMIN)).toBe(files.text(ADMIN));
  });
});

describe('a kubeconfig whose certificate drifts', () => {
  it('gets another certificate and key, and nothing else of it changes', async () => {
    const tree = await forge(made.copy(), 'admin.conf', { issuer: await otherAuthority() });
    expect(await tree.summary()).toEqual(['cp-1/admin.conf reissue issuer']);
    const { written } = await tree.apply();
    expect(written).toEqual([ADMIN]);
    const blank = (text: string): string => text.replace(/client-(certificate|key)-data: .*/g, '');
    expect(blank(tree.text(ADMIN))).toBe(blank(made.text(ADMIN)));
    expect(await tree.summary()).toEqual([]);
  });

  it('is put right in all at once', async () => {
    const tree = await forge(made.copy(), 'admin.conf', { changes: { organizations: ['system:masters'] } });
    tree.edit(ADMIN, (text) => text.replace('https://192.0.2.10', 'https://192.0.2.99'));
    expect(await tree.summary()).toEqual(['cp-1/admin.conf reissue subject']);
    await tree.apply();
    expect(tree.text(ADMIN)).toContain('server: https://192.0.2.10:6443');
    expect(await tree.summary()).toEqual([]);
  });

  it('takes over certificate and key from files where it is to embed them', async () => {
    const tree = new MemoryTree(made.spec, {}, files.files);
    const summary = await tree.summary();
    expect(summary).toContain('cp-1/admin.conf update ca-file ca-data');
    await tree.apply();
    const text = tree.text(ADMIN);
    expect(embedded(text, 'client-certificate-data')).toBe(base64(files.text('/etc/kubernetes/admin.crt')));
    expect(embedded(text, 'client-key-data')).toBe(base64(files.text('/etc/kubernetes/admin.key')));
    expect(await tree.summary()).toEqual([]);
  });
});

describe('a kubeconfig that is not what it should be is left alone', () => {
  it.each<readonly [what: string, change: (text: string) => string]>([
    ['no YAML', () => 'a: [b'],
    ['text', () => 'junk'],
    ['a list', () => '- a\n'],
    ['another kind', () => 'apiVersion: v1\nkind: Secret\n'],
    ['no current context', (text) => text.replace(/current-context: .*/, 'current-context: ""')],
    [
      'a current context that is not there',
      (text) => text.replace(/current-context: .*/, 'current-context: other'),
    ],
    [
      'a token',
      (text) =>
        text.replace(/client-certificate-data: .*/, 'token: abcdef').replace(/ *client-key-data: .*\n/, ''),
    ],
    [
      'a certificate that is not base64',
      (text) => text.replace(/client-certificate-data: ..../, 'client-certificate-data: !?!?'),
    ],
    ['a key that is not base64', (text) => text.replace(/client-key-data: ..../, 'client-key-data: "%%%%"#')],
    [
      'a certificate that is none',
      (text) => text.replace(/client-certificate-data: .*/, `client-certificate-data: ${base64('junk')}`),
    ],
    [
      'a key that is none',
      (text) => text.replace(/client-key-data: .*/, `client-key-data: ${base64('junk')}`),
    ],
    [
      'a CA that is none',
      (text) =>
        text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${base64('junk')}`),
    ],
  ])('%s', async (_, change) => {
    const tree = admin(change);
    const { action, reasons } = await tree.step('admin.conf');
    expect(action).toBe('blocked');
    expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(['unreadable']));
    expect(JSON.stringify(reasons)).not.toMatch(/abcdef|LS0t|PRIVATE/);
    expect((await tree.apply()).written).toEqual([]);
  });

  it('but an empty one, as a power loss leaves it, is made anew', async () => {
    const tree = made.copy().put(ADMIN, '');
    expect(await tree.summary()).toEqual(['cp-1/admin.conf create absent']);
    await tree.apply();
    expect(await tree.summary()).toEqual([]);
  });
});

describe('a kubelet.conf of a kubelet that rotates its certificate', () => {
  const PATH = '/etc/kubernetes/kubelet.conf';
  const PEM = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  const rotate = (text: string): string =>
    text
      .replace(/client-certificate-data: .*/, `client-certificate: ${PEM}`)
      .replace(/client-key-data: .*/, `client-key: ${PEM}`);

  it('is reused, and its PEM, which may lie on another machine, is not looked at', async () => {
    const tree = made.copy().edit(PATH, rotate).put(PEM, 'not to be read');
    expect(await tree.summary()).toEqual(['cp-1/kubelet.conf reuse rotated']);
  });

  it('is updated around what it names', async () => {
    const tree = made.copy().edit(PATH, rotate);
    const wanted = tree.text(PATH);
    tree.edit(PATH, (text) => text.replace('https://192.0.2.10', 'https://192.0.2.99'));
    expect(await tree.summary()).toEqual(['cp-1/kubelet.conf update server']);
    await tree.apply();
    expect(tree.text(PATH)).toBe(wanted);
  });

  it('is only the kubelet’s own: another kubeconfig that names it is made right', async () => {
    const tree = admin(rotate);
    expect((await tree.step('admin.conf')).action).toBe('create');
  });
});

describe('a kubeconfig that someone has added to', () => {
  const extras = [
    ['- cluster:\n    server: https://other:6443\n  name: other\n', 'contexts:'],
    ['- context:\n    cluster: other\n    user: other\n  name: other\n', 'current-context:'],
    ['- name: other\n  user:\n    token: hunter2\n', ''],
  ] as const;
  const added = (text: string): string =>
    extras.reduce(
      (whole, [entry, before]) => (before === '' ? whole + entry : whole.replace(before, entry + before)),
      text,
    );

  it('is reused', async () => {
    expect(await admin(added).summary()).toEqual([]);
  });

  it('keeps all that is not its own when it is updated', async () => {
    const tree = admin((text) => added(text).replace('https://192.0.2.10', 'https://192.0.2.99'));
    tree.edit(ADMIN, (text) =>
      text.replace(
        '    server: https://192.0.2.99:6443\n',
        '    server: https://192.0.2.99:6443\n    tls-server-name: api\n',
      ),
    );
    await tree.apply();
    expect(tree.text(ADMIN)).toBe(
      admin(added)
        .edit(ADMIN, (text) =>
          text.replace(
            '    server: https://192.0.2.10:6443\n',
            '    server: https://192.0.2.10:6443\n    tls-server-name: api\n',
          ),
        )
        .text(ADMIN),
    );
  });

  it('keeps it when its certificate is issued anew', async () => {
    const tree = await forge(admin(added), 'admin.conf', { issuer: await otherAuthority() });
    await tree.apply();
    expect(tree.text(ADMIN)).toContain('token: hunter2');
    expect(tree.text(ADMIN)).toContain('server: https://other:6443');
    expect(await tree.summary()).toEqual([]);
  });
});

describe('kubeconfigs of nodes and users', () => {
  it('follow the endpoint of the control plane', async () => {
    const large = await MemoryTree.of(largeCluster());
    const tree = large.copy(largeCluster({ controlPlaneEndpoint: { host: 'new.example.com', port: 8443 } }));
    const summary = await tree.summary();
    expect(summary).toEqual([
      ...[
        'cp-1/apiserver reissue missing-san',
        'cp-1/admin.conf update server',
        'cp-1/super-admin.conf update server',
      ],
      ...['cp-2/apiserver reissue missing-san', 'cp-2/admin.conf update server'],
      ...['cp-2/kubelet.conf update server', 'cp-2/kube-proxy.conf update server'],
      ...[
        'node-1/kubelet.conf update server',
        'node-1/kube-proxy.conf update server',
        'jane/jane.conf update server',
      ],
    ]);
    await tree.apply();
    // The old name is not asked for any more, but does not come back either: the certificate was made anew.
    expect(await tree.summary()).toEqual([]);
  });
});

describe('a kubeconfig', () => {
  it('that believes any server is mended, and then does not', async () => {
    const tree = admin((text) =>
      text.replace(/ {4}certificate-authority-data: .*\n/, '    insecure-skip-tls-verify: true\n'),
    );
    expect(await tree.summary()).toEqual(['cp-1/admin.conf update insecure ca-data']);
    await tree.apply();
    expect(tree.text(ADMIN)).not.toContain('insecure-skip-tls-verify');
    expect(tree.text(ADMIN)).toBe(made.text(ADMIN));
  });

  it('that would have to embed a CA that is gone is blocked, and the rest is done', async () => {
    const tree = admin((text) => text.replace('https://192.0.2.10:6443', 'https://old.example.com:6443'));
    tree.remove(`${PKI}/ca.crt`);
    expect(await tree.summary()).toContain('cp-1/admin.conf blocked server ca-missing');
    await tree.apply();
    expect(tree.text(ADMIN)).toContain('https://old.example.com:6443');
  });

  it('does not come to name a certificate that cannot be made', async () => {
    const tree = new MemoryTree(made.spec, { kubeconfigCerts: 'files' }, made.files);
    tree.remove(`${PKI}/ca.key`);
    expect(await tree.summary()).toContain(
      'cp-1/admin.conf blocked ca-file credential-files certificate-blocked',
    );
    await tree.apply();
    expect(tree.text(ADMIN)).toBe(made.text(ADMIN));
  });
});
