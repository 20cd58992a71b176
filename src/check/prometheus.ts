import { visible } from '../errors/visible.ts';
import type { CheckReport, ReportCertificate } from './report.ts';

/** A metric of the textfile: its name, what it says, and its samples. */
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/**
 * A report in the text format of Prometheus, for node-exporter's textfile collector.
 *
 * @returns text with a newline at its end
 */
export function renderPrometheus(report: CheckReport): string {
  return [...certificateMetrics(report), ...checkMetrics(report)]
    .filter(({ samples }) => samples.length > 0)
    .map(renderMetric)
    .join('');
}

const seconds = (time: string | undefined): number => (time === undefined ? NaN : Date.parse(time) / 1000);

function certificateMetrics({ certificates }: CheckReport): Metric[] {
  const gauge = (name: string, help: string, value: (one: ReportCertificate) => number): Metric => ({
    name,
    help,
    samples: certificates
      .map((one) => ({ labels: labelsOf(one), value: value(one) }))
      .filter((sample) => !Number.isNaN(sample.value)),
  });
  return [
    gauge(
      'kubepki_certificate_not_after_timestamp_seconds',
      'When a certificate ends, in seconds since 1970.',
      (one) => seconds(one.notAfter),
    ),
    gauge(
      'kubepki_certificate_not_before_timestamp_seconds',
      'When a certificate begins, in seconds since 1970.',
      (one) => seconds(one.notBefore),
    ),
  ];
}

const STATUSES: readonly CheckReport['status'][] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

function checkMetrics({ findings, checkedAt, status }: CheckReport): Metric[] {
  const counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  for (const { code, severity } of findings) {
    const known = counts.get(`${severity} ${code}`) ?? { labels: { code, severity }, value: 0 };
    known.value++;
    counts.set(`${severity} ${code}`, known);
  }
  return [
    {
      name: 'kubepki_check_findings',
      help: 'How many findings of a kind there are.',
      samples: [...counts.values()],
    },
    {
      name: 'kubepki_check_status',
      help: 'The worst that was found: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.',
      samples: [{ labels: {}, value: STATUSES.indexOf(status) }],
    },
    {
      name: 'kubepki_check_timestamp_seconds',
      help: 'When the certificates were checked, in seconds since 1970.',
      samples: [{ labels: {}, value: seconds(checkedAt) }],
    },
  ];
}

function labelsOf({
  path,
  id,
  subject,
  issuer,
  serialNumber,
  isCa,
  uses,
}: ReportCertificate): Record<string, string> {
  const component = uses[0]?.component ?? '';
  // The id tells certificates of one file apart.
  return { id, path, subject, issuer, serial: serialNumber, ca: String(isCa), component };
}

function renderMetric({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const text = Object.entries(labels).map(([key, label]) => `${key}="${escapeLabel(label)}"`);
    return `${name}${text.length === 0 ? '' : `{${text.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

/** Backslashes, quotes and line ends are escaped as the format has it; for what cannot be seen it has nothing. */
function escapeLabel(text: string): string {
  return visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
