/** The main job: the whole tree of a control plane. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, parseClusterConfig } from '../../dist/esm/pki/index.js';
import { primitives } from '../machine/primitives.mjs';
import { compare, each, output, processTime } from '../measure.mjs';
import { configuration } from '../ours/configuration.mjs';
import { withoutSyncs, written } from '../ours/disk-tree.mjs';
import { goProgram, kubeadm } from '../peers/programs.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const MACHINE = fileURLToPath(new URL('../machine/machine-tree.mjs', import.meta.url));

/** A configuration on disk, and the processes that make its tree from nothing. */
function place(directory, algorithm) {
  const tree = join(directory, algorithm);
  const file = join(directory, `${algorithm}.yaml`);
  writeFileSync(file, configuration(algorithm, join(tree, 'pki')));
  const fresh = () => rmSync(tree, { recursive: true, force: true });
  const flags = ['--config', file];
  const ours = (command) => processTime(process.execPath, [CLI, command, ...flags, '--kubeconfig-dir', tree]);
  const theirs = async () => {
    mkdirSync(tree, { recursive: true });
    const certs = await processTime(kubeadm(), ['init', 'phase', 'certs', 'all', ...flags]);
    const kubeconfigs = ['init', 'phase', 'kubeconfig', 'all', ...flags, '--kubeconfig-dir', tree];
    return certs + (await processTime(kubeadm(), kubeconfigs));
  };
  return { tree, fresh, ours, theirs };
}

const afterwards = (prepare, measure) => () => {
  prepare();
  return measure();
};

/** Our process for the whole tree against kubeadm's two. */
function wholeTree(algorithm, { atLeast, goal, rounds }) {
  return {
    name: `whole tree with ${algorithm}, as a process`,
    unit: 'ms',
    atLeast,
    goal,
    measure(directory) {
      const { tree, fresh, ours, theirs } = place(directory, algorithm);
      return compare(rounds, {
        ours: afterwards(fresh, () => ours('apply')),
        peers: { "kubeadm's two processes": kubeadm() && afterwards(fresh, theirs) },
        limit: {
          "Node's start, the same cryptography, files and syncs": afterwards(fresh, () =>
            processTime(process.execPath, [MACHINE, tree, algorithm]),
          ),
        },
      });
    },
  };
}

export const TREE_ROWS = [
  wholeTree('ECDSA-P256', { atLeast: 1.2, goal: 0.85, rounds: 15 }),
  wholeTree('RSA-2048', { atLeast: 1, goal: 0.65, rounds: 15 }),
  {
    name: 'a tree with ECDSA-P256 that is right already, as a process',
    unit: 'ms',
    async measure(directory) {
      const { fresh, ours, theirs } = place(directory, 'ECDSA-P256');
      fresh();
      await ours('apply');
      return compare(11, {
        ours: () => ours('plan'),
        peers: { "kubeadm's two processes": kubeadm() && theirs },
        limit: { 'node -e 0': () => processTime(process.execPath, ['-e', '0']) },
      });
    },
  },
  {
    name: 'whole tree with ECDSA-P256, in a running process',
    unit: 'ms',
    absolute: true,
    atLeast: 10,
    goal: 4,
    async measure() {
      const { spec } = parseClusterConfig(configuration('ECDSA-P256'));
      return compare(21, {
        ours: () => each(20, () => generate(spec)),
        peers: {
          'Go crypto/x509, 17 leaves': goProgram() && (() => (17 * goNanoseconds('leaf', 500)) / 1e6),
        },
        limit: { 'its cryptography': () => each(20, () => primitives(17)) },
      });
    },
  },
  {
    name: 'the same, written to disk',
    unit: 'ms',
    async measure(directory) {
      const { spec } = parseClusterConfig(configuration('ECDSA-P256'));
      const tree = join(directory, 'written');
      return compare(15, {
        ours: () => written(spec, tree),
        peers: { 'ours without syncs': () => withoutSyncs(spec, tree) },
      });
    },
  },
];

/** Nanoseconds that Go takes for one piece of work. */
export function goNanoseconds(work, count) {
  return Number(output(goProgram(), [work, String(count)]));
}
