import {
  CLUSTER_PKI,
  NO_DOCUMENTS,
  readDocuments,
  type ConfigDocuments,
  type ConfigText,
} from './documents.ts';
import { Findings } from './findings.ts';
import type { Problem } from '../../errors/pki-error.ts';
import { DEFAULT_BIND_PORT, membersOf, type Members } from './members.ts';
import { keyAlgorithmSetting, settingsOf, type Settings } from './settings.ts';
import { localDefaults } from './local-defaults.ts';
import type { ClusterFlags, ClusterSpec, LocalDefaults } from './spec.ts';
import {
  absolutePath,
  checkApis,
  etcd,
  gates,
  keyAlgorithm,
  kubernetesVersion,
  periods,
} from './validate-cluster.ts';
import { checkUnique, kubeadmSans, nodeName } from './validate-names.ts';
import {
  advertise,
  checkPodSubnets,
  dnsDomain,
  endpoint,
  port,
  serviceSubnets,
  type Advertise,
} from './validate-network.ts';

/** How a configuration is read. */
export interface ParseOptions {
  /** Name of the input in errors, such as a file's path. */
  readonly source?: string | undefined;
  /** Whether warnings are errors. */
  readonly strict?: boolean | undefined;
  /** What the command line says; what contradicts the text is refused. */
  readonly flags?: ClusterFlags | undefined;
  /** What is asked for what neither the text nor the flags say. Default: this machine's name and address. */
  readonly defaults?: LocalDefaults | undefined;
  /** To refuse a user's validity that has ended. */
  readonly now?: Date | undefined;
}

/** A configuration, and what is doubtful about it. */
export interface ParsedConfig {
  readonly spec: ClusterSpec;
  readonly warnings: readonly Problem[];
}

/** kubeadm's defaults (cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go). */
const DEFAULTS = Object.freeze({
  clusterName: 'kubernetes',
  certificatesDir: '/etc/kubernetes/pki',
  serviceSubnet: '10.96.0.0/12',
  dnsDomain: 'cluster.local',
});

/**
 * Reads what a cluster is to be from kubeadm documents (`kubeadm.k8s.io/v1beta3` and `v1beta4`: ClusterConfiguration,
 * InitConfiguration, JoinConfiguration), from our own (`kubepki/v1alpha1` ClusterPKI), and from flags.
 *
 * @param text YAML, as one text or several; `undefined` where there are only flags
 * @throws PkiError `invalid-config` with all problems of all documents, each with its path; `usage` for wrong flags;
 * `invalid-yaml`; `limit-exceeded`; `no-default` where this machine does not tell what is needed
 */
export function parseClusterConfig(
  text: ConfigText | readonly ConfigText[] | undefined,
  options: ParseOptions = {},
): ParsedConfig {
  const { source, strict, flags = {}, defaults = localDefaults() } = options;
  const findings = new Findings();
  const documents = text === undefined ? NO_DOCUMENTS : readDocuments(textsOf(text), findings, { source });
  const draft = draftOf(documents, { flags, now: options.now }, findings);
  findings.throwIfAny({ source, strict });
  const first = { path: 'this machine', name: draft.first.name ?? '' };
  if (first.name === '') {
    // The machine's own name keeps kubeadm's rules too, and must not be that of another.
    first.name = nodeName({ value: defaults.hostName(), path: '--node-name' }, findings) ?? '';
    checkUnique([first, ...draft.members.machines], 'machine name', findings);
    findings.throwIfAny({ source, strict });
  }
  const { found, bindPort } = draft.first;
  const advertiseAddress = 'address' in found ? found.address : defaults.address(found.wish);
  const own = { certSANs: [], etcdServerCertSANs: [], etcdPeerCertSANs: [] };
  const { controlPlanes, nodes, users } = draft.members;
  const spec: ClusterSpec = {
    ...draft.cluster,
    controlPlanes: [{ name: first.name, advertiseAddress, bindPort, ...own }, ...controlPlanes],
    nodes,
    users,
  };
  return { spec, warnings: findings.warnings };
}

function textsOf(text: ConfigText | readonly ConfigText[]): readonly ConfigText[] {
  return isList(text) ? text : [text];
}

function isList(text: ConfigText | readonly ConfigText[]): text is readonly ConfigText[] {
  return Array.isArray(text);
}

/** All but what this machine has to tell. */
interface Draft {
  readonly cluster: Omit<ClusterSpec, 'controlPlanes' | 'nodes' | 'users'>;
  readonly first: { readonly name: string | undefined; readonly found: Advertise; readonly bindPort: number };
  readonly members: Members;
}

interface DraftContext {
  readonly flags: ClusterFlags;
  readonly now: Date | undefined;
}

function draftOf(documents: ConfigDocuments, { flags, now }: DraftContext, findings: Findings): Draft {
  const settings = settingsOf(documents, flags);
  const cluster = clusterOf(documents, { settings, flags }, findings);
  const { nodeName: nameSetting, advertiseAddress, bindPort: portSetting } = settings;
  const name = nameSetting && nodeName(nameSetting, findings);
  const found = advertiseAddress && advertise(advertiseAddress, findings);
  const bindPort = (portSetting && port(portSetting, findings)) ?? DEFAULT_BIND_PORT;
  const members = membersOf(documents, { bindPort, now }, findings);
  const firstThing = name === undefined ? [] : [{ name, path: nameSetting?.path ?? '' }];
  checkUnique([...firstThing, ...members.machines], 'machine name', findings);
  checkAddresses(documents, { found, bindPort, members }, findings);
  const anyAddress: Advertise = { wish: { family: 4, loopback: false } };
  return { cluster, first: { name, found: found ?? anyAddress, bindPort }, members };
}

function clusterOf(
  documents: ConfigDocuments,
  { settings, flags }: { settings: Settings; flags: ClusterFlags },
  findings: Findings,
): Draft['cluster'] {
  const { cluster } = documents;
  const version = kubernetesVersion(settings.kubernetesVersion, findings);
  checkApis(documents.apis, version, findings);
  const { algorithm, kubeletServer } = gates(cluster, version, findings);
  const { leaf, ca } = periods(cluster, findings);
  const podSubnet = cluster.section('networking').text('podSubnet');
  if (podSubnet !== undefined) checkPodSubnets(podSubnet, cluster.section('controllerManager'), findings);
  const serviceSubnet = settings.serviceSubnet ?? { value: DEFAULTS.serviceSubnet, path: '' };
  const controlPlaneEndpoint =
    settings.controlPlaneEndpoint && endpoint(settings.controlPlaneEndpoint, findings);
  return {
    kubernetesVersion: version,
    clusterName: settings.clusterName?.value ?? DEFAULTS.clusterName,
    ...(controlPlaneEndpoint === undefined ? {} : { controlPlaneEndpoint }),
    certificatesDir: absolutePath(settings.certificatesDir, findings) ?? DEFAULTS.certificatesDir,
    serviceSubnets: serviceSubnets(serviceSubnet, findings) ?? [],
    dnsDomain: (settings.dnsDomain && dnsDomain(settings.dnsDomain, findings)) ?? DEFAULTS.dnsDomain,
    apiServerCertSANs: kubeadmSans(settings.certSANs, 'lower-it', findings),
    etcd: etcd(cluster.section('etcd'), version, findings),
    keyAlgorithm: keyAlgorithm(keyAlgorithmSetting(documents, algorithm, flags), version, findings),
    certificateValidity: leaf,
    caCertificateValidity: ca,
    kubeletServer,
  };
}

interface Addresses {
  readonly found: Advertise | undefined;
  readonly bindPort: number;
  readonly members: Members;
}

// Two machines with one address are a copied line more often than a plan.
function checkAddresses(
  documents: ConfigDocuments,
  { found, bindPort, members }: Addresses,
  findings: Findings,
): void {
  const first =
    found !== undefined && 'address' in found ? [{ advertiseAddress: found.address, bindPort }] : [];
  const seen = new Set<string>();
  for (const { advertiseAddress, bindPort: itsPort } of [...first, ...members.controlPlanes]) {
    const key = `${advertiseAddress} ${itsPort}`;
    const path = documents.ours.isPresent ? `${CLUSTER_PKI.kind}.controlPlanes` : 'JoinConfiguration';
    if (seen.has(key))
      findings.warning(path, `two control planes advertise ${advertiseAddress} and port ${itsPort}`);
    seen.add(key);
  }
}
