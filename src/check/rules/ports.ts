import type { Component } from '../inventory.ts';
import { knownKubeconfig } from './duties.ts';
import { hostOf } from './endpoints.ts';
import { placeOf } from './facts.ts';
import { componentsNamed, folderOf, setting, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

/** The port of a component's API (Kubernetes: cmd/NAME/app/options). */
const DEFAULT_PORTS: Readonly<Record<string, string>> = Object.freeze({
  'kube-apiserver': '6443',
  'kube-controller-manager': '10257',
  'kube-scheduler': '10259',
});

const portOf = (url: string): string =>
  /:(\d+)(?:[/?#]|$)/.exec(url.replace(/^[a-z]+:\/\//i, ''))?.[1] ?? '443';

/** The ports that it answers on; `undefined` where that is not known. */
function ownPorts(component: Component): string[] | undefined {
  const { name } = component;
  if (name === 'etcd') {
    const flags = ['listen-metrics-urls', 'listen-client-urls', 'listen-client-http-urls'];
    return flags.flatMap((flag) => settingList(component, flag).map(portOf));
  }
  const port = setting(component, 'secure-port') ?? DEFAULT_PORTS[name];
  return port === undefined ? undefined : [port];
}

function probed({ inventory }: Machine): Violation[] {
  return inventory.components.flatMap((component): Violation[] => {
    const own = ownPorts(component);
    const wrong = component.probePorts?.find((port) => own?.includes(port) === false);
    if (own === undefined || wrong === undefined) return [];
    return [
      {
        path: component.source,
        message: `the kubelet asks ${component.name} on port ${wrong} whether it lives, and it does not listen there: it is restarted again and again`,
        expected: own.join(' or ') || 'a port that it listens on',
        actual: wrong,
        fix: `correct the port of the probes in ${shellWord(component.source)}`,
      },
    ];
  });
}

/** Kubeconfigs beside an API server's manifest that call its own address on another port. */
function called(machine: Machine): Violation[] {
  const servers = componentsNamed(machine, 'kube-apiserver');
  return servers.flatMap((component) => {
    const address = setting(component, 'advertise-address');
    const port = setting(component, 'secure-port') ?? '6443';
    const own = folderOf(folderOf(component.source));
    return machine.inventory.kubeconfigs
      .filter((entry) => folderOf(entry.path) === own && knownKubeconfig(entry) !== undefined)
      .flatMap(({ path, kubeconfig }) =>
        kubeconfig.clusters.flatMap(({ name, cluster }, at): Violation[] => {
          const called = portOf(cluster.server);
          if (address === undefined || hostOf(cluster.server) !== address || called === port) return [];
          return [
            {
              path: placeOf(path, `clusters[${at}].cluster.server`),
              message: `calls the API server of this machine on port ${called}, and ${component.source} says that it listens on ${port}`,
              expected: port,
              actual: cluster.server,
              fix: `kubectl config set-cluster ${shellWord(name)} --server=https://${address.includes(':') ? `[${address}]` : address}:${port} --kubeconfig=${shellWord(path)}, or correct --secure-port`,
            },
          ];
        }),
      );
  });
}

/** Rules about the ports by which components find each other. */
export const PORT_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'probe-port-mismatch',
    severity: 'error',
    title: 'the kubelet probes a component on a port on which it does not listen',
    source: 'kubernetes.io, "Configure Liveness, Readiness and Startup Probes"',
    fix: 'name the port of --secure-port in the probes',
    evaluate: probed,
  },
  {
    code: 'server-port-mismatch',
    severity: 'warning',
    title: 'a kubeconfig calls the API server of its machine on a port on which it does not listen',
    source: 'kubernetes.io, "kube-apiserver": --secure-port',
    fix: 'kubectl config set-cluster NAME --server=https://HOST:PORT --kubeconfig=FILE',
    evaluate: called,
  },
]);
