import { readCertificate, type CertificateInfo } from '../../inspect/read/certificate.ts';
import { refusalOfName } from '../../inspect/text/accept.ts';
import { readTrust, type TrustInfo } from '../../inspect/text/aux.ts';
import { HEADER_PASSED_OVER, type Wanted } from './load.ts';

/** A certificate as a command is given it. */
export interface LoadedCertificate {
  readonly certificate: CertificateInfo;
  readonly trust: TrustInfo | undefined;
}

/** Certificates, with what OpenSSL adds to trusted ones. */
export const CERTIFICATE = Object.freeze<Wanted<LoadedCertificate>>({
  what: 'a certificate',
  labels: ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'],
  longestHeader: HEADER_PASSED_OVER,
  read: (der, label) => {
    const certificate = readCertificate(der);
    const refusal = refusalOfName(certificate.issuer) ?? refusalOfName(certificate.subject);
    if (refusal !== undefined) return refusal;
    // OpenSSL looks for it behind any certificate in PEM, and behind none in DER.
    const rest = der.subarray(certificate.der.length);
    return { certificate, trust: label === undefined ? undefined : readTrust(rest) };
  },
});
