import { encodeBase64 } from '../asn1/base64.ts';
import { quote } from '../errors/quote.ts';
import { entryOf } from './entries.ts';
import { isGiven } from './go-values.ts';
import type { Exec, Kubeconfig, User } from './model.ts';
import { cannotBe, kubeconfigError } from './parse.ts';

/** What stands in place of embedded data: it is base64 to whoever decodes it. */
const OMITTED = 'DATA+OMITTED';
const REDACTED = 'REDACTED';

/**
 * A kubeconfig with the current context alone, and what that names (client-go tools/clientcmd/api/helpers.go,
 * MinifyConfig).
 *
 * @throws PkiError `invalid-kubeconfig` where there is no current context, or what it names is not there
 */
export function minifyKubeconfig(config: Kubeconfig): Kubeconfig {
  const name = config.currentContext;
  const missing = (path: string, message: string): never => {
    throw cannotBe(path, message);
  };
  if (name === '') missing('current-context', 'no context is chosen, so there is nothing to keep');
  const context = entryOf(config, 'contexts', name);
  if (context === undefined) return missing('contexts', `there is no context ${quote(name)}`);
  const { cluster, user } = context;
  if (cluster !== '' && entryOf(config, 'clusters', cluster) === undefined)
    missing('clusters', `there is no cluster ${quote(cluster)}`);
  if (user !== '' && entryOf(config, 'users', user) === undefined)
    missing('users', `there is no user ${quote(user)}`);
  return {
    ...config,
    clusters: config.clusters.filter((one) => cluster !== '' && one.name === cluster),
    contexts: config.contexts.filter((one) => one.name === name),
    users: config.users.filter((one) => user !== '' && one.name === user),
  };
}

/**
 * A kubeconfig to be shown: no key, token or password, and `DATA+OMITTED` in place of embedded data (RedactSecrets and
 * ShortenConfig). Fields that nobody knows are left out, as they may be secrets. What kubectl shows is shown: settings of
 * `auth-provider`, variables of `exec`.
 */
export function redactKubeconfig(config: Kubeconfig): Kubeconfig {
  const { other: _other, ...rest } = config;
  return {
    ...rest,
    clusters: config.clusters.map(({ name, cluster: { other: _unknown, ...cluster } }) => ({
      name,
      cluster: {
        ...cluster,
        ...(isGiven(cluster.certificateAuthorityData) ? { certificateAuthorityData: OMITTED } : {}),
      },
    })),
    contexts: config.contexts.map(({ name, context: { other: _unknown, ...context } }) => ({
      name,
      context,
    })),
    users: config.users.map(({ name, user }) => ({ name, user: redactUser(user) })),
  };
}

function redactUser({ other: _other, exec, authProvider, ...user }: User): User {
  return {
    ...user,
    ...(exec === undefined ? {} : { exec: knownOfExec(exec) }),
    ...(authProvider === undefined ? {} : { authProvider: { ...authProvider, other: undefined } }),
    ...(isGiven(user.clientCertificateData) ? { clientCertificateData: OMITTED } : {}),
    // Go tells an empty key from none, and redacts it.
    ...(user.clientKeyData === undefined ? {} : { clientKeyData: OMITTED }),
    ...(isGiven(user.token) ? { token: REDACTED } : {}),
    ...(isGiven(user.password) ? { password: REDACTED } : {}),
  };
}

function knownOfExec(exec: Exec): Exec {
  const { env } = exec;
  const known = { ...exec, other: undefined };
  return env === undefined ? known : { ...known, env: env.map(({ name, value }) => ({ name, value })) };
}

/** Reads a file that a kubeconfig names: by its path as it is written, and that of the kubeconfig that names it. */
export type ReadNamed = (path: string, from: string | undefined) => Uint8Array;

/**
 * A kubeconfig that names no certificate and no key by path: their content is in it (FlattenConfig).
 *
 * @throws PkiError `invalid-kubeconfig` where there are both path and data; whatever `read` throws
 */
export function flattenKubeconfig(
  config: Kubeconfig,
  read: ReadNamed,
  originOf: (section: 'clusters' | 'users', name: string) => string | undefined = () => undefined,
): Kubeconfig {
  const embed = embedding(read);
  return {
    ...config,
    users: config.users.map((one) => {
      const { clientCertificate, clientKey, clientCertificateData, clientKeyData, ...user } = one.user;
      const at = { entry: `users[${quote(one.name)}].user`, from: originOf('users', one.name) };
      const certificate = embed(
        { ...at, field: 'client-certificate' },
        clientCertificate,
        clientCertificateData,
      );
      const key = embed({ ...at, field: 'client-key' }, clientKey, clientKeyData);
      return { ...one, user: { ...user, clientCertificateData: certificate, clientKeyData: key } };
    }),
    clusters: config.clusters.map((one) => {
      const { certificateAuthority, ...cluster } = one.cluster;
      const at = { entry: `clusters[${quote(one.name)}].cluster`, from: originOf('clusters', one.name) };
      const data = cluster.certificateAuthorityData;
      const certificateAuthorityData = embed(
        { ...at, field: 'certificate-authority' },
        certificateAuthority,
        data,
      );
      return { ...one, cluster: { ...cluster, certificateAuthorityData } };
    }),
  };
}

/** Where a path stands. */
interface NamedAt {
  readonly entry: string;
  readonly field: string;
  /** The kubeconfig's path. */
  readonly from: string | undefined;
}

function embedding(
  read: ReadNamed,
): (at: NamedAt, path: string | undefined, data: string | undefined) => string | undefined {
  return ({ entry, field, from }, path, data) => {
    if (!isGiven(path)) return data;
    if (!isGiven(data)) return encodeBase64(read(path, from));
    const message = 'there are both a path and data: remove one of them';
    throw kubeconfigError([{ path: `${entry}.${field}`, message }], from);
  };
}
