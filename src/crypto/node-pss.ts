import type * as NodeCrypto from 'node:crypto';
import { TAG } from '../asn1/der.ts';
import { DerReader } from '../asn1/reader.ts';
import type { SignedData } from './provider.ts';
import type { SignatureScheme } from './signature-schemes.ts';

/** What a signature is checked with. */
interface PssQuestion {
  readonly key: NodeCrypto.KeyObject;
  readonly scheme: SignatureScheme;
  readonly signed: SignedData;
}

/**
 * Checks an RSASSA-PSS signature whose mask is made with another digest than its data (RFC 8017 8.1.2 and 9.1.2). Node
 * takes one digest for both.
 */
export function verifyPss(crypto: typeof NodeCrypto, { key, scheme, signed }: PssQuestion): boolean {
  const { digest = '', maskDigest = digest, saltLength = 20 } = scheme;
  if (isForbidden(key, scheme)) return false;
  const hash = (name: string, ...parts: readonly Uint8Array[]): Uint8Array =>
    parts.reduce((state, part) => state.update(part), crypto.createHash(name)).digest();
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  const [encoded, data] = [decrypt(crypto, key, signed.signature), hash(digest, signed.data)];
  const start = encoded.length - Math.ceil(bits / 8);
  const message = encoded.subarray(start);
  const split = message.length - data.length - 1;
  const saltAt = split - saltLength;
  if (saltAt < 1 || message.at(-1) !== 0xbc || encoded.subarray(0, start).some((octet) => octet !== 0))
    return false;
  const proof = message.subarray(split, -1);
  const padded = unmask(message.subarray(0, split), (count) => hash(maskDigest, proof, uint32(count)));
  const unused = 8 * message.length - bits;
  if (((message[0] ?? 0) & ~(0xff >> unused)) !== 0) return false;
  padded[0] = (padded[0] ?? 0) & (0xff >> unused);
  if (padded.findIndex((octet) => octet !== 0) !== saltAt - 1 || padded[saltAt - 1] !== 1) return false;
  return crypto.timingSafeEqual(hash(digest, new Uint8Array(8), data, padded.subarray(saltAt)), proof);
}

function decrypt(crypto: typeof NodeCrypto, key: NodeCrypto.KeyObject, signature: Uint8Array): Uint8Array {
  return crypto.publicDecrypt(
    { key: plainKey(crypto, key), padding: crypto.constants.RSA_NO_PADDING },
    signature,
  );
}

/** A key that is for RSASSA-PSS alone as one for anything: Node does nothing else with it. */
function plainKey(crypto: typeof NodeCrypto, key: NodeCrypto.KeyObject): NodeCrypto.KeyObject {
  if (key.asymmetricKeyType !== 'rsa-pss') return key;
  const info = new DerReader(key.export({ type: 'spki', format: 'der' })).enter(TAG.sequence);
  info.read(TAG.sequence, 'the algorithm');
  const der = Buffer.from(info.bitString('the key'));
  return crypto.createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
}

/** Whether a key says that it is used otherwise (RFC 4055 3.3); the length of the salt is the least one. */
function isForbidden(
  key: NodeCrypto.KeyObject,
  { digest, maskDigest, saltLength = 20 }: SignatureScheme,
): boolean {
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength: least = 0 } = key.asymmetricKeyDetails ?? {};
  const differs = (wanted: string | undefined, given: string | undefined): boolean =>
    wanted !== undefined && wanted.replaceAll('-', '') !== given?.replaceAll('-', '');
  return differs(hashAlgorithm, digest) || differs(mgf1HashAlgorithm, maskDigest) || saltLength < least;
}

const uint32 = (count: number): Uint8Array =>
  Uint8Array.of(count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff);

/** Takes a mask off, which is digests one behind the other (RFC 8017 B.2.1). */
function unmask(masked: Uint8Array, block: (count: number) => Uint8Array): Uint8Array {
  const first = block(0);
  let mask = first;
  return masked.map((octet, at) => {
    const within = at % first.length;
    if (at > 0 && within === 0) mask = block(at / first.length);
    return octet ^ (mask[within] ?? 0);
  });
}
