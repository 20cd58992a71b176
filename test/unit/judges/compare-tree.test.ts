import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareTree } from '../../judges/compare-tree.ts';
import type { TreeDirectories } from '../../judges/compare-tree.ts';
import { forgeTree } from '../../judges/forge-tree.ts';
import { GoJudge } from '../../judges/go.ts';
import { DEFAULT_FACTS } from '../../judges/kubeadm-config.ts';
import type { FactsConfig } from '../../judges/kubeadm-config.ts';
import { expectedTree } from '../../judges/kubeadm-facts.ts';
import { describeWith } from '../../support/foreign.ts';
import { compareWithRecorded, recordTree } from '../../judges/recorded-facts.ts';

const CONFIG: FactsConfig = {
  ...DEFAULT_FACTS,
  keyAlgorithm: 'ECDSA-P256',
  controlPlaneEndpoint: 'api.example.com',
  certSANs: ['*.example.com', 'fd00::9'],
};
const ISSUED_AT = new Date('2026-03-01T12:00:00Z');

describeWith(['go'], 'the comparison of a tree with expectations', () => {
  let judge: GoJudge;
  let directory: string;
  let dirs: TreeDirectories;

  const compare = (config: FactsConfig, issuedAt: Date | 'unknown' = ISSUED_AT): Promise<string[]> =>
    compareTree(dirs, expectedTree(config, 'kubepki'), {
      judge,
      made: 'kubepki',
      ...(issuedAt !== 'unknown' && { issuedAt }),
    });

  /** Replaces a file while `use` runs. */
  const withFile = async (path: string, text: string, use: () => Promise<void>): Promise<void> => {
    const before = await readFile(path, 'utf8');
    await writeFile(path, text);
    try {
      await use();
    } finally {
      await writeFile(path, before);
    }
  };

  beforeAll(async () => {
    judge = await GoJudge.start();
    directory = await mkdtemp(join(tmpdir(), 'kubepki-judge-'));
    dirs = await forgeTree(expectedTree(CONFIG, 'kubepki'), directory, { judge, issuedAt: ISSUED_AT });
  }, 120_000);

  afterAll(async () => {
    await judge.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is content with a tree in kubeadm’s form', async () => {
    expect(await compare(CONFIG)).toEqual([]);
    expect(await compare(CONFIG, 'unknown')).toEqual([]);
  });

  const mutations: readonly (readonly [string, Partial<FactsConfig>, RegExp])[] = [
    [
      'another endpoint',
      { controlPlaneEndpoint: 'b.example.com' },
      /apiserver\.crt: subject alternative names/,
    ],
    [
      'one more name',
      { certSANs: ['*.example.com', 'fd00::9', 'x.example.com'] },
      /apiserver\.crt: subject alt/,
    ],
    [
      'names in another order of addresses',
      { advertiseAddress: '192.0.2.11' },
      /etcd\/peer\.crt: subject alt/,
    ],
    ['another node name', { nodeName: 'cp-2' }, /etcd\/server\.crt: subject: /],
    [
      'a version without super-admin.conf',
      { kubernetesVersion: 'v1.28.15' },
      /super-admin\.conf: unexpected/,
    ],
    ['a version with an organization', { kubernetesVersion: 'v1.34.4' }, /kubelet-client\.crt: subject: /],
    ['a version with a preferences line', { kubernetesVersion: 'v1.33.1' }, /admin\.conf: line 14: /],
    ['another key algorithm', { keyAlgorithm: 'ECDSA-P384' }, /ca\.crt: signature algorithm/],
    ['another lifetime', { validity: { ca: 3650 * 86_400, leaf: 86_400 } }, /apiserver\.crt: notAfter/],
    ['another cluster name', { clusterName: 'yes' }, /scheduler\.conf: line 6: expected "  name: \\"yes\\""/],
    ['external etcd', { etcd: { kind: 'external' } }, /etcd\/ca\.key: unexpected file/],
  ];

  it.each(mutations)('finds %s', async (_, changes, expected) => {
    expect((await compare({ ...CONFIG, ...changes })).join('\n')).toMatch(expected);
  });

  it('finds another time of issue', async () => {
    const lines = await compare(CONFIG, new Date('2026-03-01T12:00:01Z'));
    expect(lines.some((line) => line.startsWith('ca.crt: notBefore'))).toBe(true);
  });

  it('finds a wrong mode', async () => {
    const key = join(dirs.pki, 'sa.key');
    await chmod(key, 0o640);
    const lines = await compare(CONFIG);
    await chmod(key, 0o600);
    expect(lines).toEqual(['sa.key: mode: expected "600", got "640"']);
  });

  it('finds a missing final newline', async () => {
    const path = join(dirs.pki, 'apiserver.crt');
    await withFile(path, (await readFile(path, 'utf8')).trimEnd(), async () => {
      expect(await compare(CONFIG)).toEqual(['apiserver.crt: canonical PEM: expected true, got false']);
    });
  });

  it('finds a key of another certificate, and says nothing of the key itself', async () => {
    const other = await readFile(join(dirs.pki, 'front-proxy-client.key'), 'utf8');
    await withFile(join(dirs.pki, 'apiserver.key'), other, async () => {
      const lines = await compare(CONFIG);
      expect(lines).toEqual([expect.stringMatching(/^apiserver\.key: is the key of apiserver\.crt: /)]);
      expect(lines.join()).not.toContain(other.split('\n')[1]);
    });
  });

  it('finds an sa.pub that is not of sa.key', async () => {
    const { pub } = await judge.issue(
      { cn: 'x', curve: 'P-256', notBefore: '2026-01-01T00:00:00Z', notAfter: '2026-01-02T00:00:00Z' },
      undefined,
    );
    await withFile(join(dirs.pki, 'sa.pub'), pub, async () => {
      expect(await compare(CONFIG)).toEqual(['sa.key: is the key of sa.pub: expected true, got false']);
    });
  });

  it('finds a leaf of another CA with the same name by its AKI and by its signature', async () => {
    const ca = await judge.issue(
      {
        ...{ cn: 'kubernetes', dns: ['kubernetes'], ca: true, curve: 'P-256' },
        ...{ notBefore: '2026-03-01T11:55:00Z', notAfter: '2036-02-27T12:00:00Z' },
      },
      undefined,
    );
    await withFile(join(dirs.pki, 'ca.crt'), ca.cert, async () => {
      const text = (await compare(CONFIG)).join('\n');
      expect(text).toMatch(/^apiserver\.crt: authority key identifier/m);
      expect(text).toMatch(/^apiserver\.crt: verifies under its CA/m);
      expect(text).toMatch(/^admin\.conf: embedded CA is the bytes of ca\.crt/m);
      expect(text).toMatch(/^ca\.key: is the key of ca\.crt/m);
    });
  });

  it('finds a file that is not there, and one that should not be', async () => {
    const path = join(dirs.pki, 'extra.crt');
    await writeFile(path, 'x');
    const lines = await compare(CONFIG);
    await rm(path);
    expect(lines).toEqual(['extra.crt: unexpected file']);
    const missing = await compareTree(
      { ...dirs, pki: join(dirs.pki, 'etcd') },
      expectedTree(CONFIG, 'kubepki'),
      {
        judge,
        made: 'kubepki',
      },
    );
    expect(missing).toContain('sa.pub: is there as a plain file: expected true, got false');
  });

  it('compares with recorded facts, serials, keys and dates aside', async () => {
    const recorded = await recordTree(dirs, CONFIG, judge);
    expect(await compareWithRecorded(dirs, recorded, { judge })).toEqual([]);
    const again = join(directory, 'again');
    const later = await forgeTree(expectedTree(CONFIG, 'kubepki'), again, {
      judge,
      issuedAt: new Date('2026-04-01T00:00:00Z'),
    });
    expect(await compareWithRecorded(later, recorded, { judge })).toEqual([]);
  });

  it('finds what differs from recorded facts', async () => {
    const recorded = await recordTree(dirs, CONFIG, judge);
    const { 'apiserver.crt': apiserver, ...rest } = recorded.certificates;
    if (apiserver === undefined) throw new Error('no apiserver.crt');
    const changed = { ...recorded, certificates: { ...rest, 'apiserver.crt': { ...apiserver, sans: [] } } };
    expect(await compareWithRecorded(dirs, changed, { judge })).toEqual([
      expect.stringMatching(/^apiserver\.crt: sans: recorded \[\]/),
    ]);
    expect(await compareWithRecorded(dirs, { ...recorded, certificates: rest }, { judge })).toEqual([
      'apiserver.crt: not in the recorded tree',
    ]);
    expect(await compareWithRecorded(dirs, recorded, { judge, extraApiserverIps: ['fd00:1::1'] })).toEqual([
      'apiserver.crt: expected the address fd00:1::1',
    ]);
  });
});
