import { toHex } from '../../asn1/bytes.ts';
import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import { readCertificate, type CertificateInfo } from '../../inspect/read/certificate.ts';
import { EXTENSION, readExtension } from '../../inspect/read/extension.ts';
import { generalNameText } from '../../inspect/read/general-name.ts';
import { ATTRIBUTE, attributeTexts, type NameInfo } from '../../inspect/read/name.ts';
import { predictErrors } from '../../inspect/path/predict/predictions.ts';
import type { VerifyReason, VerifyRequest } from '../../inspect/path/result.ts';
import { verifyCertificate } from '../../inspect/path/verify.ts';
import { NAME_STYLE } from '../../inspect/text/name-options.ts';
import { renderName } from '../../inspect/text/name.ts';
import type { ServerCertificates } from '../../node/connect/connection.ts';
import { parsePem } from '../../x509/pem.ts';

/** What there is to say of the certificate that a server showed. */
export interface ServerVerdict {
  /** Whether kubectl would go on, and a second judge agrees. */
  readonly isTrusted: boolean;
  /** The server's own certificate; `undefined` where it cannot be read. */
  readonly leaf: CertificateInfo | undefined;
  readonly roots: readonly CertificateInfo[];
  /** What kubectl says; `undefined` where it accepts. */
  readonly kubectl: string | undefined;
  /** What is against it, of the likeliest path. */
  readonly reasons: readonly VerifyReason[];
}

/**
 * Judges the certificate of a server as kubectl does, by the CAs of the kubeconfig and the name that is dialled.
 *
 * @param environment the clock and the cryptography; default: now, the platform's
 */
export async function judgeServer(
  server: ServerCertificates,
  environment: Environment = {},
): Promise<ServerVerdict> {
  const resolved = resolveEnvironment(environment);
  const [leaf, ...intermediates] = server.chain.flatMap(readOrSkip);
  const roots = certificatesIn(server.roots);
  if (leaf === undefined)
    return { isTrusted: false, leaf, roots, kubectl: 'x509: malformed certificate', reasons: [] };
  const host = server.name.replace(/\.$/, '');
  const request: VerifyRequest = { certificate: leaf, roots, intermediates, host, usage: 'server' };
  const result = await verifyCertificate(request, resolved);
  const { go } = await predictErrors(request, resolved);
  const [best] = result.candidates;
  return {
    // Two judges: what one lets pass by mistake, the other may not.
    isTrusted: go === undefined && (result.accepted || server.authorizationError === undefined),
    leaf,
    roots,
    kubectl: go === undefined ? undefined : `tls: failed to verify certificate: ${go}`,
    reasons: result.accepted ? [] : [...result.reasons, ...(best?.reasons ?? [])],
  };
}

function readOrSkip(der: Uint8Array): CertificateInfo[] {
  try {
    return [readCertificate(der)];
  } catch {
    return [];
  }
}

/** The certificates in PEM; what cannot be read is left out, as Go does. */
export function certificatesIn(pem: string): CertificateInfo[] {
  try {
    return parsePem(pem).flatMap(({ label, der }) => (label === 'CERTIFICATE' ? readOrSkip(der) : []));
  } catch {
    return [];
  }
}

/** A name as Go writes it: `CN=kubernetes,O=dev`. */
export function nameText(name: NameInfo): string {
  const text = renderName(name, NAME_STYLE.rfc2253);
  return text === '' ? 'nobody' : text;
}

/** The hosts that a certificate is for, as in `DNS:kubernetes, IP:10.96.0.1`. */
export function hostsOf({ extensions = [] }: CertificateInfo): readonly string[] {
  const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  return names.filter(({ kind }) => kind === 'dns' || kind === 'ip').map(generalNameText);
}

/** The key identifier of who signed a certificate, in hexadecimal. */
export function signerKeyOf({ extensions = [] }: CertificateInfo): string | undefined {
  const id = readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value?.keyIdentifier;
  return id && toHex(id);
}

/** The key identifier of a CA, in hexadecimal. */
export function ownKeyOf({ extensions = [] }: CertificateInfo): string | undefined {
  const id = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value;
  return id && toHex(id);
}

/** The common name of a name; empty where it has none. */
export function commonNameOf(name: NameInfo): string {
  return attributeTexts(name, ATTRIBUTE.commonName).at(-1) ?? '';
}
