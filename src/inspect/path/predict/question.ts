import type { CryptoProvider } from '../../../crypto/provider.ts';
import type { SignatureVerdict } from '../../../crypto/signature-schemes.ts';
import type { CertificateInfo } from '../../read/certificate.ts';
import { checkSignature } from '../signature.ts';
import type { VerifyRequest, VerifyUsage } from '../result.ts';

/** Signatures that are checked at most for all programs: a sound chain needs one for each of its certificates. */
const MAX_SIGNATURES = 300;

/** What each program is asked: the same certificates, host, usage and time. */
export interface Question {
  readonly leaf: CertificateInfo;
  readonly roots: readonly CertificateInfo[];
  readonly intermediates: readonly CertificateInfo[];
  readonly host: string | undefined;
  readonly usage: VerifyUsage | undefined;
  readonly now: Date;
  /** Whether the key of one certificate signed another. */
  readonly signed: (child: CertificateInfo, issuer: CertificateInfo) => Promise<SignatureVerdict>;
}

/** The question in a request. Each signature is checked once, whoever asks. */
export function questionOf(
  request: VerifyRequest,
  { crypto, now }: { crypto: CryptoProvider; now: Date },
): Question {
  const { certificate: leaf, roots, intermediates = [], host, usage } = request;
  const known = new Map<CertificateInfo, Map<CertificateInfo, Promise<SignatureVerdict>>>();
  let left = MAX_SIGNATURES;
  const signed = (child: CertificateInfo, issuer: CertificateInfo): Promise<SignatureVerdict> => {
    const verdicts = known.get(child) ?? new Map<CertificateInfo, Promise<SignatureVerdict>>();
    known.set(child, verdicts);
    const { tbs: data, signatureAlgorithm: algorithm, signature } = child;
    const verdict =
      verdicts.get(issuer) ??
      (left-- > 0
        ? checkSignature({ data, algorithm, signature }, issuer.publicKey, crypto)
        : Promise.resolve<SignatureVerdict>('unsupported'));
    verdicts.set(issuer, verdict);
    return verdict;
  };
  return { leaf, roots, intermediates, host, usage, now, signed };
}
