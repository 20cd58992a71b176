/** Machines that are broken in one place, all of them: none is told to be well, but where that is argued for. */
import { checkFiles } from '../../../../src/check/check.ts';
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { cluster, largeCluster } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { CHECKED, healthyMachine } from './support/machine.ts';
import { rememberingCrypto } from './support/remembering-crypto.ts';
import {
  encodings,
  filesOf,
  flagLosses,
  folderLosses,
  losses,
  pairLosses,
  setUps,
  swaps,
  type Files,
  type Mutation,
} from './support/mutations.ts';

/** What may be so, and why. */
const ARGUED: readonly (readonly [RegExp, string])[] = [
  [/^delete \S*\/(?:ca|front-proxy-ca)\.key$/, 'a CA may be kept elsewhere: kubeadm calls it external'],
  [/^delete \S*\/admin\.conf$/, 'no component uses it, and people move it away: told as worth knowing'],
  [/^delete \S*\/super-admin\.conf$/, 'people move it away, as its release notes ask'],
  [/^swap \S*\/admin\.conf \S*\/admin\.conf$/, 'an administrator on one machine is one on the other'],
  [/^swap \S*\/kube-proxy\.conf \S*\/kube-proxy\.conf$/, 'every kube-proxy is the same user'],
  [/^delete \/root\/\.kube\//, "a person's own"],
  [/^delete \S*\/users\//, "a person's own, and handed over"],
  [/^delete \S*\/kube-proxy\.conf$/, 'kubeadm gives kube-proxy its own by a ConfigMap'],
  [/^delete \S*\/kubelet(?:\.crt|\.key|)$/, 'the kubelet makes what it serves with itself'],
  [
    /^encode (?!\S*ca\.crt)\S+(?: client-certificate-data)? with a header$/,
    'tls.X509KeyPair passes over headers, as the pools of CAs do not',
  ],
  [/^drop --(?:advertise-address|secure-port) /, 'the default is the same, or an address of the machine'],
  [
    /^drop --requestheader-allowed-names /,
    'every client of the CA for front proxies is let in, which has no other',
  ],
  [/^drop --(?:name|data-dir|listen-metrics-urls) /, 'no matter of certificates'],
  [
    /^drop --(?:client-ca-file|requestheader-client-ca-file|auth\w+-kubeconfig) of \S+(?:manager|scheduler)/,
    'who may ask for metrics: read from the cluster, or nobody',
  ],
];

const crypto = rememberingCrypto();

async function isSilent(files: Files): Promise<boolean> {
  const { findings, status } = await checkFiles(memoryFiles(files), {}, { now: CHECKED, crypto });
  const isTold = findings.some(({ severity }) => severity !== 'info');
  // Where nothing is left to check, that is not well either.
  return !isTold && status !== 'UNKNOWN';
}

async function silent(mutations: readonly Mutation[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, files } of mutations) if (await isSilent(files)) found.push(name);
  return found;
}

const KINDS = { losses, pairLosses, folderLosses, swaps, encodings, flagLosses, setUps };
const confSwaps = (files: Files): Mutation[] => swaps(files, (path) => path.endsWith('.conf'));

const MACHINES = {
  'a control plane that runs': {
    files: async () => {
      const machine = await healthyMachine();
      return filesOf(machine.source(), machine.files.keys());
    },
    kinds: KINDS,
  },
  'a fresh tree': {
    files: async () => (await MemoryTree.of(cluster())).files,
    kinds: { losses, folderLosses },
  },
  'a fresh tree for several machines': {
    files: async () => (await MemoryTree.of(largeCluster())).files,
    kinds: { losses, pairLosses, folderLosses, confSwaps, setUps },
  },
};

const used = new Set<RegExp>();

describe.each(Object.entries(MACHINES))('%s', (_name, { files, kinds }) => {
  let healthy: Files;
  beforeAll(async () => {
    healthy = await files();
  });

  test('is well as it is', async () => {
    expect(await isSilent(healthy)).toBe(true);
  });

  test.each(Object.entries(kinds))('is told of all %s', async (_kind, mutate) => {
    const mutations = mutate(healthy);
    expect(mutations).not.toEqual([]);
    const found = await silent(mutations);
    const left = found.filter((one) => {
      const argued = ARGUED.filter(([pattern]) => pattern.test(one));
      for (const [pattern] of argued) used.add(pattern);
      return argued.length === 0;
    });
    expect(left).toEqual([]);
  });
});

describe('what is argued for', () => {
  test('is not told after all', () => {
    expect(ARGUED.filter(([pattern]) => !used.has(pattern)).map(([, why]) => why)).toEqual([]);
  });
});
