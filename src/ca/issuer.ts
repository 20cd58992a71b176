import { PkiError } from '../errors/pki-error.ts';
import type { Certificate } from '../x509/certificate.ts';
import { formatName } from '../x509/name.ts';
import type { Signer } from './signer.ts';

/** Who signs: a CA's certificate and the signer that holds its key. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly signer: Signer;
  /** The intermediates above it, nearest first; without the root. */
  readonly chain?: readonly Certificate[];
}

type Reason = 'not-ca' | 'expired' | 'not-yet-valid' | 'key-mismatch' | 'path-length' | 'key-usage';

/**
 * Checks that an issuer may sign a certificate now (RFC 5280 4.2.1.3, 4.2.1.9, 4.1.2.5).
 *
 * @param subject whether a CA is to be signed, and with which path length
 * @throws PkiError `invalid-issuer`
 */
export function checkIssuer(issuer: Issuer, subject: SubjectKind, now: Date): void {
  const { certificate, signer } = issuer;
  if (!certificate.isCa) throw refuse(certificate, 'not-ca', 'it is not the certificate of a CA');
  if (certificate.keyUsage?.includes('keyCertSign') === false) {
    throw refuse(certificate, 'key-usage', 'its key usage lacks keyCertSign');
  }
  if (!certificate.publicKey.equals(signer.publicKey)) {
    throw refuse(certificate, 'key-mismatch', 'the key is not its own');
  }
  checkDates(certificate, now);
  if (subject.ca) checkPathLength(certificate, subject.maxPathLength);
}

/** What kind of certificate is to be signed. */
interface SubjectKind {
  readonly ca: boolean;
  readonly maxPathLength?: number | undefined;
}

function checkDates(certificate: Certificate, now: Date): void {
  const { notBefore, notAfter } = certificate;
  const clock = (): string => `the clock says ${now.toISOString()}`;
  if (now > notAfter) {
    const message = `it expired at ${notAfter.toISOString()}; ${clock()}`;
    throw refuse(certificate, 'expired', message, 'renew the CA, or mend the clock');
  }
  if (now < notBefore) {
    const message = `it is valid from ${notBefore.toISOString()}; ${clock()}`;
    throw refuse(certificate, 'not-yet-valid', message, 'mend the clock');
  }
}

function checkPathLength(certificate: Certificate, wanted: number | undefined): void {
  const limit = certificate.basicConstraints?.maxPathLength;
  if (limit === undefined) return;
  if (limit === 0) throw refuse(certificate, 'path-length', 'its path length is 0: no CA may stand below it');
  if (wanted === undefined || wanted >= limit) {
    const message = `a CA below it needs a path length under ${limit}`;
    throw refuse(certificate, 'path-length', message, `ask for a path length of ${limit - 1}`);
  }
}

function refuse(
  certificate: Certificate,
  reason: Reason,
  message: string,
  hint?: string,
): PkiError<'invalid-issuer'> {
  const subject = formatName(certificate.subject);
  return new PkiError('invalid-issuer', `${subject} cannot sign: ${message}`, {
    details: { reason, subject },
    ...(hint === undefined ? {} : { hint }),
  });
}
