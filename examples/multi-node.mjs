// Makes the tree of a whole cluster from its configuration, lets it drift, and mends it.
//
//   node examples/multi-node.mjs [DIRECTORY]
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { apply, parseClusterConfig, plan } from 'kubepki';

const rootfs = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'kubepki-multi-node-')));
const text = await readFile(new URL('cluster.yaml', import.meta.url), 'utf8');

/** Counts the steps of a plan by their action: `26 create, 3 reuse`. */
function summary(steps) {
  const counts = new Map();
  for (const { action } of steps) counts.set(action, (counts.get(action) ?? 0) + 1);
  return [...counts].map(([action, count]) => `${count} ${action}`).join(', ');
}

// 1. The first run makes everything.
const { spec, warnings } = parseClusterConfig(text, { source: 'cluster.yaml' });
for (const { path, message } of warnings) console.error(`warning: ${path}: ${message}`);
const first = await apply(spec, { rootfs });
console.log(`first run: ${summary(first.steps)}; ${first.written.length} files`);
for (const path of first.written.toSorted()) console.log(`  ${relative(rootfs, path)}`);

// 2. The second run finds nothing to do.
const second = await apply(spec, { rootfs });
console.log(`second run: ${summary(second.steps)}; ${second.written.length} files`);

// 3. A new name for the API server, and a new node. Only what that concerns is made anew; the CAs stay.
const changed = text
  .replace('- kubernetes.example.com', '- kubernetes.example.com\n    - kubernetes.example.org')
  .replace('nodes: #', 'nodes:\n  - { name: node-3, addresses: [10.0.0.23] } #');
const { spec: next } = parseClusterConfig(changed, { source: 'cluster.yaml' });
const { steps } = await plan(next, { rootfs });
for (const { action, target, owner, reasons } of steps.filter((step) => step.action !== 'reuse')) {
  console.log(`plan: ${action} ${target} of ${owner}: ${reasons.map((reason) => reason.message).join('; ')}`);
}
const third = await apply(next, { rootfs });
console.log(`third run: ${summary(third.steps)}; ${third.written.length} files`);
for (const path of third.backups) console.log(`what was replaced is kept in ${relative(rootfs, path)}`);

const blocked = third.steps.filter((step) => step.action === 'blocked');
if (blocked.length > 0) process.exitCode = 1;
console.log(`done: ${rootfs}`);
