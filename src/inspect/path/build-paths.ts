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

/** A certificate that may have signed another, and what it is looked up and put in order by. */
interface Candidate {
  readonly certificate: CertificateInfo;
  /** Name, key and alternative names: what stands in a path already leads nowhere new (as in Go). */
  readonly identity: string;
  readonly keyIdentifier: Uint8Array | undefined;
  readonly isTrusted: boolean;
}

function identityOf({ subject, publicKey, extensions = [] }: CertificateInfo): string {
  const names = extensions.find(({ oid }) => oid === EXTENSION.subjectAltName)?.value ?? new Uint8Array();
  return [nameKey(subject), toHex(publicKey.der), toHex(names)].join(' ');
}

/** Certificates by the name of their subject, trusted ones first. */
function index({ roots, intermediates }: Material): ReadonlyMap<string, readonly Candidate[]> {
  const seen = new Set<string>();
  const bySubject = new Map<string, Candidate[]>();
  const add = (certificate: CertificateInfo, isTrusted: boolean): void => {
    const whole = toHex(certificate.der);
    if (seen.has(whole)) return;
    seen.add(whole);
    const { extensions = [], subject } = certificate;
    const keyIdentifier = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value;
    const candidate = { certificate, identity: identityOf(certificate), keyIdentifier, isTrusted };
    const [key, named] = [nameKey(subject), bySubject.get(nameKey(subject))];
    if (named === undefined) bySubject.set(key, [candidate]);
    else named.push(candidate);
  };
  for (const root of roots) add(root, true);
  for (const between of intermediates) add(between, false);
  return bySubject;
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
  const state: Search = { ...context, paths: 0, verdicts: new Map(), bySubject: index(material) };
  if (material.roots.some(({ der }) => equalBytes(der, leaf.der)))
    yield { certificates: [leaf], end: 'trusted' };
  yield* climb([leaf], state);
}

interface Search extends BuildContext {
  paths: number;
  readonly verdicts: Map<CertificateInfo, Map<CertificateInfo, SignatureVerdict>>;
  readonly bySubject: ReadonlyMap<string, readonly Candidate[]>;
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
  const here = new Set(path.map(identityOf));
  const candidates = named.filter(({ identity }) => !here.has(identity));
  let end: PathEnd | undefined = candidates.length === 0 ? endWithout(named, current) : undefined;
  for (const { certificate: issuer, isTrusted } of inOrder(candidates, current)) {
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
    if (isTrusted) {
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
function endWithout(named: readonly Candidate[], current: CertificateInfo): PathEnd {
  if (nameKey(current.subject) === nameKey(current.issuer)) return 'not-trusted';
  return named.length === 0 ? 'no-issuer' : 'loop';
}

/** Those whose key identifier fits first, then those without one, and the others; of each, trusted ones first. */
function inOrder(
  candidates: readonly Candidate[],
  { extensions = [] }: CertificateInfo,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const wanted = readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value?.keyIdentifier;
  const ranks: Candidate[][] = [[], [], [], [], [], []];
  for (const one of candidates) {
    const own = one.keyIdentifier;
    const fit = wanted === undefined || own === undefined ? 1 : equalBytes(wanted, own) ? 0 : 2;
    ranks[fit * 2 + (one.isTrusted ? 0 : 1)]?.push(one);
  }
  return ranks.flat();
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
