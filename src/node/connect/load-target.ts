import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ioError } from '../../errors/io-error.ts';
import { decodeEmbeddedPem } from '../../kubeconfig/lookup.ts';
import type { Cluster, User } from '../../kubeconfig/model.ts';
import type { ConnectionTarget } from './connection.ts';

/**
 * What a connection is made with: a cluster and a user of a kubeconfig, their files read. Embedded data win over files;
 * a file with a token wins over a token, as in client-go. Programs that give credentials (`exec`, `auth-provider`) are
 * not started: what they would give is missing.
 *
 * @param context as `resolveContext` gives it
 * @param folder what relative paths are relative to: the kubeconfig's own folder
 * @throws PkiError `io` for a file that cannot be read, `invalid-kubeconfig` for data that are not base64
 */
export function loadConnectionTarget(
  { cluster, user }: { readonly cluster: Cluster; readonly user: User },
  folder: string,
): ConnectionTarget {
  const pem = (data: string | undefined, path: string | undefined): string | undefined => {
    if (data !== undefined && data !== '') return decodeEmbeddedPem(data);
    return path === undefined || path === '' ? undefined : readText(resolve(folder, path));
  };
  const { tokenFile = '', token } = user;
  return {
    server: cluster.server,
    tlsServerName: cluster.tlsServerName,
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify,
    certificateAuthority: pem(cluster.certificateAuthorityData, cluster.certificateAuthority),
    proxyUrl: cluster.proxyUrl,
    clientCertificate: pem(user.clientCertificateData, user.clientCertificate),
    clientKey: pem(user.clientKeyData, user.clientKey),
    token: tokenFile === '' ? token : readText(resolve(folder, tokenFile)).trim(),
    username: user.username,
    password: user.password,
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError('read', path, error);
  }
}
