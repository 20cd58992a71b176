import { equalBytes, toHex } from '../../../asn1/bytes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { EXTENSION, readExtension } from '../../read/extension.ts';
import { processPolicies } from '../policies.ts';
import { buildGoChains } from './go-chains.ts';
import { goParseError } from './go-certificate.ts';
import { goConstraintError } from './go-constraints.ts';
import { goHostError } from './go-host.ts';
import { goInvalid } from './go-validity.ts';
import type { Question } from './question.ts';

const PURPOSE = Object.freeze({ server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' });
const ANY_PURPOSE = '2.5.29.37.0';

/** What Go's `Certificate.Verify` says; `undefined` where it accepts (crypto/x509/verify.go). */
export async function predictGo(asked: Question): Promise<string | undefined> {
  const { host } = asked;
  const unreadable = goParseError(asked.leaf);
  if (unreadable !== undefined) return unreadable;
  const leaf = asGoReads(asked.leaf);
  const question = {
    ...asked,
    leaf,
    roots: poolOf(asked.roots),
    intermediates: poolOf(asked.intermediates),
  };
  const own =
    goInvalid(leaf, { kind: 'leaf', chain: [] }, question.now) ??
    (host === undefined ? undefined : goHostError(leaf, host));
  if (own !== undefined) return own;
  const built = question.roots.some(({ der }) => equalBytes(der, leaf.der))
    ? { chains: [[leaf]], error: undefined }
    : await buildGoChains(question);
  return built.error ?? judgeChains(built.chains, question);
}

/** Go reads extensions of version 3 alone. */
function asGoReads(certificate: CertificateInfo): CertificateInfo {
  return certificate.version === 2 ? certificate : { ...certificate, extensions: undefined };
}

/** A pool as Go keeps it: what it can read, each certificate once. */
function poolOf(certificates: readonly CertificateInfo[]): readonly CertificateInfo[] {
  const readable = certificates.filter((one) => goParseError(one) === undefined);
  return [...new Map(readable.map((one) => [toHex(one.der), asGoReads(one)])).values()];
}

/** Chains that lead to a trusted certificate: policies, usages and names, each chain until one is right. */
function judgeChains(
  chains: readonly (readonly CertificateInfo[])[],
  { usage }: Question,
): string | undefined {
  let [policies, usages] = [0, 0];
  let names: string | undefined;
  for (const chain of chains) {
    const error = goConstraintError(chain);
    if (chain.length > 1 && processPolicies(chain) !== 'fine') policies++;
    else if (usage !== undefined && !chain.every((one) => allowsPurpose(one, PURPOSE[usage]))) usages++;
    else if (error === undefined) return undefined;
    else names ??= error;
  }
  if (names !== undefined)
    return `x509: a root or intermediate certificate is not authorized to sign for this name: ${names}`;
  if (usages > 0 && policies === 0) return 'x509: certificate specifies an incompatible key usage';
  const details = [
    ...(usages > 0 ? [`${usages} candidate chains with incompatible key usage`] : []),
    ...(policies > 0 ? [`${policies} candidate chains with invalid policies`] : []),
  ];
  return ['x509: no valid chains built', ...(details.length > 0 ? [details.join(', ')] : [])].join(': ');
}

function allowsPurpose({ extensions = [] }: CertificateInfo, purpose: string): boolean {
  const purposes = readExtension(extensions, EXTENSION.extendedKeyUsage)?.value ?? [];
  return purposes.length === 0 || purposes.includes(purpose) || purposes.includes(ANY_PURPOSE);
}
