import { setField } from '../yaml/compose.ts';
import { renderYaml } from '../yaml/render.ts';
import type { Cluster, Context, Exec, Kubeconfig, NamedExtension, OtherFields, User } from './model.ts';

type Fields = Record<string, unknown>;

/** Known fields under their names in the file, in the order of Go's structs, and the unknown ones behind them. */
function fieldsOf(other: OtherFields | undefined, known: Readonly<Fields>): Fields {
  const out: Fields = {};
  for (const [key, value] of Object.entries(known)) if (value !== undefined) out[key] = value;
  for (const [key, value] of Object.entries(other ?? {}))
    if (!Object.hasOwn(out, key)) setField(out, key, value);
  return out;
}

function extensionsOf(extensions: readonly NamedExtension[] | undefined): readonly Fields[] | undefined {
  return extensions?.map(({ name, extension, other }) =>
    fieldsOf(other, { name, extension: extension ?? null }),
  );
}

function clusterOf(cluster: Cluster): Fields {
  return fieldsOf(cluster.other, {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify,
    'certificate-authority': cluster.certificateAuthority,
    'certificate-authority-data': cluster.certificateAuthorityData,
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression,
    extensions: extensionsOf(cluster.extensions),
  });
}

function contextOf(context: Context): Fields {
  return fieldsOf(context.other, {
    cluster: context.cluster,
    user: context.user,
    namespace: context.namespace,
    extensions: extensionsOf(context.extensions),
  });
}

// What Go has no `omitempty` for is written though it be nothing.
function execOf(exec: Exec): Fields {
  return fieldsOf(exec.other, {
    command: exec.command,
    args: exec.args ?? null,
    env: exec.env?.map(({ name, value, other }) => fieldsOf(other, { name, value })) ?? null,
    apiVersion: exec.apiVersion,
    installHint: exec.installHint,
    provideClusterInfo: exec.provideClusterInfo,
    interactiveMode: exec.interactiveMode,
  });
}

function userOf(user: User): Fields {
  const { authProvider, exec } = user;
  return fieldsOf(user.other, {
    'client-certificate': user.clientCertificate,
    'client-certificate-data': user.clientCertificateData,
    'client-key': user.clientKey,
    'client-key-data': user.clientKeyData,
    token: user.token,
    tokenFile: user.tokenFile,
    as: user.as,
    'as-uid': user.asUid,
    'as-groups': user.asGroups,
    'as-user-extra': user.asUserExtra,
    username: user.username,
    password: user.password,
    'auth-provider':
      authProvider &&
      fieldsOf(authProvider.other, { name: authProvider.name, config: authProvider.config ?? null }),
    exec: exec && execOf(exec),
    extensions: extensionsOf(user.extensions),
  });
}

// Go writes an empty list that was never filled as null.
function orNull(list: readonly Fields[]): readonly Fields[] | null {
  return list.length === 0 ? null : list;
}

/** The fields of a kubeconfig as they stand in the file, in the order in which Go has them (client-go, api/v1/types.go). */
export function kubeconfigFields(config: Kubeconfig): Readonly<Fields> {
  const { preferences } = config;
  return fieldsOf(config.other, {
    kind: 'Config',
    apiVersion: 'v1',
    preferences:
      preferences &&
      fieldsOf(preferences.other, {
        colors: preferences.colors,
        extensions: extensionsOf(preferences.extensions),
      }),
    clusters: orNull(
      config.clusters.map(({ name, cluster, other }) =>
        fieldsOf(other, { name, cluster: clusterOf(cluster) }),
      ),
    ),
    users: orNull(config.users.map(({ name, user, other }) => fieldsOf(other, { name, user: userOf(user) }))),
    contexts: orNull(
      config.contexts.map(({ name, context, other }) =>
        fieldsOf(other, { name, context: contextOf(context) }),
      ),
    ),
    'current-context': config.currentContext,
    extensions: extensionsOf(config.extensions),
  });
}

/**
 * A kubeconfig as YAML, in kubectl's form: keys in Go's order (apiVersion, clusters, contexts, current-context, kind,
 * users), lists in the order of the model, no comments. The text holds the users' secrets.
 */
export function renderKubeconfig(config: Kubeconfig): string {
  return renderYaml(kubeconfigFields(config), { sortKeys: true });
}
