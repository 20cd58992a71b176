import { TAG } from '../../../asn1/der.ts';
import { admission } from './admission.ts';
import type { RenderExtension } from './form.ts';
import { distributionPoints, informationAccess, issuingDistributionPoint } from './locations.ts';
import { certificatePolicies, nameConstraints, policyConstraints, policyMappings } from './policies.ts';
import { crlReference, nonce, serviceLocator } from './ocsp.ts';
import {
  generalizedTime,
  issuerSignTool,
  objectIdentifier,
  plainString,
  presence,
  privateKeyUsagePeriod,
  proxyCertificate,
  reasonCode,
  strongExtranet,
  tlsFeature,
} from './rare.ts';
import { autonomousSystems, ipAddressBlocks } from './resources.ts';
import { timestampList } from './timestamps.ts';
import {
  alternativeNames,
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  integer,
  keyUsage,
  netscapeCertType,
  subjectKeyIdentifier,
} from './usage.ts';

const ia5String = plainString(TAG.ia5String);

/** How each extension that OpenSSL 3.0 knows is printed (crypto/x509/standard_exts.h), by object identifier. */
export const EXTENSION_RENDERERS: ReadonlyMap<string, RenderExtension> = new Map<string, RenderExtension>([
  ['2.5.29.14', subjectKeyIdentifier],
  ['2.5.29.15', keyUsage],
  ['2.5.29.17', alternativeNames],
  ['2.5.29.18', alternativeNames],
  ['2.5.29.19', basicConstraints],
  ['2.5.29.20', integer],
  ['2.5.29.27', integer],
  ['2.5.29.28', issuingDistributionPoint],
  ['2.5.29.29', alternativeNames],
  ['2.5.29.30', nameConstraints],
  ['2.5.29.31', distributionPoints],
  ['2.5.29.32', certificatePolicies],
  ['2.5.29.33', policyMappings],
  ['2.5.29.35', authorityKeyIdentifier],
  ['2.5.29.36', policyConstraints],
  ['2.5.29.37', extendedKeyUsage],
  ['2.5.29.46', distributionPoints],
  ['2.5.29.54', integer],
  ['1.3.6.1.5.5.7.1.1', informationAccess],
  ['1.3.6.1.5.5.7.1.11', informationAccess],
  ['2.5.29.16', privateKeyUsagePeriod],
  ['2.5.29.21', reasonCode],
  ['2.5.29.23', objectIdentifier],
  ['2.5.29.24', generalizedTime],
  ['1.3.6.1.5.5.7.1.7', ipAddressBlocks],
  ['1.3.6.1.5.5.7.1.8', autonomousSystems],
  ['1.3.6.1.5.5.7.1.14', proxyCertificate],
  ['1.3.6.1.5.5.7.1.24', tlsFeature],
  ['1.3.6.1.5.5.7.48.1.2', nonce],
  ['1.3.6.1.5.5.7.48.1.3', crlReference],
  ['1.3.6.1.5.5.7.48.1.4', extendedKeyUsage],
  ['1.3.6.1.5.5.7.48.1.5', presence('')],
  ['1.3.6.1.5.5.7.48.1.6', generalizedTime],
  ['1.3.6.1.5.5.7.48.1.7', serviceLocator],
  ['1.3.6.1.4.1.11129.2.4.2', timestampList],
  ['1.3.6.1.4.1.11129.2.4.3', presence('NULL')],
  ['1.3.6.1.4.1.11129.2.4.5', timestampList],
  ['1.3.101.1.4.1', strongExtranet],
  ['1.3.36.8.3.3', admission],
  ['1.2.643.100.111', plainString(TAG.utf8String)],
  ['1.2.643.100.112', issuerSignTool],
  ['2.16.840.1.113730.1.1', netscapeCertType],
  ...[2, 3, 4, 7, 8, 12, 13].map((arc): [string, RenderExtension] => [
    `2.16.840.1.113730.1.${arc}`,
    ia5String,
  ]),
]);
