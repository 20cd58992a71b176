import { setField } from '../yaml/compose.ts';
import { renderYaml } from '../yaml/render.ts';
import type { Cluster, Context, Exec, Kubeconfig, NamedExtension, OtherFields, User } from './model.ts';

type Fields = Record<string, unknown>;

/** Known fields under their names in the file, with the unknown ones beside them. */
function fieldsOf(other: OtherFields | undefined, known: Readonly<Fields>): Fields {
  const out: Fields = {};
  for (const [key, value] of Object.entries(other ?? {})) setField(out, key, value);
  for (const [key, value] of Object.entries(known)) if (value !== undefined) out[key] = value;
  return out;
}

function extensionsOf(extensions: readonly NamedExtension[] | undefined): readonly Fields[] | undefined {
  return extensions?.map(({ name, extension, other }) => fieldsOf(other, { name, extension }));
}

function clusterOf(cluster: Cluster): Fields {
  return fieldsOf(cluster.other, {
    'certificate-authority': cluster.certificateAuthority,
    'certificate-authority-data': cluster.certificateAuthorityData,
    'disable-compression': cluster.disableCompression,
    extensions: extensionsOf(cluster.extensions),
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify,
    'proxy-url': cluster.proxyUrl,
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
  });
}

function contextOf(context: Context): Fields {
  return fieldsOf(context.other, {
    cluster: context.cluster,
    extensions: extensionsOf(context.extensions),
    namespace: context.namespace,
    user: context.user,
  });
}

function execOf(exec: Exec): Fields {
  return fieldsOf(exec.other, {
    apiVersion: exec.apiVersion,
    args: exec.args,
    command: exec.command,
    env: exec.env?.map(({ name, value, other }) => fieldsOf(other, { name, value })),
    installHint: exec.installHint,
    interactiveMode: exec.interactiveMode,
    provideClusterInfo: exec.provideClusterInfo,
  });
}

function userOf(user: User): Fields {
  const { authProvider, exec } = user;
  return fieldsOf(user.other, {
    as: user.as,
    'as-groups': user.asGroups,
    'as-uid': user.asUid,
    'as-user-extra': user.asUserExtra,
    'auth-provider':
      authProvider && fieldsOf(authProvider.other, { config: authProvider.config, name: authProvider.name }),
    'client-certificate': user.clientCertificate,
    'client-certificate-data': user.clientCertificateData,
    'client-key': user.clientKey,
    'client-key-data': user.clientKeyData,
    exec: exec && execOf(exec),
    extensions: extensionsOf(user.extensions),
    password: user.password,
    token: user.token,
    tokenFile: user.tokenFile,
    username: user.username,
  });
}

// Go writes an empty list that was never filled as null.
function orNull(list: readonly Fields[]): readonly Fields[] | null {
  return list.length === 0 ? null : list;
}

/**
 * A kubeconfig as YAML, in kubectl's form: keys in Go's order (apiVersion, clusters, contexts, current-context, kind,
 * users), lists in the order of the model, no comments. The text holds the users' secrets.
 */
export function renderKubeconfig(config: Kubeconfig): string {
  const { preferences } = config;
  const fields = fieldsOf(config.other, {
    apiVersion: 'v1',
    clusters: orNull(
      config.clusters.map(({ name, cluster, other }) =>
        fieldsOf(other, { name, cluster: clusterOf(cluster) }),
      ),
    ),
    contexts: orNull(
      config.contexts.map(({ name, context, other }) =>
        fieldsOf(other, { name, context: contextOf(context) }),
      ),
    ),
    'current-context': config.currentContext,
    extensions: extensionsOf(config.extensions),
    kind: 'Config',
    preferences:
      preferences &&
      fieldsOf(preferences.other, {
        colors: preferences.colors,
        extensions: extensionsOf(preferences.extensions),
      }),
    users: orNull(config.users.map(({ name, user, other }) => fieldsOf(other, { name, user: userOf(user) }))),
  });
  return renderYaml(fields, { sortKeys: true });
}
