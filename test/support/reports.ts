/** Reports of the health check, made up: of any size, and with fields that mean harm. */
import type { CheckFinding, CheckReport, ReportCertificate } from '../../src/check/report.ts';
import { createAuthority } from '../../src/ca/index.ts';

/** The clock of every report. */
export const CHECKED_AT = '2027-01-31T12:00:00.000Z';

const DAY = 86_400_000;

/** Text that would run, close its element, or turn the line around, were it not escaped. */
export const HOSTILE: readonly string[] = [
  '</script><script>window.harmed = 1</script>',
  '<img src=x onerror="window.harmed = 1">',
  '"><svg onload=window.harmed=1>',
  "'-window.harmed=1-'",
  '</style><style>body{display:none}</style>',
  '\u202eevil\u202c \u2028line\u2029 \u0000nul \ud800 lone',
  '<!-- --><a href="javascript:window.harmed=1">click</a>',
  '{{constructor.constructor("window.harmed=1")()}} ${window.harmed=1}',
];

interface Shape {
  readonly index: number;
  readonly pem: string;
  readonly text: (plain: string, index: number) => string;
}

function certificateOf({ index, pem, text }: Shape): ReportCertificate {
  const isCa = index % 50 === 0;
  const daysLeft = isCa ? 3000 : ((index * 37) % 400) - 5;
  const path = text(`/etc/kubernetes/pki/leaf-${index}.crt`, index);
  const ca = Math.floor(index / 50) * 50;
  return {
    id: `${path} ${index}`,
    path,
    index: 0,
    subject: text(`O = system:nodes, CN = system:node:node-${index}`, index + 1),
    issuer: text(`CN = ca-${ca}`, ca),
    commonName: text(`system:node:node-${index}`, index + 2),
    organizations: [text('system:nodes', index + 3)],
    subjectAltNames: [`DNS:${text(`node-${index}`, index + 4)}`, `IP:10.0.${index >> 8}.${index & 255}`],
    serialNumber: index.toString(16).padStart(8, '0'),
    notBefore: new Date(Date.parse(CHECKED_AT) - DAY).toISOString(),
    notAfter: new Date(Date.parse(CHECKED_AT) + daysLeft * DAY + 1).toISOString(),
    daysLeft,
    isCa,
    keyAlgorithm: 'ECDSA-P256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    fingerprint: index.toString(16).padStart(64, '0'),
    keyUsage: [],
    extendedKeyUsage: [],
    uses: isCa
      ? []
      : [
          {
            component: text('kubelet', index + 5),
            flag: '--tls-cert-file',
            source: '/etc/unit',
            role: 'server-certificate',
            path,
          },
        ],
    signedBy: [`${text(`/etc/kubernetes/pki/leaf-${ca}.crt`, ca)} ${ca}`],
    pem,
  };
}

/** A report of as many certificates. */
export async function makeReport(size: number, { hostile = false } = {}): Promise<CheckReport> {
  const ca = await createAuthority({ commonName: 'report', keyAlgorithm: 'ECDSA-P256' });
  const pem = ca.certificate.toPem();
  const text = (plain: string, index: number): string =>
    hostile ? `${plain}${HOSTILE[index % HOSTILE.length] ?? ''}` : plain;
  const certificates = Array.from({ length: size }, (_, index) => certificateOf({ index, pem, text }));
  certificates.sort((a, b) => (a.daysLeft ?? 0) - (b.daysLeft ?? 0));
  const findings = certificates
    .filter(({ daysLeft = 0 }) => daysLeft < 30)
    .slice(0, 40)
    .map(({ id, daysLeft = 0 }, index): CheckFinding => ({
      code: daysLeft < 0 ? 'expired' : 'expires-soon',
      severity: daysLeft < 7 ? 'error' : 'warning',
      path: id,
      message: text(`it ends in ${daysLeft} days`, index),
      expected: text('more than 30 days', index + 1),
      actual: text(`${daysLeft} days`, index + 2),
      fix: text('kubeadm certs renew all', index + 3),
      source: text('RFC 5280 4.1.2.5', index + 4),
    }));
  return {
    checkedAt: CHECKED_AT,
    status: 'CRITICAL',
    checked: [text('/', 1)],
    certificates,
    findings,
    components: [
      {
        component: text('kube-apiserver', 0),
        runs: 'static-pod',
        logs: [text('journalctl -u kubelet', 1)],
        restart: text('systemctl restart kubelet', 2),
        files: [text('/etc/kubernetes/pki/ca.crt', 3)],
      },
    ],
  };
}
