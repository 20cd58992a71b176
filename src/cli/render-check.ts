import { isUnknown } from '../check/check.ts';
import { spanText } from '../check/rules/words.ts';
import type { CheckFinding, CheckReport, ReportCertificate } from '../check/report.ts';
import { printable, type Paint, type Style } from './text.ts';

/** The colour of a status. */
export const STATUS_STYLE: Readonly<Record<CheckReport['status'], Style>> = Object.freeze({
  OK: 'green',
  WARNING: 'yellow',
  CRITICAL: 'red',
  UNKNOWN: 'yellow',
});

const SEVERITY: Readonly<Record<CheckFinding['severity'], { readonly word: string; readonly style: Style }>> =
  Object.freeze({
    error: { word: 'CRITICAL', style: 'red' },
    warning: { word: 'WARNING', style: 'yellow' },
    info: { word: 'note', style: 'dim' },
  });

/** How a report is laid out. */
export interface CheckLayout {
  readonly paint: Paint;
  /** Columns of the terminal; lines are cut there. */
  readonly columns: number;
}

/** One line about the whole: what a monitoring plugin shows. */
export function summaryLine(
  { status, certificates, findings, checkedAt }: CheckReport,
  paint: Paint,
): string {
  const count = (severity: CheckFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const next = certificates.find(({ notAfter }) => notAfter !== undefined);
  const expiry =
    next?.notAfter === undefined
      ? ''
      : `; the next to expire is ${printable(next.path)}, ${distanceText(Date.parse(next.notAfter) - Date.parse(checkedAt))}`;
  const [unknown, ...more] = status === 'UNKNOWN' ? findings.filter(({ code }) => isUnknown(code)) : [];
  const why =
    unknown === undefined
      ? ''
      : `; not known: ${printable(`${unknown.path}: ${unknown.message}`)}${more.length === 0 ? '' : ` and ${more.length} more`}: ${printable(unknown.fix ?? '')}`;
  const counts = `${certificates.length} certificates, ${count('error')} critical, ${count('warning')} warnings, ${count('info')} notes`;
  return `${paint(status, STATUS_STYLE[status])}: ${counts}${expiry}${why}\n`;
}

/** `in 12 days`, `in 7 hours`, `3 days ago` */
export function distanceText(milliseconds: number): string {
  const span = spanText(milliseconds);
  return milliseconds < 0 ? `${span} ago` : `in ${span}`;
}

/** A report as text: the certificates by expiry, what is wrong and how to mend it, where to look next. */
export function renderCheck(report: CheckReport, layout: CheckLayout): string {
  const { certificates, findings, components, checked } = report;
  const { paint } = layout;
  const title = (text: string): string => `\n${paint(text, 'bold')}\n`;
  return [
    summaryLine(report, paint),
    `checked: ${checked.map(printable).join(', ')}\n`,
    ...(certificates.length === 0 ? [] : [title('CERTIFICATES'), table(certificates, layout)]),
    ...(findings.length === 0 ? [] : [title('FINDINGS'), ...findings.map((one) => findingLines(one, paint))]),
    ...(components.length === 0 ? [] : [title('WHERE TO LOOK NEXT'), ...components.map(adviceLines)]),
  ].join('');
}

interface Column {
  readonly title: string;
  readonly value: (certificate: ReportCertificate) => string;
  /** Characters at most. */
  readonly widest: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'DAYS', value: ({ daysLeft }) => (daysLeft === undefined ? '?' : String(daysLeft)), widest: 7 },
  { title: 'EXPIRES', value: ({ notAfter }) => notAfter?.slice(0, 16).replace('T', ' ') ?? '?', widest: 16 },
  { title: 'PATH', value: placeText, widest: Infinity },
  { title: 'SUBJECT', value: ({ subject, isCa }) => `${isCa ? '(CA) ' : ''}${subject}`, widest: 56 },
  { title: 'ISSUER', value: ({ issuer }) => issuer, widest: 32 },
  { title: 'USED BY', value: usedBy, widest: 48 },
  { title: 'NAMES', value: ({ subjectAltNames }) => subjectAltNames.join(', '), widest: 64 },
];

/** On a terminal, that there is room for the subject. */
const WIDEST_PATH = 96;

/** What stands before a path: days, a time, and what is between. */
const BEFORE_PATH = 7 + 2 + 16 + 2;

function placeText({ path, field, index }: ReportCertificate): string {
  return `${path}${field === undefined ? '' : `#${field}`}${index === 0 ? '' : `#${index}`}`;
}

function usedBy({ uses }: ReportCertificate): string {
  return [...new Set(uses.map(({ component, flag }) => `${component} ${flag.replace(/^.*\./, '')}`))].join(
    ', ',
  );
}

function table(certificates: readonly ReportCertificate[], { paint, columns }: CheckLayout): string {
  const rows = certificates.map((certificate) =>
    COLUMNS.map(({ title, value, widest }) => {
      const text = printable(value(certificate));
      return title === 'PATH'
        ? cutPath(text, columns === Infinity ? columns : Math.min(columns - BEFORE_PATH, WIDEST_PATH))
        : cut(text, widest);
    }),
  );
  const widths = COLUMNS.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cut(
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
      columns,
    ).replace(/\s+\u2026$/, '');
  const head = paint(line(COLUMNS.map(({ title }) => title)), 'dim');
  return `${[head, ...rows.map((row, index) => paintRow(line(row), certificates[index], paint))].join('\n')}\n`;
}

function paintRow(text: string, certificate: ReportCertificate | undefined, paint: Paint): string {
  return (certificate?.daysLeft ?? 0) < 0 ? paint(text, 'red') : text;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;
}

/** Of a path its end stays, which tells it apart; of a field in it, the last word. */
function cutPath(text: string, width: number): string {
  if (text.length <= width) return text;
  const short = text.replace(/#[^#]*\.(?=[^.#]+$)/, '#');
  return short.length <= width ? short : `…${short.slice(short.length - Math.max(width - 1, 1))}`;
}

/** A finding as text, with what to do about it. */
export function findingLines(
  { severity, code, path, message, expected, actual, fix }: CheckFinding,
  paint: Paint,
): string {
  const { word, style } = SEVERITY[severity];
  const detail = (title: string, value: string | undefined): string =>
    value === undefined ? '' : `  ${title}: ${printable(value)}\n`;
  const head = `${paint(word, style)} ${code}: ${printable(path)}: ${printable(message)}\n`;
  return head + detail('expected', expected) + detail('actual', actual) + detail('fix', fix);
}

function adviceLines({ component, runs, logs, restart, files }: CheckReport['components'][number]): string {
  const lines = [
    `${printable(component)} (${runs})`,
    ...logs.map((log, index) => `  ${index === 0 ? 'log:' : ' or:'} ${printable(log)}`),
    ...(files.length === 0
      ? []
      : [`  after a change of: ${files.map(printable).join(', ')}`, `  restart it: ${printable(restart)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
