import { TAG } from '../asn1/der.ts';
import { DerReader } from '../asn1/reader.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import {
  PrivateKey,
  unwrapPkcs8,
  wrapEc,
  wrapEd25519,
  wrapPkcs1,
  wrapSec1,
  readEcScalar,
  type Pkcs8Parts,
} from '../crypto/private-key.ts';
import { PublicKey } from '../crypto/public-key.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { decryptPkcs8, encryptPkcs8, unsupported, type PasswordOptions } from './encrypted-key.ts';
import {
  at,
  encodePem,
  missingBlock,
  parsePem,
  sourceDetail,
  type PemBlock,
  type SourceOptions,
} from './pem.ts';

type ToPkcs8 = (
  der: Uint8Array,
  options: PasswordOptions,
  crypto: CryptoProvider,
) => Uint8Array | Promise<Uint8Array>;

/** How the content of each kind of private key block becomes PKCS#8. */
const PRIVATE_KEY_BLOCKS: Readonly<Record<string, ToPkcs8>> = Object.freeze({
  'PRIVATE KEY': (der) => der,
  'RSA PRIVATE KEY': wrapPkcs1,
  'EC PRIVATE KEY': wrapSec1,
  'ENCRYPTED PRIVATE KEY': decryptPkcs8,
});

const TRADITIONAL_LABEL = Object.freeze({ pkcs1: 'RSA PRIVATE KEY', sec1: 'EC PRIVATE KEY' });

/** How a private key is written. */
export interface PrivateKeyPemOptions {
  /** PKCS#8, or the traditional PKCS#1 and SEC 1 that kubeadm writes. Default: `pkcs8`. */
  readonly encoding?: 'pkcs8' | 'traditional';
}

/**
 * Reads a private key from PEM (PKCS#8, encrypted PKCS#8, PKCS#1, SEC 1) or DER. Of several blocks the first private
 * key counts; certificates and `EC PARAMETERS` before it are passed over. The public half is computed, not believed.
 *
 * @throws PkiError `invalid-pem`, `invalid-key`, `password-required`, `wrong-password`, `unsupported-algorithm`
 */
export async function readPrivateKey(
  input: string | Uint8Array,
  options: PasswordOptions,
  crypto: CryptoProvider,
): Promise<PrivateKey> {
  const block = blockOf(input, options);
  const toPkcs8 = PRIVATE_KEY_BLOCKS[block.label];
  if (toPkcs8 === undefined) throw new TypeError(`no reader for ${block.label}`);
  try {
    const parts = unwrapPkcs8(await toPkcs8(block.der, options, crypto));
    return privateKeyOf(parts, await crypto.derivePublicKey(parts));
  } catch (error) {
    throw keyError(error, options);
  }
}

function blockOf(input: string | Uint8Array, options: PasswordOptions): PemBlock {
  if (typeof input === 'string' || input[0] !== TAG.sequence) return pemBlock(input, options);
  try {
    return derBlock(input);
  } catch (error) {
    throw keyError(error, options);
  }
}

function pemBlock(input: string | Uint8Array, options: PasswordOptions): PemBlock {
  const blocks = parsePem(input, options);
  const block = blocks.find(({ label }) => Object.hasOwn(PRIVATE_KEY_BLOCKS, label));
  if (block === undefined) throw missingBlock(blocks, 'a private key', options);
  if (block.headers.some((header) => header.includes('ENCRYPTED'))) {
    throw unsupported("OpenSSL's traditional PEM encryption", options);
  }
  return block;
}

/** Tells the encodings of a private key in DER apart by their second element. */
function derBlock(der: Uint8Array): PemBlock {
  const reader = new DerReader(der).enter(TAG.sequence, 'a private key');
  const first = reader.read();
  const labels: Readonly<Record<number, string>> = {
    [TAG.sequence]: 'PRIVATE KEY',
    [TAG.integer]: 'RSA PRIVATE KEY',
    [TAG.octetString]: 'EC PRIVATE KEY',
  };
  const label = first.tag === TAG.sequence ? 'ENCRYPTED PRIVATE KEY' : labels[reader.nextTag];
  if (label === undefined) throw reader.error('this is no private key');
  return { label, der, headers: [] };
}

/** The key in one form, whatever optional parts its file had. */
export function privateKeyOf({ kind, curve, inner }: Pkcs8Parts, publicKey: PublicKey): PrivateKey {
  if (kind === 'rsa') return new PrivateKey(wrapPkcs1(inner), publicKey);
  if (curve === undefined) return new PrivateKey(wrapEd25519(inner), publicKey);
  return new PrivateKey(wrapEc(curve, readEcScalar(inner), publicKey.raw), publicKey);
}

function keyError(error: unknown, options: SourceOptions): PkiError {
  if (isPkiError(error) && error.code !== 'invalid-der') return error;
  // The platform's words about a bad key are left out: they may quote it.
  const why = isPkiError(error) ? error.message : 'its numbers are not those of a key';
  return new PkiError('invalid-key', at(options, `the private key cannot be read: ${why}`), {
    details: sourceDetail(options),
  });
}

/** The private key in PEM, unencrypted: a secret. Ed25519 has PKCS#8 alone. */
export function privateKeyToPem(key: PrivateKey, options: PrivateKeyPemOptions = {}): string {
  if (options.encoding !== 'traditional' || key.publicKey.kind === 'ed25519') {
    return encodePem('PRIVATE KEY', key.exportPkcs8());
  }
  const { encoding, der } = key.exportTraditional();
  return encodePem(TRADITIONAL_LABEL[encoding], der);
}

/** The private key in PEM, encrypted under a password (`ENCRYPTED PRIVATE KEY`). */
export async function privateKeyToEncryptedPem(
  key: PrivateKey,
  password: string,
  crypto: CryptoProvider,
): Promise<string> {
  return encodePem('ENCRYPTED PRIVATE KEY', await encryptPkcs8(key.exportPkcs8(), password, crypto));
}

/** The public key in PEM (`PUBLIC KEY`, RFC 7468 13), as in kubeadm's sa.pub. */
export function publicKeyToPem(key: PublicKey): string {
  return encodePem('PUBLIC KEY', key.spki);
}

/**
 * Reads a public key from PEM (`PUBLIC KEY`) or DER (SubjectPublicKeyInfo).
 *
 * @throws PkiError `invalid-pem`, `invalid-der`, `unsupported-algorithm`
 */
export function readPublicKey(input: string | Uint8Array, options: SourceOptions = {}): PublicKey {
  if (typeof input !== 'string' && input[0] === TAG.sequence) return PublicKey.fromSpki(input);
  const blocks = parsePem(input, options);
  const block = blocks.find(({ label }) => label === 'PUBLIC KEY');
  if (block === undefined) throw missingBlock(blocks, 'a public key', options);
  return PublicKey.fromSpki(block.der);
}
