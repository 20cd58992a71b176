import type { CrlInfo, RevokedInfo } from '../read/crl.ts';
import { toBytes } from './bytes.ts';
import type { TextOptions } from './certificate.ts';
import { renderExtensions } from './extensions.ts';
import { renderName } from './name.ts';
import { NAME_STYLE } from './name-options.ts';
import { hexNumber, longText, ZERO } from './number.ts';
import { renderSignature } from './signature.ts';
import { renderTime } from './time.ts';

/**
 * A CRL as `openssl crl -text -noout` prints it (OpenSSL 3.0, crypto/x509/t_crl.c).
 *
 * @returns bytes, for what stands in CRLs may be no UTF-8
 */
export function renderCrlText(crl: CrlInfo, options: Pick<TextOptions, 'nameOptions'> = {}): Uint8Array {
  return toBytes(crlText(crl, options));
}

/** The same as a string with one character for each byte. */
export function crlText(crl: CrlInfo, options: Pick<TextOptions, 'nameOptions'> = {}): string {
  const { revoked, nextUpdate } = crl;
  return [
    'Certificate Revocation List (CRL):\n',
    versionLine(crl),
    // The outer algorithm, here too.
    `    ${renderSignature(crl.signatureAlgorithm, undefined)}`,
    `        Issuer: ${renderName(crl.issuer, options.nameOptions ?? NAME_STYLE.oneline)}\n`,
    `        Last Update: ${renderTime(crl.thisUpdate)}\n`,
    `        Next Update: ${nextUpdate === undefined ? 'NONE' : renderTime(nextUpdate)}\n`,
    renderExtensions(crl.extensions ?? [], { title: 'CRL extensions', indent: 8, unknown: 'octets' }),
    revoked.length === 0 ? 'No Revoked Certificates.\n' : 'Revoked Certificates:\n',
    ...revoked.map(entryText),
    renderSignature(crl.signatureAlgorithm, crl.signature),
  ].join('');
}

function versionLine({ version, versionContent = ZERO }: CrlInfo): string {
  const isKnown = version === 0 || version === 1;
  return `        Version ${isKnown ? `${version + 1} (0x${version})` : `unknown (${longText(versionContent)})`}\n`;
}

function entryText({ serialNumber, revocationDate, extensions }: RevokedInfo): string {
  const list = renderExtensions(extensions ?? [], {
    title: 'CRL entry extensions',
    indent: 8,
    unknown: 'octets',
  });
  return `    Serial Number: ${hexNumber(serialNumber)}\n        Revocation Date: ${renderTime(revocationDate)}\n${list}`;
}
