/** Who the kubeconfigs are to the API server. */
import type { Running } from './support/control-plane.ts';

interface WhoAmI {
  readonly status: { readonly userInfo: { readonly username: string; readonly groups?: readonly string[] } };
}

const AUTHENTICATED = 'system:authenticated';

/** Machine, file, user and groups, as Kubernetes' documentation has them. */
const IDENTITIES: readonly (readonly [
  machine: string,
  file: string,
  user: string,
  groups: readonly string[],
])[] = [
  ['cp-1', 'admin.conf', 'kubernetes-admin', ['kubeadm:cluster-admins']],
  ['cp-1', 'super-admin.conf', 'kubernetes-super-admin', ['system:masters']],
  ['cp-1', 'controller-manager.conf', 'system:kube-controller-manager', []],
  ['cp-1', 'scheduler.conf', 'system:kube-scheduler', []],
  ['cp-1', 'kubelet.conf', 'system:node:cp-1', ['system:nodes']],
  ['cp-2', 'admin.conf', 'kubernetes-admin', ['kubeadm:cluster-admins']],
  ['cp-2', 'controller-manager.conf', 'system:kube-controller-manager', []],
  ['cp-2', 'scheduler.conf', 'system:kube-scheduler', []],
  ['cp-2', 'kubelet.conf', 'system:node:cp-2', ['system:nodes']],
  ['node-1', 'kubelet.conf', 'system:node:node-1', ['system:nodes']],
  ['node-1', 'kube-proxy.conf', 'system:kube-proxy', ['system:node-proxier']],
  ['node-2', 'kubelet.conf', 'system:node:node-2', ['system:nodes']],
  ['node-2', 'kube-proxy.conf', 'system:kube-proxy', ['system:node-proxier']],
  ['cp-1', 'users/jane.conf', 'jane', ['dev']],
];

/** Who the kubeconfigs are. */
export function identities(running: Running): void {
  test.each(IDENTITIES)('%s %s is %s of %j', async (machine, file, user, groups) => {
    const cluster = running();
    const flags = file === 'kubelet.conf' ? cluster.files.kubeletFlags(machine) : [];
    const args = [...flags, 'auth', 'whoami', '-o', 'json'];
    const answer = JSON.parse(await cluster.kubectlOk(cluster.files.conf(file, machine), args)) as WhoAmI;
    expect(answer.status.userInfo.username).toBe(user);
    expect(answer.status.userInfo.groups).toEqual([...groups, AUTHENTICATED]);
  });
}
