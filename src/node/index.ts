/**
 * Conversions to and from what Node programs hold: key objects and certificates of `node:crypto`, and the options of
 * `https.createServer` and `tls.connect`; the files of a machine for `kubepki/check`, and kubeconfigs where kubectl looks for them.
 * Node only.
 *
 * @module
 */
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
