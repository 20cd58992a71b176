import { equalBytes } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import type { Digest } from '../../crypto/algorithms.ts';
import type { Finding } from '../../errors/finding.ts';
import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { BerReader } from './ber.ts';
import { derivePkcs12Key, hmac, PKCS12_USE, type DerivationTools } from './key-derivation.ts';
import {
  NO_PASSWORD,
  openEncrypted,
  passwordOf,
  readIterations,
  type Password,
} from './password-encryption.ts';
import { readBags, type Bag } from './pkcs12-bags.ts';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';

const MAC_DIGESTS: ReadonlyMap<string, Digest> = new Map([
  ['1.3.14.3.2.26', 'SHA-1'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

/** How a PKCS#12 is opened. */
export interface OpenOptions extends DerivationTools {
  /** Tried one after the other; the empty one and none at all are tried as well. */
  readonly passwords: readonly Password[];
}

/** What went wrong with a part of it. */
export type Problem = Pick<Finding, 'code' | 'severity' | 'message'>;

/** What a PKCS#12 gave away. */
export interface OpenedPkcs12 {
  readonly bags: readonly Bag[];
  /** Keys in bags of their own that no password opened are among the bags, encrypted. */
  readonly problems: readonly Problem[];
  /** Passwords that may open its keys. */
  readonly passwords: readonly Password[];
}

/**
 * Opens a PKCS#12 file (RFC 7292): under the password that its MAC shows to be right, or the first that opens a part.
 * Parts that are not encrypted are read whatever the password.
 *
 * @throws PkiError `invalid-der`, `unsupported-algorithm`, `limit-exceeded`
 */
export async function openPkcs12(bytes: Uint8Array, options: OpenOptions): Promise<OpenedPkcs12> {
  const pfx = new BerReader(bytes).enter(TAG.sequence, 'a PFX');
  pfx.integer('the version');
  const outer = pfx.enter(TAG.sequence, 'the authenticated safe');
  const type = outer.oid();
  if (type !== DATA) throw unsupportedContent(type);
  const safe = outer.enter(0xa0, 'the authenticated safe').string(TAG.octetString);
  const problems: Problem[] = [];
  const candidates = [...options.passwords, ...EMPTY];
  const proven = pfx.done
    ? undefined
    : await underProblems(problems, () => findByMac(pfx, { safe, candidates, options }));
  const passwords = proven?.password === undefined ? candidates : likeliest(proven.password);
  const bags: Bag[] = [];
  let isLocked = proven !== undefined && proven.isChecked && proven.password === undefined;
  for (const parts = new BerReader(safe).enter(TAG.sequence, 'the safes'); !parts.done;) {
    const info = parts.enter(TAG.sequence, 'a safe');
    await underProblems(problems, async () => {
      const contents = await openSafe(info, passwords, options);
      if (contents === undefined) isLocked = true;
      else bags.push(...readBags(contents));
    });
  }
  if (isLocked) problems.push(lockedProblem(options.passwords.length > 0));
  return { bags, problems, passwords };
}

/** The empty password and none at all; programs take one for the MAC and the other for the rest. */
const EMPTY: readonly Password[] = Object.freeze([passwordOf(''), NO_PASSWORD]);

/** What opens the parts of a file whose MAC a password has proven. */
function likeliest(proven: Password): readonly Password[] {
  return proven.utf8.length === 0 ? EMPTY : [proven];
}

/** That no password opens it. */
export function lockedProblem(isGiven: boolean): Problem {
  return isGiven
    ? { code: 'wrong-password', severity: 'error', message: 'no password that was given opens it' }
    : {
        code: 'password-required',
        severity: 'warning',
        message: 'it is encrypted and no password was given',
      };
}

/** What cannot be read of one part does not keep others from being read. */
async function underProblems<T>(problems: Problem[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    problems.push({ code: 'malformed-certificate', severity: 'error', message: error.message });
    return undefined;
  }
}

interface Mac {
  readonly safe: Uint8Array;
  readonly candidates: readonly Password[];
  readonly options: DerivationTools;
}

/** The password by which the MAC comes out; not checked where its digest is none of the platform's. */
async function findByMac(
  pfx: BerReader,
  { safe, candidates, options: { crypto, budget } }: Mac,
): Promise<{ readonly isChecked: boolean; readonly password: Password | undefined }> {
  const data = pfx.enter(TAG.sequence, 'the MAC');
  const info = data.enter(TAG.sequence, 'the digest of the MAC');
  const digest = MAC_DIGESTS.get(info.enter(TAG.sequence, 'the algorithm of the MAC').oid());
  const expected = info.string(TAG.octetString, 'the MAC');
  const salt = data.string(TAG.octetString, 'the salt');
  const iterations = data.done ? 1 : readIterations(data);
  if (digest === undefined) return { isChecked: false, password: undefined };
  const length = expected.length;
  for (const password of candidates) {
    const derivation = { digest, salt, iterations, length: DIGEST_LENGTH[digest], crypto, budget };
    const key = await derivePkcs12Key(PKCS12_USE.mac, password.utf16, derivation);
    const found = await hmac(digest, key, crypto)(safe);
    if (length > 0 && equalBytes(found, expected)) return { isChecked: true, password };
  }
  return { isChecked: true, password: undefined };
}

const DIGEST_LENGTH: Readonly<Record<Digest, number>> = Object.freeze({
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
});

/** The SafeContents of a part; `undefined` where no password opens it. */
async function openSafe(
  info: BerReader,
  passwords: readonly Password[],
  tools: DerivationTools,
): Promise<Uint8Array | undefined> {
  const type = info.oid('the content type');
  const content = info.enter(0xa0, 'the content');
  if (type === DATA) return content.string(TAG.octetString);
  if (type !== ENCRYPTED_DATA) throw unsupportedContent(type);
  const encrypted = content.enter(TAG.sequence, 'the encrypted data');
  encrypted.integer('the version');
  const inner = encrypted.enter(TAG.sequence, 'the encrypted content');
  inner.oid('the content type');
  const algorithm = inner.enter(TAG.sequence, 'the encryption algorithm');
  return openEncrypted(algorithm, inner.string(0x80, 'the encrypted content'), { ...tools, passwords });
}

function unsupportedContent(type: string): PkiError<'unsupported-algorithm'> {
  const message = `content of type ${type} is not read: it is not protected by a password`;
  return new PkiError('unsupported-algorithm', message, {
    details: { algorithm: type, supported: [DATA, ENCRYPTED_DATA] },
  });
}
