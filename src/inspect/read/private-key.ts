import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { encodePem } from '../../x509/pem.ts';
import { readPrivateKey } from '../../x509/key-file.ts';
import { BerReader } from './ber.ts';
import type { PrivateKeyFacts } from './input.ts';
import type { DerivationTools } from './key-derivation.ts';
import { openEncrypted, type Password } from './password-encryption.ts';
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

/** How encrypted keys are opened. */
export interface KeyTools extends DerivationTools {
  /** Tried one after the other where a key is encrypted. */
  readonly passwords: readonly Password[];
}

/**
 * What is known of a private key: its kind, and its public half. The key itself is let go.
 *
 * @throws PkiError `invalid-key`, `invalid-der` where it is none; `limit-exceeded`
 */
export async function readKeyFacts(
  { label, der, headers }: FoundKey,
  tools: KeyTools,
): Promise<PrivateKeyFacts> {
  const isTraditional = headers.some((header) => header.includes('ENCRYPTED'));
  const encrypted = label === 'ENCRYPTED PRIVATE KEY' || isTraditional;
  const algorithm = ALGORITHM_OF_LABEL[label] ?? (encrypted ? undefined : algorithmOf(der)) ?? 'unknown';
  const locked = { algorithm, bits: undefined, encrypted, publicKey: undefined };
  const found = { label, der, headers };
  if (isTraditional) return { ...locked, ...(await publicHalf(found, tools, tools.passwords)) };
  try {
    if (encrypted) return (await readEncryptedKey(der, tools)) ?? locked;
    if (label === 'DSA PRIVATE KEY') return { ...locked, ...(await publicHalf(found, tools)) };
    const { publicKey } = await readPrivateKey(encodePem(label, der), {}, tools.crypto);
    return { ...locked, algorithm: publicKey.kind, ...factsOf(publicKey.spki) };
  } catch (error) {
    if (!isPkiError(error) || error.code !== 'unsupported-algorithm') throw error;
    return { ...locked, ...(await publicHalf(found, tools)) };
  }
}

function factsOf(spki: Uint8Array): Pick<PrivateKeyFacts, 'bits' | 'publicKey'> {
  return { bits: readPublicKey(new BerReader(spki)).bits, publicKey: spki };
}

/** The public half of a key that this library does not write, where the platform knows it. */
async function publicHalf(
  { label, der, headers }: FoundKey,
  { crypto, budget }: KeyTools,
  passwords: readonly (Password | undefined)[] = [undefined],
): Promise<Pick<PrivateKeyFacts, 'bits' | 'publicKey'> | undefined> {
  const [begin = '', ...body] = encodePem(label, der).split('\n');
  const pem = [begin, ...headers, ...(headers.length > 0 ? [''] : []), ...body].join('\n');
  for (const password of passwords) {
    // The power of a number as long as the key, at the worst.
    budget.spend(der.length ** 3 / 100_000, `a key of ${der.length} bytes`);
    const spki = await crypto.publicKeyOfAny(pem, password?.utf8);
    if (spki !== undefined) return factsOf(spki);
  }
  return undefined;
}

/** EncryptedPrivateKeyInfo (RFC 5958 3); `undefined` where no password opens it. */
async function readEncryptedKey(der: Uint8Array, tools: KeyTools): Promise<PrivateKeyFacts | undefined> {
  if (tools.passwords.length === 0) return undefined;
  const outer = new BerReader(der).enter(TAG.sequence, 'an EncryptedPrivateKeyInfo');
  const algorithm = outer.enter(TAG.sequence, 'the encryption algorithm');
  const clear = await openEncrypted(algorithm, outer.string(TAG.octetString, 'the encrypted key'), tools);
  if (clear === undefined) return undefined;
  try {
    const facts = await readKeyFacts({ label: 'PRIVATE KEY', der: clear, headers: [] }, tools);
    return { ...facts, encrypted: true };
  } finally {
    clear.fill(0);
  }
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
