/**
 * The health of a cluster's certificates: found from its manifests, services and kubeconfigs, listed, and judged by a
 * table of rules. Works on any files, a machine's or those held in memory.
 *
 * @module
 */
export { checkFiles } from './check.ts';
export type { CheckOptions } from './check.ts';
export { connectionFacts } from './connection/connection-facts.ts';
export type { ConnectionPlace } from './connection/connection-facts.ts';
export { judgeServer } from './connection/judge-server.ts';
export type { ServerVerdict } from './connection/judge-server.ts';
export { renderHtml } from './html/render-html.ts';
export { renderPrometheus } from './prometheus.ts';
export { HEALTH_RULES } from './rule-descriptions.ts';
export type { RuleDescription } from './rule-descriptions.ts';
export { explain } from './explain/explain.ts';
export type { Explanation } from './explain/explain.ts';
export type { Culprit } from './explain/row.ts';
export type { FileFacts, FileSource } from './files.ts';
export { checkKubeconfigs, withConnections } from './kubeconfig/check-kubeconfigs.ts';
export type { KubeconfigCheckOptions } from './kubeconfig/check-kubeconfigs.ts';
export type {
  AuthorityFacts,
  ClusterFacts,
  ConnectionFacts,
  ContextReport,
  KubeconfigReport,
  LoginMethod,
  Meaning,
  UserFacts,
} from './kubeconfig/kubeconfig-report.ts';
export { memoryFiles } from './memory-files.ts';
export type { MemoryFilesOptions } from './memory-files.ts';
export type { FileRole, FileUse } from './inventory.ts';
export type { CheckFinding, CheckReport, ComponentAdvice, ReportCertificate } from './report.ts';
