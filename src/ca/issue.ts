import { equalBytes } from '../asn1/bytes.ts';
import { keyAlgorithm, signatureAlgorithmFor } from '../crypto/algorithms.ts';
import { resolveEnvironment, type Environment, type ResolvedEnvironment } from '../crypto/environment.ts';
import { PrivateKey } from '../crypto/private-key.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { Certificate } from '../x509/certificate.ts';
import {
  encodeCertificate,
  encodeTbsCertificate,
  type CertificateContent,
} from '../x509/certificate-encoder.ts';
import type { ExtensionValues } from '../x509/extensions.ts';
import { encodeSubject } from '../x509/name.ts';
import { randomSerial } from '../x509/serial.ts';
import { IssuedCertificate } from './issued-certificate.ts';
import { checkIssuer, type Issuer } from './issuer.ts';
import { prepareRequest, type CertificateRequest, type PreparedRequest } from './request.ts';
import type { Signer } from './signer.ts';
import { validityWindow } from './validity-window.ts';
import { verifyIssued } from './verify-issued.ts';

/**
 * Issues a certificate. The request is checked against its profile and the issuer before signing; what was signed is
 * read back, compared with the request, and its signature verified.
 *
 * @example
 * ```ts
 * const server = await issue(ca, { profile: 'server', commonName: 'web', subjectAltNames: ['web.internal', '10.0.0.7'] });
 * ```
 * @throws PkiError `invalid-request`, `invalid-issuer`, `invalid-value`, `verification-failed`
 */
export function issue(
  issuer: Issuer,
  request: CertificateRequest,
  environment?: Environment,
): Promise<IssuedCertificate> {
  return issueFrom(issuer, request, resolveEnvironment(environment));
}

/** Signs under an issuer, or, where there is no certificate to sign under, itself. */
export async function issueFrom(
  issuer: Issuer | { readonly signer: Signer; readonly certificate?: undefined },
  request: CertificateRequest,
  env: ResolvedEnvironment,
): Promise<IssuedCertificate> {
  const prepared = prepareRequest(request);
  const { ca } = prepared.profile;
  const { maxPathLength } = request;
  if (issuer.certificate !== undefined) checkIssuer(issuer, { ca, maxPathLength }, env.now);
  const { validity = prepared.profile.validity, outlive = 'clamp' } = request;
  const window = validityWindow({ validity, now: env.now, issuer: issuer.certificate, outlive });
  const key =
    request.key ?? (await env.crypto.generateKey(keyAlgorithm(request.keyAlgorithm ?? 'ECDSA-P256')));
  const publicKey = key instanceof PrivateKey ? key.publicKey : key;

  const algorithm = signatureAlgorithmFor(issuer.signer.publicKey);
  const subject = encodeSubject(prepared.subject);
  const content: CertificateContent = {
    serialNumber: randomSerial(env.crypto),
    signatureAlgorithm: algorithm,
    issuer: issuer.certificate?.subject.der ?? subject,
    notBefore: window.notBefore,
    notAfter: window.notAfter,
    subject,
    publicKey,
    extensions: await extensionsOf(prepared, { request, publicKey, issuer: issuer.certificate }, env),
  };
  const tbs = encodeTbsCertificate(content);
  const signature = await issuer.signer.sign(tbs, algorithm);
  const certificate = Certificate.fromDer(encodeCertificate(tbs, algorithm, signature));
  const expected = { content, subject: prepared.subject, issuerKey: issuer.signer.publicKey };
  await verifyIssued(certificate, expected, env.crypto);

  return new IssuedCertificate({
    certificate,
    chain: chainUnder(issuer.certificate, issuer.certificate === undefined ? [] : issuer.chain),
    privateKey: key instanceof PrivateKey ? key : undefined,
    notices: [...prepared.notices, ...window.notices],
  });
}

async function extensionsOf(
  { profile, subject, subjectAltNames }: PreparedRequest,
  from: {
    readonly request: CertificateRequest;
    readonly publicKey: PublicKey;
    readonly issuer: Certificate | undefined;
  },
  env: ResolvedEnvironment,
): Promise<ExtensionValues> {
  const { ca } = profile;
  const { maxPathLength } = from.request;
  const identifier = profile.subjectKeyIdentifier ? await keyIdentifier(from.publicKey, env) : undefined;
  return {
    keyUsage: profile.keyUsage[from.publicKey.kind],
    extendedKeyUsage: profile.extendedKeyUsage,
    basicConstraints: maxPathLength === undefined ? { ca } : { ca, maxPathLength },
    subjectKeyIdentifier: identifier,
    authorityKeyIdentifier: from.issuer?.subjectKeyIdentifier,
    subjectAltNames,
    subjectAltNameCritical: Object.keys(subject).length === 0,
  };
}

/** RFC 7093 2, method 1: the first 160 bits of the SHA-256 of the key bits, as Go 1.25 and later make it. */
async function keyIdentifier(publicKey: PublicKey, { crypto }: ResolvedEnvironment): Promise<Uint8Array> {
  return (await crypto.digest('SHA-256', publicKey.raw)).subarray(0, 20);
}

/** What is sent along with a certificate: its issuer and those above, but for a self-signed root. */
function chainUnder(
  issuer: Certificate | undefined,
  above: readonly Certificate[] = [],
): readonly Certificate[] {
  if (issuer === undefined) return [];
  return equalBytes(issuer.subject.der, issuer.issuer.der) ? [] : [issuer, ...above];
}
