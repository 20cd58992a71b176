import { contextTag, TAG } from '../../../asn1/der.ts';
import { readAny } from '../../read/any.ts';
import type { BerReader } from '../../read/ber.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { printable, printedName } from '../general-name.ts';
import { objectNames } from '../objects.ts';
import { GaveUp, inside, joined, listOf, type Rendered, type RenderExtension } from './form.ts';

/** Admissions to a profession (Common PKI; crypto/x509/v3_admis.c). */
export const admission: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    const own = isGeneralName(reader.nextTag) ? authority(reader, indent) : '';
    const entries = listOf(reader, TAG.sequence, (list) => entryParts(list, indent));
    const numbered = entries.flatMap((parts, index) => [
      `${' '.repeat(indent)}Entry ${index + 1}:\n`,
      ...parts,
    ]);
    return joined([own, ...numbered]);
  });

function entryParts(list: BerReader, indent: number): Rendered[] {
  return inside(list, TAG.sequence, (entry) => {
    const parts: Rendered[] = [];
    const own = entry.enterOptional(contextTag(0, 'constructed'));
    if (own !== undefined) parts.push(authority(own, indent + 2));
    own?.finish();
    parts.push(explicitNaming(entry, { number: 1, indent: indent + 2 }));
    const professions = listOf(entry, TAG.sequence, (professionList) =>
      professionInfo(professionList, indent),
    );
    for (const [number, profession] of professions.entries()) {
      parts.push(`${' '.repeat(indent)}  Profession Info Entry ${number + 1}:\n`, profession);
    }
    return parts;
  });
}

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

/** Types of strings that a DirectoryString may have (X.520). */
const DIRECTORY_STRINGS: readonly number[] = [
  TAG.printableString,
  TAG.teletexString,
  TAG.bmpString,
  0x1c,
  TAG.utf8String,
];

function directoryString(reader: BerReader): string {
  const at = reader.offset;
  const { tag, content } = readAny(reader);
  if (!DIRECTORY_STRINGS.includes(tag)) throw reader.error('a string of another type', at);
  return printable(content);
}

interface Place {
  /** Number of the explicit tag. */
  readonly number: number;
  readonly indent: number;
}

function explicitNaming(reader: BerReader, { number, indent }: Place): Rendered {
  const explicit = reader.enterOptional(contextTag(number, 'constructed'));
  if (explicit === undefined) return '';
  const out = inside(explicit, TAG.sequence, (inner) => namingAuthority(inner, indent));
  explicit.finish();
  return out;
}

function namingAuthority(reader: BerReader, indent: number): Rendered {
  // OpenSSL gives up over one that says nothing.
  if (reader.done) return new GaveUp();
  const blanks = ' '.repeat(indent);
  const line = (field: string, value: string): string => `${blanks}  namingAuthority${field}: ${value}\n`;
  const id = reader.nextTag === TAG.oid ? line('Id', named(reader.oid())) : '';
  const url = reader.nextIs(TAG.ia5String) ? line('Url', printable(reader.string(TAG.ia5String))) : '';
  const text = reader.offset < reader.end ? line('Text', directoryString(reader)) : '';
  return `${blanks}namingAuthority:\n${id}${text}${url}`;
}

function professionInfo(list: BerReader, indent: number): Rendered {
  const blanks = ' '.repeat(indent);
  return inside(list, TAG.sequence, (reader) => {
    const naming = explicitNaming(reader, { number: 0, indent: indent + 4 });
    const items = listOf(reader, TAG.sequence, (one) => `${blanks}      ${directoryString(one)}\n`);
    const oids = reader.nextIs(TAG.sequence)
      ? listOf(reader, TAG.sequence, (one) => `${blanks}      ${named(one.oid())}\n`)
      : undefined;
    const registration = reader.nextIs(TAG.printableString)
      ? `${blanks}    registrationNumber: ${printable(reader.string(TAG.printableString))}\n`
      : '';
    if (!reader.done) reader.string(TAG.octetString, 'additional information');
    const professions = oids === undefined ? '' : `${blanks}    Profession OIDs:\n${oids.join('')}`;
    return joined([registration, naming, `${blanks}    Info Entries:\n${items.join('')}`, professions]);
  });
}
