import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Signer } from '../../../../src/ca/signer.ts';
import { apply, type ApplyOptions } from '../../../../src/pki/apply.ts';
import { plan } from '../../../../src/pki/plan-tree.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, NOW, user } from '../../../support/cluster.ts';
import { changesBetween, filesBelow, newRoot, removeRoots, snapshot } from '../../../support/disk-tree.ts';
import { authorityOf } from '../../../support/forge.ts';
import { MemoryTree, summaryOf } from '../../../support/memory-tree.ts';

const ETC = 'etc/kubernetes';
const PKI = `${ETC}/pki`;

let root: string;
beforeEach(() => {
  root = newRoot();
});
afterEach(removeRoots);

const applied = async (spec: ClusterSpec, options: ApplyOptions = {}, now = NOW) => {
  const result = await apply(spec, { rootfs: root, ...options }, { now });
  return { ...result, written: result.written.map((path) => path.slice(root.length + 1)).sort() };
};
const planned = async (spec: ClusterSpec, now = NOW) =>
  summaryOf((await plan(spec, { rootfs: root }, { now })).steps);
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content, { mode: 0o600 });
};

describe('apply beside another process', () => {
  /** A signer that lets something happen while the certificates are signed. */
  const meddling = (signer: Signer, meddle: () => void): Signer => ({
    publicKey: signer.publicKey,
    sign: (data, algorithm) => {
      meddle();
      return signer.sign(data, algorithm);
    },
  });
  const external = async (): Promise<Signer> => {
    const tree = await MemoryTree.of(cluster());
    put(`${PKI}/ca.crt`, tree.text(`/${PKI}/ca.crt`));
    return (await authorityOf(tree)).signer;
  };

  it.each([
    ['a file that was not there', `${PKI}/apiserver.key`],
    ['a kubeconfig', `${ETC}/admin.conf`],
  ])('does not overwrite %s and has come meanwhile', async (_, path) => {
    const signer = await external();
    const before = snapshot(root);
    const run = applied(cluster(), {
      signers: {
        ca: meddling(signer, () => {
          put(path, 'theirs');
        }),
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'unexpected-file' });
    expect(text(path)).toBe('theirs');
    expect(changesBetween(before, snapshot(root))).toEqual([path]);
  });

  it('leaves nothing behind where a signer fails while keys are still made', async () => {
    const signer = await external();
    const before = snapshot(root);
    const failing: Signer = { ...signer, sign: () => Promise.reject(new Error('the HSM is gone')) };
    const spec = cluster({ keyAlgorithm: 'RSA-2048' });
    await expect(applied(spec, { signers: { ca: failing } })).rejects.toThrow('the HSM is gone');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(changesBetween(before, snapshot(root))).toEqual([]);
  });

  it('does not overwrite a file that has changed meanwhile', async () => {
    const signer = await external();
    await applied(cluster(), { signers: { ca: signer } });
    const before = snapshot(root);
    const path = `${PKI}/apiserver.crt`;
    const spec = cluster({ apiServerCertSANs: ['new.example.com'] });
    const run = applied(spec, {
      signers: {
        ca: meddling(signer, () => {
          put(path, 'theirs');
        }),
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'unexpected-file' });
    expect(changesBetween(before, snapshot(root))).toEqual([path]);
  });

  it('waits for another run in the same directories, and finds nothing left to do', async () => {
    const spec = cluster({ users: [user('jane')] });
    const results = await Promise.all([applied(spec), applied(spec), applied(spec)]);
    expect(results.map(({ written }) => written.length).sort((a, b) => a - b)).toEqual([
      0,
      0,
      filesBelow(root).length,
    ]);
    expect(await planned(spec)).toEqual([]);
  });
});
