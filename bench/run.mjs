/**
 * `npm run bench`: our speed beside that of the peers and of the machine's own primitives, in one run.
 *
 * A row's ratio is ours divided by the peer's: below 1 we are faster. Rows without a bound show where the time goes. Peers that are not on this machine are named.
 * KUBEADM names a kubeadm binary; ROWS is a regular expression that chooses rows; NODES the size of the large cluster.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROWS } from './rows.mjs';

const directory = mkdtempSync(join(tmpdir(), 'kubepki-bench-'));
const chosen = new RegExp(process.env.ROWS ?? '');
const format = (value, unit) => (value === undefined ? '-' : `${value.toPrecision(3)} ${unit}`);

console.log(`node ${process.version}, ${cpus().length} cores: ${cpus()[0].model}`);
console.log('| work | ours | peer | ratio | at least | goal |');
console.log('| --- | --- | --- | --- | --- | --- |');
let missed = 0;
try {
  for (const row of ROWS) {
    if (!chosen.test(row.work)) continue;
    const { ours, peer, peerName, value } = await row.measure(directory);
    const compared = value ?? (peer === undefined ? undefined : ours / peer);
    const within = compared === undefined || row.atLeast === undefined || compared <= row.atLeast;
    if (!within) missed++;
    const ratio = compared === undefined ? 'no peer' : `${compared.toFixed(2)}${within ? '' : ' MISSED'}`;
    const cells = [
      row.work,
      format(ours, row.unit),
      `${peerName} ${format(peer, row.unit)}`,
      ratio,
      row.atLeast ?? '-',
      row.goal ?? '-',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(missed === 0 ? 'every row is within what is asked' : `${missed} rows miss what is asked`);
process.exitCode = missed === 0 ? 0 : 1;
