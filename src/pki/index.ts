/**
 * A cluster's whole tree: `/etc/kubernetes/pki` and the kubeconfigs, from kubeadm's configuration, in memory or on disk.
 *
 * @module
 */
export { apply } from './apply.ts';
export type { ApplyOptions, ApplyResult, Progress } from './apply.ts';
export { generate, plan } from './plan-tree.ts';
export type { GeneratedTree, ReadOptions } from './plan-tree.ts';
export { renderRbacManifest } from './rbac-manifest.ts';
export type { TreeOptions } from './tree-options.ts';
export type { RecoveredTransaction } from './disk/recover.ts';
export type { Conflict } from './disk/finish.ts';
export type { Holder } from './disk/holder.ts';
export type { StopSignal } from './disk/stop.ts';
export type { ReadFile } from './run.ts';
export type { HostPort } from '../net/host-port.ts';
export type { KubeconfigCerts } from './layout/kubeconfig-targets.ts';
export type { LayoutOptions } from './layout/layout.ts';
export type { AuthorityId } from './layout/target.ts';
export type { Action, Plan, PlanStep, Reason } from './plan/step.ts';
export type { TreeFile } from './produce/tree-file.ts';
export { parseClusterConfig } from './spec/parse.ts';
export type { ConfigText } from './spec/documents.ts';
export type { ParsedConfig, ParseOptions } from './spec/parse.ts';
export { localDefaults } from './spec/local-defaults.ts';
export type { InterfaceAddress, LocalEnvironment } from './spec/local-defaults.ts';
export type { KubernetesVersion } from './spec/kubernetes-version.ts';
export type {
  AddressWish,
  ClusterFlags,
  ClusterSpec,
  ControlPlaneSpec,
  EtcdSpec,
  LocalDefaults,
  NodeSpec,
  UserSpec,
} from './spec/spec.ts';
