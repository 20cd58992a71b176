import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diffKubeconfigs } from '../../kubeconfig/diff.ts';
import type { KubeconfigChange } from '../../kubeconfig/kubeconfig-change.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import type { RunCommand } from '../command.ts';
import { readInput, sourceName, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { painter, printable, reportFindings, type Style } from '../text.ts';
import { usageError } from '../usage-error.ts';
import { WHAT } from './report-result.ts';

/** `kubeconfig diff` */
export const diff: RunCommand = async ({ values }, io) => {
  const [a = '', b = ''] = values.operands;
  if (a === STANDARD && b === STANDARD) throw usageError('standard input can be only one of the two');
  const before = await load(a, io);
  const after = await load(b, io);
  const result = await diffKubeconfigs(before, after, {
    readBefore: readIfReadable,
    readAfter: readIfReadable,
  });
  const { same, changes, notices } = result;
  const isJson = values.text('output') === 'json';
  io.stdout(isJson ? renderDocument('KubeconfigDiff', { same, changes, notices }) : renderDiff(changes, io));
  reportFindings(notices, io, { quiet: values.flag('quiet') });
  return same ? 0 : 1;
};

/** A kubeconfig whose paths are absolute; those of standard input are relative to the working directory. */
async function load(path: string, io: Io): Promise<Kubeconfig> {
  const config = parseKubeconfig(await readInput(path, io), { source: sourceName(path) });
  const from = path === STANDARD ? join(io.cwd, 'kubeconfig') : resolve(io.cwd, path);
  return rebaseKubeconfig(config, { from, to: undefined });
}

function readIfReadable(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

const LOOKS: Readonly<Record<KubeconfigChange['action'], readonly [mark: string, style: Style]>> =
  Object.freeze({
    add: ['+', 'green'],
    remove: ['-', 'red'],
    change: ['~', 'yellow'],
    rename: ['~', 'yellow'],
    keep: [' ', 'dim'],
  });

/** One line for each difference; of what has a value before and after, one for each of them below. */
function renderDiff(changes: readonly KubeconfigChange[], io: Io): string {
  if (changes.length === 0) return 'they mean the same\n';
  const paint = painter(io);
  const width = Math.max(...changes.map(({ section }) => WHAT[section].length));
  const lines = changes.flatMap((change) => {
    const { action, section, name, field, to, before, after, reason } = change;
    const [mark, style] = LOOKS[action];
    const what = [name, field ?? ''].filter((part) => part !== '').join(' ');
    const isOne = action !== 'change';
    const rest = isOne ? (to === undefined ? (after ?? before) : `is ${to} now`) : reason;
    const head = `${mark} ${WHAT[section].padEnd(width)}  ${what}${rest === undefined ? '' : `${what === '' || to !== undefined ? ' ' : ': '}${rest}`}`;
    const values = isOne
      ? []
      : [
          ...(before === undefined ? [] : [paint(printable(`    - ${before}`), 'red')]),
          ...(after === undefined ? [] : [paint(printable(`    + ${after}`), 'green')]),
        ];
    return [paint(printable(head.trimEnd()), style), ...values];
  });
  return lines.map((line) => `${line}\n`).join('');
}
