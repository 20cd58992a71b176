import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { readCertificate, type CertificateInfo } from '../../inspect/read/certificate.ts';
import { refusalOfName } from '../../inspect/text/accept.ts';
import { readTrust, type TrustInfo } from '../../inspect/text/aux.ts';
import { lenientBlocks } from '../../inspect/text/pem.ts';

/** A certificate as a command is given it. */
export interface LoadedCertificate {
  readonly certificate: CertificateInfo;
  readonly trust: TrustInfo | undefined;
}

const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/**
 * Reads the first certificate of an input, in PEM or DER, as OpenSSL's store does.
 *
 * @param source what to call the input in errors
 * @throws PkiError `invalid-der`, `invalid-pem`
 */
export function loadCertificate(input: Uint8Array, source: string): LoadedCertificate {
  const blocks = lenientBlocks(input).filter(({ label }) => LABELS.includes(label));
  let problem: string | undefined;
  for (const { label, der } of blocks) {
    const found = tryCertificate(der, label === 'TRUSTED CERTIFICATE');
    if (typeof found !== 'string') return found;
    problem ??= found;
  }
  if (blocks.length === 0) {
    const found = tryCertificate(input, false);
    if (typeof found !== 'string') return found;
    problem = input[0] === 0x30 ? found : 'it is neither PEM nor DER of a certificate';
  }
  const hint = 'kubepki check FILE says what a file holds';
  throw new PkiError('invalid-pem', `could not read a certificate from ${source}: ${problem ?? ''}`, {
    details: { source, expected: 'a certificate in PEM or DER' },
    hint,
  });
}

function tryCertificate(der: Uint8Array, mayBeTrusted: boolean): LoadedCertificate | string {
  try {
    const certificate = readCertificate(der);
    const refusal = refusalOfName(certificate.issuer) ?? refusalOfName(certificate.subject);
    if (refusal !== undefined) return refusal;
    const rest = der.subarray(certificate.der.length);
    return { certificate, trust: mayBeTrusted ? readTrust(rest) : undefined };
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}
