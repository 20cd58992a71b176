import { createAuthority } from '../../../../src/ca/authority.ts';
import { issue } from '../../../../src/ca/issue.ts';
import { privateKeyToPem, publicKeyToPem } from '../../../../src/x509/key-file.ts';
import { cluster, hoursFromNow, largeCluster, NOW } from '../../../support/cluster.ts';
import { authorityOf, otherAuthority, PKI } from '../../../support/forge.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';

const [CRT, KEY] = [`${PKI}/ca.crt`, `${PKI}/ca.key`];
/** What stands under `ca` in a single control plane. */
const UNDER_CA = [
  ...['apiserver', 'apiserver-kubelet-client', 'admin.conf', 'super-admin.conf', 'kubelet.conf'],
  ...['controller-manager.conf', 'scheduler.conf'],
];

let made: MemoryTree;
beforeAll(async () => {
  made = await MemoryTree.of(cluster());
});

const codes = async (tree: MemoryTree, target: string, now = NOW) => {
  const { action, reasons } = await tree.step(target, { now });
  return [action, ...reasons.map(({ code }) => code)];
};
const removedLeaf = (tree = made): MemoryTree =>
  tree.copy().remove(`${PKI}/apiserver.crt`, `${PKI}/apiserver.key`);

describe('a CA', () => {
  it('is created where there is nothing yet', async () => {
    const empty = new MemoryTree(cluster(), {}, new Map());
    const steps = await empty.plan();
    expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(['create']));
    expect(new Set(steps.flatMap(({ reasons }) => reasons.map(({ code }) => code)))).toEqual(
      new Set(['absent']),
    );
  });

  it('is created where only other authorities are', async () => {
    const tree = made.copy().remove(`${PKI}/front-proxy-ca.crt`, `${PKI}/front-proxy-ca.key`);
    tree.remove(`${PKI}/front-proxy-client.crt`, `${PKI}/front-proxy-client.key`);
    expect(await tree.summary()).toEqual([
      'cp-1/front-proxy-ca create absent',
      'cp-1/front-proxy-client create absent',
    ]);
  });

  it('is not created anew under the certificates that it has signed', async () => {
    const tree = made.copy().remove(CRT, KEY);
    const { action, reasons } = await tree.step('ca');
    expect([action, reasons.map(({ code }) => code)]).toEqual(['blocked', ['ca-missing']]);
    expect(reasons[0]?.message).toBe(
      `it is gone, but certificates under it are there: ${PKI}/apiserver.crt, ${PKI}/apiserver-kubelet-client.crt, /etc/kubernetes/admin.conf and 4 more`,
    );
    expect(reasons[0]?.fix).toContain(CRT);
    // What is there goes on being used.
    expect(await tree.summary()).toEqual(['cp-1/ca blocked ca-missing']);
    expect(await codes(removedLeaf(tree), 'apiserver')).toEqual(['blocked', 'absent', 'ca-blocked']);
  });

  it('whose certificate alone is gone is blocked: its key is of use to no other', async () => {
    for (const tree of [made.copy().remove(CRT), made.copy().put(CRT, '')]) {
      expect(await codes(tree, 'ca')).toEqual(['blocked', 'certificate-missing']);
    }
  });

  it('without its key signs nothing, and leaves what is there in use', async () => {
    for (const tree of [made.copy().remove(KEY), made.copy().put(KEY, '')]) {
      expect(await tree.summary()).toEqual(['cp-1/ca reuse external-ca']);
      expect(await removedLeaf(tree).summary()).toEqual([
        'cp-1/ca reuse external-ca',
        'cp-1/apiserver blocked absent no-ca-key',
      ]);
    }
  });

  it('that is none is blocked', async () => {
    const leaf = await issue(
      await authorityOf(made),
      { profile: 'server', commonName: 'kubernetes' },
      { now: NOW },
    );
    if (leaf.privateKey === undefined) throw new Error('a key was made');
    const tree = made.copy().put(CRT, leaf.toPem()).put(KEY, privateKeyToPem(leaf.privateKey));
    expect(await codes(tree, 'ca')).toEqual(['blocked', 'not-ca']);
    expect(await codes(tree, 'apiserver')).toEqual(['blocked', 'issuer', 'ca-blocked']);
  });

  it('whose key is another’s is blocked', async () => {
    const tree = made
      .copy()
      .take(made, CRT)
      .put(KEY, made.text(`${PKI}/front-proxy-ca.key`));
    expect(await tree.summary()).toEqual(['cp-1/ca blocked key-mismatch']);
    expect(await codes(removedLeaf(tree), 'apiserver')).toEqual(['blocked', 'absent', 'ca-blocked']);
  });

  it('that is blocked as another than its key’s comes into no kubeconfig', async () => {
    const tree = await MemoryTree.of(largeCluster());
    const kubeconfigs = [...tree.files.keys()].filter((path) => path.endsWith('.conf'));
    const before = kubeconfigs.map((path) => tree.text(path));
    tree.put(CRT, (await otherAuthority()).certificate.toPem());
    const steps = await tree.plan();
    expect(steps.filter(({ action }) => action !== 'reuse' && action !== 'blocked')).toEqual([]);
    await tree.apply();
    expect(kubeconfigs.map((path) => tree.text(path))).toEqual(before);
  });

  it('that has expired is blocked; what it has signed is not tried', async () => {
    const old = await MemoryTree.of({ ...cluster(), caCertificateValidity: 3_600_000 });
    const late = hoursFromNow(2);
    expect(await codes(old, 'ca', late)).toEqual(['blocked', 'expired']);
    expect(await codes(old, 'apiserver', late)).toEqual(['blocked', 'expired', 'ca-blocked']);
    expect((await old.step('ca', { now: late })).reasons[0]?.message).toContain('2026-03-01T13:00:00.000Z');
  });

  it('that is not valid yet is blocked', async () => {
    expect(await codes(made, 'ca', hoursFromNow(-1))).toEqual(['blocked', 'not-yet-valid']);
    expect(await codes(removedLeaf(), 'apiserver', hoursFromNow(-1))).toEqual([
      'blocked',
      'absent',
      'ca-blocked',
    ]);
  });

  it('that must not sign certificates is unfit', async () => {
    const profile = {
      name: 'odd',
      ca: true,
      subjectKeyIdentifier: true,
      validity: '10y',
      extendedKeyUsage: [],
    } as const;
    const keyUsage = {
      rsa: ['digitalSignature'],
      ec: ['digitalSignature'],
      ed25519: ['digitalSignature'],
    } as const;
    const odd = await createAuthority(
      { commonName: 'kubernetes', profile: { ...profile, keyUsage } },
      { now: NOW },
    );
    if (odd.privateKey === undefined) throw new Error('a key was made');
    const tree = made.copy().put(CRT, odd.toPem()).put(KEY, privateKeyToPem(odd.privateKey));
    expect(await codes(removedLeaf(tree), 'apiserver')).toEqual(['blocked', 'absent', 'ca-unfit']);
  });

  it.each([
    ['text that is no PEM', 'junk'],
    ['a key in its place', ''],
    ['a PEM that is cut', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
    ['DER that is none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('that cannot be read is blocked: %s', async (_, text) => {
    const tree = made.copy().put(CRT, text === '' ? made.text(KEY) : text);
    expect(await codes(tree, 'ca')).toEqual(['blocked', 'unreadable']);
    expect((await tree.step('ca')).reasons[0]?.message).toContain(CRT);
    expect(await codes(removedLeaf(tree), 'apiserver')).toEqual(['blocked', 'absent', 'ca-blocked']);
    expect(await codes(made.copy().put(KEY, 'junk'), 'ca')).toEqual(['blocked', 'unreadable']);
  });

  it('of another algorithm is kept, and that is said', async () => {
    const tree = made.copy({ ...made.spec, keyAlgorithm: 'ECDSA-P384' });
    expect(await codes(tree, 'ca')).toEqual(['reuse', 'algorithm']);
    expect(await codes(tree, 'apiserver')).toEqual(['reissue', 'algorithm']);
  });

  it('that is gone blocks only what stands under it', async () => {
    const tree = made.copy().put(CRT, 'junk');
    for (const id of UNDER_CA) {
      expect((await tree.step(id)).action).toBe('reuse');
    }
    tree.remove(`${PKI}/etcd/server.crt`);
    expect(await codes(tree, 'etcd-server')).toEqual(['create', 'absent']);
  });
});

describe('a bundle of CAs', () => {
  it('is taken in any order: the certificate of the key is the one that signs', async () => {
    const [own, next] = [made.text(CRT), (await otherAuthority()).toPem()];
    for (const bundle of [own + next, next + own]) {
      const tree = made.copy().put(CRT, bundle);
      expect(await tree.summary()).toEqual([]);
      const { steps, written } = await removedLeaf(tree).apply();
      expect(written).toEqual([`${PKI}/apiserver.crt`, `${PKI}/apiserver.key`]);
      expect(steps.find(({ target }) => target === 'apiserver')?.action).toBe('create');
    }
  });

  it('keeps in use what the old CA has signed, while the new one signs', async () => {
    const next = await otherAuthority();
    if (next.privateKey === undefined) throw new Error('a key was made');
    const nextKey = privateKeyToPem(next.privateKey, { encoding: 'traditional' });
    for (const bundle of [made.text(CRT) + next.toPem(), next.toPem() + made.text(CRT)]) {
      const tree = made.copy().put(CRT, bundle).put(KEY, nextKey);
      const summary = await tree.summary();
      // Clients must learn to trust the new one.
      expect(summary).toEqual(
        UNDER_CA.filter((id) => id.endsWith('.conf')).map((id) => `cp-1/${id} update ca-data`),
      );
      await tree.apply();
      expect(await tree.summary()).toEqual([]);
      const data =
        /certificate-authority-data: (.*)/.exec(tree.text('/etc/kubernetes/admin.conf'))?.[1] ?? '';
      expect(Buffer.from(data, 'base64').toString()).toBe(bundle);
    }
  });

  it('of which the key is the longest valid one’s of several with the same key signs with that', async () => {
    const authority = await authorityOf(made);
    const { signer } = authority;
    const renewed = await createAuthority(
      { commonName: 'kubernetes', key: signer, validity: '20y' },
      { now: NOW },
    );
    const tree = removedLeaf(made.copy().put(CRT, made.text(CRT) + renewed.toPem()));
    await tree.apply();
    expect((await tree.summary()).filter((line) => line.includes('apiserver'))).toEqual([]);
  });
});

describe('the service-account key pair', () => {
  const [key, pub] = [`${PKI}/sa.key`, `${PKI}/sa.pub`];

  it('is completed from its private key', async () => {
    for (const tree of [made.copy().remove(pub), made.copy().put(pub, '')]) {
      expect(await tree.summary()).toEqual(['cp-1/sa update public-key-missing']);
      expect((await tree.apply()).written).toEqual([pub]);
      expect(tree.text(pub)).toBe(made.text(pub));
    }
  });

  it('is not made anew where the private key is gone: every token would end', async () => {
    for (const tree of [made.copy().remove(key), made.copy().put(key, '')]) {
      expect(await tree.summary()).toEqual(['cp-1/sa blocked key-missing']);
    }
  });

  it('is kept while the public file holds the old key too', async () => {
    const other = publicKeyToPem((await otherAuthority()).certificate.publicKey);
    for (const text of [other + made.text(pub), made.text(pub) + other]) {
      expect(await made.copy().put(pub, text).summary()).toEqual([]);
    }
    expect(await made.copy().put(pub, other).summary()).toEqual(['cp-1/sa blocked key-mismatch']);
  });

  it.each(['junk', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'])(
    'is blocked where it cannot be read (%#)',
    async (text) => {
      expect(await made.copy().put(pub, text).summary()).toEqual(['cp-1/sa blocked unreadable']);
      expect(await made.copy().put(key, text).summary()).toEqual(['cp-1/sa blocked unreadable']);
      expect(await made.copy().put(pub, made.text(CRT)).summary()).toEqual(['cp-1/sa blocked unreadable']);
    },
  );
});

describe('a CA that is gone from the first control plane alone', () => {
  it.each([
    ['/etc/kubernetes/nodes/cp-2/etc/kubernetes/pki/', 'cp-1/sa blocked ca-missing'],
    ['/etc/kubernetes/nodes/node-1/', 'cp-1/sa create absent'],
    ['/etc/kubernetes/users/', 'cp-1/sa create absent'],
  ])('is not made anew while %s is left', async (left, sa) => {
    const tree = await MemoryTree.of(largeCluster());
    for (const path of [...tree.files.keys()]) if (!path.startsWith(left)) tree.remove(path);
    const kept = new Map([...tree.files].filter(([path]) => /ca\.crt|\.key$|\.conf$/.test(path)));
    const summary = await tree.summary();
    expect(summary).toContain('cp-1/ca blocked ca-missing');
    expect(summary).toContain(sa);
    await tree.apply();
    for (const [path, data] of kept) expect([path, tree.files.get(path)]).toEqual([path, data]);
  });
});
