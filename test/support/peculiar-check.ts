/** The cross-check by the schemas under @peculiar/x509; the test loads the Reflect polyfill first. */
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';

/** How the value of each extension that is issued is read; others are left as they are. */
const EXTENSIONS = new Map<string, new () => object>([
  [asn1.id_ce_keyUsage, asn1.KeyUsage],
  [asn1.id_ce_extKeyUsage, asn1.ExtendedKeyUsage],
  [asn1.id_ce_basicConstraints, asn1.BasicConstraints],
  [asn1.id_ce_subjectKeyIdentifier, asn1.SubjectKeyIdentifier],
  [asn1.id_ce_authorityKeyIdentifier, asn1.AuthorityKeyIdentifier],
  [asn1.id_ce_subjectAltName, asn1.SubjectAlternativeName],
]);

/** A certificate read into objects, down to each extension, and written again from them. */
function reencode(der: Uint8Array): Uint8Array {
  const read = AsnConvert.parse(Uint8Array.from(der), asn1.Certificate);
  for (const extension of Array.from(read.tbsCertificate.extensions ?? [])) {
    const type = EXTENSIONS.get(extension.extnID);
    if (type === undefined) throw new Error(`no schema for the extension ${extension.extnID}`);
    extension.extnValue.buffer = AsnConvert.serialize(AsnConvert.parse(extension.extnValue.buffer, type));
  }
  // Without the octets that it was read from, which would be written as they are.
  delete read.tbsCertificateRaw;
  return new Uint8Array(AsnConvert.serialize(read));
}

export { reencode };
