import type { ConfigApi } from './kubernetes-version.ts';
import { ANY, BOOLEAN, INTEGER, list, map, object, STRING, type Fields, type Shape } from './shape.ts';

// kubernetes v1.36.3, cmd/kubeadm/app/apis/kubeadm/{v1beta3,v1beta4}/types.go and bootstraptoken/v1/types.go.
// Durations and times are strings here; those that matter are read elsewhere.

const TYPE_META: Fields = { apiVersion: STRING, kind: STRING };
const ARGS: Readonly<Record<ConfigApi, Shape>> = Object.freeze({
  v1beta3: map(STRING),
  v1beta4: list(object({ name: STRING, value: STRING })),
});
const ENV_VARS = list(object({ name: STRING, value: STRING, valueFrom: map(ANY) }));
const VOLUMES = list(
  object({ name: STRING, hostPath: STRING, mountPath: STRING, readOnly: BOOLEAN, pathType: STRING }),
);
const IMAGE: Fields = { imageRepository: STRING, imageTag: STRING };
const API_ENDPOINT = object({ advertiseAddress: STRING, bindPort: INTEGER });
const PATCHES = object({ directory: STRING });
const TIMEOUTS = object({
  controlPlaneComponentHealthCheck: STRING,
  kubeletHealthCheck: STRING,
  kubernetesAPICall: STRING,
  etcdAPICall: STRING,
  tlsBootstrap: STRING,
  discovery: STRING,
  upgradeManifests: STRING,
});
const TAINTS = list(object({ key: STRING, value: STRING, effect: STRING, timeAdded: STRING }));
const BOOTSTRAP_TOKENS = list(
  object({
    token: STRING,
    description: STRING,
    ttl: STRING,
    expires: STRING,
    usages: list(STRING),
    groups: list(STRING),
  }),
);
const CONTROL_PLANE = object({ localAPIEndpoint: API_ENDPOINT, certificateKey: STRING });
const NETWORKING = object({ serviceSubnet: STRING, podSubnet: STRING, dnsDomain: STRING });

/** Fields that only v1beta4 has; nothing for v1beta3. */
function since4(api: ConfigApi, fields: Fields): Fields {
  return api === 'v1beta4' ? fields : {};
}

function component(api: ConfigApi): Fields {
  return { extraArgs: ARGS[api], extraVolumes: VOLUMES, ...since4(api, { extraEnvs: ENV_VARS }) };
}

function nodeRegistration(api: ConfigApi): Shape {
  return object({
    name: STRING,
    criSocket: STRING,
    taints: TAINTS,
    kubeletExtraArgs: ARGS[api],
    ignorePreflightErrors: list(STRING),
    imagePullPolicy: STRING,
    ...since4(api, { imagePullSerial: BOOLEAN }),
  });
}

function etcd(api: ConfigApi): Shape {
  return object({
    local: object({
      ...IMAGE,
      dataDir: STRING,
      extraArgs: ARGS[api],
      ...since4(api, { extraEnvs: ENV_VARS }),
      serverCertSANs: list(STRING),
      peerCertSANs: list(STRING),
    }),
    external: object({
      endpoints: list(STRING),
      ...since4(api, { httpEndpoints: list(STRING) }),
      caFile: STRING,
      certFile: STRING,
      keyFile: STRING,
    }),
  });
}

function initConfiguration(api: ConfigApi): Shape {
  return object({
    ...TYPE_META,
    bootstrapTokens: BOOTSTRAP_TOKENS,
    nodeRegistration: nodeRegistration(api),
    localAPIEndpoint: API_ENDPOINT,
    certificateKey: STRING,
    skipPhases: list(STRING),
    patches: PATCHES,
    ...since4(api, { dryRun: BOOLEAN, timeouts: TIMEOUTS }),
  });
}

function clusterConfiguration(api: ConfigApi): Shape {
  const timeout: Fields = api === 'v1beta3' ? { timeoutForControlPlane: STRING } : {};
  return object({
    ...TYPE_META,
    etcd: etcd(api),
    networking: NETWORKING,
    kubernetesVersion: STRING,
    controlPlaneEndpoint: STRING,
    apiServer: object({ ...component(api), certSANs: list(STRING), ...timeout }),
    controllerManager: object(component(api)),
    scheduler: object(component(api)),
    dns: object({ ...IMAGE, ...since4(api, { disabled: BOOLEAN }) }),
    certificatesDir: STRING,
    imageRepository: STRING,
    featureGates: map(BOOLEAN),
    clusterName: STRING,
    ...since4(api, {
      proxy: object({ disabled: BOOLEAN }),
      encryptionAlgorithm: STRING,
      certificateValidityPeriod: STRING,
      caCertificateValidityPeriod: STRING,
    }),
  });
}

function joinConfiguration(api: ConfigApi): Shape {
  const timeout: Fields = api === 'v1beta3' ? { timeout: STRING } : {};
  return object({
    ...TYPE_META,
    nodeRegistration: nodeRegistration(api),
    caCertPath: STRING,
    discovery: object({
      bootstrapToken: object({
        token: STRING,
        apiServerEndpoint: STRING,
        caCertHashes: list(STRING),
        unsafeSkipCAVerification: BOOLEAN,
      }),
      file: object({ kubeConfigPath: STRING }),
      tlsBootstrapToken: STRING,
      ...timeout,
    }),
    controlPlane: CONTROL_PLANE,
    skipPhases: list(STRING),
    patches: PATCHES,
    ...since4(api, { dryRun: BOOLEAN, timeouts: TIMEOUTS }),
  });
}

/** The kinds of kubeadm's documents that are read. */
export const KUBEADM_KINDS = Object.freeze([
  'ClusterConfiguration',
  'InitConfiguration',
  'JoinConfiguration',
] as const);
/** One of the kinds of kubeadm's documents that are read. */
export type KubeadmKind = (typeof KUBEADM_KINDS)[number];

/** The fields of kubeadm's documents, by version and kind. */
export const KUBEADM_FIELDS: Readonly<Record<ConfigApi, Readonly<Record<KubeadmKind, Shape>>>> =
  Object.freeze({
    v1beta3: kubeadmFields('v1beta3'),
    v1beta4: kubeadmFields('v1beta4'),
  });

function kubeadmFields(api: ConfigApi): Readonly<Record<KubeadmKind, Shape>> {
  return Object.freeze({
    ClusterConfiguration: clusterConfiguration(api),
    InitConfiguration: initConfiguration(api),
    JoinConfiguration: joinConfiguration(api),
  });
}

/** The fields of our own document, `kubepki/v1alpha1` ClusterPKI. */
export const CLUSTER_PKI_FIELDS: Shape = object({
  ...TYPE_META,
  nodes: list(object({ name: STRING, addresses: list(STRING) })),
  controlPlanes: list(
    object({
      name: STRING,
      advertiseAddress: STRING,
      bindPort: INTEGER,
      certSANs: list(STRING),
      etcdServerCertSANs: list(STRING),
      etcdPeerCertSANs: list(STRING),
    }),
  ),
  users: list(object({ name: STRING, groups: list(STRING), validity: STRING, namespace: STRING })),
});
