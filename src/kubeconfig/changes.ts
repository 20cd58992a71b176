import { isGiven } from './go-values.ts';
import type { AuthProvider, Cluster, Context, Exec, ExecEnvVar, User } from './model.ts';

// What `kubectl config set-…` makes of an entry (kubectl pkg/cmd/config). Fields that are not given stay as they are.

/** Changes to a cluster. */
export interface ClusterChanges {
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** Path, as it is to be written. */
  readonly certificateAuthority?: string | undefined;
  /** Base64, in place of a path. */
  readonly certificateAuthorityData?: string | undefined;
  readonly proxyUrl?: string | undefined;
}

/** A cluster with changes: a server clears its TLS name, insecure mode the CA, a CA insecure mode, and a path the data. */
export function changeCluster(cluster: Cluster, changes: ClusterChanges): Cluster {
  let out = cluster;
  if (changes.server !== undefined) out = { ...out, server: changes.server, tlsServerName: undefined };
  if (changes.tlsServerName !== undefined) out = { ...out, tlsServerName: changes.tlsServerName };
  if (changes.insecureSkipTlsVerify !== undefined) {
    out = { ...out, insecureSkipTlsVerify: changes.insecureSkipTlsVerify };
    if (changes.insecureSkipTlsVerify)
      out = { ...out, certificateAuthority: undefined, certificateAuthorityData: undefined };
  }
  const { certificateAuthority, certificateAuthorityData } = changes;
  const trusted = { ...out, insecureSkipTlsVerify: undefined };
  if (certificateAuthorityData !== undefined)
    out = { ...trusted, certificateAuthority: undefined, certificateAuthorityData };
  else if (certificateAuthority !== undefined)
    out = { ...trusted, certificateAuthority, certificateAuthorityData: undefined };
  return changes.proxyUrl === undefined ? out : { ...out, proxyUrl: changes.proxyUrl };
}

/** Changes to a context. */
export interface ContextChanges {
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
}

/** A context with changes. */
export function changeContext(context: Context, changes: ContextChanges): Context {
  const { cluster = context.cluster, user = context.user, namespace = context.namespace } = changes;
  return { ...context, cluster, user, namespace };
}

/** What is set, and what is taken away, by name. */
export interface PairChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Changes to a user's program of credentials. */
export interface ExecChanges {
  readonly command?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly interactiveMode?: string | undefined;
  readonly provideClusterInfo?: boolean | undefined;
  readonly env?: PairChanges | undefined;
}

/** Changes to a user. */
export interface UserChanges {
  /** Path, as it is to be written. */
  readonly clientCertificate?: string | undefined;
  /** Base64, in place of a path. */
  readonly clientCertificateData?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly clientKeyData?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Name of an old provider of tokens. */
  readonly authProvider?: string | undefined;
  readonly authProviderConfig?: PairChanges | undefined;
  readonly exec?: ExecChanges | undefined;
}

/** A user with changes: a path clears data and data the path, a token clears name and password, and they the token. */
export function changeUser(user: User, changes: UserChanges): User {
  let out: User = {
    ...user,
    ...pathOrData('clientCertificate', changes.clientCertificate, changes.clientCertificateData),
    ...pathOrData('clientKey', changes.clientKey, changes.clientKeyData),
  };
  const { token, username, password } = changes;
  if (token !== undefined) out = { ...out, token };
  if (username !== undefined) out = { ...out, username };
  if (password !== undefined) out = { ...out, password };
  const hasToken = isGiven(token);
  const hasBasic = isGiven(username) || isGiven(password);
  if (hasToken && !hasBasic) out = { ...out, username: undefined, password: undefined };
  if (hasBasic && !hasToken) out = { ...out, token: undefined };
  const authProvider = changeAuthProvider(user.authProvider, changes);
  const exec = changes.exec === undefined ? user.exec : changeExec(user.exec, changes.exec);
  if (authProvider !== undefined) out = { ...out, authProvider };
  return exec === undefined ? out : { ...out, exec };
}

function pathOrData(
  field: 'clientCertificate' | 'clientKey',
  path: string | undefined,
  data: string | undefined,
): Partial<User> {
  if (data !== undefined) return { [field]: undefined, [`${field}Data`]: data };
  return path === undefined ? {} : { [field]: path, [`${field}Data`]: undefined };
}

function changeAuthProvider(
  present: AuthProvider | undefined,
  changes: UserChanges,
): AuthProvider | undefined {
  const { authProvider: name, authProviderConfig: pairs } = changes;
  const provider: AuthProvider | undefined =
    name === undefined || present?.name === name ? present : { name };
  if (provider === undefined) return undefined;
  const config = new Map(Object.entries(provider.config ?? {}));
  for (const key of pairs?.remove ?? []) config.delete(key);
  for (const [key, value] of pairs?.set ?? []) config.set(key, value);
  return { ...provider, config: Object.fromEntries(config) };
}

function changeExec(present: Exec | undefined, changes: ExecChanges): Exec | undefined {
  const { command, apiVersion, args, interactiveMode, provideClusterInfo, env } = changes;
  // Another command does not take the arguments of the one before.
  const base: Exec | undefined = command === undefined ? present : { ...present, command, args: undefined };
  if (base === undefined) return undefined;
  return {
    ...base,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(args === undefined ? {} : { args }),
    ...(interactiveMode === undefined ? {} : { interactiveMode }),
    ...(provideClusterInfo === undefined ? {} : { provideClusterInfo }),
    ...(env === undefined ? {} : { env: changeEnv(base.env ?? [], env) }),
  };
}

function changeEnv(env: readonly ExecEnvVar[], { set, remove }: PairChanges): readonly ExecEnvVar[] {
  const kept = env.filter(({ name }) => !remove.includes(name));
  const names = new Set(kept.map(({ name }) => name));
  // Of a name that is there twice, the first one changes.
  const changed = new Set<string>();
  const updated = kept.map((one) => {
    const value = set.get(one.name);
    if (value === undefined || changed.has(one.name)) return one;
    changed.add(one.name);
    return { ...one, value };
  });
  const added = [...set].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value }));
  return [...updated, ...added];
}
