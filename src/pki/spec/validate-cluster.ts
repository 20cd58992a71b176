import { posix } from 'node:path';
import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { parseGoUrl } from '../../net/go-url.ts';
import { formatGoDuration, parseGoDuration } from '../../x509/duration.ts';
import type { Findings } from './findings.ts';
import {
  ageOf,
  featuresOf,
  isNewestLabel,
  NEWEST_KUBERNETES,
  OLDEST_KUBERNETES,
  parseKubernetesVersion,
  type ConfigApi,
  type KubernetesFeatures,
  type KubernetesVersion,
} from './kubernetes-version.ts';
import type { Section, Setting } from './section.ts';
import type { EtcdSpec } from './spec.ts';
import { kubeadmSans } from './validate-names.ts';

/** kubeadm's constants `CertificateValidityPeriod` and `CACertificateValidityPeriod`: 365 and 3650 days. */
const PERIODS = Object.freeze({ leaf: 8760 * 3_600_000, ca: 87_600 * 3_600_000 });

/** The release, by default the newest known. */
export function kubernetesVersion(
  setting: Setting<string> | undefined,
  findings: Findings,
): KubernetesVersion {
  if (setting === undefined) return NEWEST_KUBERNETES;
  const { value, path } = setting;
  const newest = NEWEST_KUBERNETES.text;
  if (isNewestLabel(value)) {
    findings.warning(path, `${quote(value)} is taken for ${newest}, the newest version known here`);
    return NEWEST_KUBERNETES;
  }
  const version = parseKubernetesVersion(value);
  if (version === undefined) {
    findings.problem(path, `${quote(value)} is not a version, expected three numbers such as ${newest}`);
    return NEWEST_KUBERNETES;
  }
  const age = ageOf(version);
  if (age === 'too-old') {
    findings.problem(
      path,
      `${quote(value)} is too old, the oldest version known here is ${OLDEST_KUBERNETES.text}`,
    );
    return NEWEST_KUBERNETES;
  }
  if (age === 'newer') {
    findings.warning(
      path,
      `${quote(value)} is newer than what is known here: the files are those of ${newest}`,
    );
  }
  return version;
}

/** Warns where kubeadm of the configured release does not read the document. */
export function checkApis(
  apis: readonly Setting<ConfigApi>[],
  version: KubernetesVersion,
  findings: Findings,
): void {
  const { configApis } = featuresOf(version);
  for (const { value, path } of apis) {
    if (configApis.includes(value)) continue;
    findings.warning(path, `kubeadm ${version.text} does not read ${value}, but ${configApis.join(' and ')}`);
  }
}

/** What the feature gates decide. */
export interface Gates {
  /** The algorithm that PublicKeysECDSA asks for: ECDSA-P256, and RSA-2048 where it is set to false. */
  readonly algorithm?: Setting<string>;
  readonly kubeletServer: 'local' | 'endpoint';
}

/** The feature gates; only two of them matter to certificates and kubeconfigs. */
export function gates(cluster: Section, version: KubernetesVersion, findings: Findings): Gates {
  const features = featuresOf(version);
  let algorithm: Setting<string> | undefined;
  let isLocal = features.kubeletServerLocal;
  for (const { value, path } of cluster.entries('featureGates')) {
    const [name, state] = value;
    const isOn = state === true;
    if (name === 'PublicKeysECDSA' && features.ecdsaGate) {
      // types.go `EncryptionAlgorithmType`: either overrides `encryptionAlgorithm`.
      algorithm = { value: isOn ? 'ECDSA-P256' : 'RSA-2048', path };
    } else if (name === 'ControlPlaneKubeletLocalMode' && features.kubeletLocalMode !== 'unknown') {
      if (features.kubeletLocalMode !== 'locked') isLocal = isOn;
    } else if (!features.otherGates.includes(name)) {
      findings.problem(path, `is no feature gate of kubeadm ${version.text}`);
    }
  }
  const kubeletServer = isLocal ? 'local' : 'endpoint';
  return algorithm === undefined ? { kubeletServer } : { algorithm, kubeletServer };
}

const TREE_ALGORITHMS = Object.freeze([
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
  'ECDSA-P256',
  'ECDSA-P384',
] as const);

/** The algorithm of the keys; those of kubeadm only. */
export function keyAlgorithm(
  setting: Setting<string> | undefined,
  version: KubernetesVersion,
  findings: Findings,
): KeyAlgorithm {
  if (setting === undefined) return 'RSA-2048';
  const { value, path } = setting;
  const known = TREE_ALGORITHMS.find((name) => name === value);
  if (known === undefined) {
    findings.problem(
      path,
      `${quote(value)} is not a key algorithm, expected one of ${TREE_ALGORITHMS.join(', ')}`,
    );
    return 'RSA-2048';
  }
  const features: KubernetesFeatures = featuresOf(version);
  const isGate = features.ecdsaGate && known === 'ECDSA-P256';
  if (known !== 'RSA-2048' && !isGate && !features.keyAlgorithms.includes(known)) {
    findings.warning(path, `kubeadm ${version.text} does not know ${known}`);
  }
  return known;
}

/** The periods of leaves and CAs in milliseconds, with kubeadm's defaults (validation.go `ValidateCertValidity`). */
export function periods(
  cluster: Section,
  findings: Findings,
): { readonly leaf: number; readonly ca: number } {
  const leaf = period(cluster.anyText('certificateValidityPeriod'), PERIODS.leaf, findings);
  const ca = period(cluster.anyText('caCertificateValidityPeriod'), PERIODS.ca, findings);
  if (leaf > ca) {
    const than = `is longer than that of their CAs, ${formatGoDuration(ca)}: they are cut to it`;
    findings.warning(
      `${cluster.path}.certificateValidityPeriod`,
      `the period ${formatGoDuration(leaf)} ${than}`,
    );
  }
  return { leaf, ca };
}

function period(setting: Setting<string> | undefined, recommended: number, findings: Findings): number {
  if (setting === undefined) return recommended;
  const { value, path } = setting;
  try {
    const milliseconds = parseGoDuration(value);
    // Certificates count whole seconds.
    if (milliseconds < 1000) findings.problem(path, `the period ${quote(value)} is shorter than a second`);
    else if (milliseconds > recommended) {
      findings.warning(
        path,
        `the period ${quote(value)} is longer than the recommended ${formatGoDuration(recommended)}`,
      );
    }
    return Math.max(1000, milliseconds);
  } catch (error) {
    if (!isPkiError(error, 'invalid-value')) throw error;
    findings.problem(path, error.message);
    return recommended;
  }
}

/** etcd, local unless an external one is described (validation.go `ValidateEtcd`). */
export function etcd(section: Section, version: KubernetesVersion, findings: Findings): EtcdSpec {
  const [local, external] = [section.section('local'), section.section('external')];
  if (local.isPresent && external.isPresent)
    findings.problem(section.path, 'local and external are mutually exclusive');
  if (external.isPresent) return externalEtcd(external, version, findings);
  absolutePath(local.text('dataDir'), findings);
  return {
    kind: 'local',
    serverCertSANs: kubeadmSans(local.texts('serverCertSANs'), 'as-it-is', findings),
    peerCertSANs: kubeadmSans(local.texts('peerCertSANs'), 'as-it-is', findings),
  };
}

function externalEtcd(section: Section, version: KubernetesVersion, findings: Findings): EtcdSpec {
  const files = {
    caFile: section.text('caFile'),
    certFile: section.text('certFile'),
    keyFile: section.text('keyFile'),
  };
  const { caFile, certFile, keyFile } = files;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    findings.problem(section.path, 'certFile and keyFile must both be set, or neither');
  } else if (certFile !== undefined && caFile === undefined) {
    findings.problem(section.path, 'certFile and keyFile need caFile');
  }
  for (const setting of Object.values(files)) absolutePath(setting, findings);
  const scheme = caFile === undefined && certFile === undefined && keyFile === undefined ? 'any' : 'https';
  const endpoints = section.texts('endpoints');
  if (endpoints.length === 0) {
    const report = featuresOf(version).etcdEndpointsRequired ? findings.problem : findings.warning;
    report(`${section.path}.endpoints`, 'has no endpoint, expected at least one');
  }
  for (const setting of endpoints) checkUrl(setting, scheme, findings);
  for (const setting of section.texts('httpEndpoints')) checkUrl(setting, 'any', findings);
  return {
    kind: 'external',
    endpoints: endpoints.map(({ value }) => value),
    ...(caFile === undefined ? {} : { caFile: caFile.value }),
    ...(certFile === undefined ? {} : { certFile: certFile.value }),
    ...(keyFile === undefined ? {} : { keyFile: keyFile.value }),
  };
}

function checkUrl({ value, path }: Setting<string>, scheme: 'https' | 'any', findings: Findings): void {
  const url = parseGoUrl(value);
  if (url === undefined || url.scheme === '')
    findings.problem(path, `${quote(value)} is not a URL, expected https://host:port`);
  else if (scheme === 'https' && url.scheme !== 'https') {
    findings.problem(
      path,
      `${quote(value)} does not start with https://, which it must where certificates are given`,
    );
  }
}

/** A path of the machine that the files are for, which must be absolute there. */
export function absolutePath(setting: Setting<string> | undefined, findings: Findings): string | undefined {
  if (setting === undefined) return undefined;
  const { value, path } = setting;
  if (!value.startsWith('/')) findings.problem(path, `the path ${quote(value)} is not absolute`);
  else if (value.includes('\0')) findings.problem(path, `the path ${quote(value)} holds a null character`);
  else return posix.resolve(value);
  return undefined;
}
