import type { CheckFinding, CheckReport, ReportCertificate } from '../report.ts';

/** How urgent something is, the most urgent first; also the classes that colour it. */
export const URGENCIES = Object.freeze(['critical', 'warning', 'note', 'fine'] as const);

/** One of them. */
export type Urgency = (typeof URGENCIES)[number];

const BY_SEVERITY = Object.freeze({ error: 'critical', warning: 'warning', info: 'note' } as const);

/** The word for a finding's severity. */
export function urgencyOf({ severity }: CheckFinding): Exclude<Urgency, 'fine'> {
  return BY_SEVERITY[severity];
}

/** How urgent each certificate is: the worst of its findings. */
export function urgencies({
  certificates,
  findings,
}: CheckReport): (certificate: ReportCertificate) => Urgency {
  const worst = new Map<string, Urgency>();
  // Findings come the worst first.
  for (const finding of findings) if (!worst.has(finding.path)) worst.set(finding.path, urgencyOf(finding));
  const ids = new Map(
    certificates.map((one) => [one.id, worst.get(one.id) ?? worst.get(one.path) ?? 'fine']),
  );
  return ({ id }) => ids.get(id) ?? 'fine';
}
