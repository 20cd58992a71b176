import { TAG } from '../../asn1/der.ts';
import type { AlgorithmInfo } from '../read/algorithm.ts';
import type { BitString } from '../read/ber.ts';
import { hexLines } from './bytes.ts';
import { labeledNumber } from './number.ts';
import { longName } from './objects.ts';
import { renderPssSignature } from './pss.ts';

const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** Signature algorithms of DSA, whose two numbers are printed apart. */
const DSA = new Set([
  '1.2.840.10040.4.3',
  '1.3.14.3.2.13',
  '1.3.14.3.2.27',
  '2.16.840.1.101.3.4.3.1',
  '2.16.840.1.101.3.4.3.2',
]);

/**
 * A signature's algorithm, and the signature where there is one (crypto/x509/t_x509.c, X509_signature_print).
 *
 * @param signature `undefined` where only the algorithm is printed
 */
export function renderSignature(
  { oid, parameters }: AlgorithmInfo,
  signature: BitString | undefined,
  name: string = longName(oid),
): string {
  const dump = signature === undefined ? '' : signatureLines(signature.bytes);
  const head = `    Signature Algorithm: ${name}${signature === undefined ? '' : '\n    Signature Value:'}`;
  if (oid === RSASSA_PSS) return head + renderPssSignature(parameters, 8) + dump;
  if (DSA.has(oid) && signature !== undefined) return `${head}\n${dsaNumbers(signature.bytes) ?? dump}`;
  return `${head}\n${dump}`;
}

function signatureLines(bytes: Uint8Array): string {
  return `${hexLines(bytes, { indent: 8, perLine: 18 })}\n`;
}

function dsaNumbers(bytes: Uint8Array): string | undefined {
  const whole = strictElement(bytes, TAG.sequence);
  const r = whole && strictInteger(whole.content);
  const s = r && strictInteger(r.rest);
  if (r === undefined || s === undefined || s.rest.length > 0) return undefined;
  return number('r:   ', r.content) + number('s:   ', s.content);
}

function number(label: string, content: Uint8Array): string {
  return `${' '.repeat(8)}${labeledNumber(label, content).replace(/\n(?=.)/g, `\n${' '.repeat(8)}`)}`;
}

interface StrictElement {
  readonly content: Uint8Array;
  readonly rest: Uint8Array;
}

/** An element with a length of at most two octets, and what follows it (crypto/asn1_dsa.c). */
function strictElement(bytes: Uint8Array, tag: number): StrictElement | undefined {
  const [first, length = 0x80, high = 0, low = 0] = bytes;
  const forms = new Map([
    [0x81, { start: 3, size: high }],
    [0x82, { start: 4, size: high * 256 + low }],
  ]);
  const form = length < 0x80 ? { start: 2, size: length } : forms.get(length);
  if (first !== tag || form === undefined || bytes.length < form.start + form.size) return undefined;
  const end = form.start + form.size;
  return { content: bytes.subarray(form.start, end), rest: bytes.subarray(end) };
}

function strictInteger(bytes: Uint8Array): StrictElement | undefined {
  const element = strictElement(bytes, TAG.integer);
  const [first = 0x80, second = 0x80] = element?.content ?? [];
  return first >= 0x80 || (first === 0 && second < 0x80) ? undefined : element;
}
