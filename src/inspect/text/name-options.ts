import { optionWords } from './option-list.ts';

/** Bits of the options by which OpenSSL prints names (include/openssl/asn1.h, x509.h). */
export const NAME_FLAG = Object.freeze({
  escape2253: 0x1,
  escapeControl: 0x2,
  escapeMsb: 0x4,
  useQuote: 0x8,
  utf8: 0x10,
  ignoreType: 0x20,
  showType: 0x40,
  dumpAll: 0x80,
  dumpUnknown: 0x100,
  dumpDer: 0x200,
  escape2254: 0x400,
  separatorMask: 0xf << 16,
  commaPlus: 1 << 16,
  commaPlusSpace: 2 << 16,
  semicolonPlusSpace: 3 << 16,
  multiline: 4 << 16,
  reverse: 1 << 20,
  fieldMask: 0x3 << 21,
  shortName: 0,
  longName: 1 << 21,
  oid: 2 << 21,
  noName: 3 << 21,
  spaceEqual: 1 << 23,
  dumpUnknownFields: 1 << 24,
  align: 1 << 25,
});

const F = NAME_FLAG;
const RFC2253_STRING = F.escape2253 | F.escapeControl | F.escapeMsb | F.utf8 | F.dumpUnknown | F.dumpDer;
const RFC2253 = RFC2253_STRING | F.commaPlus | F.reverse | F.shortName | F.dumpUnknownFields;
const ONELINE = RFC2253_STRING | F.useQuote | F.commaPlusSpace | F.spaceEqual | F.shortName;
const MULTILINE = F.escapeControl | F.escapeMsb | F.multiline | F.spaceEqual | F.longName | F.align;
const EVERYTHING = -1;

/** How names are printed. */
export type NameOptions = number & { readonly nameOptions?: never };

/** The ways that have a name of their own; `compat` is OpenSSL's oldest form, `/C=US/O=Org`. */
export const NAME_STYLE = Object.freeze({
  compat: 0,
  rfc2253: RFC2253,
  oneline: ONELINE,
  multiline: MULTILINE,
});

/** Name, bits that are set, and bits that are cleared before (apps/lib/apps.c, set_name_ex). */
const OPTIONS = new Map<string, readonly [set: number, clear: number]>([
  ['esc_2253', [F.escape2253, 0]],
  ['esc_2254', [F.escape2254, 0]],
  ['esc_ctrl', [F.escapeControl, 0]],
  ['esc_msb', [F.escapeMsb, 0]],
  ['use_quote', [F.useQuote, 0]],
  ['utf8', [F.utf8, 0]],
  ['ignore_type', [F.ignoreType, 0]],
  ['show_type', [F.showType, 0]],
  ['dump_all', [F.dumpAll, 0]],
  ['dump_nostr', [F.dumpUnknown, 0]],
  ['dump_der', [F.dumpDer, 0]],
  ['compat', [NAME_STYLE.compat, EVERYTHING]],
  ['sep_comma_plus', [F.commaPlus, F.separatorMask]],
  ['sep_comma_plus_space', [F.commaPlusSpace, F.separatorMask]],
  ['sep_semi_plus_space', [F.semicolonPlusSpace, F.separatorMask]],
  ['sep_multiline', [F.multiline, F.separatorMask]],
  ['dn_rev', [F.reverse, 0]],
  ['nofname', [F.noName, F.fieldMask]],
  ['sname', [F.shortName, F.fieldMask]],
  ['lname', [F.longName, F.fieldMask]],
  ['align', [F.align, 0]],
  ['oid', [F.oid, F.fieldMask]],
  ['space_eq', [F.spaceEqual, 0]],
  ['dump_unknown', [F.dumpUnknownFields, 0]],
  ['rfc2253', [RFC2253, EVERYTHING]],
  ['oneline', [ONELINE, EVERYTHING]],
  ['multiline', [MULTILINE, EVERYTHING]],
  ['ca_default', [MULTILINE, EVERYTHING]],
]);

/**
 * Reads the value of `-nameopt`: names with commas between, each with `-` before it to take it back.
 *
 * @param before what earlier options said
 * @returns `undefined` where a name is not known
 */
export function parseNameOptions(text: string, before: NameOptions = 0): NameOptions | undefined {
  let flags: number = before;
  for (const word of optionWords(text)) {
    const option = OPTIONS.get(word.replace(/^[+-]/, '').toLowerCase());
    if (option === undefined) return undefined;
    const [set, clear] = option;
    flags &= ~clear;
    flags = word.startsWith('-') ? flags & ~set : flags | set;
  }
  const needsSeparator = flags !== NAME_STYLE.compat && (flags & F.separatorMask) === 0;
  return needsSeparator ? flags | F.commaPlusSpace : flags;
}
