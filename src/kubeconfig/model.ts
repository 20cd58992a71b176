/** Fields that client-go does not know, as they were read; they are written again. Integers beyond 2^53 are bigint. */
export type OtherFields = Readonly<Record<string, unknown>>;

/** Data for other programs, by name (client-go tools/clientcmd/api/v1, NamedExtension). */
export interface NamedExtension {
  readonly name: string;
  /** Any JSON; integers beyond 2^53 are bigint. */
  readonly extension?: unknown;
  readonly other?: OtherFields | undefined;
}

/** Where a cluster is and how to know it (Cluster of client-go's v1 Config). */
export interface Cluster {
  /** `https://HOST:PORT` of the API server. */
  readonly server: string;
  /** Name to expect in the server's certificate instead of the host. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** Path of the CA certificates; relative to the kubeconfig's folder. */
  readonly certificateAuthority?: string | undefined;
  /** Base64 of the PEM of the CA certificates; wins over the path. */
  readonly certificateAuthorityData?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly disableCompression?: boolean | undefined;
  readonly extensions?: readonly NamedExtension[] | undefined;
  readonly other?: OtherFields | undefined;
}

/** An old provider of tokens (AuthProviderConfig). */
export interface AuthProvider {
  readonly name: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly other?: OtherFields | undefined;
}

/** One variable of {@link Exec.env}. */
export interface ExecEnvVar {
  readonly name: string;
  readonly value: string;
  readonly other?: OtherFields | undefined;
}

/** A program that gives credentials (ExecConfig). */
export interface Exec {
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  readonly env?: readonly ExecEnvVar[] | undefined;
  readonly apiVersion?: string | undefined;
  readonly installHint?: string | undefined;
  readonly provideClusterInfo?: boolean | undefined;
  /** `Never`, `IfAvailable` or `Always`. */
  readonly interactiveMode?: string | undefined;
  readonly other?: OtherFields | undefined;
}

/** Credentials (AuthInfo). Holds secrets: keys, tokens, passwords. */
export interface User {
  /** Path of the client certificate; relative to the kubeconfig's folder. */
  readonly clientCertificate?: string | undefined;
  /** Base64 of PEM; wins over the path. */
  readonly clientCertificateData?: string | undefined;
  readonly clientKey?: string | undefined;
  /** Base64 of PEM; wins over the path. */
  readonly clientKeyData?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** User to impersonate. */
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
  readonly asUserExtra?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly authProvider?: AuthProvider | undefined;
  readonly exec?: Exec | undefined;
  readonly extensions?: readonly NamedExtension[] | undefined;
  readonly other?: OtherFields | undefined;
}

/** Which user speaks to which cluster (Context). */
export interface Context {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string | undefined;
  readonly extensions?: readonly NamedExtension[] | undefined;
  readonly other?: OtherFields | undefined;
}

/** A {@link Cluster} and its name. */
export interface NamedCluster {
  readonly name: string;
  readonly cluster: Cluster;
  readonly other?: OtherFields | undefined;
}

/** A {@link User} and its name. */
export interface NamedUser {
  readonly name: string;
  readonly user: User;
  readonly other?: OtherFields | undefined;
}

/** A {@link Context} and its name. */
export interface NamedContext {
  readonly name: string;
  readonly context: Context;
  readonly other?: OtherFields | undefined;
}

/** The old settings of kubectl (Preferences). */
export interface Preferences {
  readonly colors?: boolean | undefined;
  readonly extensions?: readonly NamedExtension[] | undefined;
  readonly other?: OtherFields | undefined;
}

/** A kubeconfig file: client-go's v1 Config, with all it does not know in `other`. */
export interface Kubeconfig {
  readonly clusters: readonly NamedCluster[];
  readonly contexts: readonly NamedContext[];
  /** `''` when none is chosen. */
  readonly currentContext: string;
  readonly users: readonly NamedUser[];
  /** Written where it is present, empty too: kubeadm up to 1.33 writes `preferences: {}`, newer ones do not. */
  readonly preferences?: Preferences | undefined;
  readonly extensions?: readonly NamedExtension[] | undefined;
  readonly other?: OtherFields | undefined;
}
