import { TAG } from '../../asn1/der.ts';
import { BerReader } from '../read/ber.ts';
import type { GeneralNameInfo } from '../read/general-name.ts';
import { toBinary } from './bytes.ts';
import { renderName, renderOneline } from './name.ts';
import { longName } from './objects.ts';

/** Kinds of other names that OpenSSL prints, by object identifier (crypto/x509/v3_san.c). */
const OTHER_NAMES = new Map<string, { readonly name: string; readonly tag: number }>([
  ['1.3.6.1.5.5.7.8.9', { name: 'SmtpUTF8Mailbox', tag: TAG.utf8String }],
  ['1.3.6.1.5.5.7.8.5', { name: 'XmppAddr', tag: TAG.utf8String }],
  ['1.3.6.1.5.5.7.8.7', { name: 'SRVName', tag: TAG.ia5String }],
  ['1.3.6.1.4.1.311.20.2.3', { name: 'UPN', tag: TAG.utf8String }],
  ['1.3.6.1.5.5.7.8.8', { name: 'NAIRealm', tag: TAG.utf8String }],
]);

const PREFIX = Object.freeze({ dns: 'DNS:', email: 'email:', uri: 'URI:' });

const UNSUPPORTED = Object.freeze({
  x400: 'X400Name:<unsupported>',
  'edi-party': 'EdiPartyName:<unsupported>',
});

/** The longest directory name that a list shows. */
const LONGEST_LINE = 255;

/** A general name as i2v_GENERAL_NAME gives it, for lists; `undefined` where it gives up, and the list with it. */
export function listedName(name: GeneralNameInfo): string | undefined {
  switch (name.kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return name.bytes.includes(0) ? undefined : PREFIX[name.kind] + toBinary(name.bytes);
    case 'ip':
      return `IP Address:${addressText(name.bytes)}`;
    case 'directory':
      return `DirName:${renderOneline(name.name, LONGEST_LINE)}`;
    case 'registered-id':
      return `Registered ID:${longName(name.oid)}`;
    case 'x400':
    case 'edi-party':
      return UNSUPPORTED[name.kind];
    case 'other':
      return listedOtherName(name);
  }
}

/** An address; of other lengths, the length. */
export function addressOrLength(bytes: Uint8Array): string {
  const isAddress = bytes.length === 4 || bytes.length === 16;
  return isAddress ? addressText(bytes) : `<invalid length=${bytes.length}>`;
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.length === 16 ? groups(bytes).join(':') : '<invalid>';
}

function groups(bytes: Uint8Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 2)
    out.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16).toUpperCase());
  return out;
}

function listedOtherName({ oid, value }: GeneralNameInfo & { readonly kind: 'other' }): string | undefined {
  const known = OTHER_NAMES.get(oid);
  const content = contentOf(value);
  const hasNul = content.includes(0);
  if (known !== undefined)
    return value[0] !== known.tag || hasNul ? undefined : `othername: ${known.name}::${toBinary(content)}`;
  const isText = (value[0] === TAG.utf8String || value[0] === TAG.ia5String) && !hasNul;
  return `othername: ${longName(oid)}::${isText ? toBinary(content) : '<unsupported>'}`;
}

function contentOf(der: Uint8Array): Uint8Array {
  const { contentStart, contentEnd } = new BerReader(der).read();
  return der.subarray(contentStart, contentEnd);
}

/** A general name as GENERAL_NAME_print writes it: in constraints, distribution points and access descriptions. */
export function printedName(name: GeneralNameInfo): string {
  switch (name.kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return PREFIX[name.kind] + printable(name.bytes);
    case 'ip':
      if (name.bytes.length === 16) return `IP Address:${groups(name.bytes).join(':')}\n`;
      return `IP Address:${addressText(name.bytes)}`;
    case 'directory':
      return `DirName:${renderName(name.name)}`;
    case 'registered-id':
      return `Registered ID:${longName(name.oid)}`;
    case 'x400':
    case 'edi-party':
      return UNSUPPORTED[name.kind];
    case 'other':
      return printedOtherName(name);
  }
}

function printedOtherName({ oid, value }: GeneralNameInfo & { readonly kind: 'other' }): string {
  const known = OTHER_NAMES.get(oid);
  if (known === undefined || value[0] !== known.tag) return 'othername:<unsupported>';
  return `othername:${known.name}:${toBinary(contentOf(value))}`;
}

/** Octets as ASN1_STRING_print writes them: what is not printable ASCII is a full stop, line ends are kept. */
export function printable(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    const isShown = (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a || byte === 0x0d;
    out += isShown ? String.fromCharCode(byte) : '.';
  }
  return out;
}
