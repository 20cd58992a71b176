import { keyAlgorithm, type KeyAlgorithm } from '../crypto/algorithms.ts';
import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import type { PasswordOptions } from '../x509/encrypted-key.ts';
import { privateKeyToEncryptedPem, readPrivateKey } from '../x509/key-file.ts';

/**
 * Makes a fresh private key.
 *
 * @throws PkiError `unsupported-algorithm`
 */
export function generatePrivateKey(algorithm: KeyAlgorithm, environment?: Environment): Promise<PrivateKey> {
  return resolveEnvironment(environment).crypto.generateKey(keyAlgorithm(algorithm));
}

/**
 * Reads a private key from PEM or DER: PKCS#8, PKCS#1, SEC 1, and PKCS#8 encrypted by PBES2.
 *
 * @throws PkiError `invalid-pem`, `invalid-key`, `password-required`, `wrong-password`, `unsupported-algorithm`
 */
export function parsePrivateKey(
  input: string | Uint8Array,
  options: PasswordOptions = {},
  environment?: Environment,
): Promise<PrivateKey> {
  return readPrivateKey(input, options, resolveEnvironment(environment).crypto);
}

/** Writes a private key as PKCS#8 encrypted under a password: PBES2, PBKDF2-HMAC-SHA-256, AES-256-CBC (RFC 8018). */
export function encryptPrivateKey(
  key: PrivateKey,
  password: string,
  environment?: Environment,
): Promise<string> {
  return privateKeyToEncryptedPem(key, password, resolveEnvironment(environment).crypto);
}
