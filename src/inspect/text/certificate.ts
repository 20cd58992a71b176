import type { CertificateInfo } from '../read/certificate.ts';
import type { AlgorithmInfo } from '../read/algorithm.ts';
import type { NameInfo } from '../read/name.ts';
import { hexLines, toBytes } from './bytes.ts';
import { renderExtensions, type UnknownExtensions } from './extensions.ts';
import { renderName } from './name.ts';
import { NAME_FLAG, NAME_STYLE, type NameOptions } from './name-options.ts';
import { renderSerial, longText, ZERO } from './number.ts';
import { longName } from './objects.ts';
import { renderPublicKeyInfo } from './public-key.ts';
import { renderSignature } from './signature.ts';
import { renderTime, type TimeStyle } from './time.ts';

/** Parts of a certificate's text that can be left out (`-certopt`). */
export type TextPart =
  | 'header'
  | 'version'
  | 'serial'
  | 'signame'
  | 'issuer'
  | 'validity'
  | 'subject'
  | 'pubkey'
  /** Of requests. */
  | 'attributes'
  | 'extensions'
  | 'sigdump'
  | 'aux'
  | 'ids';

/** How a certificate is printed. */
export interface TextOptions {
  /** How names are printed; default: in one line. */
  readonly nameOptions?: NameOptions;
  readonly timeStyle?: TimeStyle;
  readonly without?: ReadonlySet<TextPart>;
  /** What is printed of extensions that are not known; default: their octets as text. */
  readonly unknownExtensions?: UnknownExtensions;
}

const NONE: ReadonlySet<TextPart> = new Set();

/** A name with its title before it: one of several lines begins on a line of its own. */
export function nameLine(title: string, name: NameInfo, options: NameOptions): string {
  const isMultiline = (options & NAME_FLAG.separatorMask) === NAME_FLAG.multiline;
  const [gap, indent] = isMultiline ? ['\n', 12] : [' ', 0];
  return `        ${title}:${gap}${renderName(name, options, indent)}\n`;
}

/**
 * A certificate as `openssl x509 -text -noout` prints it (OpenSSL 3.0, crypto/x509/t_x509.c).
 *
 * @returns bytes, for what stands in certificates may be no UTF-8
 */
export function renderCertificateText(certificate: CertificateInfo, options: TextOptions = {}): Uint8Array {
  return toBytes(certificateText(certificate, options));
}

/** The same as a string with one character for each byte. */
export function certificateText(certificate: CertificateInfo, options: TextOptions = {}): string {
  const { nameOptions = NAME_STYLE.oneline, timeStyle, without = NONE } = options;
  const part = (name: TextPart, render: () => string): string => (without.has(name) ? '' : render());
  return [
    part('header', () => 'Certificate:\n    Data:\n'),
    part('version', () => versionLine(certificate)),
    part('serial', () => `        Serial Number:${renderSerial(certificate.serialNumber, 12)}`),
    part('signame', () => `    ${signatureLine(certificate.tbsSignatureAlgorithm)}`),
    part('issuer', () => nameLine('Issuer', certificate.issuer, nameOptions)),
    part('validity', () => validityLines(certificate, timeStyle)),
    part('subject', () => nameLine('Subject', certificate.subject, nameOptions)),
    part('pubkey', () => `        Subject Public Key Info:\n${renderPublicKeyInfo(certificate.publicKey)}`),
    part('ids', () => uniqueIds(certificate)),
    part('extensions', () =>
      renderExtensions(certificate.extensions ?? [], {
        title: 'X509v3 extensions',
        indent: 8,
        unknown: options.unknownExtensions ?? 'octets',
      }),
    ),
    part('sigdump', () => renderSignature(certificate.signatureAlgorithm, certificate.signature)),
  ].join('');
}

function versionLine({ version, versionContent = ZERO }: CertificateInfo): string {
  if (version !== undefined && version >= 0 && version <= 2)
    return `        Version: ${version + 1} (0x${version.toString(16)})\n`;
  return `        Version: Unknown (${longText(versionContent)})\n`;
}

function signatureLine(algorithm: AlgorithmInfo): string {
  return renderSignature(algorithm, undefined, longName(algorithm.oid));
}

function validityLines({ notBefore, notAfter }: CertificateInfo, style: TimeStyle | undefined): string {
  const [start, end] = [notBefore, notAfter].map((time) => renderTime(time, style));
  return `        Validity\n            Not Before: ${start}\n            Not After : ${end}\n`;
}

function uniqueIds({ issuerUniqueId, subjectUniqueId }: CertificateInfo): string {
  let out = '';
  for (const [title, id] of [
    ['Issuer', issuerUniqueId],
    ['Subject', subjectUniqueId],
  ] as const) {
    if (id !== undefined)
      out += `        ${title} Unique ID: ${hexLines(id.bytes, { indent: 12, perLine: 18 })}\n`;
  }
  return out;
}
