import type { Profile } from '../../ca/profiles.ts';
import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import type { Validity } from '../../x509/duration.ts';
import type { SubjectAltName } from '../../x509/general-name.ts';
import type { Subject } from '../../x509/name.ts';

/** The authorities of a cluster. */
export type AuthorityId = 'ca' | 'front-proxy-ca' | 'etcd-ca';

/** Modes as kubeadm sets them: what is public may be read by all, what is secret by its owner alone. */
export const MODE = Object.freeze({ certificate: 0o644, secret: 0o600 });

/** What all targets have. */
interface TargetBase {
  /** Name within its owner: `apiserver`, `etcd-server`, `admin.conf`. */
  readonly id: string;
  /** The machine or user that it is for. */
  readonly owner: string;
}

/** Where a certificate and its key lie: two files, one PEM with both, or inside a kubeconfig. Paths are absolute. */
export type Storage =
  | { readonly kind: 'pair'; readonly certificate: string; readonly key: string }
  | { readonly kind: 'combined'; readonly file: string }
  | {
      readonly kind: 'kubeconfig';
      readonly file: string;
      readonly frame: KubeconfigFrame;
      /** What stands before every path of its machine on this disk. */
      readonly prefix: string;
    };

/** A CA: a pair of files that is created once and never replaced. */
export interface AuthorityTarget extends TargetBase {
  readonly kind: 'authority';
  readonly id: AuthorityId;
  readonly profile: Profile;
  readonly subject: Subject;
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly validity: Validity;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly certificate: string;
  readonly key: string;
  /** Files of other machines and users that are copies of it or stand under it: they show that it once was. */
  readonly traces: readonly string[];
}

/** A certificate under one of the authorities. */
export interface CertificateTarget extends TargetBase {
  readonly kind: 'certificate';
  readonly authority: AuthorityId;
  readonly profile: Profile;
  readonly subject: Subject;
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly validity: Validity;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly storage: Storage;
}

/** The key pair that signs service-account tokens: created once and never replaced. */
export interface KeyPairTarget extends TargetBase {
  readonly kind: 'key-pair';
  readonly keyAlgorithm: KeyAlgorithm;
  readonly privateKey: string;
  readonly publicKey: string;
  /** Its copies on other machines: they show that it once was. */
  readonly traces: readonly string[];
}

/** A kubeconfig whose certificate and key lie in files of their own. */
export interface KubeconfigTarget extends TargetBase {
  readonly kind: 'kubeconfig';
  readonly file: string;
  readonly frame: KubeconfigFrame;
  /** The target, of the same owner, that the certificate is. */
  readonly certificateId: string;
  /** Paths as they stand in the kubeconfig. */
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** A file of the first control plane that another machine needs too, the same bytes. */
export interface CopyTarget extends TargetBase {
  readonly kind: 'copy';
  readonly file: string;
  readonly source: string;
  readonly mode: number;
  /** Whether a copy with other content is kept, since it is a key that may exist nowhere else. */
  readonly precious: boolean;
  /** Of a public half, the id of the copy of its key: the two are copied together or not at all. */
  readonly keyId?: string | undefined;
}

/** One thing of a cluster's tree. */
export type Target = AuthorityTarget | CertificateTarget | KeyPairTarget | KubeconfigTarget | CopyTarget;

/** What a kubeconfig says beside its credentials. */
export interface KubeconfigFrame {
  /** `https://HOST:PORT` of the API server. */
  readonly server: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string | undefined;
  /** The authority that the API server's certificate is verified by. */
  readonly authority: AuthorityId;
  /** The CA's certificate as a path in place of embedded data. */
  readonly authorityFile?: string | undefined;
  /** Whether the empty `preferences` are written, as kubeadm did up to 1.33. */
  readonly preferences: boolean;
  /** The PEM that a kubelet rotates its client certificate in: a kubeconfig that names it is right as it is. */
  readonly rotated?: string | undefined;
}

/** The targets of one machine or user. Groups but the first depend on nothing but the first's authorities. */
export interface TargetGroup {
  readonly owner: string;
  readonly targets: readonly Target[];
}

/** The files in which a target lies, certificates before keys. */
export function filesOf(target: Target): string[] {
  switch (target.kind) {
    case 'authority':
      return [target.certificate, target.key];
    case 'key-pair':
      return [target.privateKey, target.publicKey];
    case 'kubeconfig':
    case 'copy':
      return [target.file];
    case 'certificate':
      return target.storage.kind === 'pair'
        ? [target.storage.certificate, target.storage.key]
        : [target.storage.file];
  }
}
