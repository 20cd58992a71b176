/**
 * The flags of the programs: those of kubeadm's manifests (cmd/kubeadm/app/phases/controlplane, .../etcd), but for the
 * addresses to listen on.
 */
import { ADDRESS, type ClusterFiles, type ControlPlaneName } from './cluster-files.ts';

/** An etcd member to start. */
export interface EtcdMember {
  readonly name: string;
  /** For clients, for peers. */
  readonly ports: readonly [number, number];
  /** The control plane whose server certificate it uses. */
  readonly machine: ControlPlaneName;
  /** Its peer certificate, without the suffix. */
  readonly peer: string;
  readonly data: string;
  /** `--initial-cluster`: with itself. */
  readonly members: string;
  /** Whether the others are there already. */
  readonly joins: boolean;
}

/** Of etcd. */
export function etcdFlags(files: ClusterFiles, member: EtcdMember): string[] {
  const { name, ports, machine, peer, data, members, joins } = member;
  const [client, peers] = [`https://127.0.0.1:${ports[0]}`, `https://127.0.0.1:${ports[1]}`];
  return [
    `--name=${name}`,
    `--data-dir=${data}`,
    `--cert-file=${files.pki('etcd/server.crt', machine)}`,
    `--key-file=${files.pki('etcd/server.key', machine)}`,
    `--trusted-ca-file=${files.pki('etcd/ca.crt', machine)}`,
    '--client-cert-auth=true',
    `--peer-cert-file=${peer}.crt`,
    `--peer-key-file=${peer}.key`,
    `--peer-trusted-ca-file=${files.pki('etcd/ca.crt', machine)}`,
    '--peer-client-cert-auth=true',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=${members}`,
    `--initial-cluster-state=${joins ? 'existing' : 'new'}`,
    // Its data outlive no test.
    '--unsafe-no-fsync',
  ];
}

/** Of an API server, which uses the etcd of its machine. */
export function apiServerFlags(
  files: ClusterFiles,
  name: ControlPlaneName,
  ports: { readonly own: number; readonly etcd: number },
): string[] {
  const pki = (file: string): string => files.pki(file, name);
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.own}`,
    `--advertise-address=${ADDRESS[name]}`,
    // The Service "kubernetes" would lead to addresses that only the tests' network knows.
    '--endpoint-reconciler-type=none',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${pki('etcd/ca.crt')}`,
    `--etcd-certfile=${pki('apiserver-etcd-client.crt')}`,
    `--etcd-keyfile=${pki('apiserver-etcd-client.key')}`,
    `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
    // kubeadm leaves this out, because a kubelet's own serving certificate is self-signed: ours is not.
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
    `--proxy-client-cert-file=${pki('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${pki('front-proxy-client.key')}`,
    `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112',
  ];
}

/** A program that is a client of the API server first. */
export type ControllerName = 'kube-controller-manager' | 'kube-scheduler';

/** Of the controller manager or the scheduler of cp-1. */
export function controllerFlags(files: ClusterFiles, name: ControllerName, port: number): string[] {
  const conf = files.conf(name === 'kube-scheduler' ? 'scheduler.conf' : 'controller-manager.conf');
  const both = [
    `--kubeconfig=${conf}`,
    `--authentication-kubeconfig=${conf}`,
    `--authorization-kubeconfig=${conf}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--leader-elect=true',
  ];
  if (name === 'kube-scheduler') return both;
  return [
    ...both,
    `--client-ca-file=${files.pki('ca.crt')}`,
    `--requestheader-client-ca-file=${files.pki('front-proxy-ca.crt')}`,
    `--cluster-signing-cert-file=${files.pki('ca.crt')}`,
    `--cluster-signing-key-file=${files.pki('ca.key')}`,
    `--root-ca-file=${files.pki('ca.crt')}`,
    `--service-account-private-key-file=${files.pki('sa.key')}`,
    '--use-service-account-credentials=true',
    '--controllers=*,bootstrapsigner,tokencleaner',
    '--cluster-name=e2e',
  ];
}
