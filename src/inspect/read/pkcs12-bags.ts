import { toHex } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import { PkiError } from '../../errors/pki-error.ts';
import { BerReader } from './ber.ts';

// RFC 7292 appendix D; RFC 2985 appendix A.
const BAG = Object.freeze({
  '1.2.840.113549.1.12.10.1.1': 'key',
  '1.2.840.113549.1.12.10.1.2': 'encrypted-key',
  '1.2.840.113549.1.12.10.1.3': 'certificate',
  '1.2.840.113549.1.12.10.1.4': 'crl',
  '1.2.840.113549.1.12.10.1.5': 'secret',
  '1.2.840.113549.1.12.10.1.6': 'bags',
} as const);
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const X509_CRL = '1.2.840.113549.1.9.23.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';

/** Bags in bags in bags are nobody's. */
const MAX_NESTING = 5;
/** More bags than any truststore has. */
const MAX_BAGS = 20_000;

/** What a bag's attributes call its content. */
export interface BagNames {
  /** What people call it. */
  readonly friendlyName?: string;
  /** What a certificate and its private key have in common, in hexadecimal. */
  readonly localKeyId?: string;
}

/** One object of a PKCS#12. */
export interface Bag {
  readonly kind: 'key' | 'encrypted-key' | 'certificate' | 'crl';
  /** PrivateKeyInfo, EncryptedPrivateKeyInfo, Certificate or CertificateList. */
  readonly der: Uint8Array;
  readonly names: BagNames;
}

/**
 * Reads SafeContents (RFC 7292 4.2); bags of other secrets are passed over.
 *
 * @throws PkiError `invalid-der`, `limit-exceeded`
 */
export function readBags(bytes: Uint8Array): Bag[] {
  const bags: Bag[] = [];
  collect(new BerReader(bytes), bags, 0);
  return bags;
}

function collect(reader: BerReader, into: Bag[], depth: number): void {
  if (depth > MAX_NESTING) throw reader.error('bags are nested too deep');
  for (const contents = reader.enter(TAG.sequence, 'the bags'); !contents.done;) {
    if (into.length >= MAX_BAGS) {
      throw new PkiError('limit-exceeded', `it has more than ${MAX_BAGS} bags`, {
        details: { limit: 'bags of a PKCS#12', maximum: MAX_BAGS },
      });
    }
    readBag(contents.enter(TAG.sequence, 'a bag'), into, depth);
  }
}

function readBag(bag: BerReader, into: Bag[], depth: number): void {
  const oid = bag.oid('the kind of a bag');
  const value = bag.enter(0xa0, 'the value of a bag');
  const kind = kindOf(oid);
  if (kind === 'bags') collect(value, into, depth + 1);
  else if (kind === 'certificate' || kind === 'crl') {
    const typed = value.enter(TAG.sequence, 'the value of a bag');
    const type = typed.oid();
    if (type !== X509_CERTIFICATE && type !== X509_CRL) return;
    const der = typed.enter(0xa0, 'the value of a bag').string(TAG.octetString);
    into.push({ kind, der, names: readNames(bag) });
  } else if (kind === 'key' || kind === 'encrypted-key') {
    into.push({ kind, der: value.whole(TAG.sequence, 'a private key'), names: readNames(bag) });
  }
}

function kindOf(oid: string): (typeof BAG)[keyof typeof BAG] | undefined {
  return Object.entries(BAG).find(([known]) => known === oid)?.[1];
}

function readNames(bag: BerReader): BagNames {
  const attributes = bag.done ? undefined : bag.enterList(TAG.set, 'the attributes of a bag');
  let names: BagNames = {};
  while (attributes !== undefined && !attributes.done) {
    const attribute = attributes.enter(TAG.sequence, 'an attribute');
    const oid = attribute.oid();
    const values = attribute.enterList(TAG.set, 'the values of an attribute');
    if (values.done) continue;
    if (oid === FRIENDLY_NAME && values.nextTag === TAG.bmpString) {
      names = { ...names, friendlyName: utf16(values.content()) };
    } else if (oid === LOCAL_KEY_ID) {
      names = { ...names, localKeyId: toHex(values.string(TAG.octetString, 'the local key ID')) };
    }
  }
  return names;
}

function utf16(bytes: Uint8Array): string {
  return new TextDecoder('utf-16be').decode(bytes);
}
