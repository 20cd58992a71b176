import type { SignedData } from './provider.ts';
import { PublicKey } from './public-key.ts';
import type { SignatureScheme, SignatureVerdict } from './signature-schemes.ts';
import type { WebCrypto } from './web-crypto.ts';
import { copyBytes } from './web-keys.ts';
import { ecdsaFromDer } from './ecdsa-signature.ts';

/** WebCrypto's names of digests. */
const DIGESTS: Readonly<Record<string, string>> = Object.freeze({
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
});

/** The kind of key that a scheme is for; `undefined` where WebCrypto has none. */
const WANTED: Readonly<Record<SignatureScheme['kind'], PublicKey['kind'] | undefined>> = Object.freeze({
  rsa: 'rsa',
  'rsa-pss': 'rsa',
  ecdsa: 'ec',
  ed25519: 'ed25519',
  ed448: undefined,
  dsa: undefined,
});

/** Whether a signature is a key's, for what a WebCrypto can check. */
export async function verifyOnWeb(
  { subtle }: WebCrypto,
  spki: Uint8Array,
  { scheme, signed }: { readonly scheme: SignatureScheme; readonly signed: SignedData },
): Promise<SignatureVerdict> {
  const key = publicKeyOf(spki);
  const hash = DIGESTS[scheme.digest ?? ''];
  if (key === undefined || (scheme.digest !== undefined && hash === undefined)) return 'unsupported';
  const wanted = WANTED[scheme.kind];
  if (wanted === undefined || scheme.maskDigest !== (scheme.kind === 'rsa-pss' ? scheme.digest : undefined))
    return 'unsupported';
  if (key.kind !== wanted) return 'invalid';
  const signature = scheme.kind === 'ecdsa' ? ecdsaFromDer(signed.signature, key.curve) : signed.signature;
  if (signature === undefined) return 'invalid';
  const [imported, used] = parametersOf(scheme, key, hash);
  try {
    const handle = await subtle.importKey('spki', copyBytes(spki), imported, false, ['verify']);
    const isValid = await subtle.verify(used, handle, copyBytes(signature), copyBytes(signed.data));
    return isValid ? 'valid' : 'invalid';
  } catch {
    return 'unsupported';
  }
}

function publicKeyOf(spki: Uint8Array): PublicKey | undefined {
  try {
    return PublicKey.fromSpki(spki);
  } catch {
    return undefined;
  }
}

/** The parameters with which the key is imported, and those with which it verifies. */
function parametersOf(
  { kind, saltLength }: SignatureScheme,
  key: PublicKey,
  hash: string | undefined,
): readonly [{ readonly name: string }, { readonly name: string }] {
  if (kind === 'ed25519') return [{ name: 'Ed25519' }, { name: 'Ed25519' }];
  const digest = { hash: { name: hash } };
  if (kind === 'ecdsa') {
    return [
      { name: 'ECDSA', ...{ namedCurve: key.curve?.name } },
      { name: 'ECDSA', ...digest },
    ];
  }
  if (kind === 'rsa') return [{ name: 'RSASSA-PKCS1-v1_5', ...digest }, { name: 'RSASSA-PKCS1-v1_5' }];
  return [
    { name: 'RSA-PSS', ...digest },
    { name: 'RSA-PSS', ...{ saltLength } },
  ];
}
