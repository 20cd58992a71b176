import { equalBytes } from '../asn1/bytes.ts';
import { keyAlgorithm } from '../crypto/algorithms.ts';
import { PrivateKey } from '../crypto/private-key.ts';
import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import { PkiError } from '../errors/pki-error.ts';
import { Certificate } from '../x509/certificate.ts';
import { readPrivateKey } from '../x509/key-file.ts';
import { formatName } from '../x509/name.ts';
import { at } from '../x509/pem.ts';
import { IssuedCertificate, type IssuedFields } from './issued-certificate.ts';
import { issueFrom } from './issue.ts';
import type { Issuer } from './issuer.ts';
import type { CertificateRequest } from './request.ts';
import { keySigner, type Signer } from './signer.ts';

/** A certificate authority: an issuer, and the issued certificate that it is itself. */
export class Authority extends IssuedCertificate implements Issuer {
  readonly signer: Signer;

  constructor(fields: IssuedFields & { readonly signer: Signer }) {
    super(fields);
    this.signer = fields.signer;
  }
}

/** What {@link createAuthority} makes. */
export interface AuthorityRequest extends Omit<CertificateRequest, 'profile' | 'key'> {
  readonly commonName: string;
  /** The profile, where it is not `ca`. */
  readonly profile?: CertificateRequest['profile'];
  /** The CA above; none makes a self-signed root. */
  readonly parent?: Issuer;
  /** The key, in memory or elsewhere. Default: a fresh one of `keyAlgorithm`. */
  readonly key?: PrivateKey | Signer;
}

/**
 * Creates a CA: a self-signed root, or an intermediate under `parent`.
 *
 * @example
 * ```ts
 * const root = await createAuthority({ commonName: 'kubernetes' });
 * const etcd = await createAuthority({ commonName: 'etcd-ca', parent: root, maxPathLength: 0 });
 * ```
 * @throws PkiError `invalid-request`, `invalid-issuer`, `invalid-value`
 */
export async function createAuthority(
  request: AuthorityRequest,
  environment?: Environment,
): Promise<Authority> {
  const env = resolveEnvironment(environment);
  const { parent, key, profile = 'ca', ...rest } = request;
  const own = key ?? (await env.crypto.generateKey(keyAlgorithm(request.keyAlgorithm ?? 'ECDSA-P256')));
  const signer = own instanceof PrivateKey ? keySigner(own, env.crypto) : own;
  const issued = await issueFrom(parent ?? { signer }, { ...rest, profile, key: signer.publicKey }, env);
  return new Authority({
    certificate: issued.certificate,
    chain: issued.chain,
    notices: issued.notices,
    privateKey: own instanceof PrivateKey ? own : undefined,
    signer,
  });
}

/** What {@link loadAuthority} reads. */
export interface AuthorityFiles {
  /** The CA's certificate, or a bundle in any order: PEM, DER, or certificates. */
  readonly certificate: string | Uint8Array | Certificate | readonly Certificate[];
  /** Its private key in PEM or DER, or a signer that holds it. */
  readonly key: string | Uint8Array | PrivateKey | Signer;
  /** Password of an encrypted key. */
  readonly password?: string;
  /** File names for messages. */
  readonly source?: string;
  readonly keySource?: string;
}

/**
 * Loads a CA. Of a bundle, the certificate that matches the key is the CA's, whatever the order (of several, the one
 * that is valid longest); the certificates above it become its chain.
 *
 * @throws PkiError `invalid-issuer` where no certificate matches the key, `invalid-pem`, `invalid-der`, `invalid-key`,
 *   `password-required`, `wrong-password`
 */
export async function loadAuthority(files: AuthorityFiles, environment?: Environment): Promise<Authority> {
  const { crypto } = resolveEnvironment(environment);
  const certificates = certificatesOf(files);
  const { key, password, keySource } = files;
  const options = {
    ...(password === undefined ? {} : { password }),
    ...(keySource === undefined ? {} : { source: keySource }),
  };
  const own =
    typeof key === 'string' || key instanceof Uint8Array ? await readPrivateKey(key, options, crypto) : key;
  const signer = own instanceof PrivateKey ? keySigner(own, crypto) : own;
  const matching = certificates.filter((certificate) => equalBytes(certificate.spki, signer.publicKey.spki));
  const [certificate] = matching.sort((a, b) => b.notAfter.getTime() - a.notAfter.getTime());
  if (certificate === undefined) throw keyMismatch(certificates, files);
  const privateKey = own instanceof PrivateKey ? own : undefined;
  return new Authority({ certificate, chain: chainAbove(certificate, certificates), privateKey, signer });
}

function certificatesOf({ certificate, source }: AuthorityFiles): readonly Certificate[] {
  if (certificate instanceof Certificate) return [certificate];
  if (certificate instanceof Uint8Array && certificate[0] === 0x30) return [Certificate.fromDer(certificate)];
  if (typeof certificate === 'string' || certificate instanceof Uint8Array) {
    return Certificate.allFromPem(certificate, source === undefined ? {} : { source });
  }
  return certificate;
}

function keyMismatch(
  certificates: readonly Certificate[],
  files: AuthorityFiles,
): PkiError<'invalid-issuer'> {
  const subject = certificates.map((certificate) => formatName(certificate.subject)).join('; ');
  const source = files.source === undefined ? {} : { source: files.source };
  return new PkiError(
    'invalid-issuer',
    at(source, `the private key belongs to none of its certificates: ${subject}`),
    {
      details: { reason: 'key-mismatch', subject },
      hint: 'give the key that was made with this CA; a CA that was made anew has another',
    },
  );
}

/** The intermediates above a CA that a server sends along, nearest first; without the root. */
export function chainAbove(certificate: Certificate, among: readonly Certificate[]): Certificate[] {
  const chain: Certificate[] = [];
  for (let current = certificate; !isSelfIssued(current);) {
    const others = among.filter((candidate) => candidate !== certificate && !chain.includes(candidate));
    const above = issuerAmong(current, others);
    if (above === undefined || isSelfIssued(above)) break;
    chain.push(above);
    current = above;
  }
  return chain;
}

/**
 * The issuer of a certificate. Of several of its name, which new keys and cross-signatures make, the key identifiers
 * tell; a cross-signed one goes before the root itself, because it serves those who trust either root.
 */
function issuerAmong(
  { issuer, authorityKeyIdentifier: wanted }: Certificate,
  among: readonly Certificate[],
): Certificate | undefined {
  const fits = ({ subject, subjectKeyIdentifier: id }: Certificate): boolean =>
    equalBytes(subject.der, issuer.der) &&
    (wanted === undefined || id === undefined || equalBytes(id, wanted));
  const rank = (one: Certificate): number => (isSelfIssued(one) ? 0 : one.notAfter.getTime());
  return among.filter(fits).sort((a, b) => rank(b) - rank(a))[0];
}

function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return equalBytes(subject.der, issuer.der);
}
