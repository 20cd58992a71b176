import { equalBytes } from '../../asn1/bytes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { EXTENSION, readExtension } from '../../inspect/read/extension.ts';
import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import { nameKey } from '../../inspect/path/distinguished-name.ts';
import { checkSignature } from '../../inspect/path/signature.ts';
import type { CertificateEntry } from '../inventory.ts';
import { rootOf } from './paths.ts';

/** CAs by one name that are tried: more are no cluster's. */
const MAX_CANDIDATES = 16;

/** Finds out who signed whom, by signature: of copies of one certificate, the first counts. */
export async function linkSigners(
  entries: readonly Omit<CertificateEntry, 'signedBy'>[],
  crypto: CryptoProvider,
): Promise<CertificateEntry[]> {
  const firsts = new Map<string, Omit<CertificateEntry, 'signedBy'>>();
  // A file of the machine's own is where a person looks, rather than a kubeconfig or another machine's copy.
  const rank = ({ field, path }: Omit<CertificateEntry, 'signedBy'>): number =>
    (field === undefined ? 0 : 2) + (rootOf(path) === '' ? 0 : 1);
  const inOrder = [...entries].sort((a, b) => rank(a) - rank(b));
  for (const entry of inOrder) if (!firsts.has(entry.fingerprint)) firsts.set(entry.fingerprint, entry);
  const bySubject = new Map<string, Omit<CertificateEntry, 'signedBy'>[]>();
  for (const entry of firsts.values()) {
    const key = nameKey(entry.certificate.subject);
    const known = bySubject.get(key);
    if (known === undefined) bySubject.set(key, [entry]);
    else known.push(entry);
  }
  const signers = new Map(
    await Promise.all(
      [...firsts].map(async ([fingerprint, { certificate }]): Promise<[string, readonly string[]]> => {
        const candidates = bySubject.get(nameKey(certificate.issuer)) ?? [];
        return [fingerprint, await signersOf(certificate, candidates, crypto)];
      }),
    ),
  );
  return entries.map((entry) => ({
    ...entry,
    signedBy: ownFirst(entry, signers.get(entry.fingerprint) ?? [], firsts),
  }));
}

/** A copy of a self-signed certificate is signed by itself. */
function ownFirst(
  { id, fingerprint }: Omit<CertificateEntry, 'signedBy'>,
  signers: readonly string[],
  firsts: ReadonlyMap<string, { readonly id: string }>,
): readonly string[] {
  const first = firsts.get(fingerprint)?.id;
  return signers.map((signer) => (signer === first ? id : signer));
}

async function signersOf(
  certificate: CertificateInfo,
  candidates: readonly Omit<CertificateEntry, 'signedBy'>[],
  crypto: CryptoProvider,
): Promise<string[]> {
  const wanted = readExtension(certificate.extensions ?? [], EXTENSION.authorityKeyIdentifier)?.value
    ?.keyIdentifier;
  const fits = ({ extensions = [] }: CertificateInfo): boolean => {
    const own = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value;
    return wanted !== undefined && own !== undefined && equalBytes(wanted, own);
  };
  const inOrder =
    candidates.length < 2
      ? candidates
      : [...candidates].sort((a, b) => Number(fits(b.certificate)) - Number(fits(a.certificate)));
  const found: string[] = [];
  const { tbs: data, signatureAlgorithm: algorithm, signature } = certificate;
  for (const { id, certificate: issuer } of inOrder.slice(0, MAX_CANDIDATES)) {
    if ((await checkSignature({ data, algorithm, signature }, issuer.publicKey, crypto)) === 'valid')
      found.push(id);
  }
  return found;
}
