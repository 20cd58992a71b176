/** A child process that applies a large cluster and reports its time and peak memory: `DIRECTORY NODES`. */
import { configuration } from './configuration.mjs';
import { apply, parseClusterConfig } from '../../dist/esm/pki/index.js';

const [, , rootfs, count] = process.argv;
const nodes = Array.from(
  { length: Number(count) },
  (_, i) => `- name: node-${i}\n  addresses: [10.${i >> 16}.${(i >> 8) & 255}.${i & 255}]`,
);
const text = `${configuration('ECDSA-P256')}---
apiVersion: kubepki/v1alpha1
kind: ClusterPKI
nodes:
${nodes.join('\n')}
`;
const start = performance.now();
const { spec } = parseClusterConfig(text);
const { written } = await apply(spec, { rootfs });
const seconds = (performance.now() - start) / 1000;
console.log(
  JSON.stringify({ seconds, files: written.length, mebibytes: process.resourceUsage().maxRSS / 1024 }),
);
