import type { KeyAlgorithm } from '../../crypto/algorithms.ts';

/** A release of Kubernetes. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** With the `v` in front, and a pre-release's suffix: `v1.36.3`, `v1.37.0-rc.1`. */
  readonly text: string;
}

/** The versions of kubeadm's configuration API that are read. */
export type ConfigApi = 'v1beta3' | 'v1beta4';

/** What kubeadm of a release does with a feature gate. */
export type GateState = 'unknown' | 'off' | 'on' | 'locked';

/** What differs between the trees that kubeadm's releases write; nothing else switches on the version. */
export interface KubernetesFeatures {
  /** The configuration APIs that this release's kubeadm reads. */
  readonly configApis: readonly ConfigApi[];
  /** Whether there is a super-admin.conf (O=system:masters). */
  readonly superAdmin: boolean;
  /** Organizations of the administrator in admin.conf. */
  readonly adminGroups: readonly string[];
  /** Organizations of apiserver-kubelet-client. */
  readonly kubeletClientGroups: readonly string[];
  /** Whether that client needs the ClusterRoleBinding `kubeadm:apiserver-kubelet-client`, for it has no organization. */
  readonly kubeletClientBinding: boolean;
  /** Organizations of apiserver-etcd-client and etcd/healthcheck-client. */
  readonly etcdClientGroups: readonly string[];
  /** The gate ControlPlaneKubeletLocalMode: whether the kubelet.conf of a control plane names its own API server. */
  readonly kubeletLocalMode: GateState;
  /** Whether kubelet.conf names the control plane's own API server where the gate is not set. */
  readonly kubeletServerLocal: boolean;
  /** Whether kubeconfigs hold the line `preferences: {}`. */
  readonly preferencesLine: boolean;
  /** Whether keys inside kubeconfigs are RSA-2048 whatever the cluster's algorithm. */
  readonly kubeconfigKeysAlwaysRsa: boolean;
  /** Values of `encryptionAlgorithm`; none where the field is not known. */
  readonly keyAlgorithms: readonly KeyAlgorithm[];
  /** Whether the gate PublicKeysECDSA is known; it asks for ECDSA-P256 or RSA-2048 and overrides `encryptionAlgorithm`. */
  readonly ecdsaGate: boolean;
  /** The feature gates that are known and have nothing to do with certificates. */
  readonly otherGates: readonly string[];
  /** Whether external etcd needs an endpoint. */
  readonly etcdEndpointsRequired: boolean;
}

interface Release {
  readonly minor: number;
  readonly features: KubernetesFeatures;
  /** From which patch on apiserver-kubelet-client has no organization. */
  readonly kubeletClientGroupsUntil?: number;
}

const RSA: readonly KeyAlgorithm[] = ['RSA-2048', 'RSA-3072', 'RSA-4096'];
const MASTERS = Object.freeze(['system:masters']);
const ADMINS = Object.freeze(['kubeadm:cluster-admins']);
const NONE: readonly string[] = Object.freeze([]);
const [ROOTLESS, NODE_LOCAL, WAIT] = [
  'RootlessControlPlane',
  'NodeLocalCRISocket',
  'WaitForAllControlPlaneComponents',
];
const GATES_1_28: readonly string[] = Object.freeze([
  ROOTLESS,
  'EtcdLearnerMode',
  'UpgradeAddonsBeforeControlPlane',
]);

// Each row says what changed in that release; the rest is the row's before. Measured by running kubeadm 1.28.15 to
// 1.37.2; sources: cmd/kubeadm/app/{phases/certs,phases/kubeconfig,features,apis/kubeadm}.
const V1_28 = Object.freeze<KubernetesFeatures>({
  configApis: ['v1beta3'],
  superAdmin: false,
  adminGroups: MASTERS,
  kubeletClientGroups: MASTERS,
  kubeletClientBinding: false,
  etcdClientGroups: MASTERS,
  kubeletLocalMode: 'unknown',
  kubeletServerLocal: false,
  preferencesLine: true,
  kubeconfigKeysAlwaysRsa: true,
  keyAlgorithms: [],
  ecdsaGate: true,
  otherGates: GATES_1_28,
  etcdEndpointsRequired: false,
});
const V1_29 = Object.freeze<KubernetesFeatures>({
  ...V1_28,
  superAdmin: true,
  adminGroups: ADMINS,
  kubeletClientGroups: ADMINS,
  etcdClientGroups: NONE,
  // They came and went one by one up to 1.33: none of them is refused there.
  otherGates: [...GATES_1_28, NODE_LOCAL, WAIT],
});
const V1_31 = Object.freeze<KubernetesFeatures>({
  ...V1_29,
  configApis: ['v1beta3', 'v1beta4'],
  kubeletLocalMode: 'off',
  kubeconfigKeysAlwaysRsa: false,
  keyAlgorithms: [...RSA, 'ECDSA-P256'],
});
const V1_33 = Object.freeze<KubernetesFeatures>({
  ...V1_31,
  kubeletLocalMode: 'on',
  kubeletServerLocal: true,
});
const V1_34 = Object.freeze<KubernetesFeatures>({
  ...V1_33,
  preferencesLine: false,
  otherGates: [ROOTLESS, NODE_LOCAL, WAIT],
  keyAlgorithms: [...V1_33.keyAlgorithms, 'ECDSA-P384'],
});
const V1_35 = Object.freeze<KubernetesFeatures>({
  ...V1_34,
  kubeletLocalMode: 'locked',
  etcdEndpointsRequired: true,
});
const V1_36 = Object.freeze<KubernetesFeatures>({
  ...V1_35,
  kubeletLocalMode: 'unknown',
  otherGates: [ROOTLESS, NODE_LOCAL],
});
const V1_37 = Object.freeze<KubernetesFeatures>({ ...V1_36, configApis: ['v1beta4'], ecdsaGate: false });

// kubernetes/kubernetes: apiserver-kubelet-client lost its organization inside minor releases.
const RELEASES: readonly [Release, ...Release[]] = Object.freeze([
  { minor: 28, features: V1_28 },
  { minor: 29, features: V1_29 },
  { minor: 30, features: V1_29 },
  { minor: 31, features: V1_31 },
  { minor: 32, features: V1_31 },
  { minor: 33, features: V1_33, kubeletClientGroupsUntil: 12 },
  { minor: 34, features: V1_34, kubeletClientGroupsUntil: 8 },
  { minor: 35, features: V1_35, kubeletClientGroupsUntil: 5 },
  { minor: 36, features: V1_36, kubeletClientGroupsUntil: 1 },
  { minor: 37, features: V1_37, kubeletClientGroupsUntil: 0 },
] as const);

/** The oldest release whose tree is known. */
export const OLDEST_KUBERNETES: KubernetesVersion = Object.freeze({
  major: 1,
  minor: 28,
  patch: 0,
  text: 'v1.28.0',
});
/** The newest release that is known, and the default. */
export const NEWEST_KUBERNETES: KubernetesVersion = Object.freeze({
  major: 1,
  minor: 37,
  patch: 2,
  text: 'v1.37.2',
});

// cmd/kubeadm/app/util/version.go, kubeReleaseRegex, and the pre-release and build that apimachinery's
// version.ParseSemantic takes after it: words between dots, numbers of a pre-release without leading zeros.
const IDENTIFIER = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const RELEASE = new RegExp(
  '^v?(0|[1-9][0-9]{0,18})\\.(0|[1-9][0-9]{0,18})\\.(0|[1-9][0-9]{0,18})' +
    `((?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?)$`,
);
// The same file, kubeReleaseLabelRegex, as far as it names what is newest whatever the minor release.
const NEWEST_LABEL = /^(?:release\/)?(?:stable|latest)(?:-1)?$/;

/**
 * Reads a version as kubeadm does: `v1.36.3` or `1.36.3`, with a pre-release's suffix.
 *
 * @returns the version, or `undefined` where the text is none
 */
export function parseKubernetesVersion(text: string): KubernetesVersion | undefined {
  const [, major, minor, patch, suffix = ''] = (text.length > 100 ? null : RELEASE.exec(text)) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const numbers = { major: Number(major), minor: Number(minor), patch: Number(patch) };
  return { ...numbers, text: `v${major}.${minor}.${patch}${suffix}` };
}

/** Whether a version is one of the labels (`stable`, `stable-1`, `latest`) that kubeadm asks the internet about. */
export function isNewestLabel(text: string): boolean {
  return NEWEST_LABEL.test(text);
}

/** Whether a version is older than every known one, known, or newer than every known one. */
export function ageOf({ major, minor }: KubernetesVersion): 'too-old' | 'known' | 'newer' {
  if (major !== 1) return major < 1 ? 'too-old' : 'newer';
  if (minor < OLDEST_KUBERNETES.minor) return 'too-old';
  return minor > NEWEST_KUBERNETES.minor ? 'newer' : 'known';
}

/** What kubeadm of a release does; for releases newer than all that are known, what the newest does. */
export function featuresOf(version: KubernetesVersion): KubernetesFeatures {
  const known = ageOf(version) === 'newer' ? NEWEST_KUBERNETES : version;
  const release = RELEASES.findLast(({ minor }) => minor <= known.minor) ?? RELEASES[0];
  if (known.patch < (release.kubeletClientGroupsUntil ?? Infinity)) return release.features;
  return { ...release.features, kubeletClientGroups: NONE, kubeletClientBinding: true };
}
