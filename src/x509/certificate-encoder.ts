import { bitString, contextTag, element, sequence, smallInteger, unsignedInteger } from '../asn1/der.ts';
import { encodeTime } from '../asn1/time.ts';
import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { encodeExtensions, type ExtensionValues } from './extensions.ts';

/** Everything that stands in a certificate but its signature. */
export interface CertificateContent {
  /** The serial number's magnitude, big-endian. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** The issuer's subject, byte for byte (RFC 5280 4.1.2.4). */
  readonly issuer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The subject's Name in DER. */
  readonly subject: Uint8Array;
  readonly publicKey: PublicKey;
  readonly extensions: ExtensionValues;
}

const VERSION_3 = element(contextTag(0, 'constructed'), smallInteger(2));

/** Encodes the TBSCertificate (RFC 5280 4.1.2): what is signed. */
export function encodeTbsCertificate(content: CertificateContent): Uint8Array {
  return sequence(
    VERSION_3,
    unsignedInteger(content.serialNumber),
    content.signatureAlgorithm.der,
    content.issuer,
    sequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.publicKey.spki,
    element(contextTag(3, 'constructed'), encodeExtensions(content.extensions)),
  );
}

/** Puts the certificate together from what was signed and its signature. */
export function encodeCertificate(
  tbs: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  return sequence(tbs, algorithm.der, bitString(signature));
}
