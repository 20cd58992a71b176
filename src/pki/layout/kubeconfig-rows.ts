import type { Subject } from '../../x509/name.ts';
import type { KubernetesFeatures } from '../spec/kubernetes-version.ts';
import type { ClusterSpec } from '../spec/spec.ts';
import { KUBELET_CLIENT_PEM } from './place.ts';
import type { RowInput } from './certificate-rows.ts';

/** A kubeconfig of a control plane. */
export interface KubeconfigRow {
  /** File name below KUBECONFIG_DIR. */
  readonly id: string;
  readonly subject: (input: RowInput) => Subject & { readonly commonName: string };
  /** The API server that it names: that of its own machine, or the endpoint of the control plane where there is one. */
  readonly server: (spec: ClusterSpec) => 'local' | 'endpoint';
  /** Whether this release of Kubernetes has it. */
  readonly exists: (features: KubernetesFeatures) => boolean;
  /** Whether only the first control plane has it. */
  readonly firstOnly: boolean;
  readonly rotated?: string;
}

const always = (): boolean => true;

/** The kubeconfigs of a control plane (kubeadm: cmd/kubeadm/app/phases/kubeconfig). */
export const KUBECONFIG_ROWS: readonly KubeconfigRow[] = Object.freeze<KubeconfigRow[]>([
  {
    id: 'admin.conf',
    subject: ({ features }) => ({ commonName: 'kubernetes-admin', organizations: features.adminGroups }),
    server: () => 'endpoint',
    exists: always,
    firstOnly: false,
  },
  {
    id: 'super-admin.conf',
    subject: () => ({ commonName: 'kubernetes-super-admin', organizations: ['system:masters'] }),
    server: () => 'endpoint',
    exists: ({ superAdmin }) => superAdmin,
    firstOnly: true,
  },
  {
    id: 'kubelet.conf',
    subject: ({ controlPlane }) => nodeSubject(controlPlane.name),
    server: ({ kubeletServer }) => kubeletServer,
    exists: always,
    firstOnly: false,
    rotated: KUBELET_CLIENT_PEM,
  },
  {
    id: 'controller-manager.conf',
    subject: () => ({ commonName: 'system:kube-controller-manager' }),
    server: () => 'local',
    exists: always,
    firstOnly: false,
  },
  {
    id: 'scheduler.conf',
    subject: () => ({ commonName: 'system:kube-scheduler' }),
    server: () => 'local',
    exists: always,
    firstOnly: false,
  },
]);

/** Who a kubelet is (Kubernetes: Node authorization). */
export function nodeSubject(name: string): {
  readonly commonName: string;
  readonly organizations: readonly string[];
} {
  return { commonName: `system:node:${name}`, organizations: ['system:nodes'] };
}

/** Who kube-proxy is (Kubernetes: ClusterRoleBinding system:node-proxier). */
export const KUBE_PROXY_SUBJECT = Object.freeze({
  commonName: 'system:kube-proxy',
  organizations: ['system:node-proxier'],
});
