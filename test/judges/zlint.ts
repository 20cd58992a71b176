/** zlint as a judge: one process for many files. */
import type { LintFinding } from './lint.ts';
import { run } from '../support/foreign.ts';

/** The rule sets that apply to private certificates; the CA/Browser Forum's do not. */
const SOURCES = 'RFC3279,RFC5280,RFC5480,RFC5891,RFC6962,RFC8813,Community';

/** zlint's results that are complaints, and those that are not; any other is an error of this judge. */
const COMPLAINTS: ReadonlySet<string> = new Set(['notice', 'info', 'warn', 'error', 'fatal']);
const SILENT: ReadonlySet<string> = new Set(['pass', 'NA', 'NE', 'reserved']);

type ZlintReport = Readonly<Record<string, { readonly result: string; readonly details?: string }>>;

function findingsOf(file: string, report: ZlintReport): LintFinding[] {
  return Object.entries(report).flatMap(([lint, { result, details }]) => {
    if (SILENT.has(result)) return [];
    if (!COMPLAINTS.has(result)) throw new Error(`zlint: unknown result ${result} of ${lint}`);
    return [{ file, lint, severity: result, detail: details ?? '' }];
  });
}

/** Lints PEM files of one certificate each; answers every notice, warning and error. */
async function zlint(files: readonly string[]): Promise<readonly LintFinding[]> {
  if (files.length === 0) return [];
  const result = await run('zlint', ['-includeSources', SOURCES, ...files]);
  if (result.code !== 0) throw new Error(`zlint: ${result.stderr.trim()}`);
  const lines = result.stdout.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== files.length) {
    throw new Error(`zlint: ${lines.length} reports for ${files.length} files: ${result.stderr.trim()}`);
  }
  // zlint writes one line a file, in the order given, without the file's name.
  return files.flatMap((file, index) => findingsOf(file, JSON.parse(lines[index] ?? '{}') as ZlintReport));
}

export { zlint };
