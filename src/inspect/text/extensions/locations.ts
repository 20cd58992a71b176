import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader, BerElement } from '../../read/ber.ts';
import { readGeneralName, readGeneralNames } from '../../read/general-name.ts';
import { nameOf, type NameInfo } from '../../read/name.ts';
import { BerReader as Reader } from '../../read/ber.ts';
import { listedName, printedName } from '../general-name.ts';
import { renderName } from '../name.ts';
import { longName } from '../objects.ts';
import { each, type RenderExtension } from './form.ts';

/** Reasons by their bit (crypto/x509/v3_crld.c). */
const REASONS = Object.freeze([
  'Unused',
  'Key Compromise',
  'CA Compromise',
  'Affiliation Changed',
  'Superseded',
  'Cessation Of Operation',
  'Certificate Hold',
  'Privilege Withdrawn',
  'AA Compromise',
]);

type PointName =
  | { readonly full: readonly string[] }
  /** An RDN, as a name of one. */
  | { readonly relative: NameInfo };

/** Reads a DistributionPointName (RFC 5280 4.2.1.13). */
function readPointName(reader: BerReader): PointName {
  const full = reader.enterOptional(contextTag(0, 'constructed'));
  if (full !== undefined) return { full: readGeneralNames(full).map(printedName) };
  const element = reader.read(contextTag(1, 'constructed'), 'a relative name');
  return { relative: relativeName(reader.bytes, element) };
}

/** An RDN whose tag is a context's, as a Name of one RDN. */
function relativeName(bytes: Uint8Array, { contentStart, contentEnd }: BerElement): NameInfo {
  const set = bytes.slice(contentStart, contentEnd);
  const header = (tag: number, length: number): number[] =>
    length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  const rdn = Uint8Array.of(...header(TAG.set, set.length), ...set);
  const der = Uint8Array.of(...header(TAG.sequence, rdn.length), ...rdn);
  return nameOf(der, new Reader(der).read());
}

function pointName(name: PointName, indent: number): string {
  const blanks = ' '.repeat(indent);
  if ('relative' in name) {
    return `${blanks}Relative Name:\n${' '.repeat(indent + 2)}${renderName(name.relative)}\n`;
  }
  return `${blanks}Full Name:\n${generalNames(name.full, indent)}`;
}

function generalNames(names: readonly string[], indent: number): string {
  return names.map((name, index) => `${index > 0 ? '\n' : ''}${' '.repeat(indent + 2)}${name}`).join('');
}

function reasons(
  title: string,
  reader: BerReader,
  { tag, indent }: { readonly tag: number; readonly indent: number },
): string {
  const { bytes } = reader.bitString(title, tag);
  const set = REASONS.filter((_name, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  const text = set.length === 0 ? '<EMPTY>\n' : `${set.join(', ')}\n`;
  return `${' '.repeat(indent)}${title}:\n${' '.repeat(indent + 2)}${text}`;
}

/** CRL distribution points, and those of the freshest CRL. */
export const distributionPoints: RenderExtension = (outer, indent) => {
  const points = each(outer.enter(TAG.sequence), (list) => {
    const one = list.enter(TAG.sequence);
    let out = '';
    const name = one.enterOptional(contextTag(0, 'constructed'));
    if (name !== undefined) out += pointName(readPointName(name), indent);
    if (one.nextTag === contextTag(1)) out += reasons('Reasons', one, { tag: contextTag(1), indent });
    const issuer = one.enterOptional(contextTag(2, 'constructed'));
    if (issuer !== undefined) {
      const names = readGeneralNames(issuer).map(printedName);
      out += `${' '.repeat(indent)}CRL Issuer:\n${generalNames(names, indent)}`;
    }
    one.finish();
    return out;
  });
  return points.join('\n');
};

/** The issuing distribution point of a CRL. */
export const issuingDistributionPoint: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const blanks = ' '.repeat(indent);
  let out = '';
  const name = reader.enterOptional(contextTag(0, 'constructed'));
  if (name !== undefined) out += pointName(readPointName(name), indent);
  const flag = (number: number): boolean => {
    if (reader.nextTag !== contextTag(number)) return false;
    return (reader.content()[0] ?? 0) !== 0;
  };
  if (flag(1)) out += `${blanks}Only User Certificates\n`;
  if (flag(2)) out += `${blanks}Only CA Certificates\n`;
  const some =
    reader.nextTag === contextTag(3)
      ? reasons('Only Some Reasons', reader, { tag: contextTag(3), indent })
      : '';
  if (flag(4)) out += `${blanks}Indirect CRL\n`;
  out += some;
  if (flag(5)) out += `${blanks}Only Attribute Certificates\n`;
  reader.finish();
  return out === '' ? `${blanks}<EMPTY>\n` : out;
};

/** Access descriptions: of the authority, and of the subject. */
export const informationAccess: RenderExtension = (outer, indent) => {
  const values = each(outer.enter(TAG.sequence), (list) => {
    const one = list.enter(TAG.sequence);
    const method = one.oid();
    const location = listedName(readGeneralName(one));
    one.finish();
    return location === undefined ? undefined : `${longName(method)} - ${location}`;
  });
  if (values.includes(undefined)) return undefined;
  const blanks = ' '.repeat(indent);
  if (values.length === 0) return `${blanks}<EMPTY>\n`;
  return values.map((value) => `${blanks}${value}`).join('\n');
};
