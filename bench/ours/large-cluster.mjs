/** A child process that applies a large cluster and reports its time and peak memory: `DIRECTORY NODES`. */
import { apply, parseClusterConfig } from '../../dist/esm/pki/index.js';

const [, , rootfs, count] = process.argv;
const nodes = Array.from(
  { length: Number(count) },
  (_, i) => `- name: node-${i}\n  addresses: [10.${i >> 16}.${(i >> 8) & 255}.${i & 255}]`,
);
const text = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.200.0.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
encryptionAlgorithm: ECDSA-P256
---
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
