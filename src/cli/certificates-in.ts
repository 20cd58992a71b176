import { latin1 } from '../asn1/bytes.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { readCertificate, type CertificateInfo } from '../inspect/read/certificate.ts';
import { readCrl, type CrlInfo } from '../inspect/read/crl.ts';
import { lenientBlocks } from '../inspect/text/pem.ts';

/** What a file of certificates holds: those that can be read, and what is wrong with the others. */
export interface CertificatesIn {
  readonly certificates: readonly CertificateInfo[];
  /** By the number of the certificate in the file, from 0. */
  readonly problems: ReadonlyMap<number, string>;
}

const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];
const CRL_LABELS: readonly string[] = ['X509 CRL', 'CRL'];
const SEQUENCE = 0x30;

/** The DER of each object of some labels in PEM, or of one in DER. */
function objectsIn(input: Uint8Array, labels: readonly string[]): Uint8Array[] {
  const found = [...lenientBlocks(input)].flatMap((block) =>
    block !== undefined && labels.includes(block.label) ? [block.der] : [],
  );
  if (found.length > 0) return found;
  return input[0] === SEQUENCE ? [input] : [];
}

/**
 * Reads every certificate of a file, PEM or DER.
 *
 * @param source what to call the file in errors
 * @throws PkiError `invalid-pem` where there is none
 */
export function certificatesIn(input: Uint8Array, source: string): CertificatesIn {
  const certificates: CertificateInfo[] = [];
  const problems = new Map<number, string>();
  const objects = objectsIn(input, LABELS);
  for (const [index, der] of objects.entries()) {
    try {
      certificates.push(readCertificate(der));
    } catch (error) {
      if (!isPkiError(error)) throw error;
      problems.set(index, error.message);
    }
  }
  // A block that is there and cannot be decoded is a malformed certificate, not a file of something else.
  if (objects.length === 0 && hasCertificateBlock(input))
    problems.set(0, 'its PEM block is cut off, or is not base64');
  if (objects.length > 0 || problems.size > 0) return { certificates, problems };
  throw new PkiError('invalid-pem', `${source}: expected a certificate in PEM or DER, found none`, {
    details: { source, expected: 'a certificate in PEM or DER' },
  });
}

function hasCertificateBlock(input: Uint8Array): boolean {
  return /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(latin1(input));
}

/**
 * Reads every CRL of a file, PEM or DER.
 *
 * @throws PkiError `invalid-pem` where there is none, `invalid-der`
 */
export function crlsIn(input: Uint8Array, source: string): CrlInfo[] {
  const objects = objectsIn(input, CRL_LABELS);
  if (objects.length > 0) return objects.map((der) => readCrl(der));
  throw new PkiError('invalid-pem', `${source}: expected a CRL in PEM or DER, found none`, {
    details: { source, expected: 'a CRL in PEM or DER' },
  });
}
