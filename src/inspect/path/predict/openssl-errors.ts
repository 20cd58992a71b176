/** An error of OpenSSL's verification: its number, its text, and the code that Node gives it. */
export interface OpensslError {
  readonly number: number;
  readonly text: string;
  /** Node's code; it has none of its own for newer errors (src/crypto/crypto_common.cc). */
  readonly code: string;
  /** Whether `openssl verify` goes on after it (apps/verify.c). */
  readonly goesOn: boolean;
}

const row = (number: number, text: string, { code = 'UNSPECIFIED', goesOn = false } = {}): OpensslError =>
  Object.freeze({ number, text, code, goesOn });

/** Errors of verification that are predicted (include/openssl/x509_vfy.h, crypto/x509/x509_txt.c of OpenSSL 3.0). */
export const OPENSSL_ERROR = Object.freeze({
  unspecified: row(1, 'unspecified certificate verification error'),
  noIssuer: row(2, 'unable to get issuer certificate', { code: 'UNABLE_TO_GET_ISSUER_CERT' }),
  signature: row(7, 'certificate signature failure', { code: 'CERT_SIGNATURE_FAILURE' }),
  notYetValid: row(9, 'certificate is not yet valid', { code: 'CERT_NOT_YET_VALID' }),
  expired: row(10, 'certificate has expired', { code: 'CERT_HAS_EXPIRED', goesOn: true }),
  notBefore: row(13, "format error in certificate's notBefore field", {
    code: 'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  }),
  notAfter: row(14, "format error in certificate's notAfter field", {
    code: 'ERROR_IN_CERT_NOT_AFTER_FIELD',
  }),
  selfSignedLeaf: row(18, 'self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', goesOn: true }),
  selfSignedInChain: row(19, 'self-signed certificate in certificate chain', {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  }),
  noLocalIssuer: row(20, 'unable to get local issuer certificate', {
    code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  }),
  leafSignature: row(21, 'unable to verify the first certificate', {
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  }),
  chainTooLong: row(22, 'certificate chain too long', { code: 'CERT_CHAIN_TOO_LONG' }),
  // X509_V_ERR_INVALID_CA is another number since 3.0: 79.
  invalidCa: row(79, 'invalid CA certificate', { code: 'INVALID_CA', goesOn: true }),
  pathLength: row(25, 'path length constraint exceeded', { code: 'PATH_LENGTH_EXCEEDED', goesOn: true }),
  purpose: row(26, 'unsuitable certificate purpose', { code: 'INVALID_PURPOSE', goesOn: true }),
  noCertSign: row(32, 'key usage does not include certificate signing'),
  criticalExtension: row(34, 'unhandled critical extension', { goesOn: true }),
  permitted: row(47, 'permitted subtree violation'),
  excluded: row(48, 'excluded subtree violation'),
  subtreeMinMax: row(49, 'name constraints minimum and maximum not supported'),
  constraintType: row(51, 'unsupported name constraint type'),
  nameSyntax: row(53, 'unsupported or invalid name syntax'),
  host: row(62, 'hostname mismatch', { code: 'HOSTNAME_MISMATCH' }),
  address: row(64, 'IP address mismatch'),
  weakLeafKey: row(66, 'EE certificate key too weak'),
  weakCaKey: row(67, 'CA certificate key too weak'),
  weakDigest: row(68, 'CA signature digest algorithm too weak'),
  explicitCurve: row(94, 'Certificate public key has explicit ECC parameters'),
});

/** An error at a depth of the chain. */
export interface OpensslEvent {
  readonly error: OpensslError;
  readonly depth: number;
}
