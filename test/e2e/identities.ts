/** Which API server each kubeconfig leads to, and who it is there. */
import { runOk } from '../support/foreign.ts';
import { ADDRESS, ENDPOINT } from './support/cluster-files.ts';
import type { Running } from './support/control-plane.ts';

interface WhoAmI {
  readonly status: { readonly userInfo: { readonly username: string; readonly groups?: readonly string[] } };
}

const AUTHENTICATED = 'system:authenticated';

const SERVERS = { endpoint: ENDPOINT, 'cp-1': ADDRESS['cp-1'], 'cp-2': ADDRESS['cp-2'] };

/** Machine, file, user, groups and server, as kubeadm 1.36 has them. */
const IDENTITIES: readonly (readonly [
  machine: string,
  file: string,
  user: string,
  groups: readonly string[],
  server: keyof typeof SERVERS,
])[] = [
  ['cp-1', 'admin.conf', 'kubernetes-admin', ['kubeadm:cluster-admins'], 'endpoint'],
  ['cp-1', 'super-admin.conf', 'kubernetes-super-admin', ['system:masters'], 'endpoint'],
  ['cp-1', 'controller-manager.conf', 'system:kube-controller-manager', [], 'cp-1'],
  ['cp-1', 'scheduler.conf', 'system:kube-scheduler', [], 'cp-1'],
  ['cp-1', 'kubelet.conf', 'system:node:cp-1', ['system:nodes'], 'cp-1'],
  ['cp-2', 'admin.conf', 'kubernetes-admin', ['kubeadm:cluster-admins'], 'endpoint'],
  ['cp-2', 'controller-manager.conf', 'system:kube-controller-manager', [], 'cp-2'],
  ['cp-2', 'scheduler.conf', 'system:kube-scheduler', [], 'cp-2'],
  ['cp-2', 'kubelet.conf', 'system:node:cp-2', ['system:nodes'], 'cp-2'],
  ['node-1', 'kubelet.conf', 'system:node:node-1', ['system:nodes'], 'endpoint'],
  ['node-1', 'kube-proxy.conf', 'system:kube-proxy', ['system:node-proxier'], 'endpoint'],
  ['node-2', 'kubelet.conf', 'system:node:node-2', ['system:nodes'], 'endpoint'],
  ['node-2', 'kube-proxy.conf', 'system:kube-proxy', ['system:node-proxier'], 'endpoint'],
  ['cp-1', 'users/jane.conf', 'jane', ['dev'], 'endpoint'],
];

/** Who the kubeconfigs are. */
export function identities(running: Running): void {
  test.each(IDENTITIES)(
    '%s %s is %s of %j, and asks %s',
    async (...[machine, file, user, groups, server]) => {
      const { files, network } = running();
      const flags = file === 'kubelet.conf' ? files.kubeletFlags(machine) : [];
      const args = ['--kubeconfig', files.conf(file, machine), ...flags, 'auth', 'whoami', '-o', 'json'];
      const { env, targets } = network.watch();
      const answer = JSON.parse((await runOk('kubectl', args, { env })).stdout) as WhoAmI;
      expect(answer.status.userInfo.username).toBe(user);
      expect(answer.status.userInfo.groups).toEqual([...groups, AUTHENTICATED]);
      expect([...targets]).toEqual([`${SERVERS[server]}:6443`]);
    },
  );
}
