/**
 * `npm run bench`: our speed beside the peers and the limit of the machine, all measured in turn in this one run.
 *
 * The ratio is ours by the first peer's: below 1 we are faster. Rows are bound by a ratio, or by a number of their unit.
 * ROWS is a regular expression that chooses rows by their name; NODES the size of the large cluster (10,000), CONTEXTS that
 * of the large kubeconfigs (1,000). Peers that
 * are not on this machine are named. The exit code is 1 where a row misses its bound.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { INSPECTING_ROWS } from './rows/inspecting.mjs';
import { ISSUING_ROWS } from './rows/issuing.mjs';
import { KEY_ROWS } from './rows/keys.mjs';
import { KUBECONFIG_ROWS } from './rows/kubeconfigs.mjs';
import { PROCESS_ROWS } from './rows/processes.mjs';
import { SCALE_ROWS } from './rows/scale.mjs';
import { TREE_ROWS } from './rows/trees.mjs';
import { versions } from './peers/programs.mjs';

const directory = mkdtempSync(join(tmpdir(), 'kubepki-bench-'));
const chosen = new RegExp(process.env.ROWS ?? '');
const number = (value) => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));

const show = ({ name, value }, unit) =>
  value === undefined ? `${name}: not here` : `${name} ${number(value)} ${unit}`;

/** One line of the table, and whether the row is within its bound. */
function lineOf(row, { ours, peers, limit, note }) {
  const first = peers.find(({ value }) => value !== undefined)?.value;
  const ratio = first === undefined ? undefined : ours / first;
  const compared = row.absolute ? ours : ratio;
  const within = row.atLeast === undefined || compared === undefined || compared <= row.atLeast;
  const bound = (value) => (value === undefined ? '' : `${value}${row.absolute ? ` ${row.unit}` : ''}`);
  const cells = [
    row.name,
    `${number(ours)} ${row.unit}${note === undefined ? '' : `; ${note}`}`,
    peers.map((peer) => show(peer, row.unit)).join(', '),
    limit === undefined ? '' : show(limit, row.unit),
    `${ratio === undefined ? '' : ratio.toFixed(2)}${within ? '' : ' **missed**'}`,
    bound(row.atLeast),
    bound(row.goal),
  ];
  return { text: `| ${cells.join(' | ')} |`, within };
}

const [cpu] = cpus();
console.log(
  `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split('-')[0]}`,
);
console.log(`${versions()}\n`);
console.log('| work | ours | peers | limit of the machine | ratio | at least | goal |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
let missed = 0;
try {
  for (const row of [
    ...TREE_ROWS,
    ...ISSUING_ROWS,
    ...INSPECTING_ROWS,
    ...KEY_ROWS,
    ...PROCESS_ROWS,
    ...KUBECONFIG_ROWS,
    ...SCALE_ROWS,
  ]) {
    if (!chosen.test(row.name)) continue;
    const { text, within } = lineOf(row, await row.measure(directory));
    if (!within) missed++;
    console.log(text);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(missed === 0 ? '\nevery row is within what is asked' : `\n${missed} rows miss what is asked`);
process.exitCode = missed === 0 ? 0 : 1;
