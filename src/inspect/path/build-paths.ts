import { equalBytes, toHex } from '../../asn1/bytes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { SignatureVerdict } from '../../crypto/signature-schemes.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { nameKey } from './distinguished-name.ts';
import { checkSignature } from './signature.ts';

/** Certificates of a path at most: longer ones are no PKI's. */
const MAX_LENGTH = 32;
/** Paths that are looked at, at most. */
const MAX_PATHS = 100;

/** A way up from the leaf, and why it ends where it ends. */
export interface BuiltPath {
  readonly certificates: readonly CertificateInfo[];
  readonly end: PathEnd;
}

/** `not-trusted`: its last certificate is its own issuer; `loop`: its issuers stand in the path already. */
export type PathEnd =
  'trusted' | 'no-issuer' | 'not-trusted' | 'loop' | 'bad-signature' | 'unsupported-signature' | 'limit';

/** What paths are built of. */
export interface Material {
  readonly roots: readonly CertificateInfo[];
  readonly intermediates: readonly CertificateInfo[];
}

/** What paths are built with. */
export interface BuildContext {
  readonly crypto: CryptoProvider;
  /** Signatures that may still be checked. */
  readonly budget: { signatures: number };
}

/** Certificates by the name of their subject, trusted ones first. */
function index({ roots, intermediates }: Material): {
  readonly bySubject: ReadonlyMap<string, readonly CertificateInfo[]>;
  readonly isTrusted: (certificate: CertificateInfo) => boolean;
} {
  const trusted = new Set(roots.map(({ der }) => toHex(der)));
  const seen = new Set<string>();
  const bySubject = new Map<string, CertificateInfo[]>();
  for (const certificate of [...roots, ...intermediates]) {
    const whole = toHex(certificate.der);
    if (seen.has(whole)) continue;
    seen.add(whole);
    const key = nameKey(certificate.subject);
    bySubject.set(key, [...(bySubject.get(key) ?? []), certificate]);
  }
  return { bySubject, isTrusted: ({ der }) => trusted.has(toHex(der)) };
}

/**
 * Finds ways from a certificate up to trusted ones, the likeliest first, one at a time: who asks for no more pays for no
 * more. Names tell who may have signed, signatures who has; key identifiers only put them in order (RFC 4158 3.5.12).
 */
export async function* buildPaths(
  leaf: CertificateInfo,
  material: Material,
  context: BuildContext,
): AsyncGenerator<BuiltPath> {
  const { bySubject, isTrusted } = index(material);
  const state: Search = { ...context, paths: 0, verdicts: new Map(), bySubject, isTrusted };
  if (isTrusted(leaf)) yield { certificates: [leaf], end: 'trusted' };
  yield* climb([leaf], state);
}

interface Search extends BuildContext {
  paths: number;
  readonly verdicts: Map<CertificateInfo, Map<CertificateInfo, SignatureVerdict>>;
  readonly bySubject: ReadonlyMap<string, readonly CertificateInfo[]>;
  readonly isTrusted: (certificate: CertificateInfo) => boolean;
}

async function* climb(path: readonly CertificateInfo[], search: Search): AsyncGenerator<BuiltPath> {
  const current = path.at(-1);
  if (current === undefined) return;
  if (path.length >= MAX_LENGTH || search.paths >= MAX_PATHS) {
    search.paths++;
    yield { certificates: path, end: 'limit' };
    return;
  }
  const named = search.bySubject.get(nameKey(current.issuer)) ?? [];
  const candidates = named.filter((one) => !isIn(path, one));
  let end: PathEnd | undefined = candidates.length === 0 ? endWithout(named, current) : undefined;
  for (const issuer of inOrder(candidates, current, search)) {
    const verdict = await verdictOf(current, issuer, search);
    if (verdict === 'limit') {
      // Ways that are left cannot be judged either: without an end here, they would all be walked for nothing.
      search.paths = MAX_PATHS;
      yield { certificates: path, end: 'limit' };
      return;
    }
    if (verdict !== 'valid') {
      end ??= verdict === 'invalid' ? 'bad-signature' : 'unsupported-signature';
      if (verdict === 'unsupported') end = 'unsupported-signature';
      continue;
    }
    end = undefined;
    const longer = [...path, issuer];
    if (search.isTrusted(issuer)) {
      search.paths++;
      yield { certificates: longer, end: 'trusted' };
    } else yield* climb(longer, search);
    if (search.paths >= MAX_PATHS) return;
  }
  if (end !== undefined) {
    search.paths++;
    yield { certificates: path, end };
  }
}

/** Why a certificate has no issuer that could come next. */
function endWithout(named: readonly CertificateInfo[], current: CertificateInfo): PathEnd {
  if (nameKey(current.subject) === nameKey(current.issuer)) return 'not-trusted';
  return named.length === 0 ? 'no-issuer' : 'loop';
}

/** A name and key that stand in a path already lead nowhere new, whatever certificate brings them again. */
function isIn(path: readonly CertificateInfo[], candidate: CertificateInfo): boolean {
  return path.some(
    (one) =>
      equalBytes(one.publicKey.der, candidate.publicKey.der) &&
      nameKey(one.subject) === nameKey(candidate.subject),
  );
}

/** Trusted ones first, then those whose key identifier fits, those without one, and the others. */
function inOrder(
  candidates: readonly CertificateInfo[],
  child: CertificateInfo,
  { isTrusted }: Search,
): readonly CertificateInfo[] {
  if (candidates.length < 2) return candidates;
  const wanted = readExtension(child.extensions ?? [], EXTENSION.authorityKeyIdentifier)?.value
    ?.keyIdentifier;
  const rank = (one: CertificateInfo): number => {
    const own = readExtension(one.extensions ?? [], EXTENSION.subjectKeyIdentifier)?.value;
    const fit = wanted === undefined || own === undefined ? 1 : equalBytes(wanted, own) ? 0 : 2;
    return fit * 2 + (isTrusted(one) ? 0 : 1);
  };
  return candidates
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

async function verdictOf(
  child: CertificateInfo,
  issuer: CertificateInfo,
  search: Search,
): Promise<SignatureVerdict | 'limit'> {
  const known = search.verdicts.get(child)?.get(issuer);
  if (known !== undefined) return known;
  if (--search.budget.signatures < 0) return 'limit';
  const { tbs: data, signatureAlgorithm: algorithm, signature } = child;
  const verdict = await checkSignature({ data, algorithm, signature }, issuer.publicKey, search.crypto);
  const byIssuer = search.verdicts.get(child) ?? new Map<CertificateInfo, SignatureVerdict>();
  search.verdicts.set(child, byIssuer.set(issuer, verdict));
  return verdict;
}
