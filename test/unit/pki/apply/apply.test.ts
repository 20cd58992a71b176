import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { apply, type ApplyOptions, type Progress } from '../../../../src/pki/apply.ts';
import { plan } from '../../../../src/pki/plan-tree.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, controlPlane, hoursFromNow, largeCluster, node, NOW } from '../../../support/cluster.ts';
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

describe('apply', () => {
  it('makes the tree, and does nothing when it is run again', async () => {
    const spec = largeCluster();
    const first = await applied(spec);
    expect(first.written).toEqual(filesBelow(root));
    expect(first.backups).toEqual([]);
    const before = snapshot(root);
    for (const now of [NOW, hoursFromNow(24)]) {
      const { steps, written, backups } = await applied(spec, {}, now);
      expect([written, backups, summaryOf(steps)]).toEqual([[], [], []]);
    }
    expect(changesBetween(before, snapshot(root))).toEqual([]);
  });

  it('changes the one file that has drifted', async () => {
    const spec = largeCluster();
    await applied(spec);
    const leaves = ['apiserver', 'etcd/server', 'apiserver-etcd-client'];
    for (const leaf of leaves) {
      const before = snapshot(root);
      const [crt, key] = [`${PKI}/${leaf}.crt`, `${PKI}/${leaf}.key`];
      const other = leaf === 'apiserver' ? 'apiserver-kubelet-client' : 'apiserver';
      put(crt, text(`${PKI}/${other}.crt`));
      put(key, text(`${PKI}/${other}.key`));
      const { written, backups } = await applied(spec);
      expect(written).toEqual([crt, key]);
      expect(backups).toHaveLength(1);
      expect(changesBetween(before, snapshot(root))).toEqual([crt, key]);
    }
    for (const conf of [
      `${ETC}/admin.conf`,
      `${ETC}/users/jane.conf`,
      `${ETC}/nodes/node-1/${ETC}/kube-proxy.conf`,
    ]) {
      const before = snapshot(root);
      put(conf, text(conf).replace(/server: .*/, 'server: https://old:1'));
      expect((await applied(spec)).written).toEqual([conf]);
      expect(changesBetween(before, snapshot(root))).toEqual([conf]);
      expect(before.get(conf)?.endsWith(text(conf))).toBe(true);
    }
  });

  it('gives shared files the same bytes on every control plane, and own files own names', async () => {
    const spec = cluster({
      controlPlanes: [
        controlPlane('cp-1', '192.0.2.10'),
        controlPlane('cp-2', '192.0.2.11'),
        controlPlane('cp-3', '192.0.2.12'),
      ],
    });
    await applied(spec);
    const shared = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    for (const name of ['cp-2', 'cp-3']) {
      const pki = `${ETC}/nodes/${name}/${PKI}`;
      for (const file of [...shared, 'sa.key', 'sa.pub'])
        expect(text(`${pki}/${file}`)).toBe(text(`${PKI}/${file}`));
      for (const leaf of ['apiserver', 'etcd/server', 'etcd/peer']) {
        const certificate = new X509Certificate(text(`${pki}/${leaf}.crt`));
        expect(certificate.checkHost(name)).toBe(name);
        expect(certificate.checkHost('cp-1')).toBeUndefined();
      }
      expect(text(`${pki}/front-proxy-client.key`)).not.toBe(text(`${PKI}/front-proxy-client.key`));
    }
  });

  it('gives files and directories their modes, whatever the umask', async () => {
    for (const mask of [0o077, 0o000]) {
      root = newRoot();
      const old = process.umask(mask);
      try {
        await applied(largeCluster());
      } finally {
        process.umask(old);
      }
      for (const path of filesBelow(root)) {
        const mode = statSync(join(root, path)).mode & 0o777;
        expect([path, mode.toString(8)]).toEqual([path, path.endsWith('.crt') ? '644' : '600']);
      }
      for (const path of ['etc', PKI, `${PKI}/etcd`, `${ETC}/nodes/cp-2/${PKI}`]) {
        expect((statSync(join(root, path)).mode & 0o777).toString(8)).toBe('755');
      }
    }
  });

  it('keeps a mode that someone has tightened', async () => {
    await applied(cluster());
    chmodSync(join(root, `${PKI}/apiserver.crt`), 0o600);
    await applied(cluster({ apiServerCertSANs: ['new.example.com'] }));
    expect(statSync(join(root, `${PKI}/apiserver.crt`)).mode & 0o777).toBe(0o600);
  });

  it('says how far it is', async () => {
    const seen: Progress[] = [];
    const { steps } = await applied(largeCluster(), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: steps.length, total: steps.length });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
    expect(seen).toHaveLength(5);
  });

  it('plans in the order of machines and users, whichever is done first', async () => {
    const spec = largeCluster({ nodes: Array.from({ length: 10 }, (_, index) => node(`node-${index}`)) });
    const owners = (await applied(spec)).steps.map(({ owner }) => owner);
    expect([...new Set(owners)]).toEqual(['cp-1', 'cp-2', ...spec.nodes.map(({ name }) => name), 'jane']);
    expect(await planned(spec)).toEqual([]);
  });
});

describe('apply on a tree that is not whole', () => {
  it('certifies a key that has no certificate, and leaves the key', async () => {
    await applied(cluster());
    const key = text(`${PKI}/apiserver.key`);
    rmSync(join(root, `${PKI}/apiserver.crt`));
    expect((await applied(cluster())).written).toEqual([`${PKI}/apiserver.crt`]);
    expect(text(`${PKI}/apiserver.key`)).toBe(key);
    expect(await planned(cluster())).toEqual([]);
  });

  it('makes a key of the wanted algorithm where the one that is there is another, and keeps the old one in a backup', async () => {
    await applied(cluster());
    rmSync(join(root, `${PKI}/apiserver.crt`));
    const { steps, written, backups } = await applied(cluster({ keyAlgorithm: 'ECDSA-P384' }));
    expect(written).toContain(`${PKI}/apiserver.key`);
    expect(backups).toHaveLength(2);
    expect(steps.find(({ target }) => target === 'apiserver')?.reasons[0]?.message).toContain(
      'ECDSA-P256, and is made anew',
    );
  });

  it('does what it can without the key of a CA, and says the rest', async () => {
    const spec = cluster();
    await applied(spec);
    for (const path of ['ca.key', 'apiserver.crt', 'apiserver.key', 'etcd/peer.crt'])
      rmSync(join(root, PKI, path));
    const { steps, written } = await applied(spec);
    expect(written).toEqual([`${PKI}/etcd/peer.crt`]);
    expect(summaryOf(steps)).toEqual([
      ...[
        'cp-1/ca reuse external-ca',
        'cp-1/apiserver blocked absent no-ca-key',
        'cp-1/etcd-peer create absent',
      ],
    ]);
    expect(filesBelow(root)).not.toContain(`${PKI}/apiserver.key`);
  });

  it('has CAs signed whose keys are elsewhere', async () => {
    const tree = await MemoryTree.of(cluster());
    const { signer } = await authorityOf(tree);
    const authority = `${PKI}/ca.crt`;
    put(authority, tree.text(`/${authority}`));
    const { steps, written } = await applied(cluster(), { signers: { ca: signer } });
    expect(steps.filter(({ action }) => action === 'blocked')).toEqual([]);
    expect(written).not.toContain(`${PKI}/ca.key`);
    const ca = new X509Certificate(text(authority));
    expect(new X509Certificate(text(`${PKI}/apiserver.crt`)).verify(ca.publicKey)).toBe(true);
    expect(summaryOf((await applied(cluster(), { signers: { ca: signer } })).steps)).toEqual([]);
    expect(await planned(cluster())).toEqual(['cp-1/ca reuse external-ca']);
  });

  it('makes the certificate of a CA whose key is elsewhere from the start', async () => {
    const { signer } = await authorityOf(await MemoryTree.of(cluster()));
    const { written } = await applied(cluster(), { signers: { ca: signer } });
    expect(written).toContain(`${PKI}/ca.crt`);
    expect(written).not.toContain(`${PKI}/ca.key`);
    expect((await applied(cluster(), { signers: { ca: signer } })).written).toEqual([]);
  });

  it('takes empty files, as a power loss leaves them, for absent ones', async () => {
    const spec = largeCluster();
    await applied(spec);
    const emptied = [
      `${PKI}/apiserver.crt`,
      `${PKI}/etcd/peer.key`,
      `${ETC}/admin.conf`,
      `${ETC}/nodes/node-1/${PKI}/ca.crt`,
    ];
    emptied.push(`${ETC}/nodes/node-1/var/lib/kubelet/pki/kubelet-client-current.pem`, `${PKI}/sa.pub`);
    for (const path of emptied) writeFileSync(join(root, path), '');
    expect((await applied(spec)).written).toEqual(expect.arrayContaining(emptied));
    expect(await planned(spec)).toEqual([]);
    expect(filesBelow(root).filter((path) => statSync(join(root, path)).size === 0)).toEqual([]);
  });

  it('leaves what it cannot read, files and directories, as it is', async () => {
    const spec = largeCluster();
    await applied(spec);
    const junk = [
      `${PKI}/apiserver.crt`,
      `${PKI}/etcd/peer.key`,
      `${ETC}/scheduler.conf`,
      `${ETC}/users/jane.conf`,
    ];
    junk.push(`${ETC}/nodes/node-1/var/lib/kubelet/pki/kubelet-client-current.pem`);
    for (const path of junk) writeFileSync(join(root, path), 'precious notes\n');
    rmSync(join(root, `${PKI}/front-proxy-client.crt`));
    mkdirSync(join(root, `${PKI}/front-proxy-client.crt/inner`), { recursive: true });
    const before = snapshot(root);
    const { steps, written } = await applied(spec);
    expect(written).toEqual([]);
    const blocked = steps.filter(({ action }) => action === 'blocked');
    expect(blocked).toHaveLength(6);
    expect(new Set(blocked.flatMap(({ reasons }) => reasons.map(({ code }) => code)))).toEqual(
      new Set(['unreadable']),
    );
    expect(steps.filter(({ action }) => !['blocked', 'reuse'].includes(action))).toEqual([]);
    expect(changesBetween(before, snapshot(root))).toEqual([]);
  });
});
