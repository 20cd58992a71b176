/** Objects of the API that several tests need. */
import { NODE_ADDRESS, type NodeName } from './cluster-files.ts';
import type { ControlPlane } from './control-plane.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A namespace. */
export const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Gives a cluster role in one namespace. */
export const roleBinding = (
  where: string,
  role: string,
  subject: { readonly kind: 'Group' | 'User'; readonly name: string },
) => ({
  ...{ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: { name: role, namespace: where } },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: RBAC, ...subject }],
});

/** Lets a group do what a rule says, everywhere. */
export const grant = (name: string, rule: Readonly<Record<string, readonly string[]>>, group: string) => [
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules: [rule] },
  {
    ...{ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
  },
];

/** A Service for a server of the tests, with an endpoint: the API server asks for one before it calls. */
export const service = (where: string, name: string) => [
  {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: where } },
    spec: { ports: [{ name: 'https', port: 443 }] },
  },
  {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: { name, namespace: where, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ addresses: ['192.0.2.30'], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 443 }],
  },
];

/** The address that the API server gave to a Service. */
export const serviceAddress = (cluster: ControlPlane, where: string, name: string): Promise<string> =>
  cluster.valueOf(['service', name, '-n', where], '.spec.clusterIP');

/** Leads an API group's version to an extension server. */
export const apiService = (
  group: string,
  version: string,
  target: { readonly name: string; readonly namespace: string },
  caBundle: string,
) => ({
  ...{
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}` },
  },
  spec: { group, version, groupPriorityMinimum: 100, versionPriority: 10, service: target, caBundle },
});

/** A pod whose image nobody will pull. */
export const pod = (where: string, name: string, spec: Readonly<Record<string, unknown>>) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: where } },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'none.invalid/none' }],
    // Nodes without a real kubelet carry the taints of nodes that are not ready.
    tolerations: [{ operator: 'Exists' }],
    ...spec,
  },
});

/** Registers a worker by its own kubelet.conf, as its kubelet would: with its address and the port of kubelets. */
export async function registerNode(cluster: ControlPlane, name: NodeName): Promise<void> {
  const capacity = { cpu: '2', memory: '2Gi', pods: '10' };
  const object = {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    status: {
      ...{ capacity, allocatable: capacity },
      addresses: [
        { type: 'InternalIP', address: NODE_ADDRESS[name] },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    },
  };
  const args = [...cluster.files.kubeletFlags(name), 'apply', '-f', '-'];
  await cluster.kubectlOk(cluster.files.conf('kubelet.conf', name), args, JSON.stringify(object));
}
