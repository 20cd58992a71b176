import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import { hasUnhandledExtension } from './go-certificate.ts';

/** Where in a chain a certificate is to stand. */
export interface GoPlace {
  readonly kind: 'leaf' | 'intermediate' | 'root';
  /** What stands below it, from the leaf up. */
  readonly chain: readonly CertificateInfo[];
}

/** A time as Go writes it (RFC 3339), in UTC. */
const timeText = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

/** What Go says against a certificate at its place in a chain (crypto/x509/verify.go, isValid). */
export function goInvalid(
  certificate: CertificateInfo,
  { kind, chain }: GoPlace,
  now: Date,
): string | undefined {
  if (hasUnhandledExtension(certificate)) return 'x509: unhandled critical extension';
  const { notBefore, notAfter, extensions = [], version } = certificate;
  const expired = `x509: certificate has expired or is not yet valid: current time ${timeText(now)} is`;
  if (notBefore.date !== undefined && now < notBefore.date)
    return `${expired} before ${timeText(notBefore.date)}`;
  if (notAfter.date !== undefined && now > notAfter.date)
    return `${expired} after ${timeText(notAfter.date)}`;
  const constraints =
    version === 2 ? readExtension(extensions, EXTENSION.basicConstraints)?.value : undefined;
  if (kind === 'intermediate' && constraints?.ca !== true)
    return 'x509: certificate is not authorized to sign other certificates';
  const limit = constraints?.maxPathLength;
  return limit !== undefined && limit >= 0 && chain.length - 1 > limit
    ? 'x509: too many intermediates for path length constraint'
    : undefined;
}
