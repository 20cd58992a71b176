import { platformCrypto } from '../../crypto/environment.ts';
import { checkSignature, type Signed } from '../../inspect/path/signature.ts';
import type { PublicKeyInfo } from '../../inspect/read/public-key.ts';

/** Whether a key made a signature; `undefined` where that cannot be told: the algorithm or the key is not known. */
export async function isSignedBy(signed: Signed, key: PublicKeyInfo): Promise<boolean | undefined> {
  const verdict = await checkSignature(signed, key, platformCrypto());
  return verdict === 'unsupported' ? undefined : verdict === 'valid';
}
