import { contextTag, element, NULL, sequence, smallInteger, TAG } from '../../asn1/der.ts';
import { encodeOid } from '../../asn1/oid.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readAlgorithm, type AlgorithmInfo } from '../read/algorithm.ts';
import { BerReader } from '../read/ber.ts';
import { hexNumber, magnitudeValue, signedNumber } from './number.ts';
import { longName } from './objects.ts';

/** Parameters of RSASSA-PSS (RFC 4055 3.1); what is left out has its default. */
interface PssParameters {
  readonly hash: AlgorithmInfo | undefined;
  readonly mask: AlgorithmInfo | undefined;
  /** Content octets of INTEGERs. */
  readonly saltLength: Uint8Array | undefined;
  readonly trailer: Uint8Array | undefined;
}

const MGF1 = '1.2.840.113549.1.1.8';
const SHA1 = '1.3.14.3.2.26';

/** Names of digests as providers have them, and whether RSA-PSS takes them. */
const DIGESTS = new Map([
  [SHA1, 'SHA1'],
  ['2.16.840.1.101.3.4.2.4', 'SHA2-224'],
  ['2.16.840.1.101.3.4.2.1', 'SHA2-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA2-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA2-512'],
  ['2.16.840.1.101.3.4.2.5', 'SHA2-512/224'],
  ['2.16.840.1.101.3.4.2.6', 'SHA2-512/256'],
]);

function readPss(parameters: Uint8Array | undefined): PssParameters | undefined {
  if (parameters === undefined) return undefined;
  try {
    const reader = new BerReader(parameters).enter(TAG.sequence, 'the parameters');
    const inside = <T>(number: number, read: (explicit: BerReader) => T): T | undefined => {
      const explicit = reader.enterOptional(contextTag(number, 'constructed'));
      const value = explicit && read(explicit);
      explicit?.finish('the parameter');
      return value;
    };
    const algorithm = (one: BerReader): AlgorithmInfo => readAlgorithm(one, 'an algorithm');
    const [hash, mask] = [inside(0, algorithm), inside(1, algorithm)];
    const integer = (one: BerReader): Uint8Array => one.integer();
    const [saltLength, trailer] = [inside(2, integer), inside(3, integer)];
    reader.finish('the parameters');
    return { hash, mask, saltLength, trailer };
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The digest of MGF1; `undefined` where the mask is another, or its digest cannot be read. */
function maskDigest(mask: AlgorithmInfo): AlgorithmInfo | undefined {
  if (mask.oid !== MGF1 || mask.parameters === undefined) return undefined;
  try {
    return readAlgorithm(new BerReader(mask.parameters), 'the digest');
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The lines that follow the name of the signature algorithm RSASSA-PSS (crypto/rsa/rsa_ameth.c, rsa_pss_param_print). */
export function renderPssSignature(parameters: Uint8Array | undefined, indent: number): string {
  const blanks = ' '.repeat(indent);
  const pss = readPss(parameters);
  const digest = pss?.mask && maskDigest(pss.mask);
  // A mask of another kind, or without a digest, spoils all.
  if (pss === undefined || (pss.mask !== undefined && digest === undefined))
    return `${blanks}(INVALID PSS PARAMETERS)\n`;
  const { hash, saltLength, trailer } = pss;
  const maskName = digest === undefined ? 'mgf1 with sha1 (default)' : `mgf1 with ${longName(digest.oid)}`;
  const salt = saltLength === undefined ? '14 (default)' : hexNumber(saltLength);
  const field = trailer === undefined ? '01 (default)' : hexNumber(trailer);
  return [
    `${blanks}\n${blanks}Hash Algorithm: ${hash === undefined ? 'sha1 (default)' : longName(hash.oid)}\n`,
    `${blanks}Mask Algorithm: ${maskName}\n`,
    `${blanks} Salt Length: 0x${salt}\n`,
    `${blanks}Trailer Field: 0x${field}\n`,
  ].join('');
}

/**
 * What a key of RSASSA-PSS is restricted to (providers/implementations/encode_decode/encode_key2text.c).
 *
 * @returns `undefined` where the provider refuses the parameters, and the key with them
 */
export function renderPssRestrictions(parameters: Uint8Array | undefined): string | undefined {
  if (parameters === undefined) return 'No PSS parameter restrictions\n';
  const pss = readPss(parameters);
  if (pss === undefined) return undefined;
  const hash = pss.hash?.oid ?? SHA1;
  const maskHash = pss.mask === undefined ? SHA1 : maskDigest(pss.mask)?.oid;
  const [hashName, maskName] = [DIGESTS.get(hash), DIGESTS.get(maskHash ?? '')];
  const saltLength = int(pss.saltLength, 20n);
  const trailer = int(pss.trailer, 1n);
  if (hashName === undefined || maskName === undefined || trailer === undefined || trailer < 0n)
    return undefined;
  const isDefault = (value: boolean): string => (value ? ' (default)' : '');
  return [
    'PSS parameter restrictions:\n',
    `  Hash Algorithm: ${hashName}${isDefault(hash === SHA1)}\n`,
    `  Mask Algorithm: MGF1 with ${maskName}${isDefault(maskHash === SHA1)}\n`,
    `  Minimum Salt Length: ${saltLength ?? -1n}${isDefault(saltLength === 20n)}\n`,
    `  Trailer Field: 0x${trailer.toString(16)}${isDefault(trailer === 1n)}\n`,
  ].join('');
}

/**
 * The parameters of an RSASSA-PSS key as OpenSSL writes them again (providers/common/der/der_rsa_key.c): without what is
 * the default; nothing where the key is not restricted.
 *
 * @returns `undefined` where OpenSSL refuses to write what it could read
 */
export function reencodedPssParameters(parameters: Uint8Array | undefined): Uint8Array | undefined {
  const pss = readPss(parameters);
  if (pss === undefined) return new Uint8Array();
  const saltLength = int(pss.saltLength, 20n) ?? -1n;
  if (saltLength < 0n || int(pss.trailer, 1n) !== 1n) return undefined;
  const digest = (oid: string): Uint8Array => sequence(encodeOid(oid), NULL);
  const inside = (tag: number, part: Uint8Array): Uint8Array => element(contextTag(tag, 'constructed'), part);
  const hash = pss.hash?.oid ?? SHA1;
  const maskHash = (pss.mask && maskDigest(pss.mask)?.oid) ?? SHA1;
  return sequence(
    ...(hash === SHA1 ? [] : [inside(0, digest(hash))]),
    ...(maskHash === SHA1 ? [] : [inside(1, sequence(encodeOid(MGF1), digest(maskHash)))]),
    ...(saltLength === 20n ? [] : [inside(2, smallInteger(Number(saltLength)))]),
  );
}

/** The low 32 bits of a number, which is what becomes of it in an `int`. */
function int(content: Uint8Array | undefined, absent: bigint): bigint | undefined {
  const value = number(content, absent);
  return value === undefined ? undefined : BigInt.asIntN(32, value);
}

/** A number, or what it is where it is left out; `undefined` where OpenSSL has no room for it. */
function number(content: Uint8Array | undefined, absent: bigint): bigint | undefined {
  if (content === undefined) return absent;
  const { negative, magnitude } = signedNumber(content);
  const value = magnitudeValue(magnitude) * (negative ? -1n : 1n);
  return value === BigInt.asIntN(64, value) ? value : undefined;
}
