import { bitLength, type KeyMaterial, type PublicKeyInfo } from '../read/public-key.ts';
import { curveByOid, isOnCurve } from './curves.ts';
import { renderExplicitKey } from './explicit-curve.ts';
import { dhGroupName } from './dh-groups.ts';
import { keyLines, labeledNumber, signedNumber, unsigned } from './number.ts';
import { longName, objectNames } from './objects.ts';
import { renderPssRestrictions } from './pss.ts';

/**
 * A public key as EVP_PKEY_print_public writes it, without indent.
 *
 * @returns `undefined` where OpenSSL cannot load the key
 */
export function renderKey(key: PublicKeyInfo): string | undefined {
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
  if (explicit !== undefined) return renderExplicitKey(explicit, point);
  const curve = oid === undefined ? undefined : curveByOid(oid);
  if (oid === undefined || curve === undefined) return undefined;
  // OpenSSL loads the point at infinity, and then cannot write it.
  if (point.length === 1 && point[0] === 0) return '';
  if (!isOnCurve(curve, point)) return undefined;
  const nist = curve.nist === undefined ? '' : `NIST CURVE: ${curve.nist}\n`;
  const name = objectNames(oid)?.short ?? oid;
  return `Public-Key: (${curve.order.toString(2).length} bit)\npub:\n${keyLines(point)}ASN1 OID: ${name}\n${nist}`;
}

function renderDsa({ parameters, y }: KeyMaterial & { readonly kind: 'dsa' }): string | undefined {
  if (parameters === undefined) return undefined;
  const { p, q, g } = parameters;
  return [
    `Public-Key: (${bitLength(p)} bit)\n`,
    labeledNumber('pub: ', y),
    // Parameters have no sign, as the numbers of RSA keys have none.
    labeledNumber('P:   ', unsigned(p)),
    labeledNumber('Q:   ', unsigned(q)),
    labeledNumber('G:   ', unsigned(g)),
  ].join('');
}

function renderDh({ p, g, q, y, extra }: KeyMaterial & { readonly kind: 'dh' }): string {
  const [prime, generator] = [unsigned(p), unsigned(g)];
  const group = dhGroupName(signedNumber(prime).magnitude, signedNumber(generator).magnitude);
  const { j, seed, counter, privateLength = 0 } = extra;
  const parameters = [
    labeledNumber('P:   ', prime),
    q === undefined ? '' : labeledNumber('Q:   ', unsigned(q)),
    labeledNumber('G:   ', generator),
    j === undefined ? '' : labeledNumber('J:   ', unsigned(j)),
    seed === undefined ? '' : `SEED:\n${keyLines(seed)}`,
    counter === undefined ? '' : `pcounter: ${counter}\n`,
  ];
  return [
    `DH Public-Key: (${bitLength(p)} bit)\n`,
    labeledNumber('public-key:', y),
    ...(group === undefined ? parameters : [`GROUP: ${group}\n`]),
    privateLength > 0 ? `recommended-private-length: ${privateLength} bits\n` : '',
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
