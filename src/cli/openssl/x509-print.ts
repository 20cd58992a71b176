import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import { renderCertificateText } from '../../inspect/text/certificate.ts';
import { renderTrust } from '../../inspect/text/aux.ts';
import { toBytes, upperHex } from '../../inspect/text/bytes.ts';
import { renderExtensions } from '../../inspect/text/extensions.ts';
import { emailAddresses, ocspUris } from '../../inspect/text/match.ts';
import { nameHash, oldNameHash } from '../../inspect/text/name-hash.ts';
import { NAME_FLAG, NAME_STYLE, type NameOptions } from '../../inspect/text/name-options.ts';
import { renderName, renderOneline } from '../../inspect/text/name.ts';
import { bareHex, hexNumber, signedNumber, unsigned } from '../../inspect/text/number.ts';
import { objectNames } from '../../inspect/text/objects.ts';
import { reencoded, reencodedPublicKey } from '../../inspect/text/re-encode.ts';
import { renderPurposes } from '../../inspect/text/purpose.ts';
import { renderTime } from '../../inspect/text/time.ts';
import { encodePem } from '../../x509/pem.ts';
import { digestByName, digestNow } from './digest.ts';
import type { LoadedCertificate } from './load-x509.ts';
import type { PrintStyle } from './values.ts';

/** What printing a certificate depends on. */
export interface PrintContext extends LoadedCertificate, PrintStyle {
  /** The digest of `-fingerprint` as it was given; there may be none of that name. */
  readonly digest: string;
  /** What `-ext` names. */
  readonly extensionNames: string | undefined;
  readonly warn: (message: string) => void;
}

/** What a printing option writes; `undefined` where OpenSSL ends there, with exit code 1. */
type Print = (context: PrintContext) => string | Uint8Array | undefined;

const line = (text: string): Uint8Array => toBytes(`${text}\n`);

/** A name behind its title; in several lines, below it. */
export function nameLine(title: string, name: CertificateInfo['subject'], options: NameOptions): Uint8Array {
  if (options === NAME_STYLE.compat) return line(title + renderOneline(name));
  const isMultiline = (options & NAME_FLAG.separatorMask) === NAME_FLAG.multiline;
  return line(`${title}${isMultiline ? '\n' : ''}${renderName(name, options, isMultiline ? 4 : 0)}`);
}

/** Printing options that OpenSSL loads the key for, before it prints anything. */
export const NEEDS_KEY: ReadonlySet<string> = new Set(['modulus', 'pubkey']);

/** What each printing option of `openssl x509` writes (apps/x509.c). */
export const PRINTERS: ReadonlyMap<string, Print> = new Map<string, Print>([
  ['issuer', ({ certificate, nameOptions }) => nameLine('issuer=', certificate.issuer, nameOptions)],
  ['subject', ({ certificate, nameOptions }) => nameLine('subject=', certificate.subject, nameOptions)],
  ['serial', ({ certificate }) => `serial=${hexNumber(certificate.serialNumber)}\n`],
  ['next_serial', ({ certificate }) => `${hexNumber(successor(certificate.serialNumber))}\n`],
  ['email', ({ certificate }) => lines(emailAddresses(certificate))],
  ['ocsp_uri', ({ certificate }) => lines(ocspUris(certificate))],
  ['alias', ({ trust }) => (trust?.alias === undefined ? '<No Alias>\n' : lines([trust.alias]))],
  ['subject_hash', ({ certificate }) => `${nameHash(certificate.subject, digestNow)}\n`],
  ['subject_hash_old', ({ certificate }) => `${oldNameHash(certificate.subject, digestNow)}\n`],
  ['issuer_hash', ({ certificate }) => `${nameHash(certificate.issuer, digestNow)}\n`],
  ['issuer_hash_old', ({ certificate }) => `${oldNameHash(certificate.issuer, digestNow)}\n`],
  ['purpose', ({ certificate }) => renderPurposes(certificate)],
  ['modulus', printModulus],
  ['pubkey', printPublicKey],
  ['text', printText],
  [
    'startdate',
    ({ certificate, timeStyle }) => `notBefore=${renderTime(certificate.notBefore, timeStyle)}\n`,
  ],
  ['enddate', ({ certificate, timeStyle }) => `notAfter=${renderTime(certificate.notAfter, timeStyle)}\n`],
  ['fingerprint', printFingerprint],
  ['ocspid', printOcspId],
  ['ext', printExtensions],
]);

function lines(texts: readonly Uint8Array[]): Uint8Array {
  return toBytes(texts.map((text) => `${String.fromCharCode(...text)}\n`).join(''));
}

/** A serial number plus one. */
function successor(content: Uint8Array): Uint8Array {
  const { negative, magnitude } = signedNumber(content);
  const value = BigInt(`0x${upperHex(magnitude) || '0'}`) * (negative ? -1n : 1n) + 1n;
  const hex = (value < 0n ? -value : value).toString(16);
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Uint8Array.from(padded.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  if (value >= 0n) return Uint8Array.of(0, ...bytes);
  return signedNumber(Uint8Array.of(0xff, ...signedNumber(Uint8Array.of(0, ...bytes)).magnitude)).magnitude;
}

function printModulus({ certificate: { publicKey } }: PrintContext): string {
  const { material } = publicKey;
  const number =
    material.kind === 'rsa' || material.kind === 'rsa-pss'
      ? unsigned(material.modulus)
      : material.kind === 'dsa'
        ? material.y
        : undefined;
  if (number === undefined) return 'Modulus=No modulus for this public key type\n';
  return `Modulus=${bareHex(signedNumber(number))}\n`;
}

function printPublicKey({ certificate: { publicKey } }: PrintContext): string {
  const der = reencodedPublicKey(publicKey);
  return der === undefined ? '' : encodePem('PUBLIC KEY', der);
}

function printText({ certificate, trust, ...options }: PrintContext): Uint8Array {
  const { without, unknownExtensions } = options.certificateOptions;
  // The text keeps its own form of dates, whatever -dateopt says.
  const { nameOptions } = options;
  const text = renderCertificateText(certificate, { nameOptions, without, unknownExtensions });
  return trust === undefined || without.has('aux') ? text : Buffer.concat([text, renderTrust(trust)]);
}

function printFingerprint({ certificate, digest: name, warn }: PrintContext): string | undefined {
  const digest = digestByName(name);
  if (digest !== undefined)
    return `${name} Fingerprint=${upperHex(digest(certificateDer(certificate)), ':')}\n`;
  warn(`-${name} is no option, and no digest of this platform`);
  return undefined;
}

function printOcspId({ certificate: { subject, publicKey } }: PrintContext): string {
  const [name, key] = [subject.der, publicKey.key.bytes].map((bytes) => upperHex(digestNow('sha1', bytes)));
  return `        Subject OCSP hash: ${name}\n        Public key OCSP hash: ${key}\n`;
}

function printExtensions({
  certificate: { extensions = [] },
  extensionNames = '',
  warn,
}: PrintContext): Uint8Array {
  // One that is named twice is printed twice; those without a name are not.
  const names = extensionNames.split(',');
  const found = extensions.flatMap((extension) => {
    const short = objectNames(extension.oid)?.short;
    return names.filter((name) => name === short).map(() => extension);
  });
  if (found.length === 0) warn('no such extension is in the certificate');
  return toBytes(renderExtensions(found, { indent: 0, unknown: 'octets' }));
}

/** The short name of all that have none (include/openssl/obj_mac.h, SN_undef). */
const UNKNOWN_OBJECT = 'UNDEF';

/** A certificate as OpenSSL writes it. */
export function certificateDer({ tbs, signatureAlgorithm, signature }: CertificateInfo): Uint8Array {
  return reencoded({ signed: tbs, signatureAlgorithm, signature });
}

/**
 * The certificate with the extensions alone whose short names stand anywhere in the value of `-ext`, be it within other
 * words, as OpenSSL leaves it to all other options.
 */
export function withExtensions(certificate: CertificateInfo, names: string): CertificateInfo {
  const extensions = (certificate.extensions ?? []).filter(({ oid }) =>
    names.includes(objectNames(oid)?.short ?? UNKNOWN_OBJECT),
  );
  return { ...certificate, extensions };
}
