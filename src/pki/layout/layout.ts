import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import { joinHostPort } from '../../net/host-port.ts';
import type { Validity } from '../../x509/duration.ts';
import { featuresOf } from '../spec/kubernetes-version.ts';
import type { ClusterSpec, ControlPlaneSpec, NodeSpec, UserSpec } from '../spec/spec.ts';
import { AUTHORITY_ROWS, CERTIFICATE_ROWS, type RowInput } from './certificate-rows.ts';
import { KUBE_PROXY_SUBJECT, KUBECONFIG_ROWS, nodeSubject } from './kubeconfig-rows.ts';
import { kubeletNames } from './names.ts';
import { KUBELET_CLIENT_PEM, KUBELET_PKI, onDisk, type Place } from './place.ts';
import { kubeconfigTargets, type KubeconfigCerts, type KubeconfigRequest } from './kubeconfig-targets.ts';
import { KUBEADM_PROFILES } from './profiles.ts';
import { MODE, type CopyTarget, type Target, type TargetGroup } from './target.ts';

/** Where a tree lies, and in which form. */
export interface LayoutOptions {
  /** CERT_DIR of this machine, absolute. Default: the configuration's. */
  readonly certDir?: string;
  /** KUBECONFIG_DIR of this machine, absolute. Default: `/etc/kubernetes`. */
  readonly kubeconfigDir?: string;
  /** A directory put before both. */
  readonly rootfs?: string;
  /** Whether kubeconfigs embed their certificates, or name files beside them by relative or absolute path. */
  readonly kubeconfigCerts?: KubeconfigCerts;
}

/** kubeadm's KUBECONFIG_DIR. */
const KUBECONFIG_DIR = '/etc/kubernetes';

/** The places of a cluster: this machine's, and those of the others below this machine's KUBECONFIG_DIR. */
interface Places {
  readonly own: Place;
  readonly ofMachine: (name: string) => Place;
  readonly users: Place;
}

/** The first directories of this machine: what a lock must cover, absolute. */
export function rootsOf(
  spec: ClusterSpec,
  options: LayoutOptions,
): readonly [certDir: string, kubeconfigDir: string] {
  const { own } = placesOf(spec, options);
  return [onDisk(own, own.certDir), onDisk(own, own.kubeconfigDir)];
}

/**
 * Every target of a cluster, by machine and user: the first control plane, whose authorities all others stand under,
 * then further control planes, nodes, and users.
 */
export function* layout(
  spec: ClusterSpec,
  options: LayoutOptions = {},
): Generator<TargetGroup, void, undefined> {
  const places = placesOf(spec, options);
  const builder = { spec, options, places };
  for (const [index, controlPlane] of spec.controlPlanes.entries()) {
    yield { owner: controlPlane.name, targets: [...controlPlaneTargets(builder, controlPlane, index === 0)] };
  }
  for (const node of spec.nodes) yield { owner: node.name, targets: [...nodeTargets(builder, node)] };
  for (const user of spec.users) yield { owner: user.name, targets: [...userTargets(builder, user)] };
}

interface Builder {
  readonly spec: ClusterSpec;
  readonly options: LayoutOptions;
  readonly places: Places;
}

function placesOf(spec: ClusterSpec, options: LayoutOptions): Places {
  const own: Place = {
    prefix: options.rootfs ?? '',
    certDir: options.certDir ?? spec.certificatesDir,
    kubeconfigDir: options.kubeconfigDir ?? spec.kubeconfigDir,
  };
  const base = onDisk(own, own.kubeconfigDir);
  return {
    own,
    ofMachine: (name) => ({
      prefix: `${base}/nodes/${name}`,
      certDir: spec.certificatesDir,
      kubeconfigDir: KUBECONFIG_DIR,
    }),
    users: { ...own, kubeconfigDir: `${own.kubeconfigDir}/users` },
  };
}

function* controlPlaneTargets(
  builder: Builder,
  controlPlane: ControlPlaneSpec,
  first: boolean,
): Generator<Target> {
  const { spec, places } = builder;
  const input: RowInput = { spec, controlPlane, features: featuresOf(spec.kubernetesVersion) };
  const place = first ? places.own : places.ofMachine(controlPlane.name);
  const common = { owner: controlPlane.name, keyAlgorithm: spec.keyAlgorithm };
  const pair = (base: string): { readonly certificate: string; readonly key: string } => {
    const path = onDisk(place, `${place.certDir}/${base}`);
    return { certificate: `${path}.crt`, key: `${path}.key` };
  };
  if (first) {
    for (const row of present(AUTHORITY_ROWS, spec)) {
      const validity: Validity = { kind: 'duration', milliseconds: spec.caCertificateValidity };
      const [subject, profile] = [{ commonName: row.commonName }, KUBEADM_PROFILES.ca];
      const subjectAltNames = [{ type: 'dns', value: row.commonName }] as const;
      yield {
        kind: 'authority',
        id: row.id,
        ...common,
        profile,
        subject,
        subjectAltNames,
        validity,
        ...pair(row.base),
      };
    }
    const { key, certificate } = pair('sa');
    yield {
      kind: 'key-pair',
      id: 'sa',
      ...common,
      privateKey: key,
      publicKey: certificate.replace(/crt$/, 'pub'),
    };
  } else yield* sharedCopies(builder, controlPlane.name);

  for (const row of present(CERTIFICATE_ROWS, spec)) {
    yield {
      kind: 'certificate',
      id: row.id,
      ...common,
      authority: row.authority,
      profile: row.profile,
      subject: row.subject(input),
      subjectAltNames: row.subjectAltNames?.(input) ?? [],
      validity: leafValidity(spec),
      storage: { kind: 'pair', ...pair(row.base) },
    };
  }
  for (const row of KUBECONFIG_ROWS) {
    const replaced =
      !first && row.rotated !== undefined && spec.nodes.some(({ name }) => name === controlPlane.name);
    if (!row.exists(input.features) || (row.firstOnly && !first) || replaced) continue;
    const server =
      row.server(spec) === 'local' ? localServer(controlPlane) : endpointServer(spec, controlPlane);
    const request = {
      id: row.id,
      owner: controlPlane.name,
      subject: row.subject(input),
      server,
      rotated: row.rotated,
    };
    yield* kubeconfigs(builder, request, place);
  }
}

/** The files that every control plane shares: the CAs and the service-account key pair. */
function* sharedCopies({ spec, places }: Builder, owner: string): Generator<CopyTarget> {
  const names = present(AUTHORITY_ROWS, spec).flatMap(({ base }) => [`${base}.crt`, `${base}.key`]);
  for (const id of [...names, 'sa.key', 'sa.pub']) {
    const place = places.ofMachine(owner);
    const [file, source] = [
      onDisk(place, `${place.certDir}/${id}`),
      onDisk(places.own, `${places.own.certDir}/${id}`),
    ];
    const isCertificate = id.endsWith('.crt');
    const mode = isCertificate ? MODE.certificate : MODE.secret;
    yield { kind: 'copy', id, owner, file, source, mode, precious: id.endsWith('.key') };
  }
}

function* nodeTargets(builder: Builder, { name, addresses }: NodeSpec): Generator<Target> {
  const { spec, places } = builder;
  const place = { ...places.ofMachine(name), certDir: '/etc/kubernetes/pki' };
  const [first] = spec.controlPlanes;
  const isControlPlane = spec.controlPlanes.some(
    (controlPlane, index) => index > 0 && controlPlane.name === name,
  );
  if (!isControlPlane) {
    const [file, source] = [
      onDisk(place, `${place.certDir}/ca.crt`),
      onDisk(places.own, `${places.own.certDir}/ca.crt`),
    ];
    yield { kind: 'copy', id: 'ca.crt', owner: name, file, source, mode: MODE.certificate, precious: false };
  }
  const common = {
    kind: 'certificate',
    owner: name,
    authority: 'ca',
    subject: nodeSubject(name),
    keyAlgorithm: spec.keyAlgorithm,
    validity: leafValidity(spec),
  } as const;
  const kubelet = (file: string): string => onDisk(place, `${KUBELET_PKI}/${file}`);
  yield {
    ...common,
    id: 'kubelet-client',
    profile: KUBEADM_PROFILES.client,
    subjectAltNames: [],
    storage: { kind: 'combined', file: onDisk(place, KUBELET_CLIENT_PEM) },
  };
  yield {
    ...common,
    id: 'kubelet-server',
    profile: KUBEADM_PROFILES.server,
    subjectAltNames: kubeletNames(name, addresses),
    storage: { kind: 'pair', certificate: kubelet('kubelet.crt'), key: kubelet('kubelet.key') },
  };
  const server = endpointServer(spec, first);
  const named = { clientCertificate: KUBELET_CLIENT_PEM, clientKey: KUBELET_CLIENT_PEM };
  const request = { owner: name, server } as const;
  yield* kubeconfigs(
    builder,
    { ...request, id: 'kubelet.conf', subject: nodeSubject(name), rotated: KUBELET_CLIENT_PEM, named },
    place,
  );
  yield* kubeconfigs(builder, { ...request, id: 'kube-proxy.conf', subject: KUBE_PROXY_SUBJECT }, place);
}

function* userTargets(builder: Builder, user: UserSpec): Generator<Target> {
  const { spec, places } = builder;
  const server = endpointServer(spec, spec.controlPlanes[0]);
  const { name: commonName, groups: organizations, namespace, validity } = user;
  const request = {
    id: `${commonName}.conf`,
    owner: commonName,
    subject: { commonName, organizations },
    server,
    namespace,
    validity,
  };
  yield* kubeconfigs(builder, request, places.users);
}

function kubeconfigs({ spec, options }: Builder, request: KubeconfigRequest, place: Place): Target[] {
  return kubeconfigTargets(request, {
    place,
    cluster: spec.clusterName,
    keyAlgorithm: kubeconfigKeyAlgorithm(spec),
    validity: request.validity ?? leafValidity(spec),
    preferences: featuresOf(spec.kubernetesVersion).preferencesLine,
    certs: options.kubeconfigCerts ?? 'embed',
  });
}

// Up to 1.30 kubeadm made RSA keys for kubeconfigs, whatever the configuration asked for.
function kubeconfigKeyAlgorithm(spec: ClusterSpec): KeyAlgorithm {
  const { kubeconfigKeysAlwaysRsa } = featuresOf(spec.kubernetesVersion);
  return kubeconfigKeysAlwaysRsa && spec.keyAlgorithm.startsWith('ECDSA') ? 'RSA-2048' : spec.keyAlgorithm;
}

function present<Row extends { readonly withExternalEtcd: boolean }>(
  rows: readonly Row[],
  spec: ClusterSpec,
): readonly Row[] {
  return spec.etcd.kind === 'local' ? rows : rows.filter(({ withExternalEtcd }) => withExternalEtcd);
}

function leafValidity(spec: ClusterSpec): Validity {
  return { kind: 'duration', milliseconds: spec.certificateValidity };
}

function localServer({ advertiseAddress, bindPort }: ControlPlaneSpec): string {
  return `https://${joinHostPort(advertiseAddress, bindPort)}`;
}

/** The control plane's endpoint, where the configuration names one; its port is the API server's where it names none. */
function endpointServer({ controlPlaneEndpoint }: ClusterSpec, controlPlane: ControlPlaneSpec): string {
  if (controlPlaneEndpoint === undefined) return localServer(controlPlane);
  return `https://${joinHostPort(controlPlaneEndpoint.host, controlPlaneEndpoint.port ?? controlPlane.bindPort)}`;
}
