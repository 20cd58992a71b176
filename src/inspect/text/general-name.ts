import { TAG } from '../../asn1/der.ts';
import { BerReader } from '../read/ber.ts';
import { readAny } from '../read/any.ts';
import type { GeneralNameInfo } from '../read/general-name.ts';
import type { NameInfo } from '../read/name.ts';
import { refusalOfName } from './accept.ts';
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
      return `DirName:${renderOneline(sound(name.name), LONGEST_LINE)}`;
    case 'registered-id':
      return `Registered ID:${longName(name.oid).slice(0, LONGEST_LINE)}`;
    case 'x400':
    case 'edi-party':
      return UNSUPPORTED[name.kind];
    case 'other':
      return listedOtherName(name);
  }
}

/** A name that OpenSSL reads: one that it does not makes all that it stands in unreadable. */
export function sound(name: NameInfo): NameInfo {
  const reason = refusalOfName(name);
  if (reason !== undefined) throw new BerReader(name.der).error(reason);
  return name;
}

/** An address; of other lengths, the length (crypto/x509/v3_utl.c, ossl_ipaddr_to_asc). */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.length === 16 ? groups(bytes).join(':') : `<invalid length=${bytes.length}>`;
}

function groups(bytes: Uint8Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 2)
    out.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16).toUpperCase());
  return out;
}

function listedOtherName({ oid, value }: GeneralNameInfo & { readonly kind: 'other' }): string | undefined {
  const known = OTHER_NAMES.get(oid);
  const { tag, content } = readAny(new BerReader(value));
  const hasNul = content.includes(0);
  if (known !== undefined)
    return tag !== known.tag || hasNul ? undefined : `othername: ${known.name}::${toBinary(content)}`;
  const isText = (tag === TAG.utf8String || tag === TAG.ia5String) && !hasNul;
  const kind = longName(oid).slice(0, LONGEST_LINE);
  return `othername: ${kind}::${isText ? toBinary(content) : '<unsupported>'}`;
}

/** A general name as GENERAL_NAME_print writes it: in constraints, distribution points and access descriptions. */
export function printedName(name: GeneralNameInfo): string {
  switch (name.kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return PREFIX[name.kind] + printable(name.bytes);
    case 'ip':
      return `IP Address:${addressText(name.bytes)}`;
    case 'directory':
      return `DirName:${renderName(sound(name.name))}`;
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
  const { tag, content } = readAny(new BerReader(value));
  if (known === undefined || tag !== known.tag) return 'othername:<unsupported>';
  return `othername:${known.name}:${cString(content)}`;
}

/** Octets up to the first NUL, as printf writes them. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return toBinary(end === -1 ? bytes : bytes.subarray(0, end));
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
