import { latin1, toHex } from '../../../asn1/bytes.ts';
import { contextTag, TAG } from '../../../asn1/der.ts';
import { isPkiError } from '../../../errors/pki-error.ts';
import { formatIp } from '../../../net/ip.ts';
import { BerReader } from '../../read/ber.ts';
import { EXTENSION, type ExtensionInfo, type Subtree } from '../../read/extension.ts';
import type { GeneralNameInfo } from '../../read/general-name.ts';

/** A name of a kind that Go reads. */
export type GoName = Extract<GeneralNameInfo, { readonly bytes: Uint8Array }>;

const KINDS: ReadonlyMap<number, GoName['kind']> = new Map([
  [contextTag(1), 'email'],
  [contextTag(2), 'dns'],
  [contextTag(6), 'uri'],
  [contextTag(7), 'ip'],
]);

/** What Go reads of a list: names of its four kinds, and whether there are others, sound or not. */
interface Read<T> {
  readonly values: readonly T[];
  readonly hasOthers: boolean;
}

function readName(reader: BerReader): GoName | undefined {
  const { tag, contentStart, contentEnd } = reader.read();
  const [kind, bytes] = [KINDS.get(tag), reader.bytes.subarray(contentStart, contentEnd)];
  if (kind !== 'ip') return kind && { kind, value: latin1(bytes), bytes };
  return { kind, value: [4, 16].includes(bytes.length) ? formatIp(bytes) : `#${toHex(bytes)}`, bytes };
}

/** The alternative names of a certificate that Go reads (crypto/x509/parser.go, parseSANExtension). */
export function goAlternativeNames(extensions: readonly ExtensionInfo[]): readonly GoName[] {
  const read = attempt(extensions, EXTENSION.subjectAltName, (value) =>
    collect(new BerReader(value).enter(TAG.sequence), readName),
  );
  return read?.values ?? [];
}

/** Name constraints as Go reads them. */
interface GoConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
  readonly hasOthers: boolean;
}

/** The name constraints of a certificate, if it has any that Go can read (crypto/x509/parser.go, parseNameConstraintsExtension). */
export function goConstraints(extensions: readonly ExtensionInfo[]): GoConstraints | undefined {
  return attempt(extensions, EXTENSION.nameConstraints, (value) => {
    const outer = new BerReader(value);
    const reader = outer.enter(TAG.sequence);
    outer.finish();
    const list = (number: number): Read<Subtree> =>
      collect(reader.enterOptional(contextTag(number, 'constructed')), readSubtree);
    const [permitted, excluded] = [list(0), list(1)];
    reader.finish();
    return {
      permitted: permitted.values,
      excluded: excluded.values,
      hasOthers: permitted.hasOthers || excluded.hasOthers,
    };
  });
}

/** Go looks at the name alone, neither at a minimum nor at a maximum. */
function readSubtree(reader: BerReader): Subtree | undefined {
  const base = readName(reader.enter(TAG.sequence));
  return base && { base, minimum: 0, maximum: undefined };
}

function collect<T>(reader: BerReader | undefined, read: (reader: BerReader) => T | undefined): Read<T> {
  const values: T[] = [];
  let hasOthers = false;
  while (reader !== undefined && !reader.done) {
    const value = read(reader);
    if (value === undefined) hasOthers = true;
    else values.push(value);
  }
  return { values, hasOthers };
}

function attempt<T>(
  extensions: readonly ExtensionInfo[],
  wanted: string,
  read: (value: Uint8Array) => T,
): T | undefined {
  const extension = extensions.find(({ oid }) => oid === wanted);
  if (extension === undefined) return undefined;
  try {
    return read(extension.value);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
