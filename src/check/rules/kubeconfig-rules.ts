import { quote } from '../../errors/quote.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { placeOf } from './facts.ts';
import { KUBECONFIG_CLUSTER_RULES } from './kubeconfig-clusters.ts';
import { KUBECONFIG_CONTEXT_RULES } from './kubeconfig-contexts.ts';
import { KUBECONFIG_CREDENTIAL_RULES } from './kubeconfig-credentials.ts';
import { clusters, has, users, VALIDATION } from './kubeconfig-users.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

const TWICE_RULES: readonly Rule[] = [
  {
    code: 'kubeconfig-data-and-file',
    severity: 'error',
    title: 'a kubeconfig both holds a certificate or key and names a file for it: kubectl refuses it',
    source: VALIDATION,
    fix: 'remove one of the two',
    evaluate: (machine) => [
      ...users(machine).flatMap(({ entry, user, name, field }) => [
        ...both(entry, `${field}.client-certificate`, name, [
          user.clientCertificate,
          user.clientCertificateData,
        ]),
        ...both(entry, `${field}.client-key`, name, [user.clientKey, user.clientKeyData]),
      ]),
      ...clusters(machine).flatMap(({ entry, cluster, name, field }) =>
        both(entry, `${field}.certificate-authority`, name, [
          cluster.certificateAuthority,
          cluster.certificateAuthorityData,
        ]),
      ),
    ],
  },
];

function both(
  { path }: KubeconfigEntry,
  field: string,
  name: string,
  [file, data]: readonly [string | undefined, string | undefined],
): Violation[] {
  if (!has(file) || !has(data)) return [];
  return [
    {
      path: placeOf(path, field),
      message: `${quote(name)} has both ${field.slice(field.lastIndexOf('.') + 1)} and its data: kubectl says that both are specified`,
      expected: 'one of the two',
      actual: 'both',
      fix: `kubectl config unset ${shellWord(`${field.slice(0, field.indexOf('['))}.${name}.${field.slice(field.lastIndexOf('.') + 1)}`)} --kubeconfig=${path}`,
    },
  ];
}

/** Rules about kubeconfigs. Their tokens and passwords are never told. */
export const KUBECONFIG_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  ...KUBECONFIG_CLUSTER_RULES,
  ...TWICE_RULES,
  ...KUBECONFIG_CONTEXT_RULES,
  ...KUBECONFIG_CREDENTIAL_RULES,
]);
