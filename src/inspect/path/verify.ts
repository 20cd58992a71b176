import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { generalNameText } from '../read/general-name.ts';
import { buildPaths, type BuiltPath, type Material } from './build-paths.ts';
import { equalNames } from './distinguished-name.ts';
import type { NameInfo } from '../read/name.ts';
import { checkPath, reason, type PathContext } from './check-path.ts';
import { matchesHost, parseHost } from './host-name.ts';
import { checkRevocation, type RevocationContext } from './revocation.ts';
import { brokenDigest } from './signature.ts';
import { renderName } from '../text/name.ts';
import type { CandidatePath, VerifyReason, VerifyRequest, VerifyResult } from './result.ts';

/** Comparisons of names with constraints at most, over all paths (Go: crypto/x509, 250,000). */
const MAX_COMPARISONS = 250_000;

/**
 * Verifies a certificate: whether a path leads from it to one that is trusted, under all rules of RFC 5280 6, and
 * whether it is for the host (RFC 9525) and the usage asked for.
 *
 * @param environment the clock and the cryptography; default: now, the platform's
 * @returns the path, or every path that was tried with every reason against it
 */
export async function verifyCertificate(
  request: VerifyRequest,
  environment: Environment = {},
): Promise<VerifyResult> {
  const { crypto, now } = resolveEnvironment(environment);
  const { certificate, roots, intermediates = [], crls = [], usage, maxDepth } = request;
  const budget = { comparisons: MAX_COMPARISONS };
  const context: PathContext = { now, usage, maxDepth, budget };
  const reasons = checkHost(certificate, request.host);
  const candidates: CandidatePath[] = [];
  const signers = crlSigners({ roots, intermediates }, { context, crypto, crls });
  for await (const built of buildPaths(certificate, { roots, intermediates }, crypto)) {
    const path = built.certificates;
    const against = [...deadEnd(built), ...checkPath(path, { ...context })];
    if (crls.length > 0 && built.end === 'trusted' && against.length === 0)
      against.push(...(await checkRevocation(path, { crls, now, crypto, signers })));
    candidates.push({ certificates: path, isComplete: built.end === 'trusted', reasons: against });
    if (against.length > 0) continue;
    const accepted = reasons.length === 0;
    return { accepted, path: accepted ? path : undefined, candidates, reasons };
  }
  return { accepted: false, path: undefined, candidates: candidates.sort(bestFirst), reasons };
}

/** Certificates by a name that may have signed a CRL: those whose own path is right. */
function crlSigners(
  { roots, intermediates }: Material,
  { context, crypto, crls }: Omit<RevocationContext, 'now' | 'signers'> & { readonly context: PathContext },
): (name: NameInfo) => Promise<CertificateInfo[]> {
  return async (name) => {
    const found: CertificateInfo[] = [];
    for (const candidate of [...roots, ...intermediates].filter(({ subject }) => equalNames(subject, name))) {
      for await (const { certificates, end } of buildPaths(candidate, { roots, intermediates }, crypto)) {
        const ownContext = { ...context, usage: undefined, maxDepth: undefined };
        if (end !== 'trusted' || checkPath(certificates, ownContext).length > 0) continue;
        // Whether that one is revoked, its own issuers' CRLs say: no others, or there would be no end.
        const own = { crls, now: context.now, crypto, signers: () => Promise.resolve([]) };
        if ((await checkRevocation(certificates, own)).some(({ code }) => code === 'revoked')) continue;
        found.push(candidate);
        break;
      }
    }
    return found;
  };
}

/** Paths that reach a trusted certificate first, then those with fewer reasons against them, then longer ones. */
function bestFirst(a: CandidatePath, b: CandidatePath): number {
  return (
    Number(b.isComplete) - Number(a.isComplete) ||
    a.reasons.length - b.reasons.length ||
    b.certificates.length - a.certificates.length
  );
}

/** Why a path ends before a trusted certificate. */
function deadEnd({ certificates, end }: BuiltPath): VerifyReason[] {
  const depth = certificates.length - 1;
  const last = certificates[depth];
  if (last === undefined || end === 'trusted') return [];
  const issuer = renderName(last.issuer);
  switch (end) {
    case 'no-issuer': {
      const fix = `give the certificate of ${issuer} as trusted (--ca) or between (--intermediates)`;
      const message = `no certificate of its issuer ${issuer} is given`;
      return [reason(certificates, depth, ['unknown-issuer', message, { expected: issuer, fix }])];
    }
    case 'bad-signature': {
      const message = `${issuer} is given, and its key did not sign this: it is another CA by the same name, or the certificate was changed`;
      const fix = 'find the CA that signed it: compare the key identifiers; or issue it anew by this one';
      return [reason(certificates, depth, ['bad-signature', message, { fix }])];
    }
    case 'unsupported-signature': {
      const digest = brokenDigest(last.signatureAlgorithm);
      const what = digest === undefined ? last.signatureAlgorithm.oid : digest.toUpperCase();
      return [
        reason(certificates, depth, [
          'unsupported-algorithm',
          `its signature (${what}) cannot be checked here`,
        ]),
      ];
    }
    case 'limit':
      return [
        reason(certificates, depth, [
          'limit-exceeded',
          'there are more ways up from here than any sound PKI has',
        ]),
      ];
  }
}

/** Whether a certificate is for a host: by its alternative names alone. */
function checkHost(certificate: CertificateInfo, text: string | undefined): VerifyReason[] {
  if (text === undefined) return [];
  const host = parseHost(text);
  const names = readExtension(certificate.extensions ?? [], EXTENSION.subjectAltName)?.value ?? [];
  if (host !== undefined && names.some((name) => matchesHost(name, host))) return [];
  const listed = names.filter(({ kind }) => kind === 'dns' || kind === 'ip').map(generalNameText);
  const actual = listed.length === 0 ? 'no name' : listed.join(', ');
  const message =
    host === undefined
      ? `${JSON.stringify(text)} is no host name and no IP address`
      : listed.length === 0
        ? `it is for no host at all: it has no alternative names that are hosts`
        : `it is for ${actual}, not for ${host.kind === 'ip' ? 'IP:' : 'DNS:'}${text}`;
  const fix = `issue it anew with ${text} among its alternative names`;
  return [reason([certificate], 0, ['name-mismatch', message, { expected: text, actual, fix }])];
}
