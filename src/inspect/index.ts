/**
 * The inspector: certificates, requests, CRLs and keys as plain data, whatever their form; their text as OpenSSL prints
 * it; and the validation of certification paths. Runs in browsers.
 *
 * @module
 */
export { readInput } from './read/read-input.ts';
export type { ReadInputOptions } from './read/read-input.ts';
export type { FileReference, InputContent, InputItem, Place, PrivateKeyFacts } from './read/input.ts';
export { readCertificate } from './read/certificate.ts';
export type { CertificateInfo } from './read/certificate.ts';
export { readCrl } from './read/crl.ts';
export type { CrlInfo, RevokedInfo } from './read/crl.ts';
export { readRequest } from './read/request.ts';
export type { RequestAttribute, RequestInfo } from './read/request.ts';
export { EXTENSION, readExtension } from './read/extension.ts';
export type {
  ExtensionInfo,
  ExtensionValues,
  PolicyQualifier,
  ReadExtension,
  Subtree,
} from './read/extension.ts';
export { generalNameText } from './read/general-name.ts';
export type { GeneralNameInfo } from './read/general-name.ts';
export { attributeTexts } from './read/name.ts';
export type { AttributeInfo, NameInfo } from './read/name.ts';
export type { AlgorithmInfo } from './read/algorithm.ts';
export type { BitString } from './read/ber.ts';
export type { DhExtra, ExplicitCurve, KeyMaterial, PublicKeyInfo } from './read/public-key.ts';
export type { TimeInfo } from './read/time.ts';
export { renderCertificateText } from './text/certificate.ts';
export type { TextOptions, TextPart } from './text/certificate.ts';
export type { UnknownExtensions } from './text/extensions.ts';
export type { NameOptions } from './text/name-options.ts';
export type { TimeStyle } from './text/time.ts';
export { predictErrors } from './path/predict/predictions.ts';
export type { Predictions } from './path/predict/predictions.ts';
export { verifyCertificate } from './path/verify.ts';
export type {
  CandidatePath,
  PolicyInputs,
  VerifyCode,
  VerifyReason,
  VerifyRequest,
  VerifyResult,
  VerifyUsage,
} from './path/result.ts';
