import { contextTag, TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readAlgorithm, type AlgorithmInfo } from './algorithm.ts';
import { readAny } from './any.ts';
import { BerReader, smallIntegerValue, type BitString } from './ber.ts';
import { readExtensionList, type ExtensionInfo } from './extension.ts';
import { readName, type NameInfo } from './name.ts';
import { readPublicKey, type PublicKeyInfo } from './public-key.ts';

/** An attribute of a request (RFC 2986 4.1). */
export interface RequestAttribute {
  readonly oid: string;
  /** Each value of the attribute, tag and length included. */
  readonly values: readonly Uint8Array[];
}

/** A certificate signing request as plain data (PKCS#10, RFC 2986). What it asks for is not believed by anyone. */
export interface RequestInfo {
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly info: Uint8Array;
  /** As it is encoded: 0 for version 1. */
  readonly version: number | undefined;
  /** Content octets of the version; `undefined` where it is left out. */
  readonly versionContent?: Uint8Array | undefined;
  readonly subject: NameInfo;
  readonly publicKey: PublicKeyInfo;
  readonly attributes: readonly RequestAttribute[];
  /** Whether there is a list of attributes, be it empty, as there must be. */
  readonly hasAttributeList: boolean;
  /** Those of the first attribute extensionRequest (PKCS#9), or of Microsoft's; `undefined` where none can be read. */
  readonly requestedExtensions: readonly ExtensionInfo[] | undefined;
  readonly signatureAlgorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/** Object identifiers of the attributes that ask for extensions (RFC 2985 5.4.2, and Microsoft's). */
export const EXTENSION_REQUEST = Object.freeze(['1.2.840.113549.1.9.14', '1.3.6.1.4.1.311.2.1.14']);

/**
 * Reads one certificate signing request. Bytes behind it are not looked at.
 *
 * @throws PkiError `invalid-der`
 */
export function readRequest(der: Uint8Array): RequestInfo {
  const outer = new BerReader(der);
  const whole = outer.enter(TAG.sequence, 'a certificate request');
  const infoStart = whole.offset;
  const info = whole.enter(TAG.sequence, 'the CertificationRequestInfo');
  const versionContent = info.integer('the version');
  const subject = readName(info, 'the subject');
  const publicKey = readPublicKey(info);
  const list = info.nextIs(contextTag(0))
    ? info.enterList(contextTag(0, 'constructed'), 'the attributes')
    : undefined;
  const attributes: RequestAttribute[] = [];
  while (list !== undefined && !list.done) attributes.push(readAttribute(list));
  info.finish('the CertificationRequestInfo');
  const infoEnd = whole.offset;
  const signatureAlgorithm = readAlgorithm(whole, 'the signature algorithm');
  const signature = whole.bitString('the signature');
  whole.finish('the certificate request');
  return {
    der: der.subarray(0, outer.offset),
    info: der.subarray(infoStart, infoEnd),
    version: smallIntegerValue(versionContent),
    versionContent,
    subject,
    publicKey,
    attributes,
    hasAttributeList: list !== undefined,
    requestedExtensions: extensionsOf(attributes),
    signatureAlgorithm,
    signature,
  };
}

function readAttribute(list: BerReader): RequestAttribute {
  const attribute = list.enter(TAG.sequence, 'an attribute');
  const oid = attribute.oid('the attribute type');
  const set = attribute.enterList(TAG.set, 'the attribute values');
  attribute.finish('the attribute');
  const values: Uint8Array[] = [];
  while (!set.done) values.push(readAny(set, 'an attribute value').der);
  return { oid, values };
}

/** The attribute that asks for extensions: PKCS#9's, if there is one. */
export function requestForExtensions(attributes: readonly RequestAttribute[]): RequestAttribute | undefined {
  const asking = EXTENSION_REQUEST.map((type) => attributes.find(({ oid }) => oid === type));
  return asking.find((one) => one !== undefined);
}

/** The extensions asked for; those of a list that cannot be read are left out, as OpenSSL does. */
function extensionsOf(attributes: readonly RequestAttribute[]): readonly ExtensionInfo[] | undefined {
  const value = requestForExtensions(attributes)?.values[0];
  if (value === undefined) return undefined;
  try {
    return readExtensionList(new BerReader(value).enter(TAG.sequence, 'the requested extensions'));
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
