import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader } from '../../read/ber.ts';
import { addressOrLength, printedName } from '../general-name.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { decimalNumber } from '../number.ts';
import { longName } from '../objects.ts';
import { each, valuesIfAny, type RenderExtension } from './form.ts';

const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

/** Certificate policies with their qualifiers (crypto/x509/v3_cpols.c). */
export const certificatePolicies: RenderExtension = (outer, indent) => {
  const policies = each(outer.enter(TAG.sequence), (list) => {
    const one = list.enter(TAG.sequence);
    const policy = one.oid();
    const qualifiers = one.enterOptional(TAG.sequence);
    one.finish();
    const lines = qualifiers === undefined ? [] : each(qualifiers, (inner) => qualifier(inner, indent + 2));
    return [`${' '.repeat(indent)}Policy: ${longName(policy)}`, ...lines].join('\n');
  });
  return policies.join('\n');
};

function qualifier(list: BerReader, indent: number): string {
  const blanks = ' '.repeat(indent);
  const one = list.enter(TAG.sequence);
  const oid = one.oid();
  if (oid === CPS) {
    const uri = one.string(TAG.ia5String);
    one.finish();
    return `${blanks}CPS: ${cString(uri)}`;
  }
  if (oid === USER_NOTICE) {
    const notice = one.enter(TAG.sequence);
    one.finish();
    return `${blanks}User Notice:\n${userNotice(notice, indent + 2).join('\n')}`;
  }
  return `${' '.repeat(indent + 2)}Unknown Qualifier: ${longName(oid)}`;
}

/** Octets up to the first NUL, as printf writes them. */
function cString(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).split('\0')[0] ?? '';
}

const TEXT_TAGS: readonly number[] = [0x0c, 0x16, 0x1a, 0x1e];

function userNotice(reader: BerReader, indent: number): string[] {
  const blanks = ' '.repeat(indent);
  const out: string[] = [];
  const reference = reader.enterOptional(TAG.sequence);
  if (reference !== undefined) {
    const organization = displayText(reference);
    const numbers = each(reference.enter(TAG.sequence), (list) => decimalNumber(list.integer()));
    out.push(`${blanks}Organization: ${cString(organization)}`);
    out.push(`${blanks}Number${numbers.length > 1 ? 's' : ''}: ${numbers.join(', ')}`);
  }
  if (!reader.done) out.push(`${blanks}Explicit Text: ${cString(displayText(reader))}`);
  reader.finish();
  return out;
}

function displayText(reader: BerReader): Uint8Array {
  const tag = reader.nextTag & ~0x20;
  if (!TEXT_TAGS.includes(tag)) throw reader.error('a text of another type');
  return reader.string(tag);
}

export const policyMappings: RenderExtension = (outer, indent) =>
  valuesIfAny(
    each(outer.enter(TAG.sequence), (list) => {
      const one = list.enter(TAG.sequence);
      return `${longName(one.oid())}:${longName(one.oid())}`;
    }),
    { indent },
  );

export const policyConstraints: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const values: string[] = [];
  for (const [number, name] of [
    [0, 'Require Explicit Policy'],
    [1, 'Inhibit Policy Mapping'],
  ] as const) {
    const tag = contextTag(number);
    if (reader.nextTag === tag) values.push(`${name}:${decimalNumber(reader.integer(name, tag))}`);
  }
  reader.finish();
  return valuesIfAny(values, { indent });
};

/** Name constraints, one subtree a line (crypto/x509/v3_ncons.c). */
export const nameConstraints: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const parts = [
    subtrees(reader, { number: 0, title: 'Permitted', indent }),
    subtrees(reader, { number: 1, title: 'Excluded', indent }),
  ];
  reader.finish();
  return parts.filter((part) => part !== undefined).join('\n');
};

function subtrees(
  reader: BerReader,
  { number, title, indent }: { readonly number: 0 | 1; readonly title: string; readonly indent: number },
): string | undefined {
  const list = reader.enterOptional(contextTag(number, 'constructed'));
  if (list === undefined) return undefined;
  const lines = each(list, (trees) => {
    const one = trees.enter(TAG.sequence);
    const base = readGeneralName(one);
    for (const tag of [contextTag(0), contextTag(1)]) if (one.nextTag === tag) one.integer('a bound', tag);
    one.finish();
    return ' '.repeat(indent + 2) + (base.kind === 'ip' ? constrainedAddress(base.bytes) : printedName(base));
  });
  return lines.length === 0 ? '' : `${' '.repeat(indent)}${title}:\n${lines.join('\n')}`;
}

/** An address and its mask, whatever their length. */
function constrainedAddress(bytes: Uint8Array): string {
  const length = bytes.length >= 16 ? 16 : bytes.length >= 4 ? 4 : bytes.length;
  return `IP:${addressOrLength(bytes.subarray(0, length))}/${addressOrLength(bytes.subarray(length))}`;
}
