import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader } from '../../read/ber.ts';
import { readGeneralName, readGeneralNames } from '../../read/general-name.ts';
import { readAttributes } from '../../read/name.ts';
import { refusalOfType } from '../accept.ts';
import { listedName, printedName } from '../general-name.ts';
import { renderName } from '../name.ts';
import { listedObject } from '../objects.ts';
import { inside, listOf, valueList, type RenderExtension } from './form.ts';

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

/** A DistributionPointName (RFC 5280 4.2.1.13), in its explicit tag. */
function pointName(reader: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  const isFull = reader.nextIs(contextTag(0));
  const at = reader.offset;
  const inner = reader.enterList(contextTag(isFull ? 0 : 1, 'constructed'), 'the name of a point');
  reader.finish('the name of a point');
  if (isFull) return `${blanks}Full Name:\n${generalNames(inner, indent)}`;
  const attributes = readAttributes(inner);
  const reason = attributes.map(refusalOfType).find((one) => one !== undefined);
  if (reason !== undefined) throw reader.error(reason, at);
  const name = renderName({ rdns: [attributes], der: reader.bytes.subarray(at, reader.offset) });
  return `${blanks}Relative Name:\n${' '.repeat(indent + 2)}${name}\n`;
}

function generalNames(list: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent + 2);
  return readGeneralNames(list)
    .map((name) => blanks + printedName(name))
    .join('\n');
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
  const points = listOf(outer, TAG.sequence, (list) =>
    inside(list, TAG.sequence, (one) => {
      let out = '';
      const name = one.enterOptional(contextTag(0, 'constructed'));
      if (name !== undefined) out += pointName(name, indent);
      if (one.nextIs(contextTag(1))) out += reasons('Reasons', one, { tag: contextTag(1), indent });
      if (one.nextIs(contextTag(2))) {
        const issuer = one.enterList(contextTag(2, 'constructed'));
        out += `${' '.repeat(indent)}CRL Issuer:\n${generalNames(issuer, indent)}`;
      }
      return out;
    }),
  );
  return points.join('\n');
};

/** The issuing distribution point of a CRL. */
export const issuingDistributionPoint: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    const blanks = ' '.repeat(indent);
    const line = (number: number, title: string): string =>
      optionalFlag(reader, contextTag(number)) ? `${blanks}${title}\n` : '';
    const name = reader.enterOptional(contextTag(0, 'constructed'));
    let out = name === undefined ? '' : pointName(name, indent);
    out += line(1, 'Only User Certificates') + line(2, 'Only CA Certificates');
    const some = reader.nextIs(contextTag(3))
      ? reasons('Only Some Reasons', reader, { tag: contextTag(3), indent })
      : '';
    out += line(4, 'Indirect CRL') + some + line(5, 'Only Attribute Certificates');
    return out === '' ? `${blanks}<EMPTY>\n` : out;
  });

/** A BOOLEAN with another tag; FALSE where it is left out. */
function optionalFlag(reader: BerReader, tag: number): boolean {
  if (reader.nextTag !== tag) return false;
  const at = reader.offset;
  const content = reader.content();
  if (content.length !== 1) throw reader.error('a BOOLEAN is one octet', at);
  return content[0] !== 0;
}

/** Access descriptions: of the authority, and of the subject. */
export const informationAccess: RenderExtension = (outer, indent) => {
  const values = listOf(outer, TAG.sequence, (list) =>
    inside(list, TAG.sequence, (one) => {
      const method = listedObject(one.oid());
      const location = listedName(readGeneralName(one));
      return location === undefined ? undefined : `${method} - ${location}`;
    }),
  );
  return valueList(values, { indent, lines: true });
};
