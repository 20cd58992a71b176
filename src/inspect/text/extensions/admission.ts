import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader } from '../../read/ber.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { printable, printedName } from '../general-name.ts';
import { objectNames } from '../objects.ts';
import { each, type RenderExtension } from './form.ts';

/** Admissions to a profession (Common PKI; crypto/x509/v3_admis.c). */
export const admission: RenderExtension = (outer, indent) => {
  const blanks = ' '.repeat(indent);
  const reader = outer.enter(TAG.sequence);
  let out = '';
  if (isGeneralName(reader.nextTag)) out += authority(reader, indent);
  const entries = each(reader.enter(TAG.sequence), (list) => list.enter(TAG.sequence));
  for (const [index, entry] of entries.entries()) {
    out += `${blanks}Entry ${index + 1}:\n`;
    const own = entry.enterOptional(contextTag(0, 'constructed'));
    if (own !== undefined) out += authority(own, indent + 2);
    const naming = entry.enterOptional(contextTag(1, 'constructed'));
    if (naming !== undefined) out += namingAuthority(naming.enter(TAG.sequence), indent + 2);
    const professions = each(entry.enter(TAG.sequence), (list) => list.enter(TAG.sequence));
    for (const [number, profession] of professions.entries()) {
      out += `${blanks}  Profession Info Entry ${number + 1}:\n${professionInfo(profession, indent)}`;
    }
  }
  return out;
};

function isGeneralName(tag: number): boolean {
  return (tag & 0xc0) === 0x80;
}

function authority(reader: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  return `${blanks}admissionAuthority:\n${blanks}  ${printedName(readGeneralName(reader))}\n`;
}

function named(oid: string): string {
  return `${objectNames(oid)?.long ?? 'undefined'} (${oid})`;
}

/** A string of any type, tag included. */
function anyString(reader: BerReader): string {
  return printable(reader.string(reader.nextTag & ~0x20));
}

function namingAuthority(reader: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  let out = `${blanks}namingAuthority:\n`;
  if (reader.nextTag === TAG.oid) out += `${blanks}  namingAuthorityId: ${named(reader.oid())}\n`;
  const url = reader.nextTag === TAG.ia5String ? anyString(reader) : undefined;
  if (!reader.done) out += `${blanks}  namingAuthorityText: ${anyString(reader)}\n`;
  if (url !== undefined) out += `${blanks}  namingAuthorityUrl: ${url}\n`;
  return out;
}

function professionInfo(reader: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  const naming = reader.enterOptional(contextTag(0, 'constructed'));
  const authorityText = naming && namingAuthority(naming.enter(TAG.sequence), indent + 4);
  const items = each(reader.enter(TAG.sequence), (list) => `${blanks}      ${anyString(list)}\n`);
  const oids = reader.enterOptional(TAG.sequence);
  const lines = oids && each(oids, (list) => `${blanks}      ${named(list.oid())}\n`);
  const registration =
    reader.nextTag === TAG.printableString ? `${blanks}    registrationNumber: ${anyString(reader)}\n` : '';
  return [
    registration,
    authorityText ?? '',
    `${blanks}    Info Entries:\n${items.join('')}`,
    lines === undefined ? '' : `${blanks}    Profession OIDs:\n${lines.join('')}`,
  ].join('');
}
