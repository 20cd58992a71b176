import type { CheckFinding, CheckReport } from '../report.ts';

/** A CA certificate by which a server is known. */
export interface AuthorityFacts {
  /** `CN=kubernetes` */
  readonly subject: string;
  /** RFC 3339; left out where the certificate's time is none. */
  readonly notAfter?: string;
  /** SHA-256 of the DER in lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** The cluster of a context. */
export interface ClusterFacts {
  readonly name: string;
  /** Whether there is one of that name. */
  readonly found: boolean;
  readonly server?: string;
  readonly tlsServerName?: string;
  /** Without user and password. */
  readonly proxyUrl?: string;
  /** Whether whoever answers is taken for the server. */
  readonly insecure: boolean;
  /** Those that decide whether the server is the right one; none: those of the machine decide. */
  readonly authorities: readonly AuthorityFacts[];
}

/** What a group, or a user, may do, and where that is written. */
export interface Meaning {
  readonly name: string;
  readonly meaning: string;
  readonly source?: string;
}

/** How a user of a kubeconfig logs in: what counts where there are several. */
export type LoginMethod = 'client-certificate' | 'token' | 'password' | 'exec' | 'auth-provider' | 'none';

/** The user of a context. */
export interface UserFacts {
  readonly name: string;
  readonly found: boolean;
  readonly method: LoginMethod;
  /** More about the method: the program of exec, the issuer of a token. */
  readonly detail?: string;
  /** Who it is to the API server; left out where the credentials do not say it. Of tokens it is what they say, unproven. */
  readonly identity?: string;
  /** What the API server knows that user for, beside its groups. */
  readonly meaning?: string;
  readonly groups: readonly Meaning[];
  /** RFC 3339: when the certificate or the token ends; left out where that is not known, or never. */
  readonly notAfter?: string;
  /** For whom it asks (`as`, `as-groups`): that user's rights count. */
  readonly impersonates?: { readonly user: string; readonly groups: readonly Meaning[] };
  /** The command that lists what it may do. */
  readonly permissions?: string;
}

/** What came of calling the server of a context. */
export interface ConnectionFacts {
  readonly findings: readonly CheckFinding[];
  /** What there is to say of it, for people. */
  readonly lines: readonly string[];
}

/** One context: which user speaks to which cluster. */
export interface ContextReport {
  readonly name: string;
  /** The file in which it stands. */
  readonly path: string;
  readonly current: boolean;
  readonly namespace?: string;
  readonly cluster: ClusterFacts;
  readonly user: UserFacts;
  /** Where the server was called. */
  readonly connection?: ConnectionFacts;
}

/** What kubeconfigs hold, and what is wrong with them. Without secrets. */
export interface KubeconfigReport {
  /** When it was made, RFC 3339. */
  readonly checkedAt: string;
  /** The worst that was found, in the words of the monitoring plugins. */
  readonly status: CheckReport['status'];
  /** The files. */
  readonly checked: readonly string[];
  readonly contexts: readonly ContextReport[];
  /** The worst first. */
  readonly findings: readonly CheckFinding[];
}
