import { latin1, toHex } from '../../asn1/bytes.ts';
import { contextTag, TAG } from '../../asn1/der.ts';
import { decodeOid } from '../../asn1/oid.ts';
import { formatIp } from '../../net/ip.ts';
import { readAny } from './any.ts';
import type { BerReader } from './ber.ts';
import { readName, STRING_TAG, type NameInfo } from './name.ts';

/** A GeneralName (RFC 5280 4.2.1.6). */
export type GeneralNameInfo =
  | {
      readonly kind: 'dns' | 'email' | 'uri';
      /** The characters as they stand there, one per octet. */
      readonly value: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'ip';
      /** The address (RFC 5952), or `#` and hexadecimal where it has neither 4 nor 16 octets. */
      readonly value: string;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'directory'; readonly name: NameInfo }
  | {
      readonly kind: 'other';
      /** Object identifier of the kind of name. */
      readonly oid: string;
      /** The value, tag and length included. */
      readonly value: Uint8Array;
    }
  | { readonly kind: 'registered-id'; readonly oid: string }
  | { readonly kind: 'x400' | 'edi-party'; readonly value: Uint8Array };

const constructed = (number: number): number => contextTag(number, 'constructed');

/** Reads a list of general names: the content of a GeneralNames. */
export function readGeneralNames(reader: BerReader): GeneralNameInfo[] {
  const names: GeneralNameInfo[] = [];
  while (!reader.done) names.push(readGeneralName(reader));
  return names;
}

type ReadName = (reader: BerReader) => GeneralNameInfo;

const READERS = new Map<number, ReadName>([
  [constructed(0), readOtherName],
  [contextTag(1), (reader) => text('email', reader.string(contextTag(1), 'an e-mail address'))],
  [contextTag(2), (reader) => text('dns', reader.string(contextTag(2), 'a DNS name'))],
  [constructed(3), (reader) => ({ kind: 'x400', value: reader.whole() })],
  [constructed(4), readDirectoryName],
  [constructed(5), readEdiPartyName],
  [contextTag(6), (reader) => text('uri', reader.string(contextTag(6), 'a URI'))],
  [contextTag(7), readIpAddress],
  [contextTag(8), readRegisteredId],
]);

/** Kinds whose value is a string, which may come in parts: then their tag is the constructed one. */
const STRINGS: readonly number[] = [1, 2, 6, 7].map((number) => contextTag(number));

/**
 * Reads one general name.
 *
 * @throws PkiError `invalid-der`
 */
export function readGeneralName(reader: BerReader): GeneralNameInfo {
  const tag = reader.nextTag;
  const read = READERS.get(STRINGS.includes(tag & ~0x20) ? tag & ~0x20 : tag);
  if (read === undefined) throw reader.error(`a general name has no tag 0x${(tag & 0xff).toString(16)}`);
  return read(reader);
}

function readOtherName(reader: BerReader): GeneralNameInfo {
  const inner = reader.enter(constructed(0), 'another name');
  const oid = inner.oid('the kind of another name');
  const explicit = inner.enter(constructed(0), 'the value of another name');
  const value = readAny(explicit, 'the value of another name').der;
  explicit.finish('the value of another name');
  inner.finish('another name');
  return { kind: 'other', oid, value };
}

/** Types of strings that a DirectoryString may have (X.520). */
const DIRECTORY_STRINGS: readonly number[] = [
  TAG.printableString,
  TAG.teletexString,
  TAG.bmpString,
  STRING_TAG.universalString,
  TAG.utf8String,
];

function readEdiPartyName(reader: BerReader): GeneralNameInfo {
  const start = reader.offset;
  const inner = reader.enter(constructed(5), 'an EDI party name');
  for (const number of [0, 1]) {
    if (number === 0 && inner.nextTag !== constructed(0)) continue;
    const explicit = inner.enter(constructed(number), 'the name of a party');
    const at = explicit.offset;
    const { tag } = readAny(explicit, 'the name of a party');
    if (!DIRECTORY_STRINGS.includes(tag)) throw explicit.error('the name of a party is no string', at);
    explicit.finish('the name of a party');
  }
  inner.finish('an EDI party name');
  return { kind: 'edi-party', value: reader.bytes.subarray(start, reader.offset) };
}

function readDirectoryName(reader: BerReader): GeneralNameInfo {
  const inner = reader.enter(constructed(4), 'a directory name');
  const name = readName(inner, 'a directory name');
  inner.finish('the directory name');
  return { kind: 'directory', name };
}

function readIpAddress(reader: BerReader): GeneralNameInfo {
  const bytes = reader.string(contextTag(7), 'an IP address');
  const isAddress = bytes.length === 4 || bytes.length === 16;
  return { kind: 'ip', bytes, value: isAddress ? formatIp(bytes) : `#${toHex(bytes)}` };
}

function readRegisteredId(reader: BerReader): GeneralNameInfo {
  const at = reader.offset;
  const oid = decodeOid(reader.content(contextTag(8), 'a registered ID'));
  if (oid === undefined) throw reader.error('a registered ID is malformed', at);
  return { kind: 'registered-id', oid };
}

function text(kind: 'dns' | 'email' | 'uri', bytes: Uint8Array): GeneralNameInfo {
  return { kind, value: latin1(bytes), bytes };
}

/** A general name for people: `DNS:node01`, `IP:10.0.0.1`, with the prefixes of OpenSSL's configuration. */
export function generalNameText(name: GeneralNameInfo): string {
  switch (name.kind) {
    case 'dns':
      return `DNS:${name.value}`;
    case 'email':
      return `email:${name.value}`;
    case 'uri':
      return `URI:${name.value}`;
    case 'ip':
      return `IP:${name.value}`;
    case 'registered-id':
      return `RID:${name.oid}`;
    case 'directory':
      return `dirName:${name.name.rdns
        .flat()
        .map(({ oid, text: value }) => `${oid}=${value}`)
        .join(',')}`;
    case 'other':
      return `otherName:${name.oid}`;
    case 'x400':
    case 'edi-party':
      return name.kind;
  }
}
