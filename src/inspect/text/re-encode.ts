import { bitString, element, NULL, sequence, smallInteger, TAG, unsignedInteger } from '../../asn1/der.ts';
import { encodeOid } from '../../asn1/oid.ts';
import type { AlgorithmInfo } from '../read/algorithm.ts';
import { readAny } from '../read/any.ts';
import { BerReader, type BitString } from '../read/ber.ts';
import { PUBLIC_KEY, type KeyMaterial, type PublicKeyInfo } from '../read/public-key.ts';
import { reencodedPssParameters } from './pss.ts';

/** What is signed, and its signature: of a certificate, a request or a CRL. */
export interface SignedParts {
  /** What is signed, as it is encoded. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: AlgorithmInfo;
  readonly signature: BitString;
}

/**
 * A certificate, request or CRL as OpenSSL writes it again (crypto/asn1/tasn_enc.c): what is signed octet for octet, all
 * around it in DER. Fingerprints are of this.
 */
export function reencoded({ signed, signatureAlgorithm, signature }: SignedParts): Uint8Array {
  const { oid, parameters } = signatureAlgorithm;
  const algorithm = sequence(
    encodeOid(oid),
    parameters === undefined ? new Uint8Array() : reencodedAny(parameters),
  );
  const unused = signature.bytes.length === 0 ? 0 : signature.unusedBits;
  return sequence(signed, algorithm, element(TAG.bitString, Uint8Array.of(unused), signature.bytes));
}

/** Elements of types that are no strings, numbers or identifiers are kept as they are. */
function reencodedAny(der: Uint8Array): Uint8Array {
  const { tag, content } = readAny(new BerReader(der));
  const isKept = tag >= 0x20 || tag === 0;
  return isKept ? der : element(tag, content);
}

/**
 * A public key as OpenSSL writes it again (`-pubkey`): its numbers, and parameters of the form that its kind has.
 *
 * @returns `undefined` where OpenSSL writes nothing of what it could read
 */
export function reencodedPublicKey({ algorithm, key, material, der }: PublicKeyInfo): Uint8Array | undefined {
  const info = (oid: string, parameters: Uint8Array, bits: Uint8Array = key.bytes): Uint8Array =>
    sequence(sequence(encodeOid(oid), parameters), bitString(bits));
  const none = new Uint8Array();
  switch (material.kind) {
    case 'rsa':
      return info(PUBLIC_KEY.rsa, NULL, rsaNumbers(material));
    case 'rsa-pss': {
      const parameters = reencodedPssParameters(algorithm.parameters);
      return parameters && info(PUBLIC_KEY.rsaPss, parameters, rsaNumbers(material));
    }
    case 'ec':
      if (material.point.length === 1) return undefined;
      return material.curve === undefined ? der : info(PUBLIC_KEY.ec, encodeOid(material.curve));
    case 'dsa': {
      const { parameters, y } = material;
      if (parameters === undefined) return der;
      const { p, q, g } = parameters;
      return info(PUBLIC_KEY.dsa, sequence(...[p, q, g].map(unsignedInteger)), element(TAG.integer, y));
    }
    case 'dh': {
      const oid = material.q === undefined ? PUBLIC_KEY.dhPkcs3 : PUBLIC_KEY.dhX942;
      return info(oid, dhParameters(material), element(TAG.integer, material.y));
    }
    case 'unknown':
      return der;
    default:
      return info(PUBLIC_KEY[material.kind], none);
  }
}

function dhParameters({ p, g, q, extra }: KeyMaterial & { readonly kind: 'dh' }): Uint8Array {
  const { j, seed, counter = 0, privateLength = 0 } = extra;
  const numbers = [p, g, ...(q === undefined ? [] : [q]), ...(j === undefined ? [] : [j])].map(
    unsignedInteger,
  );
  if (seed !== undefined) numbers.push(sequence(bitString(seed), smallInteger(counter)));
  return sequence(...numbers, ...(privateLength === 0 ? [] : [smallInteger(privateLength)]));
}

function rsaNumbers({ modulus, exponent }: KeyMaterial & { readonly kind: 'rsa' | 'rsa-pss' }): Uint8Array {
  return sequence(unsignedInteger(modulus), unsignedInteger(exponent));
}
