import type { Finding } from '../errors/finding.ts';
import type { CertificateInfo } from '../inspect/read/certificate.ts';
import type { CrlInfo } from '../inspect/read/crl.ts';
import type { PrivateKeyFacts } from '../inspect/read/input.ts';
import type { Kubeconfig } from '../kubeconfig/model.ts';
import type { FileFacts } from './files.ts';

/** What a component uses a file for. */
export type FileRole =
  | 'server-certificate'
  | 'client-certificate'
  | 'peer-certificate'
  | 'key'
  /** CA certificates that clients are checked by. */
  | 'client-ca'
  /** CA certificates that servers are checked by. */
  | 'server-ca'
  | 'signing-ca'
  | 'signing-key'
  | 'service-account-public-key'
  | 'service-account-key'
  | 'kubeconfig'
  /** The program's own configuration, which may name further files. */
  | 'configuration';

/** A file that a component is told to use. */
export interface FileUse {
  /** `kube-apiserver`, `etcd`, `kubelet`, `kubectl`, … */
  readonly component: string;
  /** The flag or field that names it: `--tls-cert-file`, `serverTLSBootstrap`, `users[0].user.client-certificate`. */
  readonly flag: string;
  /** The manifest, unit or configuration in which that stands. */
  readonly source: string;
  readonly role: FileRole;
  /** The file, as on the machine: paths in a container are led back through its hostPath volumes. */
  readonly path: string;
}

/** A program of the cluster, as it is configured to run on this machine. */
export interface Component {
  readonly name: string;
  readonly runs: 'static-pod' | 'systemd' | 'unknown';
  /** The manifest, unit or configuration. */
  readonly source: string;
  /** Flags without dashes, with all values that were given. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly uses: readonly FileUse[];
  /** Ports by which the kubelet asks over HTTP whether it lives. */
  readonly probePorts?: readonly string[];
}

/** One certificate at one place. The same certificate at another place is another entry. */
export interface CertificateEntry {
  /** Tells entries apart: the path; behind `#`, the field of a document or the number of the certificate in a bundle. */
  readonly id: string;
  readonly path: string;
  /** The field of a kubeconfig or Secret. */
  readonly field: string | undefined;
  /** From 0, of the certificates in this file or field. */
  readonly index: number;
  readonly certificate: CertificateInfo;
  /** SHA-256 of the DER, in lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly uses: readonly FileUse[];
  /** Entries whose certificate signed this one, proven by signature; of a self-signed one, itself. */
  readonly signedBy: readonly string[];
}

/** A key that was found. Of private keys only the public half is known. */
export interface KeyEntry {
  readonly id: string;
  readonly path: string;
  readonly field: string | undefined;
  readonly isPrivate: boolean;
  readonly facts: PrivateKeyFacts;
  readonly uses: readonly FileUse[];
}

/** What is known of the token of a kubeconfig's user. Nothing of it is a secret, and nothing of it is proven. */
export interface TokenFacts {
  /** `jwt`: it says of itself whose it is; `opaque`: it does not; `missing`: its file is not there; `unread`: nor could that be read. */
  readonly state: 'jwt' | 'opaque' | 'missing' | 'unread';
  /** `system:serviceaccount:NAMESPACE:NAME`, or whom an identity provider calls so. */
  readonly subject?: string;
  readonly issuer?: string;
  /** Milliseconds since 1970. */
  readonly expires?: number;
}

/** A kubeconfig that was found. Its secrets are left out: keys, tokens and passwords are replaced by `redacted`. */
export interface KubeconfigEntry {
  readonly path: string;
  readonly kubeconfig: Kubeconfig;
  /** Of each user, what is known of its token. */
  readonly tokens: readonly (TokenFacts | undefined)[];
  readonly uses: readonly FileUse[];
}

/** Why a program in Go does not read what a person does. */
export type EncodingFault =
  | 'der'
  /** Base64 without the lines around it. */
  | 'base64'
  | 'pkcs7'
  | 'pkcs12'
  | 'utf-16'
  | 'byte-order-mark'
  /** `X509 CERTIFICATE`, `TRUSTED CERTIFICATE`. */
  | 'label'
  | 'indented'
  | 'carriage-returns'
  /** A block of a certificate with headers, which is passed over among CAs alone. */
  | 'header'
  | 'other';

/** A file or field whose content is not encoded as programs in Go ask for. */
export interface EncodingEntry {
  readonly path: string;
  readonly field: string | undefined;
  readonly fault: EncodingFault;
}

/** A file or directory that was looked at. */
export interface FileEntry {
  readonly path: string;
  readonly facts: FileFacts;
}

/** All that was found on a machine, or in what was given instead of one. */
export interface Inventory {
  readonly components: readonly Component[];
  readonly certificates: readonly CertificateEntry[];
  readonly keys: readonly KeyEntry[];
  readonly kubeconfigs: readonly KubeconfigEntry[];
  readonly crls: readonly { readonly path: string; readonly crl: CrlInfo }[];
  /** What a person and OpenSSL read, and Go does not. */
  readonly encodings: readonly EncodingEntry[];
  readonly files: readonly FileEntry[];
  /** Folders that were gone through: what is not among `files` there does not exist. */
  readonly folders: readonly string[];
  /** What is named and not there, and what is there and cannot be read. */
  readonly problems: readonly Finding[];
}
