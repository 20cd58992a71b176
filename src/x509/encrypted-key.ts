import { NULL, octetString, sequence, smallInteger, TAG } from '../asn1/der.ts';
import { encodeOid } from '../asn1/oid.ts';
import { DerReader } from '../asn1/reader.ts';
import type { Digest } from '../crypto/algorithms.ts';
import type { CryptoProvider, PasswordCipher } from '../crypto/provider.ts';
import { PkiError } from '../errors/pki-error.ts';
import { at, sourceDetail, type SourceOptions } from './pem.ts';

// RFC 8018 appendix A; RFC 8018 B.1.2 for the HMACs; NIST's AES arc.
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const AES_CBC = new Map([
  ['2.16.840.1.101.3.4.1.2', 16],
  ['2.16.840.1.101.3.4.1.22', 24],
  ['2.16.840.1.101.3.4.1.42', 32],
]);
const PRF = new Map<string, Digest>([
  ['1.2.840.113549.2.7', 'SHA-1'],
  ['1.2.840.113549.2.9', 'SHA-256'],
  ['1.2.840.113549.2.10', 'SHA-384'],
  ['1.2.840.113549.2.11', 'SHA-512'],
]);
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';

/** Iterations of PBKDF2 when writing: what OWASP asks for with HMAC-SHA-256. */
const ITERATIONS = 600_000;
/** A file that asks for more would keep the reader busy for minutes. */
const MAX_ITERATIONS = 20_000_000;

const utf8 = new TextEncoder();

/** The password of an encrypted key, and where the key comes from. */
export interface PasswordOptions extends SourceOptions {
  /** The password, in UTF-8. */
  readonly password?: string;
}

/**
 * Encrypts a PrivateKeyInfo under a password: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018).
 *
 * @returns EncryptedPrivateKeyInfo in DER (RFC 5958 3)
 */
export async function encryptPkcs8(
  pkcs8: Uint8Array,
  password: string,
  crypto: CryptoProvider,
): Promise<Uint8Array> {
  const [salt, iv] = [crypto.randomBytes(16), crypto.randomBytes(16)];
  const cipher = {
    password: utf8.encode(password),
    salt,
    iterations: ITERATIONS,
    prf: 'SHA-256',
    keyLength: 32,
    iv,
  } as const;
  const encrypted = await crypto.passwordCipher('encrypt', cipher, pkcs8);
  if (encrypted === undefined) throw new TypeError('encryption does not fail');
  const prf = sequence(encodeOid(HMAC_SHA256), NULL);
  const derivation = sequence(encodeOid(PBKDF2), sequence(octetString(salt), smallInteger(ITERATIONS), prf));
  const scheme = sequence(encodeOid(AES_256_CBC), octetString(iv));
  return sequence(sequence(encodeOid(PBES2), sequence(derivation, scheme)), octetString(encrypted));
}

/**
 * Decrypts an EncryptedPrivateKeyInfo: PBES2 with PBKDF2 and AES-CBC.
 *
 * @returns PrivateKeyInfo in DER
 * @throws PkiError `password-required`, `wrong-password`, `unsupported-algorithm`, `limit-exceeded`, `invalid-der`
 */
export async function decryptPkcs8(
  encrypted: Uint8Array,
  options: PasswordOptions,
  crypto: CryptoProvider,
): Promise<Uint8Array> {
  const { cipher, data } = readEncryptedKey(encrypted, options);
  if (options.password === undefined) {
    throw new PkiError(
      'password-required',
      at(options, 'the private key is encrypted and no password was given'),
      {
        details: sourceDetail(options),
        hint: 'give the password by file or environment variable',
      },
    );
  }
  const pkcs8 = await crypto.passwordCipher(
    'decrypt',
    { ...cipher, password: utf8.encode(options.password) },
    data,
  );
  // A wrong password leaves valid padding once in 256 times: what comes out must also be a SEQUENCE.
  if (pkcs8 === undefined || !isOneSequence(pkcs8)) {
    throw new PkiError('wrong-password', at(options, 'the password does not open the private key'), {
      details: sourceDetail(options),
    });
  }
  return pkcs8;
}

function isOneSequence(bytes: Uint8Array): boolean {
  try {
    const reader = new DerReader(bytes);
    reader.read(TAG.sequence);
    return reader.done;
  } catch {
    return false;
  }
}

function readEncryptedKey(
  encrypted: Uint8Array,
  options: SourceOptions,
): { readonly cipher: Omit<PasswordCipher, 'password'>; readonly data: Uint8Array } {
  const outer = new DerReader(encrypted).enter(TAG.sequence, 'an EncryptedPrivateKeyInfo');
  const algorithm = outer.enter(TAG.sequence, 'the encryption algorithm');
  const oid = algorithm.oid();
  if (oid !== PBES2) throw unsupported(oid, options);
  const parameters = algorithm.enter(TAG.sequence, 'the PBES2 parameters');
  const derivation = parameters.enter(TAG.sequence, 'the key derivation');
  const derivationOid = derivation.oid();
  if (derivationOid !== PBKDF2) throw unsupported(derivationOid, options);
  const pbkdf2 = derivation.enter(TAG.sequence, 'the PBKDF2 parameters');
  const salt = pbkdf2.content(TAG.octetString, 'the salt');
  const iterations = pbkdf2.smallInteger('the iteration count');
  if (iterations < 1 || iterations > MAX_ITERATIONS) {
    throw new PkiError('limit-exceeded', at(options, `the key asks for ${iterations} iterations of PBKDF2`), {
      details: { limit: 'PBKDF2 iterations', maximum: MAX_ITERATIONS, ...sourceDetail(options) },
    });
  }
  if (pbkdf2.nextTag === TAG.integer) pbkdf2.integer('the key length');
  const prfOid = pbkdf2.enterOptional(TAG.sequence)?.oid() ?? '1.2.840.113549.2.7';
  const scheme = parameters.enter(TAG.sequence, 'the encryption scheme');
  const schemeOid = scheme.oid();
  const [prf, keyLength] = [PRF.get(prfOid), AES_CBC.get(schemeOid)];
  if (prf === undefined || keyLength === undefined)
    throw unsupported(prf === undefined ? prfOid : schemeOid, options);
  const iv = scheme.content(TAG.octetString, 'the initialisation vector');
  if (iv.length !== 16) throw scheme.error('the initialisation vector of AES has 16 octets');
  return {
    cipher: { salt, iterations, prf, keyLength, iv },
    data: outer.content(TAG.octetString, 'the encrypted key'),
  };
}

/** The refusal of a cipher that is not PBES2 with PBKDF2 and AES-CBC. */
export function unsupported(algorithm: string, options: SourceOptions): PkiError<'unsupported-algorithm'> {
  return new PkiError(
    'unsupported-algorithm',
    at(options, `the key is encrypted by ${algorithm}, which is not supported`),
    {
      details: { algorithm, supported: ['PBES2 with PBKDF2 and AES-CBC'] },
      hint: 'convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc',
    },
  );
}
