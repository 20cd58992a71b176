/** The rows of the benchmark, one each: what is done, beside whom, and how fast it should be. */
import { generateKeyPair } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority, generatePrivateKey, issue } from '../dist/esm/ca/index.js';
import { generate, parseClusterConfig } from '../dist/esm/pki/index.js';
import { diskTree } from './disk-tree.mjs';
import { inTurn, output, processTime, time } from './measure.mjs';
import { primitives } from './primitives.mjs';

const CLI = new URL('../dist/cli/main.js', import.meta.url).pathname;
const KUBEADM = process.env.KUBEADM;
const NODES = Number(process.env.NODES ?? 10_000);

function config(algorithm, directory) {
  return `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.0.0.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
encryptionAlgorithm: ${algorithm}
certificatesDir: ${directory}
`;
}

/** Our process for a whole tree. */
function ourTree(file, tree) {
  rmSync(tree, { recursive: true, force: true });
  const flags = ['--config', file, '--kubeconfig-dir', tree, '--quiet'];
  return processTime(process.execPath, [CLI, 'apply', ...flags]);
}

/** The same against the least that the machine needs for it. */
async function measureFloor(directory) {
  const tree = join(directory, 'floor');
  const file = join(directory, 'floor.yaml');
  writeFileSync(file, config('ECDSA-P256', join(tree, 'pki')));
  const script = new URL('./machine-tree.mjs', import.meta.url).pathname;
  const floor = () => {
    rmSync(tree, { recursive: true, force: true });
    return processTime(process.execPath, [script, tree]);
  };
  const [ours, peer] = await inTurn(11, () => ourTree(file, tree), floor);
  return { ours, peer, peerName: "Node's start, the same cryptography, files and syncs" };
}

/** Our process for the whole tree against kubeadm's two. */
function treeRow(work, algorithm, { atLeast, goal, rounds }) {
  return {
    work,
    unit: 'ms',
    atLeast,
    goal,
    async measure(directory) {
      const tree = join(directory, algorithm);
      const file = join(directory, `${algorithm}.yaml`);
      writeFileSync(file, config(algorithm, join(tree, 'pki')));
      const fresh = () => rmSync(tree, { recursive: true, force: true });
      const ours = () => ourTree(file, tree);
      if (KUBEADM === undefined) {
        const [alone] = await inTurn(rounds, ours);
        return { ours: alone, peerName: 'kubeadm (KUBEADM is not set)' };
      }
      const theirs = async () => {
        fresh();
        mkdirSync(tree, { recursive: true });
        const common = ['--config', file];
        const certs = await processTime(KUBEADM, ['init', 'phase', 'certs', 'all', ...common]);
        return (
          certs +
          (await processTime(KUBEADM, [
            'init',
            'phase',
            'kubeconfig',
            'all',
            ...common,
            '--kubeconfig-dir',
            tree,
          ]))
        );
      };
      const [mine, peer] = await inTurn(rounds, ours, theirs);
      return { ours: mine, peer, peerName: 'kubeadm' };
    },
  };
}

function goProgram(directory) {
  const binary = join(directory, 'go-bench');
  output('go', ['build', '-o', binary, '.'], { cwd: new URL('./go', import.meta.url).pathname });
  return binary;
}

async function leaves(count) {
  const ca = await createAuthority({ commonName: 'kubernetes' });
  return time(async () => {
    for (let i = 0; i < count; i++) {
      const subjectAltNames = ['web.internal', '10.0.0.7'];
      const leaf = await issue(ca, { profile: 'server', commonName: 'web', subjectAltNames });
      leaf.toPem();
      leaf.keyToPem({ encoding: 'traditional' });
    }
  });
}

/** A child process makes the whole tree of a large cluster, so that the memory is its own. */
function largeCluster(directory, count) {
  const rootfs = join(directory, `nodes-${count}`);
  const script = new URL('./large-cluster.mjs', import.meta.url).pathname;
  const result = JSON.parse(output(process.execPath, [script, rootfs, String(count)]));
  rmSync(rootfs, { recursive: true, force: true });
  return result;
}

const LEAVES = 2000;

export const ROWS = [
  treeRow('whole tree with P-256, as a process', 'ECDSA-P256', { atLeast: 1.2, goal: 0.85, rounds: 11 }),
  treeRow('whole tree with RSA-2048, as a process', 'RSA-2048', { atLeast: 1, goal: 0.65, rounds: 15 }),
  {
    work: 'whole tree with P-256 as a process, against what the machine needs for it',
    unit: 'ms',
    measure: measureFloor,
  },
  {
    work: 'whole tree with P-256 in a running process, written, against the same without syncs',
    unit: 'ms',
    async measure(directory) {
      const tree = join(directory, 'written');
      const [ours, peer] = await diskTree(tree, config('ECDSA-P256', '/etc/kubernetes/pki'));
      return { ours, peer, peerName: 'without syncs' };
    },
  },
  {
    work: 'whole tree with P-256 in a running process, in ms',
    unit: 'ms',
    atLeast: 10,
    goal: 4,
    async measure() {
      const { spec } = parseClusterConfig(config('ECDSA-P256', '/etc/kubernetes/pki'));
      for (let i = 0; i < 20; i++) await generate(spec);
      const [ours, peer] = await inTurn(
        41,
        () => time(() => generate(spec)),
        () => time(() => primitives(17)),
      );
      return { ours, peer, peerName: "the machine's primitives", value: ours };
    },
  },
  {
    work: 'P-256 leaf with key and PEMs, all checks on, one core',
    unit: 'ms',
    atLeast: 1.5,
    goal: 1,
    async measure(directory) {
      const binary = goProgram(directory);
      await leaves(LEAVES);
      const [ours, peer] = await inTurn(
        7,
        async () => (await leaves(LEAVES)) / LEAVES,
        () => Number(output(binary, ['leaf', String(LEAVES)])) / 1e6,
      );
      return { ours, peer, peerName: 'Go crypto/x509' };
    },
  },
  {
    work: 'P-256 leaf, against what the machine needs for its cryptography alone',
    unit: 'ms',
    atLeast: 2.5,
    goal: 1.5,
    async measure() {
      await leaves(LEAVES);
      const [ours, peer] = await inTurn(
        7,
        async () => (await leaves(LEAVES)) / LEAVES,
        async () => (await time(() => primitives(LEAVES))) / LEAVES,
      );
      return { ours, peer, peerName: "the machine's primitives" };
    },
  },
  {
    work: '16 RSA-2048 keys at once',
    unit: 'ms',
    atLeast: 1,
    goal: 0.6,
    async measure() {
      const platform = () => promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
      const many = (make) => () => time(() => Promise.all(Array.from({ length: 16 }, make)));
      const [ours, peer] = await inTurn(
        5,
        many(() => generatePrivateKey('RSA-2048')),
        many(platform),
      );
      return { ours, peer, peerName: "the platform's generateKeyPair" };
    },
  },
  {
    work: `kubelet pairs and kubeconfigs for ${NODES} nodes, written: memory in MiB`,
    unit: 'MiB',
    atLeast: 300,
    goal: 300,
    async measure(directory) {
      const few = await largeCluster(directory, Math.round(NODES / 10));
      const many = await largeCluster(directory, NODES);
      const rate = ((many.seconds / NODES) * 1e3).toFixed(2);
      const linear = (many.seconds / few.seconds / 10).toFixed(2);
      const peerName = `${many.seconds.toFixed(1)} s, ${rate} ms a node, ${linear}x linear;`;
      return { ours: many.mebibytes, peerName, value: many.mebibytes };
    },
  },
  {
    work: 'kubepki --version against node -e 0',
    unit: 'ms',
    atLeast: 1.3,
    goal: 1.1,
    async measure() {
      const [ours, peer] = await inTurn(
        25,
        () => processTime(process.execPath, [CLI, '--version']),
        () => processTime(process.execPath, ['-e', '0']),
      );
      return { ours, peer, peerName: 'node -e 0' };
    },
  },
];
