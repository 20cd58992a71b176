import type { AttributeInfo, NameInfo } from '../read/name.ts';
import { upperHex } from './bytes.ts';
import { NAME_FLAG as F, NAME_STYLE, type NameOptions } from './name-options.ts';
import { objectNames } from './objects.ts';
import { renderString, stringData } from './string.ts';

// crypto/asn1/a_strex.c, FN_WIDTH_SN and FN_WIDTH_LN.
const SHORT_WIDTH = 10;
const LONG_WIDTH = 25;

/** The longest identifier of an attribute type that has no name. */
const LONGEST_OID = 79;

const SEPARATORS = new Map<number, { readonly rdn: string; readonly attribute: string }>([
  [F.multiline, { rdn: '\n', attribute: ' + ' }],
  [F.commaPlus, { rdn: ',', attribute: '+' }],
  [F.commaPlusSpace, { rdn: ', ', attribute: ' + ' }],
  [F.semicolonPlusSpace, { rdn: '; ', attribute: ' + ' }],
]);

/**
 * A name as X509_NAME_print_ex writes it.
 *
 * @param options of {@link NAME_STYLE}, or of `parseNameOptions`
 * @param indent blanks before it; in several lines, before each
 * @returns one character for each byte; what OpenSSL writes before it gives up, where a string is broken
 */
export function renderName(name: NameInfo, options: NameOptions = NAME_STYLE.oneline, indent = 0): string {
  if (options === NAME_STYLE.compat) return ' '.repeat(indent) + splitOneline(renderOneline(name));
  const separators = SEPARATORS.get(options & F.separatorMask);
  if (separators === undefined) return ' '.repeat(indent);
  const blanks = ' '.repeat(indent);
  const inner = (options & F.separatorMask) === F.multiline ? blanks : '';
  const entries = name.rdns.flatMap((rdn, set) => rdn.map((attribute) => ({ attribute, set })));
  if ((options & F.reverse) !== 0) entries.reverse();
  let out = blanks;
  for (const [index, { attribute, set }] of entries.entries()) {
    const previous = entries[index - 1]?.set;
    if (previous !== undefined) out += previous === set ? separators.attribute : separators.rdn + inner;
    out += fieldName(attribute, options);
    const isUnknown = objectNames(attribute.oid) === undefined;
    const dump = isUnknown && (options & F.dumpUnknownFields) !== 0 ? F.dumpAll : 0;
    const value = renderString(attribute, options | dump);
    if (value === undefined) return out;
    out += value;
  }
  return out;
}

function fieldName({ oid }: AttributeInfo, options: NameOptions): string {
  const kind = options & F.fieldMask;
  if (kind === F.noName) return '';
  const names = kind === F.oid ? undefined : objectNames(oid);
  const [text, width] =
    names === undefined
      ? [oid.slice(0, LONGEST_OID), 0]
      : kind === F.longName
        ? [names.long, LONG_WIDTH]
        : [names.short, SHORT_WIDTH];
  const padded = (options & F.align) === 0 ? text : text.padEnd(width);
  return padded + ((options & F.spaceEqual) === 0 ? '=' : ' = ');
}

/**
 * A name in the form `/C=US/O=Org+OU=Unit` (crypto/x509/x509_obj.c, X509_NAME_oneline).
 *
 * @param longest characters after which it ends, before an attribute
 */
export function renderOneline({ rdns }: NameInfo, longest = Infinity): string {
  let out = '';
  for (const rdn of rdns) {
    for (const [index, attribute] of rdn.entries()) {
      const name = objectNames(attribute.oid)?.short ?? attribute.oid.slice(0, LONGEST_OID);
      const part = `${index === 0 ? '/' : '+'}${name}=${onelineValue(attribute)}`;
      if (out.length + part.length > longest) return out;
      out += part;
    }
  }
  return out;
}

const GENERAL_STRING = 0x1b;

function onelineValue(attribute: AttributeInfo): string {
  const { tag } = attribute;
  const value = stringData(attribute);
  let out = '';
  // Of a GeneralString that looks like UniversalString only every fourth octet is shown.
  const isWide =
    tag === GENERAL_STRING &&
    value.length % 4 === 0 &&
    value.every((byte, index) => index % 4 === 3 || byte === 0);
  for (const [index, byte] of value.entries()) {
    if (isWide && index % 4 !== 3) continue;
    if (byte < 0x20 || byte > 0x7e) out += `\\x${upperHex(Uint8Array.of(byte))}`;
    else out += (byte === 0x2f || byte === 0x2b ? '\\' : '') + String.fromCharCode(byte);
  }
  return out;
}

/** The form of X509_NAME_print: commas where a slash is followed by one or two capitals and an equals sign. */
function splitOneline(oneline: string): string {
  return oneline.slice(1).replace(/\/(?=[A-Z]{1,2}=)/g, ', ');
}
