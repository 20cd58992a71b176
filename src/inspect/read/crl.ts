import { contextTag, TAG } from '../../asn1/der.ts';
import { readAlgorithm, type AlgorithmInfo } from './algorithm.ts';
import { BerReader, smallIntegerValue, type BitString } from './ber.ts';
import { readExtensionList, type ExtensionInfo } from './extension.ts';
import { readName, type NameInfo } from './name.ts';
import { readTime, type TimeInfo } from './time.ts';

/** A certificate that a CRL revokes (RFC 5280 5.1.2.6). */
export interface RevokedInfo {
  /** Content octets of the serial number. */
  readonly serialNumber: Uint8Array;
  readonly revocationDate: TimeInfo;
  readonly extensions: readonly ExtensionInfo[] | undefined;
}

/** A certificate revocation list as plain data (RFC 5280 5.1). */
export interface CrlInfo {
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  /** As it is encoded: 1 for version 2; 0, version 1, where it is left out. */
  readonly version: number | undefined;
  /** Content octets of the version; `undefined` where it is left out. */
  readonly versionContent?: Uint8Array | undefined;
  readonly tbsSignatureAlgorithm: AlgorithmInfo;
  readonly issuer: NameInfo;
  readonly thisUpdate: TimeInfo;
  readonly nextUpdate: TimeInfo | undefined;
  readonly revoked: readonly RevokedInfo[];
  readonly extensions: readonly ExtensionInfo[] | undefined;
  readonly signatureAlgorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/**
 * Reads one certificate revocation list. Bytes behind it are not looked at.
 *
 * @throws PkiError `invalid-der`
 */
export function readCrl(der: Uint8Array): CrlInfo {
  const outer = new BerReader(der);
  const whole = outer.enter(TAG.sequence, 'a CRL');
  const tbsStart = whole.offset;
  const tbs = whole.enter(TAG.sequence, 'the TBSCertList');
  const versionContent = tbs.nextTag === TAG.integer ? tbs.integer('the version') : undefined;
  const tbsSignatureAlgorithm = readAlgorithm(tbs, 'the signature algorithm');
  const issuer = readName(tbs, 'the issuer');
  const thisUpdate = readTime(tbs, 'thisUpdate');
  const isTime = tbs.nextIs(TAG.utcTime) || tbs.nextIs(TAG.generalizedTime);
  const nextUpdate = isTime ? readTime(tbs, 'nextUpdate') : undefined;
  const list = tbs.nextIs(TAG.sequence) ? tbs.enterList(TAG.sequence, 'the revoked certificates') : undefined;
  const revoked: RevokedInfo[] = [];
  while (list !== undefined && !list.done) revoked.push(readRevoked(list));
  const explicit = tbs.enterOptional(contextTag(0, 'constructed'), 'the extensions');
  const extensions = explicit && readExtensionList(explicit.enterList(TAG.sequence, 'the extensions'));
  explicit?.finish('the extensions');
  tbs.finish('the TBSCertList');
  const tbsEnd = whole.offset;
  const signatureAlgorithm = readAlgorithm(whole, 'the signature algorithm');
  const signature = whole.bitString('the signature');
  whole.finish('the CRL');
  return {
    der: der.subarray(0, outer.offset),
    tbs: der.subarray(tbsStart, tbsEnd),
    version: versionContent === undefined ? 0 : smallIntegerValue(versionContent),
    versionContent,
    tbsSignatureAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    revoked,
    extensions,
    signatureAlgorithm,
    signature,
  };
}

function readRevoked(list: BerReader): RevokedInfo {
  const one = list.enter(TAG.sequence, 'a revoked certificate');
  const serialNumber = one.integer('the serial number');
  const revocationDate = readTime(one, 'the revocation date');
  const extensions = one.nextIs(TAG.sequence) ? one.enterList(TAG.sequence, 'the extensions') : undefined;
  one.finish('the entry');
  return { serialNumber, revocationDate, extensions: extensions && readExtensionList(extensions) };
}
