import { latin1, toHex } from '../asn1/bytes.ts';
import { characterString, sequence, setOf, TAG } from '../asn1/der.ts';
import { encodeOid } from '../asn1/oid.ts';
import { DerReader } from '../asn1/reader.ts';

/** The subject of a certificate to be issued. Several values of one kind make one multi-valued RDN, as in Go. */
export interface Subject {
  readonly commonName?: string;
  /** Kubernetes reads these as groups. */
  readonly organizations?: readonly string[];
  readonly organizationalUnits?: readonly string[];
  /** ISO 3166 codes of two letters. */
  readonly countries?: readonly string[];
  readonly provinces?: readonly string[];
  readonly localities?: readonly string[];
}

/** One attribute of a distinguished name. */
export interface NameAttribute {
  /** Object identifier of the attribute type. */
  readonly type: string;
  /** The value as text; of kinds that are not character strings, `#` and the DER in hexadecimal (RFC 4514 2.4). */
  readonly value: string;
  /** Identifier octet of the value's ASN.1 type. */
  readonly tag: number;
}

/** A distinguished name as it stands in a certificate. */
export interface Name {
  /** The RDNs in order, each with its attributes in order. */
  readonly rdns: readonly (readonly NameAttribute[])[];
  /** The Name in DER: what issuer and subject are compared by. */
  readonly der: Uint8Array;
}

interface AttributeRow {
  readonly field: keyof Subject;
  readonly oid: string;
  readonly short: string;
}

/** Attribute types in the order in which Go's crypto/x509/pkix writes them (X.520; RFC 4519 for the short names). */
const ATTRIBUTES: readonly AttributeRow[] = Object.freeze([
  { field: 'countries', oid: '2.5.4.6', short: 'C' },
  { field: 'organizations', oid: '2.5.4.10', short: 'O' },
  { field: 'organizationalUnits', oid: '2.5.4.11', short: 'OU' },
  { field: 'localities', oid: '2.5.4.7', short: 'L' },
  { field: 'provinces', oid: '2.5.4.8', short: 'ST' },
  { field: 'commonName', oid: '2.5.4.3', short: 'CN' },
]);

const ENCODED_OID = new Map(ATTRIBUTES.map(({ oid }) => [oid, encodeOid(oid)]));
const OID_OF = Object.freeze(
  Object.fromEntries(ATTRIBUTES.map(({ field, oid }) => [field, oid])) as Record<keyof Subject, string>,
);
const SHORT_NAME = new Map(ATTRIBUTES.map(({ oid, short }) => [oid, short]));

// X.680 41.4: the repertoire of PrintableString.
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** Encodes a subject as Go does: RDNs in {@link ATTRIBUTES} order, PrintableString where it fits, else UTF8String. */
export function encodeSubject(subject: Subject): Uint8Array {
  const rdns: Uint8Array[] = [];
  for (const { field, oid } of ATTRIBUTES) {
    const value = subject[field];
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    if (values.length === 0) continue;
    const type = ENCODED_OID.get(oid) ?? encodeOid(oid);
    rdns.push(setOf(...values.map((text) => sequence(type, directoryString(text)))));
  }
  return sequence(...rdns);
}

function directoryString(text: string): Uint8Array {
  return characterString(PRINTABLE.test(text) ? TAG.printableString : TAG.utf8String, text);
}

/**
 * Reads a Name.
 *
 * @throws PkiError `invalid-der`
 */
export function readName(reader: DerReader, what: string): Name {
  const { start, contentStart, end } = reader.read(TAG.sequence, what);
  const rdns: NameAttribute[][] = [];
  for (const inner = new DerReader(reader.bytes, contentStart, end); !inner.done;) {
    const set = inner.enter(TAG.set, 'an RDN');
    const rdn: NameAttribute[] = [];
    while (!set.done) {
      const attribute = set.enter(TAG.sequence, 'an attribute');
      const type = attribute.oid('the attribute type');
      rdn.push({ type, tag: attribute.nextTag, value: readValue(attribute) });
      attribute.finish('the attribute');
    }
    if (rdn.length === 0) throw set.error('an RDN is empty');
    rdns.push(rdn);
  }
  return { rdns, der: reader.bytes.subarray(start, end) };
}

// A value may begin with U+FEFF, which is no mark of anything there.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** How each character string type is decoded; others become hexadecimal. */
const DECODERS: Readonly<Record<number, (bytes: Uint8Array) => string>> = Object.freeze({
  [TAG.utf8String]: (bytes) => utf8.decode(bytes),
  [TAG.printableString]: latin1,
  [TAG.ia5String]: latin1,
  [TAG.teletexString]: latin1,
  [TAG.bmpString]: (bytes) => {
    let out = '';
    for (let i = 0; i + 1 < bytes.length; i += 2)
      out += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
    return out;
  },
});

function readValue(reader: DerReader): string {
  const { tag, start, contentStart, end } = reader.read(undefined, 'an attribute value');
  const decode = DECODERS[tag];
  return decode === undefined
    ? `#${toHex(reader.bytes.subarray(start, end))}`
    : decode(reader.bytes.subarray(contentStart, end));
}

/** The values of one attribute type, in order: `attributeValues(name, 'organizations')` are a user's groups. */
export function attributeValues(name: Name, field: keyof Subject): string[] {
  const oid = OID_OF[field];
  const values: string[] = [];
  for (const rdn of name.rdns) for (const { type, value } of rdn) if (type === oid) values.push(value);
  return values;
}

/** The last common name, as Go and Kubernetes read it; `undefined` where there is none. */
export function commonNameOf(name: Name): string | undefined {
  return attributeValues(name, 'commonName').at(-1);
}

/** A name for messages: `O = system:nodes, CN = system:node:node01`, in the order of the certificate. */
export function formatName(name: Name): string {
  const attribute = ({ type, value }: NameAttribute): string =>
    `${SHORT_NAME.get(type) ?? type} = ${printable(value)}`;
  return name.rdns.map((rdn) => rdn.map(attribute).join(' + ')).join(', ');
}

/** Names come from files of others: control characters must not reach a terminal or a log. */
function printable(value: string): string {
  return value.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
