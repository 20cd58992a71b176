import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { generalNameText } from '../read/general-name.ts';
import { buildPaths, type BuildContext, type Material } from './build-paths.ts';
import { equalNames, nameKey } from './distinguished-name.ts';
import type { CrlInfo } from '../read/crl.ts';
import type { NameInfo } from '../read/name.ts';
import { checkPath, reason, type PathContext } from './check-path.ts';
import { matchesHost, parseHost } from './host-name.ts';
import { deadEnd } from './dead-end.ts';
import { checkRevocation, type RevocationContext } from './revocation.ts';
import type { CandidatePath, VerifyReason, VerifyRequest, VerifyResult } from './result.ts';

/** Comparisons of names with constraints at most, over all paths, as in OpenSSL (crypto/x509/v3_ncons.c, NAME_CHECK_MAX). */
const MAX_COMPARISONS = 2 ** 20;

/** Signatures that are checked at most on the way up, as in Go (crypto/x509, maxChainSignatureChecks). */
const MAX_SIGNATURES = 100;
/** Signatures that are checked at most for CRLs: a sound path needs one for each of its certificates. */
const MAX_CRL_SIGNATURES = 500;

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
  const { certificate, roots, intermediates = [], crls = [], usage, maxDepth, policies } = request;
  const budget = { comparisons: MAX_COMPARISONS };
  const context: PathContext = { now, usage, maxDepth, policies, budget };
  const reasons = checkHost(certificate, request.host);
  const candidates: CandidatePath[] = [];
  const material = { roots, intermediates };
  const revocation = revocationContext(material, { context, crypto, crls });
  for await (const built of buildPaths(certificate, material, signatures(crypto))) {
    const path = built.certificates;
    const against = [...deadEnd(built), ...checkPath(path, { ...context })];
    if (crls.length > 0 && built.end === 'trusted' && against.length === 0)
      against.push(...(await checkRevocation(path, revocation)));
    candidates.push({ certificates: path, isComplete: built.end === 'trusted', reasons: against });
    if (against.length > 0) continue;
    const accepted = reasons.length === 0;
    return { accepted, path: accepted ? path : undefined, candidates, reasons };
  }
  return { accepted: false, path: undefined, candidates: candidates.sort(bestFirst), reasons };
}

const signatures = (crypto: CryptoProvider): BuildContext => ({
  crypto,
  budget: { signatures: MAX_SIGNATURES },
});

interface CrlMaterial {
  readonly context: PathContext;
  readonly crypto: CryptoProvider;
  readonly crls: readonly CrlInfo[];
}

/** What CRLs are judged with; those who may have signed them are looked for once for each name. */
function revocationContext(material: Material, { context, crypto, crls }: CrlMaterial): RevocationContext {
  const base = { crls, now: context.now, crypto, budget: { signatures: MAX_CRL_SIGNATURES } };
  const known = new Map<string, Promise<readonly CertificateInfo[]>>();
  // Whether a signer is revoked itself, its own issuers' CRLs say: no others, or there would be no end.
  const own = { ...base, signers: () => Promise.resolve([]) };
  const building = signatures(crypto);
  const signers = (name: NameInfo): Promise<readonly CertificateInfo[]> => {
    const key = nameKey(name);
    const found = known.get(key) ?? crlSigners(name, material, { context, building, own });
    known.set(key, found);
    return found;
  };
  return { ...base, signers };
}

/** Certificates by a name that may have signed a CRL: those whose own path is right. */
async function crlSigners(
  name: NameInfo,
  material: Material,
  {
    context,
    building,
    own,
  }: {
    readonly context: PathContext;
    readonly building: BuildContext;
    readonly own: RevocationContext;
  },
): Promise<readonly CertificateInfo[]> {
  const found: CertificateInfo[] = [];
  const all = [...material.roots, ...material.intermediates];
  for (const candidate of all.filter(({ subject }) => equalNames(subject, name))) {
    for await (const { certificates, end } of buildPaths(candidate, material, building)) {
      const anyUse = { ...context, usage: undefined, maxDepth: undefined, policies: undefined };
      if (end !== 'trusted' || checkPath(certificates, anyUse).length > 0) continue;
      if ((await checkRevocation(certificates, own)).some(({ code }) => code === 'revoked')) continue;
      found.push(candidate);
      break;
    }
  }
  return found;
}

/** Paths that reach a trusted certificate first, then those with fewer reasons against them, then longer ones. */
function bestFirst(a: CandidatePath, b: CandidatePath): number {
  return (
    Number(b.isComplete) - Number(a.isComplete) ||
    a.reasons.length - b.reasons.length ||
    b.certificates.length - a.certificates.length
  );
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
  const fix =
    host === undefined
      ? 'give a name such as web.example.com, or an address'
      : `issue it anew with ${text} among its alternative names`;
  return [reason([certificate], 0, ['name-mismatch', message, { expected: text, actual, fix }])];
}
