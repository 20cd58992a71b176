import { latin1 } from '../../../asn1/bytes.ts';
import { TAG } from '../../../asn1/der.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { STRING_TAG, type AttributeInfo, type NameInfo } from '../../read/name.ts';
import type { TimeInfo } from '../../read/time.ts';

/** What Go says of names and times that it cannot read (crypto/x509/parser.go, parseName and parseValidity). */
export function goHeaderError({ issuer, notBefore, notAfter, subject }: CertificateInfo): string | undefined {
  return nameError(issuer) ?? timeError(notBefore) ?? timeError(notAfter) ?? nameError(subject);
}

function timeError({ tag, raw, date }: TimeInfo): string | undefined {
  const isGeneral = tag === TAG.generalizedTime;
  const form = isGeneral ? /^\d{14}(?:Z|[+-]\d{4})$/ : /^\d{10}(?:\d{2})?(?:Z|[+-]\d{4})$/;
  if (date !== undefined && form.test(raw) && !/[+-]0000$/.test(raw)) return undefined;
  return `x509: malformed ${isGeneral ? 'GeneralizedTime' : 'UTCTime'}`;
}

function nameError({ rdns }: NameInfo): string | undefined {
  for (const attribute of rdns.flat()) {
    const error = valueError(attribute);
    if (error !== undefined) return `x509: invalid RDNSequence: invalid attribute value: ${error}`;
  }
  return undefined;
}

/** Characters that a string of a type may have, one for each octet. */
const STRINGS: ReadonlyMap<number, readonly [name: string, octets: RegExp]> = new Map([
  [TAG.printableString, ['PrintableString', /^[a-zA-Z0-9 '()+,./:=?*&-]*$/]],
  [TAG.ia5String, ['IA5String', /^[\0-\x7f]*$/]],
  [STRING_TAG.numericString, ['NumericString', /^[\d ]*$/]],
  // Code units that stand for no character by themselves.
  [TAG.bmpString, ['BMPString', /^(?:(?![\xd8-\xdf]|\xff[\xfe\xff]|\xfd[\xd0-\xef])[\0-\xff][\0-\xff])*$/]],
  [TAG.teletexString, ['T61String', /^[^]*$/]],
]);

function valueError({ tag, value }: AttributeInfo): string | undefined {
  if (tag === TAG.utf8String) return isUtf8(value) ? undefined : 'invalid UTF-8 string';
  const known = STRINGS.get(tag);
  if (known === undefined) return `unsupported string type: ${tag & 0x1f}`;
  return known[1].test(latin1(value)) ? undefined : `invalid ${known[0]}`;
}

function isUtf8(value: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(value);
    return true;
  } catch {
    return false;
  }
}
