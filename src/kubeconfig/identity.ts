import type { Finding } from '../errors/finding.ts';
import { quote } from '../errors/quote.ts';

/** The group that the API server's RBAC never asks about (Kubernetes: rbac, `system:masters`). */
const MASTERS = 'system:masters';
const RESERVED = 'system:';

/** What there is to say about the groups that a credential is given. */
export function groupNotices(groups: readonly string[]): Finding[] {
  return groups.flatMap((group, index): Finding[] => {
    const path = `groups[${index}]`;
    if (group === MASTERS) return [{ ...MASTERS_NOTICE, path }];
    return [];
  });
}

const MASTERS_NOTICE = Object.freeze({
  code: 'system-masters',
  severity: 'warning',
  message: `a member of ${quote(MASTERS)} may do everything: no RBAC rule can take that away, and the API server has no way to revoke a certificate`,
  fix: 'give a group of your own, bind it with a ClusterRoleBinding, and keep the validity short',
} as const);

/**
 * What there is to say about a name and groups that a fresh certificate is to have: those that begin with `system:` are
 * Kubernetes' own, and the API server takes their holder for one of its parts.
 */
export function identityNotices(user: string, groups: readonly string[]): Finding[] {
  const reserved = (path: string, name: string): Finding[] =>
    !name.startsWith(RESERVED) || name === MASTERS
      ? []
      : [
          {
            code: 'reserved-name',
            severity: 'warning',
            path,
            message: `${quote(name)} is a name of Kubernetes itself: the API server takes who has it for ${holderOf(name)}`,
          },
        ];
  return [
    ...reserved('user', user),
    ...groups.flatMap((group, index) => reserved(`groups[${index}]`, group)),
    ...groupNotices(groups),
  ];
}

/** The kinds of users and groups that Kubernetes has names for, the longest prefix first. */
const HOLDERS: readonly (readonly [prefix: string, holder: string])[] = Object.freeze([
  ['system:serviceaccounts', 'a service account'],
  ['system:serviceaccount:', 'a service account, but for the groups of service accounts'],
  ['system:node:', 'a kubelet, where it is in the group "system:nodes" too'],
  ['system:nodes', 'a kubelet'],
  ['system:bootstrappers', 'a machine that joins'],
  ['system:anonymous', 'someone who has not said who they are'],
  ['system:unauthenticated', 'someone who has not said who they are'],
]);

function holderOf(name: string): string {
  return HOLDERS.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'a part of the control plane';
}
