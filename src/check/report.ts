import type { Finding } from '../errors/finding.ts';
import type { FileUse } from './inventory.ts';

/** A finding of the health check. */
export interface CheckFinding extends Finding {
  /** Where the rule comes from: an RFC's section, a page of Kubernetes, a number of the CIS benchmark. */
  readonly source: string;
}

/** One certificate of a report. */
export interface ReportCertificate {
  /** Tells certificates apart, see `CertificateEntry.id`. */
  readonly id: string;
  readonly path: string;
  readonly field?: string;
  readonly index: number;
  /** As `openssl x509 -subject` writes it. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName?: string;
  readonly organizations: readonly string[];
  /** `DNS:kubernetes`, `IP:10.96.0.1` */
  readonly subjectAltNames: readonly string[];
  /** In hexadecimal. */
  readonly serialNumber: string;
  /** RFC 3339; left out where the certificate's time is none. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Whole days until notAfter, rounded down; negative when it is past. */
  readonly daysLeft?: number;
  readonly isCa: boolean;
  /** `RSA-2048`, `ECDSA-P256`, … */
  readonly keyAlgorithm: string;
  readonly signatureAlgorithm: string;
  /** SHA-256 of the DER in lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  readonly uses: readonly FileUse[];
  /** Ids of the certificates that signed it. */
  readonly signedBy: readonly string[];
  readonly pem: string;
}

/** What to do when a component is down, and after one of its files changed. */
export interface ComponentAdvice {
  readonly component: string;
  readonly runs: string;
  /** Commands that show its log, the likeliest first. */
  readonly logs: readonly string[];
  /** How to restart it. */
  readonly restart: string;
  /** The files whose change asks for a restart. */
  readonly files: readonly string[];
}

/** The health of a cluster's certificates. */
export interface CheckReport {
  /** When it was made, RFC 3339. */
  readonly checkedAt: string;
  /** The worst that was found, in the words of the monitoring plugins. */
  readonly status: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';
  /** What was looked at: paths. */
  readonly checked: readonly string[];
  /** Sorted by expiry, the earliest first. */
  readonly certificates: readonly ReportCertificate[];
  /** The worst first. */
  readonly findings: readonly CheckFinding[];
  readonly components: readonly ComponentAdvice[];
}

const RANK = Object.freeze({ error: 0, warning: 1, info: 2 });

/** The order of findings: the worst first; of one weight, as they were found. */
export function worstFirst(a: Finding, b: Finding): number {
  return RANK[a.severity] - RANK[b.severity];
}

/** The order of certificates: the earliest to expire first; of one time, by id. */
export function byExpiry(a: ReportCertificate, b: ReportCertificate): number {
  const [left, right] = [a.notAfter ?? '', b.notAfter ?? ''];
  return left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
