/**
 * kubepki: the PKI of Kubernetes clusters, without OpenSSL.
 *
 * Everything of `kubepki/ca`, `kubepki/kubeconfig`, `kubepki/pki` and `kubepki/errors` that most programs need; the
 * subpaths have the rest.
 *
 * @module
 */
export { Authority, createAuthority, loadAuthority } from './ca/authority.ts';
export type { AuthorityFiles, AuthorityRequest } from './ca/authority.ts';
export { IssuedCertificate } from './ca/issued-certificate.ts';
export { issue } from './ca/issue.ts';
export type { Issuer } from './ca/issuer.ts';
export { encryptPrivateKey, generatePrivateKey, parsePrivateKey } from './ca/keys.ts';
export type { Profile, ProfileName } from './ca/profiles.ts';
export type { CertificateRequest } from './ca/request.ts';
export type { Signer } from './ca/signer.ts';
export { platformCrypto } from './crypto/environment.ts';
export type { Environment } from './crypto/environment.ts';
export { PrivateKey } from './crypto/private-key.ts';
export { PublicKey } from './crypto/public-key.ts';
export { isPkiError, PkiError } from './errors/pki-error.ts';
export type { AnyPkiError, PkiErrorCode, PkiErrorDetails, Problem } from './errors/pki-error.ts';
export type { Finding, Severity } from './errors/finding.ts';
export { createKubeconfig } from './kubeconfig/create.ts';
export type { KubeconfigRequest } from './kubeconfig/create.ts';
export type { Kubeconfig } from './kubeconfig/model.ts';
export { parseKubeconfig } from './kubeconfig/parse.ts';
export { renderKubeconfig } from './kubeconfig/render.ts';
export { issueKubeconfig } from './node/issue-kubeconfig.ts';
export type { IssuedKubeconfig, UserKubeconfigRequest } from './node/issue-kubeconfig.ts';
export { apply } from './pki/apply.ts';
export type { ApplyOptions, ApplyResult } from './pki/apply.ts';
export { generate, plan } from './pki/plan-tree.ts';
export type { GeneratedTree } from './pki/plan-tree.ts';
export type { Plan, PlanStep } from './pki/plan/step.ts';
export { parseClusterConfig } from './pki/spec/parse.ts';
export type { ClusterSpec } from './pki/spec/spec.ts';
export { Certificate } from './x509/certificate.ts';
