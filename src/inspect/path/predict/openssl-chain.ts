import { equalBytes } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension, type ExtensionValues } from '../../read/extension.ts';
import { purposeFacts } from '../../text/purpose.ts';
import { equalNames } from '../distinguished-name.ts';
import { signatureScheme } from '../signature.ts';
import { OPENSSL_ERROR, type OpensslError } from './openssl-errors.ts';
import type { Question } from './question.ts';

/** Certificates of a chain at most (X509_VERIFY_PARAM's depth of 100). */
const MAX_DEPTH = 100;

/** The chain that OpenSSL builds, and what it says of its end. */
export interface OpensslChain {
  readonly certificates: readonly CertificateInfo[];
  readonly end: OpensslError | undefined;
}

/** Whether a certificate names itself as its issuer (EXFLAG_SI). */
export const isSelfIssued = ({ subject, issuer }: CertificateInfo): boolean => equalNames(subject, issuer);

/** Whether OpenSSL takes a certificate for one signed by itself: by its names and identifiers (EXFLAG_SS). */
export const isSelfSigned = (certificate: CertificateInfo): boolean => likelyIssued(certificate, certificate);

/** What tells who may have signed whom; read once, for it is asked of every pair. */
interface Identity {
  readonly isInvalid: boolean;
  readonly own: Uint8Array | undefined;
  readonly authority: ExtensionValues[typeof EXTENSION.authorityKeyIdentifier] | undefined;
}

const identities = new WeakMap<CertificateInfo, Identity>();

function identityOf(certificate: CertificateInfo): Identity {
  const { extensions = [] } = certificate;
  const identity = identities.get(certificate) ?? {
    isInvalid: purposeFacts(certificate).isInvalid,
    own: readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value,
    authority: readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value,
  };
  identities.set(certificate, identity);
  return identity;
}

/** Whether one certificate may be by another, as far as names, key identifiers and algorithms tell (ossl_x509_likely_issued). */
export function likelyIssued(issuer: CertificateInfo, subject: CertificateInfo): boolean {
  if (!equalNames(issuer.subject, subject.issuer)) return false;
  if (identityOf(issuer).isInvalid || identityOf(subject).isInvalid) return false;
  return matchesIdentifiers(issuer, subject) && matchesAlgorithm(issuer, subject);
}

/** X509_check_akid: the identifiers that are on both sides are the same. */
function matchesIdentifiers(issuer: CertificateInfo, subject: CertificateInfo): boolean {
  const { authority } = identityOf(subject);
  if (authority === undefined) return true;
  const { own } = identityOf(issuer);
  const { keyIdentifier, serialNumber, issuer: names = [] } = authority;
  if (keyIdentifier !== undefined && own !== undefined && !equalBytes(keyIdentifier, own)) return false;
  if (serialNumber !== undefined && !equalBytes(serialNumber, issuer.serialNumber)) return false;
  const directory = names.find((name) => name.kind === 'directory');
  return directory === undefined || equalNames(directory.name, issuer.issuer);
}

const KEY_KINDS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  rsa: ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
  dsa: ['dsa'],
});

/** Signatures that OpenSSL 3.0 makes and does not know again: it has no name for them (crypto/objects/obj_xref.txt). */
const UNKNOWN: Readonly<Record<string, RegExp>> = Object.freeze({
  rsa: /^sha512-/,
  ecdsa: /^sha3-/,
  dsa: /^sha(?:384|512)$/,
});

function matchesAlgorithm({ publicKey }: CertificateInfo, { signatureAlgorithm }: CertificateInfo): boolean {
  const scheme = signatureScheme(signatureAlgorithm);
  if (scheme === undefined || UNKNOWN[scheme.kind]?.test(scheme.digest ?? '') === true) return false;
  return (KEY_KINDS[scheme.kind] ?? []).includes(publicKey.material.kind);
}

/** Why the validity of a certificate does not hold; the last second is no more valid (x509_check_cert_time). */
export function timeError({ notBefore, notAfter }: CertificateInfo, now: Date): OpensslError | undefined {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  if (notBefore.date === undefined || !notBefore.strict) return OPENSSL_ERROR.notBefore;
  if (notBefore.date.getTime() > second) return OPENSSL_ERROR.notYetValid;
  if (notAfter.date === undefined || !notAfter.strict) return OPENSSL_ERROR.notAfter;
  return notAfter.date.getTime() <= second ? OPENSSL_ERROR.expired : undefined;
}

/** The first of some issuers that is valid now; else the one that expired last. */
function pickIssuer(candidates: readonly CertificateInfo[], now: Date): CertificateInfo | undefined {
  let best: CertificateInfo | undefined;
  for (const one of candidates) {
    if (timeError(one, now) === undefined) return one;
    if (best === undefined || end(one) > end(best)) best = one;
  }
  return best;
}

const end = ({ notAfter }: CertificateInfo): number => notAfter.date?.getTime() ?? 0;

/**
 * The one chain that OpenSSL builds: trusted certificates before others, no turning back (crypto/x509/x509_vfy.c,
 * build_chain). Signatures are not looked at.
 */
export function buildOpensslChain({ leaf, roots, intermediates, now }: Question): OpensslChain {
  const chain: CertificateInfo[] = [leaf];
  const unused = [...intermediates];
  let [untrusted, isSearchingUntrusted] = [1, true];
  for (;;) {
    const current = chain.at(-1) ?? leaf;
    const isFull = chain.length > MAX_DEPTH;
    const selfSigned = isSelfSigned(current);
    const trusted = isFull
      ? undefined
      : pickIssuer(
          roots.filter((one) => likelyIssued(one, current)),
          now,
        );
    if (trusted !== undefined && (!selfSigned || equalBytes(trusted.der, current.der))) {
      isSearchingUntrusted = false;
      if (selfSigned) {
        if (untrusted === chain.length) untrusted--;
        chain[chain.length - 1] = trusted;
      } else chain.push(trusted);
      // Only what signs itself is trusted without X509_V_FLAG_PARTIAL_CHAIN.
      if (isSelfSigned(trusted)) return { certificates: chain, end: undefined };
      if (!selfSigned) continue;
    }
    const next =
      !isSearchingUntrusted || selfSigned || isFull
        ? undefined
        : pickIssuer(
            unused.filter((one) => isNext(one, { current, chain })),
            now,
          );
    if (next === undefined) return { certificates: chain, end: endOf(chain, untrusted) };
    unused.splice(unused.indexOf(next), 1);
    chain.push(next);
    untrusted++;
  }
}

/** Whether an untrusted certificate may come next: no loop, but for a leaf that names itself as issuer. */
function isNext(
  one: CertificateInfo,
  { current, chain }: { readonly current: CertificateInfo; readonly chain: readonly CertificateInfo[] },
): boolean {
  if (!likelyIssued(one, current)) return false;
  return (isSelfIssued(current) && chain.length === 1) || !chain.some(({ der }) => equalBytes(der, one.der));
}

function endOf(chain: readonly CertificateInfo[], untrusted: number): OpensslError {
  const last = chain.at(-1);
  if (chain.length > MAX_DEPTH) return OPENSSL_ERROR.chainTooLong;
  if (last !== undefined && isSelfSigned(last))
    return chain.length === 1 ? OPENSSL_ERROR.selfSignedLeaf : OPENSSL_ERROR.selfSignedInChain;
  return untrusted < chain.length ? OPENSSL_ERROR.noIssuer : OPENSSL_ERROR.noLocalIssuer;
}
