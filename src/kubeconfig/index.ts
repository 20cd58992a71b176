/**
 * Kubeconfigs: made from certificates, read as strictly as kubectl reads them, changed as `kubectl config` changes them,
 * and written as kubectl writes them. Nothing here reads a file or the environment: `KubeconfigFiles` of `kubepki/node` does.
 *
 * @module
 */
export { canonicalKubeconfig } from './canonical.ts';
export { changeCluster, changeContext, changeUser } from './changes.ts';
export type { ClusterChanges, ContextChanges, ExecChanges, PairChanges, UserChanges } from './changes.ts';
export { combineKubeconfigs } from './combine.ts';
export type { CombinedKubeconfig, CombineOptions } from './combine.ts';
export { readClientCredentials } from './client-credentials.ts';
export type { ClientCredentialFiles, ClientCredentials } from './client-credentials.ts';
export { createKubeconfig } from './create.ts';
export type { Credential, KubeconfigRequest } from './create.ts';
export { diffKubeconfigs } from './diff.ts';
export type { DiffOptions, KubeconfigDiff } from './diff.ts';
export type { ReadIfReadable } from './diff-facts.ts';
export type { EntryChoice } from './credential-fields.ts';
export { embedFiles } from './embed.ts';
export type { EmbedOptions, ReadCredential } from './embed.ts';
export { entryOf, namesIn, withEntry, withoutEntry } from './entries.ts';
export type { EntryTypes, Section } from './entries.ts';
export { extractData } from './extract.ts';
export type { ExtractedFile, ExtractedKubeconfig, ExtractOptions } from './extract.ts';
export type { KnownFile } from './file-names.ts';
export type { ChangedKubeconfig, KubeconfigChange } from './kubeconfig-change.ts';
export { mergeKubeconfigs } from './merge.ts';
export type { LoadedKubeconfig, MergedKubeconfig } from './merge.ts';
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
export { mapPaths } from './paths.ts';
export type { ChangePath, PathField } from './paths.ts';
export { pruneKubeconfig } from './prune.ts';
export type { PruneOptions } from './prune.ts';
export { readServiceAccountToken } from './service-account-token.ts';
export type { ServiceAccountToken } from './service-account-token.ts';
export { setProperty, unsetProperty } from './property.ts';
export { renderKubeconfig } from './render.ts';
export { splitKubeconfig } from './split.ts';
export type { KubeconfigPart, SplitKubeconfig } from './split.ts';
export { flattenKubeconfig, minifyKubeconfig, redactKubeconfig } from './view.ts';
export type { ReadNamed } from './view.ts';
