/**
 * Kubeconfigs: made from certificates, read as strictly as kubectl reads them, and written as kubectl writes them.
 *
 * @module
 */
export { createKubeconfig } from './create.ts';
export type { Credential, KubeconfigRequest } from './create.ts';
export { decodeEmbeddedPem, resolveContext } from './lookup.ts';
export type { ResolvedContext } from './lookup.ts';
export type {
  AuthProvider,
  Cluster,
  Context,
  Exec,
  ExecEnvVar,
  Kubeconfig,
  NamedCluster,
  NamedContext,
  NamedExtension,
  NamedUser,
  OtherFields,
  Preferences,
  User,
} from './model.ts';
export { parseKubeconfig } from './parse.ts';
export type { ParseKubeconfigOptions } from './parse.ts';
export { renderKubeconfig } from './render.ts';
