import { renderYaml } from '../yaml/render.ts';
import { featuresOf } from './spec/kubernetes-version.ts';
import type { ClusterSpec } from './spec/spec.ts';

interface Subject {
  readonly kind: 'Group' | 'User';
  readonly name: string;
}

/**
 * The ClusterRoleBindings without which identities of the tree may do nothing: kubeadm makes them in `init` and
 * `upgrade apply` alone, so a cluster that is set up otherwise needs them once. `kubectl apply -f` with
 * super-admin.conf, whose group `system:masters` is bound by the API server itself.
 *
 * - `kubeadm:cluster-admins`: from 1.29 on admin.conf is of that group (cmd/kubeadm/app/phases/kubeconfig);
 * - `kubeadm:apiserver-kubelet-client`: where the API server's client certificate for kubelets has no group, logs and
 *   exec are forbidden without it (cmd/kubeadm/app/phases/bootstraptoken/node/tlsbootstrap.go).
 *
 * @returns YAML documents; `''` where the release needs none
 */
export function renderRbacManifest(spec: ClusterSpec): string {
  const { adminGroups, kubeletClientBinding } = featuresOf(spec.kubernetesVersion);
  const bindings: string[] = [];
  for (const name of adminGroups) {
    if (name !== 'system:masters') bindings.push(binding(name, 'cluster-admin', { kind: 'Group', name }));
  }
  if (kubeletClientBinding) {
    const user: Subject = { kind: 'User', name: 'kube-apiserver-kubelet-client' };
    bindings.push(binding('kubeadm:apiserver-kubelet-client', 'system:kubelet-api-admin', user));
  }
  return bindings.join('---\n');
}

function binding(name: string, clusterRole: string, subject: Subject): string {
  const apiGroup = 'rbac.authorization.k8s.io';
  return renderYaml({
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup, kind: 'ClusterRole', name: clusterRole },
    subjects: [{ apiGroup, ...subject }],
  });
}
