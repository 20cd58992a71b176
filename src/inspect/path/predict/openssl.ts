import { equalBytes } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import { purposeFacts } from '../../text/purpose.ts';
import { brokenDigest } from '../signature.ts';
import { constraintError } from './openssl-constraints.ts';
import { buildOpensslChain, isSelfIssued, likelyIssued, timeError } from './openssl-chain.ts';
import { OPENSSL_ERROR, type OpensslEvent } from './openssl-errors.ts';
import { hostError } from './openssl-host.ts';
import type { Question } from './question.ts';

/** Critical extensions that OpenSSL understands (crypto/x509/v3_purp.c, X509_supported_extension). */
const SUPPORTED: ReadonlySet<string> = new Set<string>([
  '2.16.840.1.113730.1.1',
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.crlDistributionPoints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.policyConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.policyMappings,
  EXTENSION.inhibitAnyPolicy,
  '1.3.6.1.5.5.7.1.7',
  '1.3.6.1.5.5.7.1.8',
  '1.3.6.1.5.5.7.48.1.5',
  '1.3.6.1.5.5.7.1.14',
]);

/**
 * The errors of OpenSSL's verification in its own order (crypto/x509/x509_vfy.c, verify_chain): the end of the chain,
 * extensions, the host, signatures and times from the top down, name constraints. Who asks stops where the program does.
 *
 * @param options.isTls as within a handshake, at security level 1: weak keys and digests count, and the host is left to
 *   whoever asks
 */
export async function* opensslErrors(
  question: Question,
  { isTls }: { readonly isTls: boolean },
): AsyncGenerator<OpensslEvent> {
  const { certificates: chain, end } = buildOpensslChain(question);
  if (isTls && hasWeakKey(question.leaf)) yield { error: OPENSSL_ERROR.weakLeafKey, depth: 0 };
  if (end !== undefined) yield { error: end, depth: chain.length - 1 };
  yield* extensionErrors(chain, question);
  if (isTls) yield* levelErrors(chain);
  const host = isTls || question.host === undefined ? undefined : hostError(question.leaf, question.host);
  if (host !== undefined) yield { error: host, depth: 0 };
  yield* signatureErrors(chain, question);
  yield* constraintErrors(chain);
}

/** check_extensions */
function* extensionErrors(chain: readonly CertificateInfo[], { usage }: Question): Generator<OpensslEvent> {
  let length = 0;
  for (const [depth, certificate] of chain.entries()) {
    const { extensions = [], publicKey } = certificate;
    if (extensions.some(({ oid, critical }) => critical && !SUPPORTED.has(oid)))
      yield { error: OPENSSL_ERROR.criticalExtension, depth };
    const facts = purposeFacts(certificate);
    const isLast = depth === chain.length - 1;
    if (depth > 0 && (facts.ca === 0 || (!isLast && facts.ca !== 1)))
      yield { error: OPENSSL_ERROR.invalidCa, depth };
    if (chain.length > 1 && publicKey.material.kind === 'ec' && publicKey.material.explicit !== undefined)
      yield { error: OPENSSL_ERROR.explicitCurve, depth };
    if (usage !== undefined && !facts.allows(usage, depth > 0)) yield { error: OPENSSL_ERROR.purpose, depth };
    const limit = readExtension(extensions, EXTENSION.basicConstraints)?.value?.maxPathLength;
    if (depth > 1 && limit !== undefined && length > limit) yield { error: OPENSSL_ERROR.pathLength, depth };
    if (depth > 0 && !isSelfIssued(certificate)) length++;
  }
}

/** check_auth_level: keys of CAs, and digests of all signatures but the topmost one. */
function* levelErrors(chain: readonly CertificateInfo[]): Generator<OpensslEvent> {
  for (const [depth, certificate] of chain.entries()) {
    if (depth > 0 && hasWeakKey(certificate)) yield { error: OPENSSL_ERROR.weakCaKey, depth };
    if (depth < chain.length - 1 && brokenDigest(certificate.signatureAlgorithm) !== undefined)
      yield { error: OPENSSL_ERROR.weakDigest, depth };
  }
}

/** Keys of fewer than 80 bits of security (SP 800-57, table 2). */
function hasWeakKey({ publicKey: { material, bits } }: CertificateInfo): boolean {
  const isFactored = material.kind === 'rsa' || material.kind === 'rsa-pss' || material.kind === 'dsa';
  return bits !== undefined && bits < (isFactored ? 1024 : 160);
}

/** internal_verify */
async function* signatureErrors(
  chain: readonly CertificateInfo[],
  { now, signed }: Question,
): AsyncGenerator<OpensslEvent> {
  const top = chain.at(-1);
  if (top === undefined) return;
  const isOwnIssuer = likelyIssued(top, top);
  if (!isOwnIssuer && chain.length === 1) yield { error: OPENSSL_ERROR.leafSignature, depth: 0 };
  const start = isOwnIssuer || chain.length === 1 ? chain.length - 1 : chain.length - 2;
  for (let depth = start; depth >= 0; depth--) {
    const [subject, issuer] = [chain[depth], chain[depth + 1]];
    if (subject === undefined) return;
    if (issuer !== undefined) {
      const usage = readExtension(issuer.extensions ?? [], EXTENSION.keyUsage)?.value;
      if (usage !== undefined && !usage.includes('keyCertSign'))
        yield { error: OPENSSL_ERROR.noCertSign, depth: depth + 1 };
      // X509_verify compares the algorithms that stand inside and outside first.
      const isAgreed = equalBytes(subject.signatureAlgorithm.der, subject.tbsSignatureAlgorithm.der);
      if (!isAgreed || (await signed(subject, issuer)) !== 'valid')
        yield { error: OPENSSL_ERROR.signature, depth };
    }
    const error = timeError(subject, now);
    if (error !== undefined) yield { error, depth };
  }
}

/** check_name_constraints */
function* constraintErrors(chain: readonly CertificateInfo[]): Generator<OpensslEvent> {
  for (const [depth, certificate] of [...chain.entries()].reverse()) {
    if (depth !== 0 && isSelfIssued(certificate)) continue;
    for (const authority of chain.slice(depth + 1).reverse()) {
      const trees = readExtension(authority.extensions ?? [], EXTENSION.nameConstraints)?.value;
      if (trees === undefined) continue;
      const { permitted = [], excluded = [] } = trees;
      const error = constraintError(certificate, { permitted, excluded }, depth === 0);
      if (error !== undefined) yield { error, depth };
    }
  }
}

/**
 * What `openssl verify` prints: each error on a line of its own, as far as it goes on; `undefined` where it accepts.
 */
export async function predictOpenssl(question: Question): Promise<string | undefined> {
  const lines: string[] = [];
  for await (const { error, depth } of opensslErrors(question, { isTls: false })) {
    lines.push(`error ${error.number} at ${depth} depth lookup: ${error.text}`);
    if (!error.goesOn) break;
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}
