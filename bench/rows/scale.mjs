/** Large clusters: each in a process of its own, so that the memory is its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from '../measure.mjs';

const NODES = Number(process.env.NODES ?? 10_000);
const OURS = fileURLToPath(new URL('../ours/large-cluster.mjs', import.meta.url));
const MACHINE = fileURLToPath(new URL('../machine/machine-files.mjs', import.meta.url));

function run(script, directory, count) {
  const args = [script, join(directory, `nodes-${count}`), String(count)];
  try {
    return JSON.parse(output(process.execPath, args));
  } finally {
    rmSync(args[1], { recursive: true, force: true });
  }
}

const row = (name, unit, bounds, pick) => ({
  name: `kubelet files of ${NODES} nodes, written: ${name}`,
  unit,
  absolute: true,
  ...bounds,
  measure: (directory) => Promise.resolve(pick(directory)),
});

// Both rows are about one run, which takes minutes.
let measured;
function measure(directory) {
  measured ??= {
    few: run(OURS, directory, Math.round(NODES / 10)),
    many: run(OURS, directory, NODES),
    machine: run(MACHINE, directory, NODES),
  };
  return measured;
}

export const SCALE_ROWS = [
  row('peak memory', 'MiB', { atLeast: 300 }, (directory) => {
    const { many, machine } = measure(directory);
    const limit = { name: 'the same files and cryptography', value: machine.mebibytes };
    return { ours: many.mebibytes, peers: [], limit };
  }),
  row('time', 's', {}, (directory) => {
    const { few, many, machine } = measure(directory);
    const perNode = ((many.seconds / NODES) * 1000).toFixed(2);
    const linear = (many.seconds / few.seconds / 10).toFixed(2);
    return {
      ours: many.seconds,
      note: `${perNode} ms a node, ${linear} of a tenth of them times ten`,
      peers: [],
      limit: { name: 'the same files and cryptography', value: machine.seconds },
    };
  }),
];
