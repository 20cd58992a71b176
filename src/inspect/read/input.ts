import type { Finding } from '../../errors/finding.ts';
import type { CertificateInfo } from './certificate.ts';
import type { CrlInfo } from './crl.ts';
import type { PublicKeyInfo } from './public-key.ts';
import type { RequestInfo } from './request.ts';

/** What is known of a private key: never the key itself. */
export interface PrivateKeyFacts {
  /** `rsa`, `ec`, `ed25519`, …; `unknown` where it is encrypted and no password opens it. */
  readonly algorithm: string;
  readonly bits: number | undefined;
  /** Whether it is encrypted where it lies. */
  readonly encrypted: boolean;
  /** SubjectPublicKeyInfo of its public half in DER, by which certificates are matched; `undefined` where it cannot be had. */
  readonly publicKey: Uint8Array | undefined;
}

/** Where in an input something was found. */
export interface Place {
  /** Offset in bytes of the PEM block or the DER element in the input, or in the field that holds it. */
  readonly offset: number;
  /** The field of a document: `users[0].user.client-certificate-data`, `data["tls.crt"]`; `undefined` for whole files. */
  readonly field: string | undefined;
  /** Label of the PEM block; `undefined` for DER. */
  readonly label: string | undefined;
  /** What a PKCS#12 calls it. */
  readonly friendlyName?: string;
  /** What a certificate and its private key have in common in a PKCS#12, in hexadecimal. */
  readonly localKeyId?: string;
}

/** One thing that an input holds. */
export type InputItem = { readonly place: Place } & (
  | { readonly kind: 'certificate'; readonly certificate: CertificateInfo }
  | { readonly kind: 'request'; readonly request: RequestInfo }
  | { readonly kind: 'crl'; readonly crl: CrlInfo }
  | { readonly kind: 'private-key'; readonly key: PrivateKeyFacts }
  | { readonly kind: 'public-key'; readonly publicKey: PublicKeyInfo }
);

/** A file that a kubeconfig names instead of holding its content. */
export interface FileReference {
  /** `clusters[0].cluster.certificate-authority`, `users[0].user.client-key`, … */
  readonly field: string;
  /** As it is written: relative to the kubeconfig's folder, or absolute. */
  readonly path: string;
}

/** What an input turned out to be, and all that it holds. */
export interface InputContent {
  readonly format: 'pem' | 'der' | 'pkcs7' | 'pkcs12' | 'kubeconfig' | 'secret' | 'manifest' | 'unknown';
  readonly items: readonly InputItem[];
  readonly references: readonly FileReference[];
  /** What could not be read, with the offset, and what is odd. */
  readonly findings: readonly Finding[];
}
