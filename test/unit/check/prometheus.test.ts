import type { CheckFinding, CheckReport, ReportCertificate } from '../../../src/check/report.ts';
import { renderPrometheus } from '../../../src/check/prometheus.ts';

const certificate: ReportCertificate = {
  id: '/a/b.crt#1',
  path: '/a/b.crt',
  index: 1,
  subject: 'CN = quote " back \\ line\nend\u001b\u202e',
  issuer: 'CN = ca',
  organizations: [],
  subjectAltNames: [],
  serialNumber: '0a',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  daysLeft: 100,
  isCa: false,
  keyAlgorithm: 'RSA-2048',
  signatureAlgorithm: 'sha256WithRSAEncryption',
  fingerprint: 'ff',
  keyUsage: [],
  extendedKeyUsage: [],
  uses: [
    { component: 'etcd', flag: '--cert-file', source: '/s', role: 'server-certificate', path: '/a/b.crt' },
  ],
  signedBy: [],
  pem: '',
};

const finding = (code: string, severity: CheckFinding['severity']): CheckFinding => ({
  code,
  severity,
  path: '/a',
  message: 'm',
  source: 's',
});

function render(changes: Partial<CheckReport>): string[] {
  const text = renderPrometheus({
    checkedAt: '2026-11-26T12:00:00.000Z',
    status: 'OK',
    checked: ['/'],
    certificates: [],
    findings: [],
    components: [],
    ...changes,
  });
  expect(text.endsWith('\n')).toBe(true);
  return text.trimEnd().split('\n');
}

const samples = (lines: readonly string[]): string[] => lines.filter((line) => !line.startsWith('#'));

test('a certificate has its dates in seconds, its labels escaped, and who uses it', () => {
  const labels =
    'id="/a/b.crt#1",path="/a/b.crt",subject="CN = quote \\" back \\\\ line\\nend\u27e8U+001B\u27e9\u27e8U+202E\u27e9",issuer="CN = ca",serial="0a",ca="false",component="etcd"';
  expect(samples(render({ certificates: [certificate] })).slice(0, 2)).toEqual([
    `kubepki_certificate_not_after_timestamp_seconds{${labels}} 1798761600`,
    `kubepki_certificate_not_before_timestamp_seconds{${labels}} 1767225600`,
  ]);
});

test('a date that is no time has no sample', () => {
  const { notAfter: _left, ...undated } = certificate;
  const names = samples(render({ certificates: [undated] })).map((line) => line.replace(/[{ ].*/, ''));
  expect(names).toEqual([
    'kubepki_certificate_not_before_timestamp_seconds',
    'kubepki_check_status',
    'kubepki_check_timestamp_seconds',
  ]);
});

test('findings are counted by code and severity, the status is its number, and the time is that of the check', () => {
  const findings = [finding('expired', 'error'), finding('expired', 'error'), finding('weak-key', 'warning')];
  expect(samples(render({ findings, status: 'CRITICAL' }))).toEqual([
    'kubepki_check_findings{code="expired",severity="error"} 2',
    'kubepki_check_findings{code="weak-key",severity="warning"} 1',
    'kubepki_check_status 2',
    'kubepki_check_timestamp_seconds 1795694400',
  ]);
  const statuses = (['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const).map(
    (status) => samples(render({ status }))[0],
  );
  expect(statuses).toEqual([0, 1, 2, 3].map((number) => `kubepki_check_status ${number}`));
});

test('every metric has one HELP and one TYPE before its samples', () => {
  const lines = render({ certificates: [certificate, certificate], findings: [finding('x', 'info')] });
  const names = lines.flatMap((line) => /^# HELP (\S+) /.exec(line)?.[1] ?? []);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    const at = lines.findIndex((line) => line.startsWith(`# HELP ${name} `));
    expect(lines[at + 1]).toBe(`# TYPE ${name} gauge`);
    expect(lines[at + 2]).toMatch(new RegExp(`^${name}[{ ]`));
  }
});
