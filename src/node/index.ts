/**
 * Conversions to and from what Node programs hold: key objects and certificates of `node:crypto`, and the options of
 * `https.createServer` and `tls.connect`; the files of a machine for `kubepki/check`, kubeconfigs where kubectl looks for
 * them, and connections to their servers. Node only.
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
export { KubeconfigFiles, kubeconfigPaths } from './kubeconfig-files.ts';
export type { KubeconfigChangeOptions, KubeconfigLocation } from './kubeconfig-files.ts';
export { fromKeyObject, toKeyObject } from './key-object.ts';
export { fromX509Certificate, toX509Certificate } from './certificate.ts';
export { tlsClientOptions, tlsServerOptions } from './tls-options.ts';
export type {
  TlsClientOptions,
  TlsIdentity,
  TlsServerOptions,
  TrustedCertificate,
  TrustedCertificates,
} from './tls-options.ts';
