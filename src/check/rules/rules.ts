import { ALGORITHM_RULES } from './algorithms.ts';
import { CA_FILE_RULES } from './ca-files.ts';
import { CHAIN_RULES } from './chain.ts';
import { CONFIGURATION_RULES } from './configuration.ts';
import { CONTENT_RULES } from './contents.ts';
import { CONTROL_PLANE_RULES } from './control-plane.ts';
import { COPY_RULES } from './copies.ts';
import { ENCODING_RULES } from './encoding.ts';
import { ETCD_URL_RULES } from './etcd-urls.ts';
import { EXPIRY_RULES } from './expiry.ts';
import { FILE_RULES } from './files.ts';
import { FLAG_RULES } from './flags.ts';
import { IDENTITY_RULES } from './identity.ts';
import { KUBECONFIG_OWNER_RULES } from './kubeconfig-owners.ts';
import { KUBECONFIG_RULES } from './kubeconfig-rules.ts';
import { KUBELET_CONFIGURATION_RULES } from './kubelet-configuration.ts';
import { KUBELET_KUBECONFIG_RULES } from './kubelet-kubeconfig.ts';
import { LOCAL_ETCD_RULES } from './local-etcd.ts';
import { NAME_RULES } from './names.ts';
import { PAIR_RULES } from './pair-rules.ts';
import { PORT_RULES } from './ports.ts';
import { REVOCATION_RULES } from './revocation.ts';
import type { Rule } from './rule.ts';
import { SERVICE_ACCOUNT_RULES } from './service-account.ts';
import { USAGE_RULES } from './usage-rules.ts';
import { VALIDITY_RULES } from './validity.ts';

/** All rules of the health check, by topic. docs/health-rules.md lists them. */
export const RULES: readonly Rule[] = Object.freeze([
  ...EXPIRY_RULES,
  ...VALIDITY_RULES,
  ...PAIR_RULES,
  ...ALGORITHM_RULES,
  ...CA_FILE_RULES,
  ...CHAIN_RULES,
  ...NAME_RULES,
  ...IDENTITY_RULES,
  ...USAGE_RULES,
  ...SERVICE_ACCOUNT_RULES,
  ...KUBECONFIG_RULES,
  ...KUBECONFIG_OWNER_RULES,
  ...KUBELET_KUBECONFIG_RULES,
  ...COPY_RULES,
  ...CONFIGURATION_RULES,
  ...LOCAL_ETCD_RULES,
  ...CONTROL_PLANE_RULES,
  ...ETCD_URL_RULES,
  ...FLAG_RULES,
  ...PORT_RULES,
  ...KUBELET_CONFIGURATION_RULES,
  ...FILE_RULES,
  ...CONTENT_RULES,
  ...ENCODING_RULES,
  ...REVOCATION_RULES,
]);
