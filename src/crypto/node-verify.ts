import type * as NodeCrypto from 'node:crypto';
import type { SignedData } from './provider.ts';
import { verifyPss } from './node-pss.ts';
import type { SignatureScheme, SignatureVerdict } from './signature-schemes.ts';

/** Types of keys, as Node names them, that a scheme is for. */
const KEY_TYPES: Readonly<Record<SignatureScheme['kind'], readonly string[]>> = Object.freeze({
  rsa: ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
  dsa: ['dsa'],
});

/** Whether a signature is a key's, for all that Node's OpenSSL can check; a key that it cannot load is `undefined`. */
export async function verifyOnNode(
  crypto: typeof NodeCrypto,
  key: NodeCrypto.KeyObject | undefined,
  { scheme, signed }: { readonly scheme: SignatureScheme; readonly signed: SignedData },
): Promise<SignatureVerdict> {
  if (key === undefined) return 'unsupported';
  if (!KEY_TYPES[scheme.kind].includes(key.asymmetricKeyType ?? '')) return 'invalid';
  if (scheme.kind === 'rsa-pss' && scheme.maskDigest !== scheme.digest) {
    try {
      return verifyPss(crypto, { key, scheme, signed }) ? 'valid' : 'invalid';
    } catch (error) {
      return refusal(error);
    }
  }
  const pss =
    scheme.kind === 'rsa-pss'
      ? { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength ?? 20 }
      : {};
  const options = { key, dsaEncoding: 'der' as const, ...pss };
  return new Promise((resolve) => {
    try {
      // Of many certificates, those of all cores at once: a check takes five times as long as the way to the pool.
      crypto.verify(scheme.digest ?? null, signed.data, options, signed.signature, (error, isValid) => {
        resolve(error === null ? (isValid ? 'valid' : 'invalid') : refusal(error));
      });
    } catch (error) {
      resolve(refusal(error));
    }
  });
}

/**
 * A digest that this build does not have, a digest that the key forbids (RFC 4055 3.3) and a signature that is none all
 * end as errors; those of the thread pool have no code.
 */
function refusal(error: unknown): SignatureVerdict {
  return /\bInvalid digest\b|::unsupported$/.test(String(error)) ? 'unsupported' : 'invalid';
}
