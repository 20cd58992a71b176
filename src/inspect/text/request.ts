import { TAG } from '../../asn1/der.ts';
import { readAny } from '../read/any.ts';
import { BerReader } from '../read/ber.ts';
import { STRING_TAG } from '../read/name.ts';
import {
  EXTENSION_REQUEST,
  requestForExtensions,
  type RequestAttribute,
  type RequestInfo,
} from '../read/request.ts';
import { toBinary, toBytes } from './bytes.ts';
import { nameLine, type TextOptions, type TextPart } from './certificate.ts';
import { renderExtensions } from './extensions.ts';
import { NAME_STYLE } from './name-options.ts';
import { longText, ZERO } from './number.ts';
import { longName } from './objects.ts';
import { renderPublicKeyInfo } from './public-key.ts';
import { renderSignature } from './signature.ts';

/** How a request is printed: as a certificate is, so far as it has the same parts. */
export type RequestTextOptions = Pick<TextOptions, 'nameOptions' | 'without' | 'unknownExtensions'>;

const NONE: ReadonlySet<TextPart> = new Set();

/**
 * A certificate signing request as `openssl req -text -noout` prints it (OpenSSL 3.0, crypto/x509/t_req.c).
 *
 * @returns bytes, for what stands in requests may be no UTF-8
 */
export function renderRequestText(request: RequestInfo, options: RequestTextOptions = {}): Uint8Array {
  return toBytes(requestText(request, options));
}

/** The same as a string with one character for each byte. */
export function requestText(request: RequestInfo, options: RequestTextOptions = {}): string {
  const { nameOptions = NAME_STYLE.oneline, without = NONE } = options;
  const part = (name: TextPart, render: () => string): string => (without.has(name) ? '' : render());
  const head = [
    part('header', () => 'Certificate Request:\n    Data:\n'),
    part('version', () => versionLine(request)),
    part('subject', () => nameLine('Subject', request.subject, nameOptions)),
    part('pubkey', () => `        Subject Public Key Info:\n${renderPublicKeyInfo(request.publicKey)}`),
  ].join('');
  const attributes = without.has('attributes') ? { text: '', isWhole: true } : attributeLines(request);
  // OpenSSL stops in the midst of an attribute without a value.
  if (!attributes.isWhole) return head + attributes.text;
  return [
    head + attributes.text,
    part('extensions', () => requestedExtensions(request, options)),
    part('sigdump', () => renderSignature(request.signatureAlgorithm, request.signature)),
  ].join('');
}

function versionLine({ version, versionContent = ZERO }: RequestInfo): string {
  return `        Version: ${version === 0 ? '1 (0x0)' : `Unknown (${longText(versionContent)})`}\n`;
}

function attributeLines({ attributes, hasAttributeList }: RequestInfo): {
  readonly text: string;
  readonly isWhole: boolean;
} {
  let text = '        Attributes:\n';
  if (hasAttributeList && attributes.length === 0) text += `${' '.repeat(12)}(none)\n`;
  for (const attribute of attributes) {
    if (EXTENSION_REQUEST.includes(attribute.oid)) continue;
    text += ' '.repeat(12) + longName(attribute.oid);
    if (attribute.values.length === 0) return { text, isWhole: false };
    text += attributeValues(attribute);
  }
  return { text, isWhole: true };
}

// What is left of the column of the type is blank before a value; OpenSSL reckons it from what it left the last time.
const TYPE_WIDTH = 25;

function attributeValues({ oid, values }: RequestAttribute): string {
  let out = '';
  let used = longName(oid).length;
  for (const value of values) {
    const blanks = TYPE_WIDTH - used;
    out += `${' '.repeat(Math.max(blanks, 0))}:${attributeValue(value)}\n`;
    used = Math.min(blanks, 0);
  }
  return out;
}

/** Types of strings that are printed, octet for octet. */
const PRINTED: readonly number[] = [
  TAG.printableString,
  TAG.teletexString,
  STRING_TAG.numericString,
  TAG.utf8String,
  TAG.ia5String,
];

function attributeValue(der: Uint8Array): string {
  const { tag, content } = readAny(new BerReader(der));
  return PRINTED.includes(tag) ? toBinary(content) : 'unable to print attribute';
}

function requestedExtensions(
  { requestedExtensions: extensions, attributes }: RequestInfo,
  options: TextOptions,
): string {
  // A broken list is left out; where none is asked for, an empty one is shown.
  const isBroken = extensions === undefined && (requestForExtensions(attributes)?.values.length ?? 0) > 0;
  if (isBroken) return '';
  const list = renderExtensions(extensions ?? [], {
    indent: 16,
    unknown: options.unknownExtensions ?? 'octets',
  });
  return `${' '.repeat(12)}Requested Extensions:\n${list}`;
}
