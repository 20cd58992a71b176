/**
 * Conversions to and from what Node programs hold: key objects and certificates of `node:crypto`, and the options of
 * `https.createServer` and `tls.connect`; the files of a machine for `kubepki/check`, kubeconfigs where kubectl looks for
 * them, connections to their servers, and what a test needs to stand in for a cluster. Node only.
 *
 * @module
 */
export { connectKubeconfig } from './connect/connect.ts';
export type { ConnectOptions } from './connect/connect.ts';
export type {
  ConnectionFailure,
  ConnectionResult,
  ConnectionStage,
  ConnectionTarget,
  FailureKind,
  SentCredential,
  ServerAnswer,
  ServerCertificates,
} from './connect/connection.ts';
export { loadConnectionTarget } from './connect/load-target.ts';
export { diskFiles } from './disk-files.ts';
export { inClusterKubeconfig, isInCluster } from './in-cluster.ts';
export type { InClusterKubeconfig, InClusterLocation } from './in-cluster.ts';
export { issueKubeconfig } from './issue-kubeconfig.ts';
export type { IssuedKubeconfig, UserKubeconfigRequest, UserRequest } from './issue-kubeconfig.ts';
export { KubeconfigFiles, kubeconfigPaths } from './kubeconfig-files.ts';
export type { KubeconfigChangeOptions, KubeconfigLocation } from './kubeconfig-files.ts';
export { fromKeyObject, toKeyObject } from './key-object.ts';
export { rebaseKubeconfig } from './kubeconfig-paths.ts';
export { loadKubeconfig } from './load-kubeconfig.ts';
export type { KubeconfigOnDisk, LoadKubeconfigOptions } from './load-kubeconfig.ts';
export { createTestCluster, TestCluster } from './test-cluster.ts';
export type {
  TestClusterOptions,
  TestKubeconfig,
  TestKubeconfigFile,
  TestUserRequest,
} from './test-cluster.ts';
export { fromX509Certificate, toX509Certificate } from './certificate.ts';
export { tlsClientOptions, tlsServerOptions } from './tls-options.ts';
export type {
  TlsClientOptions,
  TlsIdentity,
  TlsServerOptions,
  TrustedCertificate,
  TrustedCertificates,
} from './tls-options.ts';
