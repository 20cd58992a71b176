import { decodeOid } from './oid.ts';

// An OID is decoded once: certificates repeat a few dozen of them.
const oids = new Map<number, { readonly content: Uint8Array; readonly dotted: string }>();
const OID_CACHE_LIMIT = 512;
const LONGEST_CACHED = 64;

/** The dotted form of an object identifier's content octets, from `start` to `end`; `undefined` where they are malformed. */
export function cachedOid(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONGEST_CACHED) return decodeOid(bytes.subarray(start, end));
  let key = end - start;
  for (let i = start; i < end; i++) key = (Math.imul(key, 31) + (bytes[i] ?? 0)) | 0;
  const known = oids.get(key);
  if (known !== undefined && isContent(known.content, { bytes, start, end })) return known.dotted;
  const content = Uint8Array.from(bytes.subarray(start, end));
  const dotted = decodeOid(content);
  if (dotted !== undefined && oids.size < OID_CACHE_LIMIT) oids.set(key, { content, dotted });
  return dotted;
}

function isContent(
  content: Uint8Array,
  { bytes, start, end }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
): boolean {
  if (content.length !== end - start) return false;
  for (let i = 0; i < content.length; i++) if (content[i] !== bytes[start + i]) return false;
  return true;
}
