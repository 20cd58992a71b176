import { contextTag, TAG } from '../../asn1/der.ts';
import { readAlgorithm, type AlgorithmInfo } from './algorithm.ts';
import { BerReader, smallIntegerValue, type BitString } from './ber.ts';
import { readExtensionList, type ExtensionInfo } from './extension.ts';
import { readName, type NameInfo } from './name.ts';
import { readPublicKey, type PublicKeyInfo } from './public-key.ts';
import { readTime, type TimeInfo } from './time.ts';

/** A certificate as plain data (RFC 5280 4.1): every field as it is encoded, odd ones included. */
export interface CertificateInfo {
  /** The certificate whole. */
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  /** As it is encoded: 0, 1, 2 for versions 1, 2, 3; `undefined` for numbers that are out of range. */
  readonly version: number | undefined;
  /** Content octets of the version; `undefined` where it is left out. */
  readonly versionContent?: Uint8Array | undefined;
  /** Content octets of the serial number: two's complement. */
  readonly serialNumber: Uint8Array;
  /** The signature algorithm inside what is signed; it should be {@link CertificateInfo.signatureAlgorithm}. */
  readonly tbsSignatureAlgorithm: AlgorithmInfo;
  readonly issuer: NameInfo;
  readonly notBefore: TimeInfo;
  /** The last second of validity, inclusive. */
  readonly notAfter: TimeInfo;
  readonly subject: NameInfo;
  readonly publicKey: PublicKeyInfo;
  readonly issuerUniqueId: BitString | undefined;
  readonly subjectUniqueId: BitString | undefined;
  /** In order; `undefined` where there is no list at all. */
  readonly extensions: readonly ExtensionInfo[] | undefined;
  readonly signatureAlgorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/**
 * Reads one certificate as leniently as OpenSSL does. Bytes behind it are not looked at.
 *
 * @param der its bytes, which are kept by reference
 * @throws PkiError `invalid-der`, naming the offset
 */
export function readCertificate(der: Uint8Array): CertificateInfo {
  const outer = new BerReader(der);
  const whole = outer.enter(TAG.sequence, 'a certificate');
  const start = whole.offset;
  const tbs = whole.enter(TAG.sequence, 'the TBSCertificate');
  const signed = readTbs(tbs);
  const end = whole.offset;
  const signatureAlgorithm = readAlgorithm(whole, 'the signature algorithm');
  const signature = whole.bitString('the signature');
  whole.finish('the certificate');
  return {
    der: der.subarray(0, outer.offset),
    tbs: der.subarray(start, end),
    ...signed,
    signatureAlgorithm,
    signature,
  };
}

function readTbs(tbs: BerReader): Omit<CertificateInfo, 'der' | 'tbs' | 'signatureAlgorithm' | 'signature'> {
  const explicit = tbs.enterOptional(contextTag(0, 'constructed'), 'the version');
  const versionContent = explicit?.integer('the version');
  const version = versionContent === undefined ? 0 : smallIntegerValue(versionContent);
  explicit?.finish('the version');
  const serialNumber = tbs.integer('the serial number');
  const tbsSignatureAlgorithm = readAlgorithm(tbs, 'the signature algorithm');
  const issuer = readName(tbs, 'the issuer');
  const validity = tbs.enter(TAG.sequence, 'the validity');
  const notBefore = readTime(validity, 'notBefore');
  const notAfter = readTime(validity, 'notAfter');
  validity.finish('the validity');
  const subject = readName(tbs, 'the subject');
  const publicKey = readPublicKey(tbs);
  const issuerUniqueId = uniqueId(tbs, 1);
  const subjectUniqueId = uniqueId(tbs, 2);
  const list = tbs.enterOptional(contextTag(3, 'constructed'), 'the extensions');
  const extensions = list && readExtensionList(list.enterList(TAG.sequence, 'the extensions'));
  list?.finish('the extensions');
  tbs.finish('the TBSCertificate');
  return {
    version,
    versionContent,
    serialNumber,
    tbsSignatureAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    publicKey,
    issuerUniqueId,
    subjectUniqueId,
    extensions,
  };
}

function uniqueId(reader: BerReader, number: 1 | 2): BitString | undefined {
  const tag = contextTag(number);
  const present = reader.nextTag === tag || reader.nextTag === contextTag(number, 'constructed');
  return present ? reader.bitString('a unique identifier', tag) : undefined;
}
