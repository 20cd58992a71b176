import { X509Certificate } from 'node:crypto';
import { Certificate } from '../x509/certificate.ts';

/** A certificate as an `X509Certificate` of `node:crypto`. */
export function toX509Certificate(certificate: Certificate): X509Certificate {
  return new X509Certificate(certificate.der);
}

/**
 * The certificate of an `X509Certificate` of `node:crypto`.
 *
 * @throws PkiError `invalid-der` for one that OpenSSL reads and RFC 5280 forbids
 */
export function fromX509Certificate(certificate: X509Certificate): Certificate {
  return Certificate.fromDer(certificate.raw);
}
