/** Where the programs of a kubeadm cluster write their logs: static pods by the container runtime, the kubelet by systemd. */
const pod = (name: string): string =>
  `the log of ${name}: crictl logs $(crictl ps -a --name ${name} -q | head -1), or /var/log/pods/kube-system_${name}-*`;

/** The logs by the program that writes them. */
export const LOGS = Object.freeze({
  'kube-apiserver': pod('kube-apiserver'),
  etcd: pod('etcd'),
  'kube-controller-manager': pod('kube-controller-manager'),
  kubelet: "the kubelet's log: journalctl -u kubelet --since -1h",
  'other side': 'the log of the program at the other end of the connection: it says why it refused',
});

/** A program whose log can be read. */
export type LogName = keyof typeof LOGS;
