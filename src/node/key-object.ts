import * as nodeCrypto from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { derivePublicKey } from '../crypto/node-keys.ts';
import { unwrapPkcs8, type PrivateKey } from '../crypto/private-key.ts';
import { PublicKey } from '../crypto/public-key.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { privateKeyOf } from '../x509/key-file.ts';

/** A key as a `KeyObject` of `node:crypto`, of type `private` or `public` as the key is. */
export function toKeyObject(key: PrivateKey | PublicKey): KeyObject {
  return 'exportPkcs8' in key
    ? nodeCrypto.createPrivateKey({ key: Buffer.from(key.exportPkcs8()), format: 'der', type: 'pkcs8' })
    : nodeCrypto.createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
}

/**
 * The private or public key of a `KeyObject`. The public half of a private key is computed anew.
 *
 * @param type the type that the key must have, where only one will do
 * @throws PkiError `invalid-key` for a secret key and one of another type, `unsupported-algorithm` for keys other than
 *   RSA, P-256, P-384, P-521 and Ed25519
 */
export function fromKeyObject(key: KeyObject, type: 'private'): PrivateKey;
export function fromKeyObject(key: KeyObject, type: 'public'): PublicKey;
export function fromKeyObject(key: KeyObject): PrivateKey | PublicKey;
export function fromKeyObject(key: KeyObject, type?: 'private' | 'public'): PrivateKey | PublicKey {
  const expected = type === undefined ? 'a private or public key' : `a ${type} key`;
  if (key.type === 'secret' || (type !== undefined && key.type !== type)) {
    throw new PkiError('invalid-key', `expected ${expected}, got a ${key.type} key`, {
      details: { expected },
    });
  }
  return key.type === 'private' ? readPrivate(key) : PublicKey.fromSpki(bytesOf(key, 'spki'));
}

function readPrivate(key: KeyObject): PrivateKey {
  const parts = unwrapPkcs8(bytesOf(key, 'pkcs8'));
  try {
    return privateKeyOf(parts, derivePublicKey(nodeCrypto, parts));
  } catch (error) {
    throw isPkiError(error) ? error : unreadable();
  }
}

function bytesOf(key: KeyObject, type: 'pkcs8' | 'spki'): Uint8Array {
  try {
    return new Uint8Array(key.export({ type, format: 'der' }));
  } catch {
    throw unreadable();
  }
}

/** The platform's words about a bad key are left out: they may quote it. */
function unreadable(): PkiError<'invalid-key'> {
  const expected = 'a key that can be exported';
  return new PkiError('invalid-key', `expected ${expected}, got one that cannot`, { details: { expected } });
}
