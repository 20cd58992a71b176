import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { generate } from '../../../../src/pki/plan-tree.ts';
import type { TreeFile } from '../../../../src/pki/produce/tree-file.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, largeCluster, NOW, version } from '../../../support/cluster.ts';
import { newRoot, removeRoots } from '../../../support/disk-tree.ts';

const PKI = '/etc/kubernetes/pki';
afterEach(removeRoots);

let files: ReadonlyMap<string, TreeFile>;
beforeAll(async () => {
  ({ files } = await generate(largeCluster(), {}, { now: NOW }));
});

const text = (path: string, from = files): string => Buffer.from(from.get(path)?.data ?? []).toString();

describe('generate', () => {
  it('makes every file of its plan in memory, and touches no disk', async () => {
    const rootfs = newRoot();
    const { steps, files: below } = await generate(largeCluster(), { rootfs }, { now: NOW });
    expect([...below.keys()].sort()).toEqual([...new Set(steps.flatMap((step) => step.files))].sort());
    expect(readdirSync(rootfs)).toEqual([]);
    for (const [path, file] of below) expect(file.path).toBe(path);
  });

  it('gives secrets the mode of secrets', () => {
    for (const [path, { mode }] of files) {
      expect([path, mode]).toEqual([path, path.endsWith('.crt') ? 0o644 : 0o600]);
      expect(text(path)).toMatch(/\n$/);
      if (mode !== 0o600) expect(text(path)).not.toContain('PRIVATE');
    }
  });

  it('writes keys as kubeadm does, and pairs that belong together', () => {
    const keys = [...files.keys()].filter((path) => path.endsWith('.key') && !path.endsWith('/sa.key'));
    for (const path of keys) {
      expect(text(path)).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
      const certificate = new X509Certificate(text(path.replace(/key$/, 'crt')));
      expect(certificate.checkPrivateKey(createPrivateKey(text(path)))).toBe(true);
    }
    const own = createPublicKey(text(`${PKI}/sa.key`)).export({ type: 'spki', format: 'pem' });
    expect(own).toBe(text(`${PKI}/sa.pub`));
    const distinct = [...files].filter(([path]) => path.endsWith('.key') && !path.includes('/nodes/'));
    expect(new Set(distinct.map(([path]) => text(path))).size).toBe(distinct.length);
  });

  it('puts certificate and key of a kubelet into one PEM', () => {
    const pem = text('/etc/kubernetes/nodes/node-1/var/lib/kubelet/pki/kubelet-client-current.pem');
    expect(pem.match(/-----BEGIN .*-----/g)).toEqual([
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN EC PRIVATE KEY-----',
    ]);
    expect(new X509Certificate(pem).subject).toBe('O=system:nodes\nCN=system:node:node-1');
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))).toBe(true);
  });

  it('adds to what is there already', async () => {
    const rest = new Map([...files].filter(([path]) => path !== `${PKI}/apiserver.crt`));
    const read = (path: string): Promise<Uint8Array | undefined> => Promise.resolve(rest.get(path)?.data);
    const again = await generate(largeCluster(), { read }, { now: NOW });
    expect([...again.files.keys()]).toEqual([`${PKI}/apiserver.crt`]);
    expect(again.steps.filter(({ action }) => action !== 'reuse')).toHaveLength(1);
  });

  it('says what was cut to the life of its CA', async () => {
    const spec = cluster({ caCertificateValidity: 3_600_000 });
    const { notices } = await generate(spec, {}, { now: NOW });
    expect(new Set(notices.map(({ code }) => code))).toEqual(new Set(['validity-clamped']));
    expect(notices.every(({ path }) => path !== '')).toBe(true);
  });

  const pki = (algorithm: ClusterSpec['keyAlgorithm'], release: string) =>
    generate(cluster({ keyAlgorithm: algorithm, kubernetesVersion: version(release) }), {}, { now: NOW });

  it('makes P-384 certificates with the digest of their size, and RSA keys in old kubeconfigs', async () => {
    const { files: p384 } = await pki('ECDSA-P384', 'v1.36.3');
    const key = createPrivateKey(text(`${PKI}/apiserver.key`, p384));
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' });
    const { files: old } = await pki('ECDSA-P256', 'v1.30.2');
    const data = /client-key-data: (.*)/.exec(text('/etc/kubernetes/admin.conf', old))?.[1] ?? '';
    expect(Buffer.from(data, 'base64').toString()).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(text('/etc/kubernetes/admin.conf', old)).toContain('preferences: {}');
  });
});
