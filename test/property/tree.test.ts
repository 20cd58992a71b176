import fc from 'fast-check';
import { generate, plan } from '../../src/pki/plan-tree.ts';
import { Certificate } from '../../src/x509/certificate.ts';
import { formatGeneralName } from '../../src/x509/general-name.ts';
import { apiServerNames } from '../../src/pki/layout/names.ts';
import { hoursFromNow, largeCluster, NOW } from '../support/cluster.ts';
import { specifications } from '../support/configurations.ts';
import { MemoryTree, summaryOf } from '../support/memory-tree.ts';

const forms = fc.constantFrom('embed', 'files', 'files-abs');
/** RSA keys, which kubeconfigs have up to 1.30, are slow to make. */
const isFast = ({ kubernetesVersion }: { kubernetesVersion: { minor: number } }): boolean =>
  kubernetesVersion.minor > 30;

describe('the tree of any configuration', () => {
  it('is what its plan asks for: nothing is left to do', async () => {
    await fc.assert(
      fc.asyncProperty(specifications.filter(isFast), forms, async (spec, kubeconfigCerts) => {
        const tree = await MemoryTree.of(spec, { kubeconfigCerts, rootfs: '/r' });
        expect(await tree.summary()).toEqual([]);
        expect(await tree.summary(hoursFromNow(1))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('has every name that its API servers are asked for, in kubeadm’s order', async () => {
    await fc.assert(
      fc.asyncProperty(specifications.filter(isFast), async (spec) => {
        const tree = await MemoryTree.of(spec);
        for (const [index, machine] of spec.controlPlanes.entries()) {
          const prefix = index === 0 ? '' : `/etc/kubernetes/nodes/${machine.name}`;
          const { subjectAltNames } = Certificate.fromPem(
            tree.text(`${prefix}/etc/kubernetes/pki/apiserver.crt`),
          );
          expect(subjectAltNames.map(formatGeneralName)).toEqual(
            apiServerNames(spec, machine).map(formatGeneralName),
          );
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is planned whole where there is nothing, whatever the release', async () => {
    await fc.assert(
      fc.asyncProperty(specifications, async (spec) => {
        const { steps } = await plan(spec, { read: () => Promise.resolve(undefined) }, { now: NOW });
        expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(['create']));
        const files = steps.flatMap((step) => step.files);
        expect(new Set(files).size).toBe(files.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a tree that anything has happened to', () => {
  const spec = largeCluster();
  let made: MemoryTree;
  let other: MemoryTree;
  beforeAll(async () => {
    made = await MemoryTree.of(spec);
    other = await MemoryTree.of(spec);
  });

  /** What becomes of a file: it goes, or is cut, emptied, spoilt, or changed for another file or another cluster's. */
  const damage = fc.record({
    file: fc.nat(),
    kind: fc.constantFrom('remove', 'empty', 'cut', 'junk', 'flip', 'swap', 'other'),
    by: fc.nat(),
  });
  const damaged = (list: readonly { file: number; kind: string; by: number }[]): MemoryTree => {
    const tree = made.copy();
    const paths = [...made.files.keys()].sort();
    for (const { file, kind, by } of list) {
      const path = paths[file % paths.length] ?? '';
      const text = made.text(path);
      const position = by % text.length;
      const flipped =
        text.slice(0, position) + (text[position] === 'A' ? 'B' : 'A') + text.slice(position + 1);
      const results: Readonly<Record<string, string>> = {
        empty: '',
        cut: text.slice(0, position),
        junk: 'junk',
        flip: flipped,
        swap: made.text(paths[by % paths.length] ?? ''),
        other: other.text(path),
      };
      const result = results[kind];
      if (result !== undefined) tree.put(path, result);
      else if (tree.files.has(path)) tree.remove(path);
    }
    return tree;
  };
  const isPrecious = (path: string): boolean =>
    /\/(?:ca|front-proxy-ca|sa)\.key$|\/(?:front-proxy-)?ca\.crt$/.test(path);
  // A copy of a CA whose own key is another than the first control plane's goes with that key.
  const keyDiffers = (path: string, files: ReadonlyMap<string, Uint8Array>): boolean => {
    const [own, first] = [
      path.replace(/crt$/, 'key'),
      path.replace(/^.*\/nodes\/[^/]*|crt$/g, (part) => (part === 'crt' ? 'key' : '')),
    ];
    const [ownKey, firstKey] = [files.get(own), files.get(first)];
    return (
      ownKey !== undefined && ownKey.length > 0 && !Buffer.from(ownKey).equals(firstKey ?? Buffer.alloc(0))
    );
  };
  const isOnFirst = (path: string): boolean => !path.includes('/nodes/');

  it('keeps every CA and service-account key that has anything in it, and all CAs of the first control plane', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (list) => {
        const tree = damaged(list);
        const before = new Map(tree.files);
        await tree.apply();
        for (const [path, data] of before) {
          if (data.length === 0 || !isPrecious(path)) continue;
          if (path.endsWith('.key') || isOnFirst(path) || keyDiffers(path, before))
            expect([path, tree.files.get(path)]).toEqual([path, data]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is left with nothing but what is blocked, and what is blocked is not touched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (list) => {
        const tree = damaged(list);
        const before = new Map(tree.files);
        const { steps } = await tree.apply();
        for (const { action, files } of steps) {
          if (action !== 'blocked') continue;
          for (const file of files) expect(tree.files.get(file)).toBe(before.get(file));
        }
        const left = (await tree.plan()).filter(({ action }) => action !== 'reuse');
        expect(summaryOf(left)).toEqual(summaryOf(steps.filter(({ action }) => action === 'blocked')));
      }),
      { numRuns: 40 },
    );
  });

  it('says nothing secret in its plan', async () => {
    const secrets = [...made.files].flatMap(([path, data]) =>
      /\.key$/.test(path) ? [Buffer.from(data).toString().split('\n')[1] ?? ''] : [],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (list) => {
        const { steps } = await generate(spec, { read: damaged(list).read }, { now: NOW });
        const said = JSON.stringify(steps);
        for (const secret of secrets) expect(said.includes(secret)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});
