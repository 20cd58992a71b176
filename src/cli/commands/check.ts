import { resolve } from 'node:path';
import { checkFiles } from '../../check/check.ts';
import { driftFindings } from '../../check/drift.ts';
import { renderPrometheus } from '../../check/prometheus.ts';
import { joinReports, relocate } from '../../check/relocate.ts';
import type { CheckFinding, CheckReport } from '../../check/report.ts';
import { platformCrypto } from '../../crypto/environment.ts';
import { plan } from '../../pki/plan-tree.ts';
import { localDefaults } from '../../pki/spec/local-defaults.ts';
import { parseClusterConfig } from '../../pki/spec/parse.ts';
import { limitsOf, STATUS_CODES } from '../check-outcome.ts';
import type { CommandInput } from '../command.ts';
import { clockOf } from '../environment.ts';
import { readInput, sourceName, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { writeOutput } from '../openssl/output.ts';
import { placesOf } from '../places.ts';
import { filesRead, refuseOutput, type FilesRead } from '../report-file.ts';
import { renderCheck, summaryLine } from '../render-check.ts';
import { painter } from '../text.ts';
import type { Values } from '../values.ts';

const FORMATS = ['text', 'json', 'prom', 'html'] as const;
type Format = (typeof FORMATS)[number];

/**
 * `kubepki check`: the health of a cluster's certificates.
 *
 * @returns 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
 */
export async function check({ values }: CommandInput, io: Io): Promise<number> {
  const now = clockOf(values, io);
  const read = filesRead();
  const config = values.text('config');
  if (config !== undefined && config !== STANDARD) read.add(resolve(io.cwd, config));
  const report = await reportOf(values, io, { now, read });
  const format = FORMATS.find((one) => one === values.text('format')) ?? 'text';
  const text = await render(report, format, { values, io });
  const output = values.text('output') ?? STANDARD;
  refuseOutput(output, read, io);
  await writeOutput(Buffer.from(text), output, io);
  return STATUS_CODES[report.status];
}

async function reportOf(
  values: Values,
  io: Io,
  { now, read }: { readonly now: Date; readonly read: FilesRead },
): Promise<CheckReport> {
  const limits = limitsOf(values);
  const environment = { now, crypto: platformCrypto() };
  const reports: CheckReport[] = [];
  for (const { root, files, paths } of await placesOf(values.operands, io)) {
    const findings = await drift(values, io, { root, now });
    const config = configOf(values, io);
    const options = { paths, ...limits, findings, ...(config === undefined ? {} : { config }) };
    const found = await checkFiles(read.noting(files, root), options, environment);
    reports.push(relocate(found, root, config));
  }
  const report = joinReports(reports);
  if (report === undefined) throw new TypeError('nothing is checked');
  return report;
}

/** The configuration as the commands of fixes name it: they are typed anywhere. */
function configOf(values: Values, { cwd }: Io): string | undefined {
  const config = values.text('config');
  return config === undefined || config === STANDARD ? undefined : resolve(cwd, config);
}

/** Where the files differ from a configuration. */
async function drift(
  values: Values,
  io: Io,
  { root, now }: { readonly root: string; readonly now: Date },
): Promise<CheckFinding[]> {
  const config = values.text('config');
  if (config === undefined) return [];
  const text = await readInput(config, io);
  const { spec } = parseClusterConfig(text, { source: sourceName(config), defaults: localDefaults(), now });
  const { steps } = await plan(spec, root === '/' ? {} : { rootfs: root }, { now, crypto: platformCrypto() });
  const inside = (path: string): string =>
    root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
  const about = { owner: steps[0]?.owner, config: configOf(values, io) ?? 'FILE' };
  return driftFindings(steps, about).map((finding) => ({ ...finding, path: inside(finding.path) }));
}

async function render(
  report: CheckReport,
  format: Format,
  { values, io }: { readonly values: Values; readonly io: Io },
): Promise<string> {
  switch (format) {
    case 'json':
      return renderDocument('CheckReport', { ...report });
    case 'prom':
      return renderPrometheus(report);
    case 'html':
      return (await import('../../check/html/render-html.ts')).renderHtml(report);
    case 'text': {
      const isFile = values.text('output') !== undefined;
      const paint = isFile ? (text: string): string => text : painter(io);
      if (values.flag('quiet')) return summaryLine(report, paint);
      return renderCheck(report, { paint, columns: io.isTerminal.stdout && !isFile ? io.columns : Infinity });
    }
  }
}
