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
export function checkIssuer(
  { certificate, signer }: Issuer,
  subject: { readonly ca: boolean; readonly maxPathLength?: number | undefined },
  now: Date,
): void {
  const constraints = certificate.basicConstraints;
  const refuse = (reason: Reason, message: string, hint?: string): PkiError<'invalid-issuer'> => {
    const name = formatName(certificate.subject);
    const details = { reason, subject: name };
    return new PkiError(
      'invalid-issuer',
      `${name} cannot sign: ${message}`,
      hint === undefined ? { details } : { details, hint },
    );
  };
  if (constraints?.ca !== true) throw refuse('not-ca', 'it is not the certificate of a CA');
  if (certificate.keyUsage?.includes('keyCertSign') === false)
    throw refuse('key-usage', 'its key usage lacks keyCertSign');
  if (!certificate.publicKey.equals(signer.publicKey)) throw refuse('key-mismatch', 'the key is not its own');
  const clock = `the clock says ${now.toISOString()}`;
  if (now > certificate.notAfter) {
    throw refuse(
      'expired',
      `it expired at ${certificate.notAfter.toISOString()}; ${clock}`,
      'renew the CA, or mend the clock',
    );
  }
  if (now < certificate.notBefore) {
    throw refuse(
      'not-yet-valid',
      `it is valid from ${certificate.notBefore.toISOString()}; ${clock}`,
      'mend the clock',
    );
  }
  const { maxPathLength: limit } = constraints;
  if (!subject.ca || limit === undefined) return;
  if (limit === 0) throw refuse('path-length', 'its path length is 0: no CA may stand below it');
  if (subject.maxPathLength === undefined || subject.maxPathLength >= limit) {
    throw refuse(
      'path-length',
      `a CA below it needs a path length under ${limit}`,
      `ask for a path length of ${limit - 1}`,
    );
  }
}
