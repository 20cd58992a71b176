/** kubeadm and a kubelet on broken files: `explain` knows what they say, and which file it is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../../src/check/explain/explain.ts';
import { diskFiles } from '../../src/node/disk-files.ts';
import { describeWith, requireTool, run, tempDir } from '../support/foreign.ts';
import { certificateLike } from '../unit/check/rules/support/certificate.ts';
import {
  brokenCopy,
  expectExplained,
  holding,
  saidBy,
  SMALL,
  strangerFiles,
  without,
  type Break,
} from './support/broken.ts';
import { ClusterFiles } from './support/cluster-files.ts';

let whole: ClusterFiles;
let stranger: ClusterFiles;

beforeAll(async () => {
  whole = new ClusterFiles(tempDir());
  await whole.make(SMALL);
  stranger = await strangerFiles();
});

const strangers = (file: string): Break => holding(file, readFileSync(stranger.conf(file), 'utf8'));
const both =
  (...changes: readonly Break[]): Break =>
  (files) => {
    for (const change of changes) change(files);
  };

test('on a tree in which nothing is broken, no file is at fault', async () => {
  const said = [
    'x509: certificate signed by unknown authority',
    'tls: private key does not match public key',
    'x509: certificate has expired or is not yet valid: current time 2026-01-02T00:00:00Z is after 2026-01-01T00:00:00Z',
    'rejected connection on client endpoint: remote error: tls: bad certificate',
    "error execution phase certs/apiserver: x509: provided PrivateKey doesn't match parent's PublicKey",
  ].join('\n');
  const explanations = await explain(said, { files: diskFiles(whole.root), paths: ['/'] });
  expect(explanations.length).toBeGreaterThan(5);
  expect(explanations.flatMap(({ culprits }) => culprits)).toEqual([]);
});

describeWith(['kubeadm-1.36'], 'errors of kubeadm', () => {
  /** What a phase of `kubeadm init` says on a tree. */
  async function phase(files: ClusterFiles, ...args: readonly string[]): Promise<string> {
    const config = join(tempDir(), 'kubeadm.yaml');
    const documents = [
      {
        ...{ apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'InitConfiguration' },
        nodeRegistration: { name: 'cp-1', criSocket: 'unix:///nowhere.sock' },
        localAPIEndpoint: { advertiseAddress: '192.0.2.10' },
      },
      {
        ...{ apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration' },
        ...{ kubernetesVersion: 'v1.36.3', certificatesDir: files.conf('pki') },
      },
    ];
    writeFileSync(config, documents.map((one) => JSON.stringify(one)).join('\n---\n'));
    const { code, stderr } = await run('kubeadm-1.36', ['init', 'phase', ...args, '--config', config]);
    expect(code).toBe(1);
    return stderr;
  }

  test.each<
    readonly [
      what: string,
      change: () => Break,
      args: readonly string[],
      ids: readonly string[],
      culprit: string,
    ]
  >([
    [
      'the CA is missing',
      () => without('pki/ca.crt'),
      ['certs', 'apiserver'],
      ['go-no-such-file', 'kubeadm-load', 'kubeadm-phase'],
      'pki/ca.crt',
    ],
    [
      'the CA holds no certificate',
      () => holding('pki/ca.crt', 'nothing'),
      ['certs', 'ca'],
      ['kubeadm-load', 'kubeadm-phase'],
      'pki/ca.crt',
    ],
    [
      'the CA is of another cluster',
      () => strangers('pki/ca.crt'),
      ['certs', 'apiserver'],
      ['kubeadm-not-signed', 'go-unknown-authority', 'kubeadm-phase'],
      'pki/ca.crt',
    ],
    [
      "the CA's key is of another cluster",
      () => both(strangers('pki/ca.key'), without('pki/apiserver.crt'), without('pki/apiserver.key')),
      ['certs', 'apiserver'],
      ['kubeadm-ca-key', 'kubeadm-phase'],
      'pki/ca.key',
    ],
    [
      'sa.key holds no key',
      () => holding('pki/sa.key', 'nothing'),
      ['certs', 'sa'],
      ['kubernetes-no-key', 'kubeadm-phase'],
      'pki/sa.key',
    ],
  ])('%s', async (...[, change, args, ids, culprit]) => {
    const files = brokenCopy(whole, change());
    await expectExplained({ text: await phase(files, ...args), ids, files, culprit });
  });
  test('a kubeconfig is left from another cluster', async () => {
    const files = brokenCopy(whole, strangers('admin.conf'));
    const text = await phase(files, 'kubeconfig', 'admin', '--kubeconfig-dir', files.conf(''));
    const ids = ['kubeadm-kubeconfig-ca', 'kubeadm-phase'];
    await expectExplained({ text, ids, files, culprit: 'admin.conf' });
  });
});

describeWith(['kubelet'], 'errors of a kubelet', () => {
  /** What a kubelet says that has a kubeconfig and what lies in its folder of certificates. */
  async function kubelet(conf: string, pki: Readonly<Record<string, string>> = {}): Promise<string> {
    const folder = tempDir();
    mkdirSync(join(folder, 'pki'));
    for (const [name, content] of Object.entries(pki)) writeFileSync(join(folder, 'pki', name), content);
    const config = join(folder, 'config.yaml');
    const kind = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' };
    writeFileSync(config, JSON.stringify({ ...kind, failCgroupV1: false, rotateCertificates: true }));
    const args = [
      ...['--config', config, '--kubeconfig', conf, '--root-dir', join(folder, 'root')],
      ...['--bootstrap-kubeconfig', join(folder, 'bootstrap-kubelet.conf')],
      ...['--cert-dir', join(folder, 'pki')],
    ];
    return saidBy({ program: requireTool('kubelet'), args, says: /"command failed"/ });
  }

  test('no kubeconfig at all', async () => {
    await expectExplained({ text: await kubelet('/nowhere/kubelet.conf'), ids: ['kubelet-no-bootstrap'] });
  });
  test('a client certificate that is expired', async () => {
    const files = brokenCopy(whole, () => undefined);
    const client = readFileSync(files.pki('apiserver-kubelet-client.crt'), 'utf8');
    const signing = {
      certificate: readFileSync(files.pki('ca.crt'), 'utf8'),
      key: readFileSync(files.pki('ca.key'), 'utf8'),
    };
    const old = certificateLike(client, signing, {
      subject: { commonName: 'system:node:cp-1', organizations: ['system:nodes'] },
      ...{ from: new Date('2025-01-01T00:00:00Z'), until: new Date('2025-02-01T00:00:00Z') },
    });
    const key = readFileSync(files.pki('apiserver-kubelet-client.key'), 'utf8');
    const data = (text: string): string => Buffer.from(text).toString('base64');
    const conf = readFileSync(files.conf('kubelet.conf'), 'utf8')
      .replace(/client-certificate-data: .*/, `client-certificate-data: ${data(old)}`)
      .replace(/client-key-data: .*/, `client-key-data: ${data(key)}`);
    holding('kubelet.conf', conf)(files);
    await expectExplained({
      text: await kubelet(files.conf('kubelet.conf')),
      ids: ['kubelet-bootstrap-expired', 'kubelet-no-bootstrap'],
      files,
      culprit: 'kubelet.conf',
    });
  });
  test('a file of its certificate without the key', async () => {
    const text = await kubelet(whole.conf('kubelet.conf'), {
      'kubelet-client-current.pem': readFileSync(whole.pki('apiserver.crt'), 'utf8'),
    });
    await expectExplained({ text, ids: ['kubelet-client-pair'] });
  });
});
