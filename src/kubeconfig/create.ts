import { encodeBase64 } from '../asn1/base64.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { parseGoUrl } from '../net/go-url.ts';
import type { Cluster, Kubeconfig, User } from './model.ts';
import { compact } from './object-reader.ts';

/** A certificate or key: PEM to embed, or the path of a file, absolute or relative to the kubeconfig's folder. */
export type Credential = { readonly data: string | Uint8Array } | { readonly path: string };

/** What {@link createKubeconfig} makes a kubeconfig from. */
export interface KubeconfigRequest {
  readonly cluster: {
    readonly name: string;
    /** `https://HOST:PORT` of the API server. */
    readonly server: string;
    /** PEM of the CA's certificates; without it, clients trust what their machine trusts. */
    readonly certificateAuthority?: Credential | undefined;
    readonly tlsServerName?: string | undefined;
    /** Of the proxy to the API server. */
    readonly proxyUrl?: string | undefined;
  };
  readonly user: {
    readonly name: string;
    readonly clientCertificate?: Credential | undefined;
    readonly clientKey?: Credential | undefined;
    readonly token?: string | undefined;
    /** Path of a file with a token, which may be replaced. */
    readonly tokenFile?: string | undefined;
  };
  readonly context?: {
    /** Default: `USER@CLUSTER`, as kubeadm names it. */
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
  };
  /** Write `preferences: {}`, as kubeadm does up to 1.33; default false. */
  readonly preferences?: boolean | undefined;
}

function requireName(kind: string, value: string): string {
  if (typeof value !== 'string') throw new TypeError(`a ${kind} must be a string`);
  if (value !== '') return value;
  throw new PkiError('invalid-value', `a ${kind} must not be empty`, {
    details: { kind, value, expected: 'a name' },
  });
}

function requireServer(server: string): string {
  requireName('server', server);
  // What clients can read, which is more than browsers can: hosts such as lb.1 and 010.0.0.1.
  const { scheme = '', host = '' } = parseGoUrl(server) ?? {};
  const [, name = '', port = '443'] = /^(.*?)(?::([0-9]*))?$/.exec(host) ?? [];
  const isPort = port === '' || (Number(port) > 0 && Number(port) <= 65_535);
  if (/^https?$/.test(scheme) && name !== '' && isPort) return server;
  const expected = 'https://HOST:PORT';
  throw new PkiError('invalid-value', `the server of a cluster must be ${expected}, got ${quote(server)}`, {
    details: { kind: 'server', value: server, expected },
  });
}

function embed(data: string | Uint8Array, what: string): string {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`the ${what} must be a string or a Uint8Array`);
  if (new TextDecoder().decode(bytes).includes('-----BEGIN ')) return encodeBase64(bytes);
  throw new PkiError('invalid-pem', `the ${what} to embed is not pem`, { details: { expected: what } });
}

interface Placed {
  readonly data: string | undefined;
  readonly path: string | undefined;
}

function place(credential: Credential | undefined, what: string): Placed {
  if (credential === undefined) return { data: undefined, path: undefined };
  if ('data' in credential) return { data: embed(credential.data, what), path: undefined };
  return { data: undefined, path: requireName(`path of the ${what}`, credential.path) };
}

function createCluster(request: KubeconfigRequest['cluster']): Cluster {
  const authority = place(request.certificateAuthority, 'ca certificate');
  return compact({
    server: requireServer(request.server),
    tlsServerName: request.tlsServerName,
    certificateAuthority: authority.path,
    certificateAuthorityData: authority.data,
    proxyUrl: request.proxyUrl,
  });
}

function createUser(request: KubeconfigRequest['user']): User {
  const certificate = place(request.clientCertificate, 'client certificate');
  const key = place(request.clientKey, 'client key');
  return compact({
    clientCertificate: certificate.path,
    clientCertificateData: certificate.data,
    clientKey: key.path,
    clientKeyData: key.data,
    token: request.token,
    tokenFile: request.tokenFile,
  });
}

/**
 * A kubeconfig with one cluster, one user and the context of the two, which is the current one. No file is read.
 *
 * @example
 * ```ts
 * const config = createKubeconfig({
 *   cluster: { name: 'kubernetes', server: 'https://10.0.0.10:6443', certificateAuthority: { data: ca.pem } },
 *   user: { name: 'jane', clientCertificate: { data: certificate.pem }, clientKey: { data: keyPem } },
 * });
 * await writeFile('jane.conf', renderKubeconfig(config), { mode: 0o600 });
 * ```
 *
 * @throws PkiError `invalid-value` for an empty name or a server that is no URL; `invalid-pem` for data that is not PEM
 */
export function createKubeconfig(request: KubeconfigRequest): Kubeconfig {
  const cluster = requireName('cluster name', request.cluster.name);
  const user = requireName('user name', request.user.name);
  const name = requireName('context name', request.context?.name ?? `${user}@${cluster}`);
  return compact({
    clusters: [{ name: cluster, cluster: createCluster(request.cluster) }],
    contexts: [{ name, context: compact({ cluster, user, namespace: request.context?.namespace }) }],
    currentContext: name,
    users: [{ name: user, user: createUser(request.user) }],
    preferences: request.preferences === true ? {} : undefined,
  });
}
