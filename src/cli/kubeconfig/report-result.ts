import type { Finding } from '../../errors/finding.ts';
import type { KubeconfigChange } from '../../kubeconfig/kubeconfig-change.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { printable, reportFindings } from '../text.ts';
import type { Values } from '../values.ts';

/** What a command did, or would do. */
export interface Result {
  readonly changes: readonly KubeconfigChange[];
  readonly notices: readonly Finding[];
  /** Absolute paths. */
  readonly written: readonly string[];
  readonly backups: readonly string[];
  readonly dryRun: boolean;
  /** What is written to standard output in place of the report, which then goes to standard error. */
  readonly text?: string;
}

/** Says what was done; with `-o json` as a KubeconfigResult. */
export function reportResult(result: Result, values: Values, io: Io): number {
  const { text, notices, ...rest } = result;
  const quiet = values.flag('quiet');
  if (values.text('output') === 'json') io.stdout(renderDocument('KubeconfigResult', { ...rest, notices }));
  else if (text === undefined) io.stdout(renderResult(result));
  else {
    if (!quiet) io.stderr(renderResult(result));
    io.stdout(text);
  }
  reportFindings(notices, io, { quiet });
  return 0;
}

function renderResult({ changes, written, backups, dryRun }: Result): string {
  const isIdle = changes.every(({ action }) => action === 'keep');
  const lines = [
    ...renderChanges(changes),
    ...(isIdle ? ['nothing to do'] : []),
    ...(dryRun && !isIdle ? ['nothing was written: this is a dry run'] : []),
    ...written.map((path) => `wrote ${printable(path)}`),
    ...backups.map((path) => `backup of what was replaced: ${printable(path)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What an entry of a section is called. */
export const WHAT: Readonly<Record<KubeconfigChange['section'], string>> = Object.freeze({
  clusters: 'cluster',
  contexts: 'context',
  users: 'user',
  'current-context': 'current-context',
  preferences: 'preferences',
  extensions: 'extension',
  other: 'field',
});

/** Changes as lines in columns: `rename  user     admin  to admin@prod: there is another of that name`. */
export function renderChanges(changes: readonly KubeconfigChange[]): readonly string[] {
  const widthOf = (cells: readonly string[]): number => Math.max(0, ...cells.map((cell) => cell.length));
  const actions = widthOf(changes.map(({ action }) => action));
  const sections = widthOf(changes.map(({ section }) => WHAT[section]));
  return changes.map((change) => {
    const { action, section, name, field, to, before, after, reason, source } = change;
    const what = [name, field ?? ''].filter((part) => part !== '').join(' ');
    const colon = what === '' ? '' : ': ';
    const values =
      before === undefined && after === undefined ? '' : `${colon}${before ?? 'none'} -> ${after ?? 'none'}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    const from = source === undefined ? '' : ` (${source})`;
    const line = `${action.padEnd(actions)}  ${WHAT[section].padEnd(sections)}  ${what}${to === undefined ? '' : ` to ${to}`}${values}${why}${from}`;
    return printable(line.trimEnd());
  });
}
