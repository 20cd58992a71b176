/**
 * Certificate authorities, and the certificates that they issue: server, client, peer, kubelet and webhook.
 *
 * Runs in Node, browsers and other runtimes with WebCrypto.
 *
 * @module
 */
export { Authority, createAuthority, loadAuthority } from './authority.ts';
export type { AuthorityFiles, AuthorityRequest } from './authority.ts';
export {
  privateKeyFromCryptoKey,
  publicKeyFromCryptoKey,
  signerFromCryptoKeys,
  toCryptoKey,
} from './crypto-key.ts';
export { IssuedCertificate } from './issued-certificate.ts';
export type { IssuedFields } from './issued-certificate.ts';
export { issue } from './issue.ts';
export type { Issuer } from './issuer.ts';
export { PROFILES } from './profiles.ts';
export type { Profile, ProfileInput, ProfileName } from './profiles.ts';
export type { CertificateRequest } from './request.ts';
export { encryptPrivateKey, generatePrivateKey, parsePrivateKey } from './keys.ts';
export { keySigner } from './signer.ts';
export type { Signer } from './signer.ts';
export { KEY_ALGORITHMS, SIGNATURE_ALGORITHMS } from '../crypto/algorithms.ts';
export type {
  Curve,
  Digest,
  KeyAlgorithm,
  KeyAlgorithmRow,
  KeyKind,
  SignatureAlgorithm,
} from '../crypto/algorithms.ts';
export { platformCrypto } from '../crypto/environment.ts';
export type { Environment } from '../crypto/environment.ts';
export { PrivateKey } from '../crypto/private-key.ts';
export type { Pkcs8Parts } from '../crypto/private-key.ts';
export type { CryptoProvider, PasswordCipher, RsaGeneration, SignedData } from '../crypto/provider.ts';
export { PublicKey } from '../crypto/public-key.ts';
export type {
  WebCrypto,
  WebCryptoBytes,
  WebCryptoJwk,
  WebCryptoKey,
  WebCryptoKeyUsage,
  WebSubtleCrypto,
} from '../crypto/web-crypto.ts';
export type { SignatureScheme, SignatureVerdict } from '../crypto/signature-schemes.ts';
export { webCryptoProvider } from '../crypto/web-provider.ts';
export { Certificate } from '../x509/certificate.ts';
export type { Validity } from '../x509/duration.ts';
export type { BasicConstraints, Extension } from '../x509/extensions.ts';
export { parseSubjectAltName } from '../x509/general-name.ts';
export type { GeneralName, SubjectAltName } from '../x509/general-name.ts';
export { privateKeyToPem, publicKeyToPem, readPublicKey } from '../x509/key-file.ts';
export type { PrivateKeyPemOptions } from '../x509/key-file.ts';
export { formatName } from '../x509/name.ts';
export type { Name, NameAttribute, Subject } from '../x509/name.ts';
export { encodePem, parsePem } from '../x509/pem.ts';
export type { PemBlock, SourceOptions } from '../x509/pem.ts';
export type { PasswordOptions } from '../x509/encrypted-key.ts';
export { EXTENDED_KEY_USAGES, KEY_USAGES } from '../x509/usages.ts';
export type { ExtendedKeyUsage, KeyUsage } from '../x509/usages.ts';
