import type { CryptoProvider } from '../../crypto/provider.ts';
import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { encodePem } from '../../x509/pem.ts';
import { readPrivateKey } from '../../x509/key-file.ts';
import { BerReader } from './ber.ts';
import type { PrivateKeyFacts } from './input.ts';
import { PUBLIC_KEY, readPublicKey } from './public-key.ts';

/** Labels of private keys in PEM. */
export const PRIVATE_KEY_LABELS: readonly string[] = Object.freeze([
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
]);

const ALGORITHM_OF_LABEL: Readonly<Record<string, string>> = Object.freeze({
  'RSA PRIVATE KEY': 'rsa',
  'EC PRIVATE KEY': 'ec',
  'DSA PRIVATE KEY': 'dsa',
});

const ALGORITHM_OF_OID: ReadonlyMap<string, string> = new Map([
  [PUBLIC_KEY.rsa, 'rsa'],
  [PUBLIC_KEY.rsaPss, 'rsa-pss'],
  [PUBLIC_KEY.ec, 'ec'],
  [PUBLIC_KEY.dsa, 'dsa'],
  [PUBLIC_KEY.ed25519, 'ed25519'],
  [PUBLIC_KEY.ed448, 'ed448'],
  [PUBLIC_KEY.x25519, 'x25519'],
  [PUBLIC_KEY.x448, 'x448'],
]);

/** A private key as it was found. */
export interface FoundKey {
  readonly label: string;
  readonly der: Uint8Array;
  readonly headers: readonly string[];
}

/**
 * What is known of a private key: its kind, and its public half. The key itself is let go.
 *
 * @param passwords tried one after the other where it is encrypted
 * @throws PkiError `invalid-key` where it is none
 */
export async function readKeyFacts(
  { label, der, headers }: FoundKey,
  passwords: readonly string[],
  crypto: CryptoProvider,
): Promise<PrivateKeyFacts> {
  const isTraditional = headers.some((header) => header.includes('ENCRYPTED'));
  const encrypted = label === 'ENCRYPTED PRIVATE KEY' || isTraditional;
  const algorithm = ALGORITHM_OF_LABEL[label] ?? (encrypted ? undefined : algorithmOf(der)) ?? 'unknown';
  const locked = { algorithm, bits: undefined, encrypted, publicKey: undefined };
  if (isTraditional) return locked;
  for (const password of encrypted ? passwords : [undefined]) {
    try {
      const options = password === undefined ? {} : { password };
      const { publicKey } = await readPrivateKey(encodePem(label, der), options, crypto);
      const { bits } = readPublicKey(new BerReader(publicKey.spki));
      return { algorithm: publicKey.kind, bits, encrypted, publicKey: publicKey.spki };
    } catch (error) {
      if (!isPkiError(error)) throw error;
      if (error.code === 'unsupported-algorithm') return locked;
      if (!encrypted) throw error;
    }
  }
  return locked;
}

/** The algorithm that a PKCS#8 names. */
function algorithmOf(der: Uint8Array): string | undefined {
  try {
    const reader = new BerReader(der).enter(TAG.sequence);
    reader.integer();
    return ALGORITHM_OF_OID.get(reader.enter(TAG.sequence).oid());
  } catch {
    return undefined;
  }
}
