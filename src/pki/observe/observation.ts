import type { Issuer } from '../../ca/issuer.ts';
import type { PrivateKey } from '../../crypto/private-key.ts';
import type { PublicKey } from '../../crypto/public-key.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { AuthorityId } from '../layout/target.ts';

/** Something that stands in a target's place and cannot be read as what it should be. */
export interface Obstacle {
  readonly path: string;
  readonly message: string;
}

/** What is on disk in the place of a CA. */
export interface AuthorityObservation {
  readonly kind: 'authority';
  /** Every certificate of the file: a bundle while a CA is rotated. */
  readonly bundle: readonly Certificate[];
  /** The certificate that belongs to the key; without a key, the first. */
  readonly certificate: Certificate | undefined;
  readonly keyPresent: boolean;
  /** Whether the key belongs to a certificate of the bundle; `undefined` where there is no key. */
  readonly keyMatches: boolean | undefined;
  /** Who can sign: the key on disk, or a signer that was given. */
  readonly issuer: Issuer | undefined;
  /** Where other machines still have it, where it is not here. */
  readonly survivors: readonly string[];
  readonly obstacles: readonly Obstacle[];
}

/** What is on disk in the place of a certificate and its key. */
export interface CertificateObservation {
  readonly kind: 'certificate';
  readonly certificate: Certificate | undefined;
  readonly privateKey: PrivateKey | undefined;
  /** Whether the certificate's signature is by a CA of the bundle; `undefined` where there is none to compare. */
  readonly signedByAuthority: boolean | undefined;
  /** The kubeconfig, where they lie in one. */
  readonly kubeconfig: KubeconfigObservation | undefined;
  readonly obstacles: readonly Obstacle[];
}

/** What is on disk in the place of a kubeconfig. */
export interface KubeconfigObservation {
  readonly kind: 'kubeconfig';
  readonly config: Kubeconfig | undefined;
  readonly server: string | undefined;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  /** Whether the server is believed whoever it is. */
  readonly insecure: boolean;
  /** Embedded CA certificates. */
  readonly authorities: readonly Certificate[];
  /** Paths as they stand in the file. */
  readonly authorityFile: string | undefined;
  readonly clientCertificateFile: string | undefined;
  readonly clientKeyFile: string | undefined;
  readonly obstacles: readonly Obstacle[];
}

/** What is on disk in the place of the service-account key pair. */
export interface KeyPairObservation {
  readonly kind: 'key-pair';
  readonly privateKey: PrivateKey | undefined;
  /** The keys of the public file: several while the key is rotated. */
  readonly publicKeys: readonly PublicKey[];
  /** Where other machines still have it, where the private key is not here. */
  readonly survivors: readonly string[];
  readonly obstacles: readonly Obstacle[];
}

/** A copied file and what it is copied from; `undefined` where there is none. */
export interface CopyObservation {
  readonly kind: 'copy';
  readonly content: Uint8Array | undefined;
  readonly source: Uint8Array | undefined;
  readonly obstacles: readonly Obstacle[];
}

/** What is on disk in a target's place. */
export type Observation =
  | AuthorityObservation
  | CertificateObservation
  | KubeconfigObservation
  | KeyPairObservation
  | CopyObservation;

/** The authorities as they are on disk, for what stands under them. */
export type Authorities = ReadonlyMap<AuthorityId, AuthorityObservation>;
