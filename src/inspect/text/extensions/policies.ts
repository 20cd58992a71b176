import { contextTag, TAG } from '../../../asn1/der.ts';
import { readAny } from '../../read/any.ts';
import type { BerReader } from '../../read/ber.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { STRING_TAG } from '../../read/name.ts';
import { addressText, cString, printedName } from '../general-name.ts';
import { decimalNumber } from '../number.ts';
import { listedObject, longName } from '../objects.ts';
import { inside, listOf, valuesIfAny, type RenderExtension } from './form.ts';

const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

/** Certificate policies with their qualifiers (crypto/x509/v3_cpols.c). */
export const certificatePolicies: RenderExtension = (outer, indent) => {
  const policies = listOf(outer, TAG.sequence, (list) =>
    inside(list, TAG.sequence, (one) => {
      const head = `${' '.repeat(indent)}Policy: ${longName(one.oid())}`;
      if (one.done) return head;
      return `${head}\n${listOf(one, TAG.sequence, (inner) => qualifier(inner, indent + 2)).join('\n')}`;
    }),
  );
  return policies.join('\n');
};

function qualifier(list: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  return inside(list, TAG.sequence, (one) => {
    const oid = one.oid();
    if (oid === CPS) return `${blanks}CPS: ${cString(one.string(TAG.ia5String))}`;
    if (oid === USER_NOTICE) {
      const notice = inside(one, TAG.sequence, (inner) => userNotice(inner, indent + 2));
      return `${blanks}User Notice:\n${notice.join('\n')}`;
    }
    readAny(one);
    return `${' '.repeat(indent + 2)}Unknown Qualifier: ${longName(oid)}`;
  });
}

/** Types of strings that a DisplayText may have (RFC 5280 4.2.1.4). */
const DISPLAY_TEXTS: readonly number[] = [
  TAG.ia5String,
  STRING_TAG.visibleString,
  TAG.bmpString,
  TAG.utf8String,
];

function userNotice(reader: BerReader, indent: number): string[] {
  const blanks = ' '.repeat(indent);
  const out: string[] = [];
  if (reader.nextTag === TAG.sequence) {
    const [organization, numbers] = inside(reader, TAG.sequence, (reference) => {
      const text = displayText(reference);
      return [text, listOf(reference, TAG.sequence, (list) => decimalNumber(list.integer()))] as const;
    });
    out.push(`${blanks}Organization: ${organization}`);
    out.push(`${blanks}Number${numbers.length > 1 ? 's' : ''}: ${numbers.join(', ')}`);
  }
  if (!reader.done) out.push(`${blanks}Explicit Text: ${displayText(reader)}`);
  return out;
}

function displayText(reader: BerReader): string {
  const at = reader.offset;
  const { tag, content } = readAny(reader, 'a text');
  if (!DISPLAY_TEXTS.includes(tag)) throw reader.error('a text of another type', at);
  return cString(content);
}

/** Policies of the issuer that are those of the subject (crypto/x509/v3_pmaps.c). */
export const policyMappings: RenderExtension = (outer, indent) =>
  valuesIfAny(
    listOf(outer, TAG.sequence, (list) =>
      inside(list, TAG.sequence, (one) => `${listedObject(one.oid())}:${listedObject(one.oid())}`),
    ),
    { indent },
  );

/** After how many certificates policies must be named, and may no longer be mapped (crypto/x509/v3_pcons.c). */
export const policyConstraints: RenderExtension = (outer, indent) => {
  const values = inside(outer, TAG.sequence, (reader) =>
    (
      [
        [0, 'Require Explicit Policy'],
        [1, 'Inhibit Policy Mapping'],
      ] as const
    ).flatMap(([number, title]) =>
      reader.nextIs(contextTag(number))
        ? [`${title}:${decimalNumber(reader.integer(title, contextTag(number)))}`]
        : [],
    ),
  );
  return valuesIfAny(values, { indent });
};

/** Name constraints, one subtree a line (crypto/x509/v3_ncons.c). */
export const nameConstraints: RenderExtension = (outer, indent) => {
  const parts = inside(outer, TAG.sequence, (reader) => [
    subtrees(reader, { number: 0, title: 'Permitted', indent }),
    subtrees(reader, { number: 1, title: 'Excluded', indent }),
  ]);
  return parts.filter((part) => part !== undefined).join('\n');
};

function subtrees(
  reader: BerReader,
  { number, title, indent }: { readonly number: 0 | 1; readonly title: string; readonly indent: number },
): string | undefined {
  if (!reader.nextIs(contextTag(number))) return undefined;
  const lines = listOf(reader, contextTag(number, 'constructed'), (list) =>
    inside(list, TAG.sequence, (one) => {
      const base = readGeneralName(one);
      for (const tag of [contextTag(0), contextTag(1)]) if (one.nextIs(tag)) one.integer('a bound', tag);
      return (
        ' '.repeat(indent + 2) + (base.kind === 'ip' ? constrainedAddress(base.bytes) : printedName(base))
      );
    }),
  );
  return lines.length === 0 ? '' : `${' '.repeat(indent)}${title}:\n${lines.join('\n')}`;
}

/** An address and its mask, whatever their length. */
function constrainedAddress(bytes: Uint8Array): string {
  const length = bytes.length >= 16 ? 16 : bytes.length >= 4 ? 4 : bytes.length;
  return `IP:${addressText(bytes.subarray(0, length))}/${addressText(bytes.subarray(length))}`;
}
