/**
 * What is left of a certificate or key when everything that changes from run to run is taken out: its DER structure,
 * byte for byte, but for the serial, the times, the keys, their identifiers and the signature. Read here apart from
 * the product's own reader.
 */

/** A primitive as `tag:hex`, or the tag of a constructed value and its parts. */
export type Skeleton = string | readonly [tag: number, parts: readonly Skeleton[]];

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

function readElement(bytes: Buffer): Element {
  const [tag = 0, first = 0] = bytes;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) throw new Error('the DER is cut off');
  return { tag, content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

function readAll(bytes: Buffer): Skeleton[] {
  const parts: Skeleton[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const element = readElement(rest);
    parts.push(skeletonOf(element));
    rest = element.rest;
  }
  return parts;
}

function skeletonOf({ tag, content }: Element): Skeleton {
  return (tag & 0x20) === 0 ? `${tag.toString(16)}:${content.toString('hex')}` : [tag, readAll(content)];
}

function partsOf(skeleton: Skeleton | undefined): readonly Skeleton[] {
  if (skeleton === undefined || typeof skeleton === 'string')
    throw new Error('a constructed value was expected');
  return skeleton[1];
}

/** The value's tag and the number of its bytes, or the tag alone where that number differs from run to run. */
function masked(skeleton: Skeleton | undefined, length: 'length' | 'any length'): string {
  if (typeof skeleton !== 'string') throw new Error('a primitive value was expected');
  const [tag = '', hex = ''] = skeleton.split(':');
  return length === 'length' ? `${tag}:${hex.length / 2} bytes` : `${tag}:any`;
}

function bytesOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64');
}

/** The key identifiers: subject and authority. */
const OF_THE_KEY: ReadonlySet<string> = new Set(['6:551d0e', '6:551d23']);

function extensionSkeleton(extension: Skeleton): Skeleton {
  const parts = partsOf(extension);
  const [oid = ''] = parts;
  const value = parts.at(-1);
  if (typeof oid !== 'string' || typeof value !== 'string') throw new Error('an extension was expected');
  const inner = skeletonOf(readElement(Buffer.from(value.slice(2), 'hex')));
  const shown = OF_THE_KEY.has(oid) ? maskLeaves(inner) : inner;
  return [0x30, [...parts.slice(0, -1), [0x04, [shown]]]];
}

function maskLeaves(skeleton: Skeleton): Skeleton {
  return typeof skeleton === 'string'
    ? masked(skeleton, 'length')
    : [skeleton[0], skeleton[1].map(maskLeaves)];
}

/** The named parts of a certificate. */
export function certificateSkeleton(pem: string): Readonly<Record<string, Skeleton>> {
  const [tbs, outerAlgorithm, signature] = partsOf(skeletonOf(readElement(bytesOf(pem))));
  const [version, serial, algorithm, issuer, validity, subject, key, extensions, ...more] = partsOf(tbs);
  const [keyAlgorithm, keyBits] = partsOf(key);
  if (more.length > 0 || issuer === undefined || subject === undefined || version === undefined)
    throw new Error('a certificate was expected');
  return {
    version,
    serial: masked(serial, 'any length'),
    'signature algorithms': [0x30, [algorithm ?? '', outerAlgorithm ?? '']],
    signature: masked(signature, 'any length'),
    issuer,
    subject,
    validity: [0x30, partsOf(validity).map((time) => masked(time, 'length'))],
    key: [0x30, [keyAlgorithm ?? '', masked(keyBits, 'length')]],
    extensions: [0xa3, partsOf(partsOf(extensions)[0]).map(extensionSkeleton)],
  };
}

/** The structure of a key's DER: the numbers of an RSA key may be a byte shorter by chance, so they have no length. */
export function keySkeleton(pem: string): Skeleton {
  const isRsa = pem.includes('RSA PRIVATE KEY');
  const mask = (skeleton: Skeleton): Skeleton => {
    if (typeof skeleton !== 'string') return [skeleton[0], skeleton[1].map(mask)];
    const [tag = '', hex = ''] = skeleton.split(':');
    // Versions, names of algorithms and RSA's public exponent are short and the same in every key.
    if (tag === '6' || hex.length <= 6) return skeleton;
    return masked(skeleton, isRsa ? 'any length' : 'length');
  };
  return mask(skeletonOf(readElement(bytesOf(pem))));
}
