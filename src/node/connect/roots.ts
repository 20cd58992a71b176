import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { ConnectionTarget } from './connection.ts';

/** The CAs that a client trusts. */
export interface Roots {
  readonly from: 'kubeconfig' | 'system';
  readonly pem: string;
}

/** Where Go looks on Linux (crypto/x509, root_linux.go). */
const BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The CAs of a kubeconfig; where it has none, those of the system as Go finds them: `SSL_CERT_FILE`, the bundle of a
 * Linux, and where there is no such file, those that Node comes with.
 */
export function rootsOf(
  { certificateAuthority = '' }: ConnectionTarget,
  env: Readonly<Record<string, string | undefined>>,
): Roots {
  if (certificateAuthority !== '') return { from: 'kubeconfig', pem: certificateAuthority };
  const named = env['SSL_CERT_FILE'] ?? '';
  for (const path of named === '' ? BUNDLES : [named]) {
    const pem = readIfThere(path);
    if (pem !== undefined) return { from: 'system', pem };
  }
  return { from: 'system', pem: rootCertificates.join('\n') };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
