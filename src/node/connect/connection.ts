/** Where to connect, and as whom: one context of a kubeconfig, its files read. Holds secrets. */
export interface ConnectionTarget {
  /** As it stands in the kubeconfig: `https://10.0.0.10:6443`. */
  readonly server: string;
  /** Name that the server's certificate must have in place of the host's. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** PEM of the CAs that are trusted; without it, those of the system are. */
  readonly certificateAuthority?: string | undefined;
  readonly proxyUrl?: string | undefined;
  /** PEM, with the intermediates behind it. */
  readonly clientCertificate?: string | undefined;
  /** PEM: a secret. */
  readonly clientKey?: string | undefined;
  /** A secret. */
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  /** A secret. */
  readonly password?: string | undefined;
}

/** What a connection has got to when it ended. */
export type ConnectionStage = 'settings' | 'proxy' | 'connect' | 'tls' | 'request';

/** Why a connection ended before the server had answered. */
export type FailureKind =
  /** The server's URL is none that clients can use. */
  | 'bad-server-url'
  /** The URL is one of plain HTTP: there is no TLS to look at. */
  | 'plain-http'
  | 'bad-proxy-url'
  /** The certificate, key, token or password cannot be used as they are. */
  | 'bad-credentials'
  /** The proxy answered, and will not connect to the server. */
  | 'proxy-refused'
  /** The proxy's own certificate is not accepted. */
  | 'proxy-not-trusted'
  | 'name-not-found'
  | 'connection-refused'
  | 'unreachable'
  | 'timeout'
  /** The other side closed the connection. */
  | 'closed'
  /** What answers speaks no TLS. */
  | 'not-tls'
  /** The server refused by an alert of TLS: see {@link ConnectionFailure.alert}. */
  | 'tls-alert'
  /** The two sides find no common ground in TLS. */
  | 'tls-failed'
  /** What answers speaks no HTTP. */
  | 'not-http'
  | 'answer-too-large';

/** Why a connection ended early. */
export interface ConnectionFailure {
  readonly kind: FailureKind;
  readonly stage: ConnectionStage;
  /** Lower case, no full stop. */
  readonly message: string;
  /** The alert of TLS (RFC 8446 6), in lower case: `certificate required`. */
  readonly alert?: string | undefined;
}

/** What a server showed of itself in the TLS handshake. */
export interface ServerCertificates {
  /** The name or address that its certificate must be for. */
  readonly name: string;
  /** DER, the server's own first; CAs that are trusted are left out. */
  readonly chain: readonly Uint8Array[];
  /** Whether the trusted CAs are those of the kubeconfig or of the system. */
  readonly rootsFrom: 'kubeconfig' | 'system';
  /** PEM of the trusted CAs. */
  readonly roots: string;
  /** Why Node's own TLS does not accept the chain, as a code; `undefined` where it does. */
  readonly authorizationError?: string | undefined;
  /** `TLSv1.3` */
  readonly protocol: string;
  /** `TLS_AES_128_GCM_SHA256` */
  readonly cipher: string;
}

/** What a server answered to a request. */
export interface ServerAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Who the server takes the client for. */
  readonly username?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  /** The message of a Kubernetes Status. */
  readonly message?: string | undefined;
  /** Whether the answer is an object of the Kubernetes API, or its version. */
  readonly isKubernetes: boolean;
  /** Where a redirect leads: it is not followed. */
  readonly location?: string | undefined;
  /** The server's clock by its header `Date`. */
  readonly date?: Date | undefined;
  /** This side's clock when the answer came. */
  readonly receivedAt: Date;
}

/** What was shown to a server. */
export type SentCredential = 'client-certificate' | 'token' | 'password';

/** How a connection to a server went: plain data, without secrets. */
export interface ConnectionResult {
  /** Where the connection led: `https://10.0.0.10:6443`; the kubeconfig's own text where that is no URL. */
  readonly url: string;
  /** The proxy in between, without its password. */
  readonly proxy?: string | undefined;
  /** Where the proxy is named: in the kubeconfig, or in the environment. */
  readonly proxyFrom?: 'kubeconfig' | 'environment' | undefined;
  /** What the server showed, where the handshake came that far. */
  readonly server?: ServerCertificates | undefined;
  /** Whether the server's certificate was accepted: without that, nothing is sent unless verification is off. */
  readonly isTrusted: boolean;
  /** What the server has seen of the client's credentials. */
  readonly sent: readonly SentCredential[];
  readonly answer?: ServerAnswer | undefined;
  readonly failure?: ConnectionFailure | undefined;
}
