/** The comparison itself: it finds what is changed in a tree, each time in the field that was changed and no other. */
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GoJudge } from '../judges/go.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { compareFields, compareTrees, type Made } from './support/compare.ts';
import type { Fields, Question } from './support/question.ts';
import { askUs, prepare } from './support/sides.ts';
import { treeFacts } from './support/tree-facts.ts';

const question = (changes: Fields = {}): Question => ({
  api: 'v1beta4',
  init: { nodeRegistration: { name: 'cp-1' }, localAPIEndpoint: { advertiseAddress: '192.0.2.10' } },
  cluster: { kubernetesVersion: 'v1.36.3', encryptionAlgorithm: 'ECDSA-P256', ...changes },
  others: [],
  style: 'json',
  clusterFirst: true,
  certDir: '/kubernetes/pki',
  throughCli: false,
});

const NAMES = ['pki/apiserver.crt: sans', 'pki/apiserver.crt: encoded extensions'];
const confs = (field: string): string[] =>
  ['admin', 'controller-manager', 'kubelet', 'scheduler', 'super-admin'].map(
    (name) => `${name}.conf: ${field}`,
  );

describeWith(['go'], 'the comparison of two trees', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  /** A tree of ours, with something done to it. */
  async function make(
    asked: Question,
    spoil: (root: string) => Promise<void> = async () => {},
  ): Promise<Made> {
    const root = tempDir();
    const place = await prepare(asked, root);
    const outcome = await askUs(asked, root, place);
    await spoil(place.kubeconfigs);
    return { outcome, facts: await treeFacts(place, judge) };
  }

  const fieldsOf = (lines: readonly string[]): string[] =>
    lines.map((line) => line.split(': ').slice(0, 2).join(': ')).sort();

  async function differences(changes: Fields, spoil?: (root: string) => Promise<void>): Promise<string[]> {
    const [one, other] = [await make(question()), await make(question(changes), spoil)];
    return fieldsOf(compareTrees(question(), one, other).differences);
  }

  it('finds nothing between two trees of one configuration', async () => {
    expect(await differences({})).toEqual([]);
  });

  it.each<readonly [string, Fields, readonly string[]]>([
    ['the name of the cluster', { clusterName: 'other' }, confs('text')],
    ['the DNS domain', { networking: { dnsDomain: 'x.y' } }, NAMES],
    ['the first service address', { networking: { serviceSubnet: '10.97.0.0/16' } }, NAMES],
    ['a second service address', { networking: { serviceSubnet: '10.96.0.0/12,fd00::/108' } }, NAMES],
    ['a name more', { apiServer: { certSANs: ['x'] } }, NAMES],
    [
      'the subject of a client',
      { kubernetesVersion: 'v1.36.0' },
      ['pki/apiserver-kubelet-client.crt: subject', 'pki/apiserver-kubelet-client.crt: encoded subject'],
    ],
  ])('finds %s', async (_, changes, expected) => {
    expect(await differences(changes)).toEqual([...expected].sort());
  });

  it('finds other periods in every certificate, and other keys in every file that has one', async () => {
    const periods = await differences({ certificateValidityPeriod: '100h' });
    expect(periods).toEqual(expect.arrayContaining(['pki/apiserver.crt: lifetime', 'admin.conf: lifetime']));
    expect(periods).not.toContain('pki/ca.crt: lifetime');
    const keys = await differences({ encryptionAlgorithm: 'ECDSA-P384' });
    for (const file of ['pki/sa.key', 'pki/sa.pub', 'pki/ca.key']) expect(keys).toContain(`${file}: encoded`);
    expect(keys).toContain('pki/ca.crt: encoded signature algorithms');
  });

  const at =
    (file: string, change: (path: string) => Promise<void>) =>
    (root: string): Promise<void> =>
      change(join(root, file));

  it.each<readonly [string, (root: string) => Promise<void>, readonly string[]]>([
    ['a mode', at('pki/ca.crt', (path) => chmod(path, 0o600)), ['pki/ca.crt: mode']],
    ['the mode of a directory', at('pki/etcd', (path) => chmod(path, 0o700)), ['pki/etcd: mode']],
    [
      'a missing file',
      at('pki/sa.pub', (path) => rm(path)),
      ['pki/sa.key: belongs to its certificate', 'pki/sa.pub: is there'],
    ],
    ['a file too many', at('pki/x', (path) => writeFile(path, '')), ['pki/x: is there']],
    [
      'a file of another name',
      at('scheduler.conf', (path) => rename(path, `${path}x`)),
      ['scheduler.conf: is there', 'scheduler.confx: is there'],
    ],
    [
      'PEM without its last line break',
      at('pki/etcd/peer.crt', async (path) => writeFile(path, (await readFile(path, 'utf8')).trimEnd())),
      ['pki/etcd/peer.crt: canonical PEM'],
    ],
    [
      'another order in a kubeconfig',
      at('admin.conf', async (path) =>
        writeFile(path, (await readFile(path, 'utf8')).replace(/^kind: Config\n/m, '') + 'kind: Config\n'),
      ),
      ['admin.conf: text'],
    ],
  ])('finds %s', async (_, spoil, expected) => {
    expect(await differences({}, spoil)).toEqual(expected);
  });

  it('finds what Go makes otherwise in a certificate of the same subject', async () => {
    const [one, other] = [
      await make(question()),
      await make(question(), async (root) => {
        const [cert, key] = ['crt', 'key'].map((end) => join(root, `pki/front-proxy-ca.${end}`));
        const ca = { cert: await readFile(cert ?? '', 'utf8'), key: await readFile(key ?? '', 'utf8') };
        const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' };
        const request = {
          cn: 'front-proxy-client',
          usage: ['clientAuth', 'serverAuth'],
          curve: 'P-256',
          ...dates,
        } as const;
        const made = await judge.issue(request, ca);
        await writeFile(join(root, 'pki/front-proxy-client.crt'), made.cert);
      }),
    ];
    const found = fieldsOf(compareFields(question(), one.facts, other.facts));
    const of = (field: string): string => `pki/front-proxy-client.crt: ${field}`;
    expect(found).toEqual([
      of('encoded extensions'),
      of('extKeyUsage'),
      'pki/front-proxy-client.key: belongs to its certificate',
    ]);
  });
});
