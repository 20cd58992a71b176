import { TAG } from '../../asn1/der.ts';
import { readAny } from './any.ts';
import type { BerReader } from './ber.ts';

/** An AlgorithmIdentifier (RFC 5280 4.1.1.2). */
export interface AlgorithmInfo {
  readonly oid: string;
  /** The parameters, tag and length included; `undefined` where they are left out. */
  readonly parameters: Uint8Array | undefined;
  /** The AlgorithmIdentifier whole. */
  readonly der: Uint8Array;
}

/**
 * Reads an AlgorithmIdentifier.
 *
 * @throws PkiError `invalid-der`
 */
export function readAlgorithm(reader: BerReader, what: string): AlgorithmInfo {
  const start = reader.offset;
  const inner = reader.enter(TAG.sequence, what);
  const oid = inner.oid(`${what}'s identifier`);
  const parameters = inner.done ? undefined : readAny(inner, `${what}'s parameters`).der;
  inner.finish(what);
  return { oid, parameters, der: reader.bytes.subarray(start, reader.offset) };
}
