import { TAG } from '../../asn1/der.ts';
import {
  bitLength,
  PUBLIC_KEY,
  type ExplicitCurve,
  type KeyMaterial,
  type PublicKeyInfo,
} from '../read/public-key.ts';
import { curveByOid, isOnCurve } from './curves.ts';
import { keyLines, labeledNumber } from './number.ts';
import { longName, objectNames } from './objects.ts';
import { renderPssRestrictions } from './pss.ts';

/**
 * A public key as EVP_PKEY_print_public writes it, without indent.
 *
 * @returns `undefined` where OpenSSL cannot load the key
 */
export function renderKey(key: PublicKeyInfo): string | undefined {
  if (key.key.unusedBits !== 0 && key.material.kind !== 'unknown') return undefined;
  return renderMaterial(key);
}

function renderMaterial(key: PublicKeyInfo): string | undefined {
  const { material } = key;
  switch (material.kind) {
    case 'rsa':
    case 'rsa-pss':
      return renderRsa(key, material);
    case 'ec':
      return renderEc(material);
    case 'dsa':
      return renderDsa(material);
    case 'dh':
      return renderDh(material);
    case 'unknown':
      return undefined;
    default:
      return renderRaw(key, material);
  }
}

function renderRsa(
  { algorithm, bits = 0 }: PublicKeyInfo,
  { kind, modulus, exponent }: KeyMaterial & { readonly kind: 'rsa' | 'rsa-pss' },
): string | undefined {
  const numbers = `Public-Key: (${bits} bit)\n${labeledNumber('Modulus:', unsigned(modulus))}${labeledNumber('Exponent:', unsigned(exponent))}`;
  if (kind === 'rsa') return numbers;
  const restrictions = renderPssRestrictions(algorithm.parameters);
  return restrictions === undefined ? undefined : numbers + restrictions;
}

/** Numbers of RSA keys are taken as positive, whatever their sign. */
function unsigned(content: Uint8Array): Uint8Array {
  return (content[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...content) : content;
}

/** Octets of keys that are octets (RFC 7748, RFC 8032). */
const RAW_LENGTH = Object.freeze({ x25519: 32, x448: 56, ed25519: 32, ed448: 57 });

function renderRaw(
  { algorithm }: PublicKeyInfo,
  { kind, point }: { readonly kind: keyof typeof RAW_LENGTH; readonly point: Uint8Array },
): string | undefined {
  if (point.length !== RAW_LENGTH[kind] || algorithm.parameters !== undefined) return undefined;
  return `${kind.toUpperCase()} Public-Key:\npub:\n${keyLines(point)}`;
}

function renderEc({
  curve: oid,
  explicit,
  point,
}: KeyMaterial & { readonly kind: 'ec' }): string | undefined {
  if (explicit !== undefined) return renderExplicit(explicit, point);
  const curve = oid === undefined ? undefined : curveByOid(oid);
  if (oid === undefined || curve === undefined || !isOnCurve(curve, point)) return undefined;
  const nist = curve.nist === undefined ? '' : `NIST CURVE: ${curve.nist}\n`;
  const name = objectNames(oid)?.short ?? oid;
  return `Public-Key: (${curve.orderBits} bit)\npub:\n${keyLines(point)}ASN1 OID: ${name}\n${nist}`;
}

function renderExplicit(curve: ExplicitCurve, point: Uint8Array): string | undefined {
  if (curve.field !== 'prime' || point.length === 0) return undefined;
  const forms = new Map([
    [2, 'compressed'],
    [3, 'compressed'],
    [4, 'uncompressed'],
    [6, 'hybrid'],
    [7, 'hybrid'],
  ]);
  // The generator is printed in the form of the point.
  const form = forms.get(curve.generator[0] ?? 0);
  if (form === undefined) return undefined;
  return [
    `Public-Key: (${bitLength(curve.order)} bit)\n`,
    `pub:\n${keyLines(point)}`,
    'Field Type: prime-field\n',
    labeledNumber('Prime:', curve.prime),
    labeledNumber('A:   ', trimmed(curve.a)),
    labeledNumber('B:   ', trimmed(curve.b)),
    `Generator (${form}):\n${keyLines(curve.generator)}`,
    labeledNumber('Order: ', curve.order),
    curve.cofactor === undefined ? '' : labeledNumber('Cofactor: ', curve.cofactor),
    curve.seed === undefined ? '' : `Seed:\n${keyLines(curve.seed.bytes)}`,
  ].join('');
}

/** A field element as content of a positive INTEGER. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  return (rest[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...rest) : rest;
}

function renderDsa({ parameters, y }: KeyMaterial & { readonly kind: 'dsa' }): string | undefined {
  if (parameters === undefined) return undefined;
  const { p, q, g } = parameters;
  return [
    `Public-Key: (${bitLength(p)} bit)\n`,
    labeledNumber('pub: ', y),
    labeledNumber('P:   ', p),
    labeledNumber('Q:   ', q),
    labeledNumber('G:   ', g),
  ].join('');
}

function renderDh({ p, g, q, y }: KeyMaterial & { readonly kind: 'dh' }): string {
  return [
    `DH Public-Key: (${bitLength(p)} bit)\n`,
    labeledNumber('public-key:', y),
    labeledNumber('P:   ', p),
    q === undefined ? '' : labeledNumber('Q:   ', q),
    labeledNumber('G:   ', g),
  ].join('');
}

/** The lines of a certificate's key below `Subject Public Key Info:`. */
export function renderPublicKeyInfo(key: PublicKeyInfo, indent = 12): string {
  const blanks = ' '.repeat(indent);
  const algorithm = `${blanks}Public Key Algorithm: ${longName(key.algorithm.oid)}\n`;
  const text = renderKey(key);
  const inner = ' '.repeat(indent + 4);
  if (text === undefined) return `${algorithm}${blanks}Unable to load Public Key\n`;
  return algorithm + text.replace(/^(?=.)/gm, inner);
}

/** Whether an algorithm's parameters are absent or NULL. */
export function hasNoParameters(parameters: Uint8Array | undefined): boolean {
  return parameters === undefined || parameters[0] === TAG.null;
}

/** Object identifiers of keys that are read for their own sake. */
export const KEY_OIDS = PUBLIC_KEY;
