import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { AlgorithmInfo } from '../read/algorithm.ts';
import { BerReader, type BitString } from '../read/ber.ts';
import { hexLines } from './bytes.ts';
import { labeledNumber } from './number.ts';
import { longName } from './objects.ts';
import { renderPssSignature } from './pss.ts';

const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** Signature algorithms of DSA, whose two numbers are printed apart. */
const DSA = new Set([
  '1.2.840.10040.4.3',
  '1.3.14.3.2.27',
  '2.16.840.1.101.3.4.3.1',
  '2.16.840.1.101.3.4.3.2',
  '2.16.840.1.101.3.4.3.3',
  '2.16.840.1.101.3.4.3.4',
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
  try {
    const reader = new BerReader(bytes).enter(TAG.sequence);
    const [r, s] = [reader.integer(), reader.integer()];
    reader.finish();
    const indented = (text: string): string => text.replace(/^/gm, ' '.repeat(8)).trimEnd();
    return `${indented(labeledNumber('r:   ', r))}\n${indented(labeledNumber('s:   ', s))}\n`;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
