import type { CertificateInfo } from '../read/certificate.ts';

/** Why a certificate, or a path to a trusted one, is not accepted. */
export type VerifyCode =
  /** A certificate's content cannot be read, or is not what RFC 5280 demands. */
  | 'malformed'
  | 'expired'
  | 'not-yet-valid'
  /** No certificate that is given is by the issuer's name. */
  | 'unknown-issuer'
  /** A certificate by the issuer's name is there, and its key did not sign. */
  | 'bad-signature'
  /** The algorithm of a signature or key is broken: MD5, SHA-1. */
  | 'weak-algorithm'
  /** The platform cannot check the signature. */
  | 'unsupported-algorithm'
  | 'not-a-ca'
  | 'path-length'
  | 'key-usage'
  | 'extended-key-usage'
  | 'name-constraint'
  | 'critical-extension'
  | 'policy'
  | 'name-mismatch'
  | 'revoked'
  /** CRLs are given, and none of them says whether the certificate is revoked. */
  | 'revocation-unknown'
  | 'key-mismatch'
  /** More work than a sound set of certificates asks for. */
  | 'limit-exceeded';

/** One reason against a certificate or a path. */
export interface VerifyReason {
  readonly code: VerifyCode;
  /** The certificate that is at fault: its place in {@link CandidatePath.certificates}, 0 for the leaf. */
  readonly depth: number;
  /** Its subject, as OpenSSL writes it. */
  readonly subject: string;
  /** What is wrong; lower case, no full stop. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A path that was tried: from the leaf up, to a trusted certificate or as far as it went. */
export interface CandidatePath {
  readonly certificates: readonly CertificateInfo[];
  /** Whether its last certificate is a trusted one. */
  readonly isComplete: boolean;
  /** None where it is accepted. */
  readonly reasons: readonly VerifyReason[];
}

/** The answer about a certificate. */
export interface VerifyResult {
  readonly accepted: boolean;
  /** The path that is accepted: from the leaf to the trusted certificate. */
  readonly path: readonly CertificateInfo[] | undefined;
  /** Every path that was tried before one was accepted, the longest and least wrong first. */
  readonly candidates: readonly CandidatePath[];
  /** What is against the certificate whatever its path: its name, its usage. */
  readonly reasons: readonly VerifyReason[];
}

/** What a certificate is to be used for. */
export type VerifyUsage = 'server' | 'client';

/** What is asked of the certificate policies of a path (RFC 5280 6.1.1 c and e to g). */
export interface PolicyInputs {
  /** Object identifiers, of which one must be valid for the whole path where one must be; default: any policy. */
  readonly acceptable?: readonly string[];
  /** Whether a policy must be valid for the whole path, though no CA demands it. */
  readonly requireExplicit?: boolean;
  /** Whether CAs may not map policies. */
  readonly inhibitMapping?: boolean;
  /** Whether anyPolicy counts for no other. */
  readonly inhibitAny?: boolean;
}

/** What is verified, and against what. */
export interface VerifyRequest {
  readonly certificate: CertificateInfo;
  /** Certificates that are trusted. */
  readonly roots: readonly CertificateInfo[];
  readonly intermediates?: readonly CertificateInfo[];
  /** CRLs; where any is given, all but the trusted certificate must not be revoked by them. */
  readonly crls?: readonly import('../read/crl.ts').CrlInfo[];
  /** Host name or IP address that must be among its alternative names (RFC 9525). */
  readonly host?: string;
  readonly usage?: VerifyUsage;
  /** How many intermediates there may be that are not self-issued. */
  readonly maxDepth?: number;
  readonly policies?: PolicyInputs;
}
