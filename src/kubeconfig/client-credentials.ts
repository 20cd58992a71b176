import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import type { Finding } from '../errors/finding.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';
import { Certificate } from '../x509/certificate.ts';
import { privateKeyToPem, readPrivateKey } from '../x509/key-file.ts';
import { formatName } from '../x509/name.ts';
import { at } from '../x509/pem.ts';
import { groupNotices } from './identity.ts';

/** The files of a client certificate, in PEM. */
export interface ClientCredentialFiles {
  /** The certificate, and its chain behind it. */
  readonly certificate: string | Uint8Array;
  /** Its key. Default: it is in the same file, as kubelets have it. */
  readonly key?: string | Uint8Array | undefined;
  /** File names for messages. */
  readonly source?: string | undefined;
  readonly keySource?: string | undefined;
}

/** A client certificate with its key. It holds a secret. */
export interface ClientCredentials {
  readonly certificate: Certificate;
  /** The certificate and those behind it, in PEM. */
  readonly certificatePem: string;
  /** The key, unencrypted PKCS#8 in PEM: a secret. */
  readonly keyPem: string;
  /** Who the API server takes its holder for: the CN; `''` where there is none. */
  readonly user: string;
  /** The groups: each O. */
  readonly groups: readonly string[];
  /** Whether it is out of date, or no client certificate. */
  readonly notices: readonly Finding[];
}

/**
 * Reads a client certificate and its key as kubectl will: the first certificate is the client's, and the key fits it.
 *
 * @throws PkiError `invalid-key` where the key is another's, `password-required` for an encrypted key, which no client
 *   reads, `invalid-pem`, `invalid-der`
 */
export async function readClientCredentials(
  files: ClientCredentialFiles,
  environment?: Environment,
): Promise<ClientCredentials> {
  const { now, crypto } = resolveEnvironment(environment);
  const { source, keySource = source } = files;
  const certificates = Certificate.allFromPem(files.certificate, named(source));
  const [certificate] = certificates;
  if (certificate === undefined) throw new TypeError('a bundle has at least one certificate');
  const key = await plainKey(files.key ?? files.certificate, keySource, crypto);
  if (!certificate.publicKey.equals(key.publicKey)) throw keyOfAnother(certificates, key, keySource);
  const [user, groups] = [certificate.commonName ?? '', certificate.organizations];
  return {
    certificate,
    certificatePem: certificates.map((one) => one.toPem()).join(''),
    keyPem: privateKeyToPem(key),
    user,
    groups,
    notices: [...certificateNotices(certificate, now, source ?? ''), ...groupNotices(groups)],
  };
}

const named = (source: string | undefined): { readonly source?: string } =>
  source === undefined ? {} : { source };

async function plainKey(
  input: string | Uint8Array,
  source: string | undefined,
  crypto: Parameters<typeof readPrivateKey>[2],
): Promise<PrivateKey> {
  try {
    return await readPrivateKey(input, named(source), crypto);
  } catch (error) {
    // OpenSSL's own encryption, before PKCS#8, is an algorithm that is not read at all.
    const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
    if (!isPkiError(error) || !/ENCRYPTED/.test(text)) throw error;
    throw new PkiError('password-required', at(named(source), 'the private key is encrypted'), {
      details: named(source),
      hint: 'kubectl and other clients read none that is: take the password off (openssl pkey -in KEY -out NEW-KEY), or issue a certificate with --ca',
      cause: error,
    });
  }
}

function keyOfAnother(
  certificates: readonly Certificate[],
  key: PrivateKey,
  source: string | undefined,
): PkiError<'invalid-key'> {
  const [first] = certificates;
  const subject = first === undefined ? '' : formatName(first.subject);
  const isLater = certificates.some((one) => one.publicKey.equals(key.publicKey));
  const hint = isLater
    ? 'it belongs to a later certificate of the file: clients take the first, so put that one first'
    : 'give the key that was made with this certificate';
  return new PkiError('invalid-key', at(named(source), `the private key is not that of ${subject}`), {
    details: { ...named(source), expected: `the private key of ${subject}` },
    hint,
  });
}

function certificateNotices(certificate: Certificate, now: Date, path: string): Finding[] {
  const { notBefore, notAfter, extendedKeyUsage: usages, commonName } = certificate;
  const warn = (code: string, message: string, fix?: string): Finding => ({
    code,
    severity: 'warning',
    path,
    message,
    ...(fix === undefined ? {} : { fix }),
  });
  const found: Finding[] = [];
  if (now > notAfter)
    found.push(
      warn('expired', `the certificate expired at ${notAfter.toISOString()}`, 'issue another with --ca'),
    );
  if (now < notBefore)
    found.push(warn('not-yet-valid', `the certificate is valid from ${notBefore.toISOString()} only`));
  if (usages?.some((usage) => usage === 'clientAuth' || usage === 'any') === false) {
    const message = `the certificate is not for clients: its extended key usage is ${usages.join(', ')}, and the API server wants clientAuth`;
    found.push(warn('no-client-usage', message));
  }
  if (commonName === undefined)
    found.push(
      warn('no-common-name', 'the certificate has no CN: the API server takes its holder for nobody'),
    );
  return found;
}
