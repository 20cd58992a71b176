import type { Component, Inventory } from './inventory.ts';
import type { ComponentAdvice } from './report.ts';

/** How a component's log is seen, and how it is started anew, by the way it runs. */
const ADVICE: Readonly<
  Record<Component['runs'], (name: string) => Pick<ComponentAdvice, 'logs' | 'restart'>>
> = Object.freeze({
  'static-pod': (name) => ({
    logs: [
      `kubectl -n kube-system logs -l component=${name} --tail=100`,
      `crictl logs "$(crictl ps -a -q --name ${name} | head -n 1)"`,
      `docker logs "$(docker ps -a -q --filter name=k8s_${name} | head -n 1)"`,
      'journalctl -u kubelet --since -1h',
    ],
    restart: `mv /etc/kubernetes/manifests/${name}.yaml /tmp/ && sleep 20 && mv /tmp/${name}.yaml /etc/kubernetes/manifests/`,
  }),
  systemd: (name) => ({
    logs: [`journalctl -u ${name} --since -1h`, `systemctl status ${name}`],
    restart: `systemctl restart ${name}`,
  }),
  unknown: (name) => ({
    logs: [
      `journalctl -u ${name} --since -1h`,
      `crictl ps -a --name ${name}`,
      `docker ps -a --filter name=${name}`,
    ],
    restart: `restart ${name}`,
  }),
});

/** Components that see that a file of theirs has changed, and need no restart for it (client-go and apiserver's dynamiccertificates). */
const RELOADED: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'kube-apiserver': [
    '--tls-cert-file',
    '--tls-private-key-file',
    '--client-ca-file',
    '--requestheader-client-ca-file',
    '--proxy-client-cert-file',
    '--proxy-client-key-file',
  ],
  etcd: ['--cert-file', '--key-file', '--peer-cert-file', '--peer-key-file'],
});

/** Where to look when a component is down, and what has to be restarted for which file. */
export function adviceOf({ components }: Inventory): ComponentAdvice[] {
  const seen = new Set<string>();
  return components.flatMap((component): ComponentAdvice[] => {
    const { name, runs, source, uses } = component;
    if (seen.has(name)) return [];
    seen.add(name);
    const reloaded = RELOADED[name] ?? [];
    const files = uses.filter(({ flag }) => !reloaded.includes(flag)).map(({ path }) => path);
    const advice = ADVICE[runs](name);
    const restart =
      runs === 'static-pod'
        ? advice.restart.replaceAll('/etc/kubernetes/manifests', folder(source))
        : advice.restart;
    return [{ component: name, runs, logs: advice.logs, restart, files: [...new Set(files)].sort() }];
  });
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
