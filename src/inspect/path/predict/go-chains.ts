import type { SignatureScheme } from '../../../crypto/signature-schemes.ts';
import { equalBytes, toHex } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import { brokenDigest, signatureScheme } from '../signature.ts';
import { goCertificateName } from './go-certificate.ts';
import { goQuoted } from './go-extensions.ts';
import { goInvalid, type GoPlace } from './go-validity.ts';
import type { Question } from './question.ts';

/** Signatures that Go checks at most (crypto/x509, maxChainSignatureChecks). */
const MAX_CHECKS = 100;
const LIMIT = 'x509: signature check attempts limit reached while verifying certificate chain';

type Chain = readonly CertificateInfo[];

/** All chains that Go finds; what it says where it finds none. */
export interface GoChains {
  readonly chains: readonly Chain[];
  readonly error: string | undefined;
}

interface Search {
  readonly question: Question;
  checks: number;
}

/** Builds chains as Go does: every way up, trusted certificates first (crypto/x509/verify.go, buildChains). */
export function buildGoChains(question: Question): Promise<GoChains> {
  return climb([question.leaf], { question, checks: 0 });
}

async function climb(chain: Chain, search: Search): Promise<GoChains> {
  const { roots, intermediates } = search.question;
  const [child] = chain.slice(-1);
  if (child === undefined) return { chains: [], error: undefined };
  const chains: Chain[] = [];
  let error: string | undefined;
  let hint: string | undefined;
  const candidates = [
    ...inOrder(roots, child).map((candidate) => ({ kind: 'root', candidate }) as const),
    ...inOrder(intermediates, child).map((candidate) => ({ kind: 'intermediate', candidate }) as const),
  ];
  for (const { kind, candidate } of candidates) {
    if (++search.checks > MAX_CHECKS) {
      error = LIMIT;
      break;
    }
    if (!KEYS.includes(candidate.publicKey.material.kind) || isIn(chain, candidate)) continue;
    const unsigned = await signatureError(child, candidate, search.question);
    if (unsigned === undefined)
      error = goInvalid(candidate, { kind, chain } satisfies GoPlace, search.question.now);
    const refused = unsigned ?? error;
    if (refused !== undefined) {
      hint ??= ` (possibly because of ${goQuoted(refused)} while trying to verify candidate authority certificate ${goQuoted(goCertificateName(candidate))})`;
      continue;
    }
    if (kind === 'root') chains.push([...chain, candidate]);
    else {
      const further = await climb([...chain, candidate], search);
      chains.push(...further.chains);
      error = further.error;
      if (error === LIMIT) break;
    }
  }
  if (chains.length > 0) return { chains, error: undefined };
  return { chains, error: error ?? `x509: certificate signed by unknown authority${hint ?? ''}` };
}

/** Certificates by the issuer's name, byte for byte; those whose key identifier fits come first. */
function inOrder(pool: readonly CertificateInfo[], child: CertificateInfo): readonly CertificateInfo[] {
  const wanted =
    readExtension(child.extensions ?? [], EXTENSION.authorityKeyIdentifier)?.value?.keyIdentifier ??
    new Uint8Array();
  const rank = ({ extensions = [] }: CertificateInfo): number => {
    const own = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value ?? new Uint8Array();
    return equalBytes(own, wanted) ? 0 : (own.length === 0) !== (wanted.length === 0) ? 1 : 2;
  };
  return pool
    .filter((one) => equalBytes(one.subject.der, child.issuer.der))
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

/** Whether a candidate stands in a chain already: its subject, key and alternative names (alreadyInChain). */
function isIn(chain: Chain, candidate: CertificateInfo): boolean {
  const names = alternativeNames(candidate);
  for (const one of chain) {
    if (!equalBytes(one.subject.der, candidate.subject.der)) continue;
    if (!equalBytes(one.publicKey.der, candidate.publicKey.der)) continue;
    const own = alternativeNames(one);
    if (names === undefined || own === undefined) return names === own;
    if (equalBytes(names, own)) return true;
  }
  return false;
}

const alternativeNames = ({ extensions = [] }: CertificateInfo): Uint8Array | undefined =>
  extensions.find(({ oid }) => oid === EXTENSION.subjectAltName)?.value;

/** What Go says where a candidate did not sign, or must not sign (crypto/x509, CheckSignatureFrom). */
async function signatureError(
  child: CertificateInfo,
  parent: CertificateInfo,
  { signed }: Question,
): Promise<string | undefined> {
  const { extensions = [], version, publicKey } = parent;
  const constraints = readExtension(extensions, EXTENSION.basicConstraints)?.value;
  const usage = readExtension(extensions, EXTENSION.keyUsage)?.value ?? [];
  const isForbidden = version === 2 && constraints?.ca !== true;
  if (isForbidden || (usage.length > 0 && !usage.includes('keyCertSign')))
    return 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
  const unverified = 'x509: cannot verify signature:';
  const scheme = signatureScheme(child.signatureAlgorithm);
  const { kind } = publicKey.material;
  const wanted = scheme && knows(scheme) ? ALGORITHMS[scheme.kind] : undefined;
  if (scheme === undefined || wanted === undefined) return `${unverified} algorithm unimplemented`;
  const digest = brokenDigest(child.signatureAlgorithm);
  if (digest !== undefined) {
    const parts = [wanted.name, digest.toUpperCase()];
    return `${unverified} insecure algorithm ${(scheme.kind === 'rsa' ? parts.reverse() : parts).join('-')}`;
  }
  if (FAILURES[kind] === undefined) return `${unverified} algorithm unimplemented`;
  if (wanted.kind !== kind)
    return `x509: signature algorithm specifies an ${wanted.name} public key, but have public key of type ${GO_TYPES[kind]}`;
  const refused = rsaError(publicKey);
  if (refused !== undefined) return refused;
  return (await signed(child, parent)) === 'valid' ? undefined : FAILURES[kind];
}

/** Kinds of keys that Go reads; candidates with others are passed over. */
const KEYS: readonly string[] = ['rsa', 'ec', 'ed25519', 'dsa', 'x25519'];

/** Bits that RSA keys have at least in Go. */
const LEAST_BITS = 1024;
const LARGEST_EXPONENT = 2n ** 31n - 1n;

/** Why Go checks nothing with an RSA key (crypto/rsa, checkKeySize and checkPublicKey). */
function rsaError({ material, bits = LEAST_BITS }: CertificateInfo['publicKey']): string | undefined {
  if (material.kind !== 'rsa') return undefined;
  if (bits < LEAST_BITS)
    return `crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
  const [modulus, exponent] = [material.modulus, material.exponent].map((one) =>
    BigInt(`0x${toHex(one) || '0'}`),
  );
  if (modulus === undefined || exponent === undefined) return undefined;
  if (modulus % 2n === 0n) return 'crypto/rsa: public modulus is even';
  if (exponent < 2n) return 'crypto/rsa: public exponent too small or negative';
  if (exponent % 2n === 0n) return 'crypto/rsa: public exponent is even';
  return exponent > LARGEST_EXPONENT ? 'crypto/rsa: public exponent too large' : undefined;
}

/** Digests of signatures that Go has a name for; salts of RSASSA-PSS are as long as the digest. */
const DIGESTS: Readonly<Record<SignatureScheme['kind'], readonly (string | undefined)[]>> = Object.freeze({
  rsa: ['md5', 'sha1', 'sha256', 'sha384', 'sha512'],
  'rsa-pss': ['sha256', 'sha384', 'sha512'],
  ecdsa: ['sha1', 'sha256', 'sha384', 'sha512'],
  dsa: ['sha1', 'sha256'],
  ed25519: [undefined],
  ed448: [],
});

function knows({ kind, digest, saltLength, maskDigest }: SignatureScheme): boolean {
  if (!DIGESTS[kind].includes(digest)) return false;
  return kind !== 'rsa-pss' || (maskDigest === digest && digest === `sha${8 * (saltLength ?? 0)}`);
}

const FAILURES: Readonly<Record<string, string>> = Object.freeze({
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
});
const GO_TYPES: Readonly<Record<string, string>> = Object.freeze({
  rsa: '*rsa.PublicKey',
  ec: '*ecdsa.PublicKey',
  ed25519: 'ed25519.PublicKey',
});
/** Go has no Ed448. */
const ALGORITHMS: Readonly<
  Record<SignatureScheme['kind'], { readonly kind: string; readonly name: string } | undefined>
> = Object.freeze({
  rsa: { kind: 'rsa', name: 'RSA' },
  'rsa-pss': { kind: 'rsa', name: 'RSA' },
  ecdsa: { kind: 'ec', name: 'ECDSA' },
  ed25519: { kind: 'ed25519', name: 'Ed25519' },
  ed448: undefined,
  dsa: { kind: 'dsa', name: 'DSA' },
});
