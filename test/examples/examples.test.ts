import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, repositoryRoot } from '../support/foreign.ts';

const examples = join(repositoryRoot, 'examples');
const run = promisify(execFile);

/** Runs an example as the README says, with nothing but Node: what it printed, or an error with that. */
async function runExample(name: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout } = await run(process.execPath, [join(examples, name), ...args], { timeout: 60_000 });
  return stdout.trimEnd().split('\n');
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

describe('the examples', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubepki-examples-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const certificate = (name: string): X509Certificate => new X509Certificate(read(name));

  test('are all run by a test', () => {
    const text = readFileSync(join(repositoryRoot, 'test/examples/examples.test.ts'), 'utf8');
    const names = readdirSync(examples);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !text.includes(`'${name}'`) && name !== 'cluster.yaml')).toEqual([]);
  });

  test('look at the certificates of a machine, and say how a client would refuse one', async () => {
    const apply = [
      'apply',
      '--node-name',
      'cp-1',
      '--apiserver-advertise-address',
      '10.0.0.10',
      '--rootfs',
      directory,
    ];
    await run(process.execPath, [
      join(repositoryRoot, 'dist/cli/main.js'),
      ...apply,
      '--key-algorithm',
      'ECDSA-P256',
    ]);
    const lines = await runExample('inspect.mjs', directory);

    expect(lines).toContainEqual(
      expect.stringMatching(
        /^364 days {2}\/etc\/kubernetes\/pki\/apiserver\.crt {2}CN = kube-apiserver {2}signed by CN = kubernetes/,
      ),
    );
    expect(lines.at(-1)).toBe('kubernetes.default.svc: accepted');
    const refused = await runExample('inspect.mjs', directory, '10.0.0.99');
    expect(refused.slice(-3)).toEqual([
      'go: x509: certificate is valid for 10.96.0.1, 10.0.0.10, not 10.0.0.99',
      expect.stringContaining('openssl: '),
      expect.stringContaining('node: ERR_TLS_CERT_ALTNAME_INVALID'),
    ]);
  });

  test('say in one line what they cannot read', async () => {
    const failed = runExample('inspect.mjs', join(directory, 'nowhere'));
    await expect(failed).rejects.toThrow(
      /\ninspect: ENOENT: no such file or directory, open '.*apiserver\.crt'\n$/,
    );
  });

  test('provision a cluster piece by piece, and keep keys from others', async () => {
    const lines = await runExample('provision.mjs', directory);

    expect(lines.at(-1)).toBe(`done: ${directory}`);
    expect(certificate('apiserver.crt').verify(certificate('ca.crt').publicKey)).toBe(true);
    expect(certificate('etcd/server.crt').checkIssued(certificate('etcd/ca.crt'))).toBe(true);
    expect(certificate('front-proxy-client.crt').checkIssued(certificate('front-proxy-ca.crt'))).toBe(true);
    expect(certificate('apiserver.crt').checkIP('10.96.0.1')).toBe('10.96.0.1');
    expect(read('admin.conf')).toContain('current-context: kubernetes-admin@kubernetes');
    const secrets = filesBelow(directory).filter((name) => !name.endsWith('.crt'));
    expect(secrets.filter((name) => modeOf(join(directory, name)) !== '600')).toEqual([]);
    expect(secrets).toHaveLength(10);
  });

  test('do not overwrite what is there', async () => {
    await runExample('provision.mjs', directory);
    const before = read('ca.key');

    await expect(runExample('provision.mjs', directory)).rejects.toThrow('EEXIST');
    expect(read('ca.key')).toBe(before);
  });

  test('make a cluster of several nodes, find its drift and mend it', async () => {
    const lines = await runExample('multi-node.mjs', directory);
    const kubernetes = join(directory, 'etc/kubernetes');

    expect(lines[0]).toMatch(/^first run: \d+ create; \d+ files$/);
    expect(lines).toContainEqual(expect.stringMatching(/^second run: \d+ reuse; 0 files$/));
    expect(lines.filter((line) => line.startsWith('plan: '))).toEqual([
      'plan: reissue apiserver of cp-1: it lacks DNS:kubernetes.example.org',
      'plan: reissue apiserver of cp-2: it lacks DNS:kubernetes.example.org',
      ...['ca.crt', 'kubelet-client', 'kubelet-server', 'kubelet.conf', 'kube-proxy.conf'].map(
        (target) => `plan: create ${target} of node-3: there is none yet`,
      ),
    ]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^third run: \d+ reuse, 2 reissue, 5 create; 10 files$/),
    );
    expect(readdirSync(join(kubernetes, 'nodes'))).toEqual(['cp-2', 'node-1', 'node-2', 'node-3']);
    const shared = ['ca.crt', 'ca.key', 'etcd/ca.key', 'front-proxy-ca.key', 'sa.key', 'sa.pub'];
    for (const name of shared) {
      const copy = readFileSync(join(kubernetes, 'nodes/cp-2/etc/kubernetes/pki', name));
      expect(copy.equals(readFileSync(join(kubernetes, 'pki', name)))).toBe(true);
    }
    const apiserver = certificate('etc/kubernetes/pki/apiserver.crt');
    expect(apiserver.subjectAltName).toMatch(
      /DNS:kubernetes\.example\.org.*IP Address:10\.96\.0\.1.*FD00:10:96:0/,
    );
    expect(existsSync(join(kubernetes, 'users/ci-deployer.conf'))).toBe(true);
  });

  test('serve mutual TLS to the right client, and refuse every wrong pairing', async () => {
    const lines = await runExample('test-harness.mjs');

    expect(lines[0]).toBe('ok: a right pair: hello jane of developers');
    expect(lines).toHaveLength(9);
    expect(lines.filter((line) => !line.startsWith('ok: '))).toEqual([]);
  });

  test('serve whoever has a kubeconfig of theirs, and refuse a stranger', async () => {
    const lines = await runExample('kubeconfig-harness.mjs');
    expect(lines.filter((line) => !line.startsWith('kubectl: ') && !line.startsWith('GET /version'))).toEqual(
      [
        'GET /api by jane of dev, ops',
        'jane: 200',
        'GET /healthz by bob of no group',
        'bob: 200',
        expect.stringMatching(/^mallory: [A-Z_]+$/),
      ],
    );
  });

  describeWith(['kubectl'], 'with kubectl', () => {
    test('serve it by the same kubeconfig', async () => {
      const lines = await runExample('kubeconfig-harness.mjs');
      expect(lines).toContain('GET /version by jane of dev, ops');
      expect(lines).toContain('kubectl: {"major":"1","minor":"36","gitVersion":"v1.36.0"}');
    });
  });

  test('answer an admission review under the name that the API server calls', async () => {
    expect(await runExample('webhook.mjs')).toEqual([
      'certificate for pod-policy.team-a.svc, pod-policy.team-a.svc.cluster.local',
      expect.stringMatching(/^Secret pod-policy-tls, caBundle of \d+ characters$/),
      'labels {"owner":"jane"}: allowed',
      'labels {}: denied: the label "owner" is missing',
    ]);
  });

  test('sign with a key that lives in another process', async () => {
    expect(await runExample('external-signer.mjs')).toEqual([
      'CA: ECDSA-P384, key here: false',
      'issued: web.example.com, by ecdsa-with-SHA384',
    ]);
  });
});
