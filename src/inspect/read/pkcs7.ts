import type { Element } from '../../asn1/cursor.ts';
import { TAG } from '../../asn1/der.ts';
import { PkiError } from '../../errors/pki-error.ts';
import { BerReader } from './ber.ts';

/** SignedData (RFC 5652 5.1). */
const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** What a PKCS#7 holds beside what is signed in it, as places in its bytes. */
export interface Pkcs7Content {
  readonly certificates: readonly Element[];
  readonly crls: readonly Element[];
}

/**
 * Reads certificates and CRLs out of PKCS#7, or CMS: SignedData with signatures or without (RFC 5652 5.1, RFC 2315 9.1).
 * Signatures are not looked at.
 *
 * @throws PkiError `invalid-der`, `unsupported-algorithm` where it is no SignedData
 */
export function readPkcs7(bytes: Uint8Array): Pkcs7Content {
  const info = new BerReader(bytes).enter(TAG.sequence, 'a ContentInfo');
  const type = info.oid('the content type');
  if (type !== SIGNED_DATA) {
    throw new PkiError('unsupported-algorithm', `expected signed data, got content of type ${type}`, {
      details: { algorithm: type, supported: [SIGNED_DATA] },
    });
  }
  const signed = info.enter(0xa0, 'the content').enter(TAG.sequence, 'a SignedData');
  signed.integer('the version');
  signed.enterList(TAG.set, 'the digest algorithms');
  signed.enter(TAG.sequence, 'the signed content');
  const certificates = elements(signed.enterOptional(0xa0));
  const crls = elements(signed.enterOptional(0xa1));
  return { certificates, crls };
}

/** The elements that are no other kind of certificate or of revocation information (RFC 5652 10.2). */
function elements(list: BerReader | undefined): Element[] {
  const found: Element[] = [];
  while (list !== undefined && !list.done) {
    const element = list.read();
    if (element.tag === TAG.sequence) found.push(element);
  }
  return found;
}
