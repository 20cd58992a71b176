import { addressAt, familyOf, parseCidr, type Cidr } from '../../net/cidr.ts';
import { formatIp, parseIp } from '../../net/ip.ts';
import type { Component, KubeconfigEntry } from '../inventory.ts';
import { knownKubeconfig, type Duty } from './duties.ts';
import type { CertificateFacts } from './facts.ts';
import { isInKeptFolder } from './kept.ts';
import { componentsNamed, folderOf, groupBy, setting, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';

/** An address or name by which something is reached, and who says so. */
export interface Reached {
  readonly host: string;
  readonly by: string;
}

/** The host of a URL: a name, or an address without brackets; `undefined` where there is none. */
export function hostOf(url: string): string | undefined {
  const match = /^[a-zA-Z][\w+.-]*:\/\/(?:\[([^\]]*)\]|([^/:?#]*))/.exec(url);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || host === '' ? undefined : host;
}

/**
 * Whether a certificate is good for a host (RFC 9525 6): of the SAN alone, a wildcard as the left-most label, a final
 * dot ignored as in Go.
 */
export function covers({ names = [] }: CertificateFacts, host: string): boolean {
  const address = parseIp(host);
  if (address !== undefined) {
    const canonical = formatIp(address.bytes);
    return names.some((name) => name.kind === 'ip' && name.value === canonical);
  }
  const wanted = host.toLowerCase().replace(/\.$/, '');
  return names.some((name) => {
    if (name.kind !== 'dns') return false;
    const value = name.value.toLowerCase().replace(/\.$/, '');
    if (value === wanted) return true;
    return (
      value.startsWith('*.') &&
      wanted.slice(wanted.indexOf('.')) === value.slice(1) &&
      !wanted.startsWith('.')
    );
  });
}

/** The names of a certificate for messages. */
export function namesText({ names = [] }: CertificateFacts): string {
  const texts = names.flatMap((name) => {
    if (name.kind === 'dns') return [`DNS:${name.value}`];
    return name.kind === 'ip' ? [`IP:${name.value}`] : [];
  });
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** The API servers whose certificate was found. */
export function apiServers({ duties }: Machine): Duty[] {
  return duties.filter(({ component, kind }) => component === 'kube-apiserver' && kind === 'server');
}

/** The component behind a duty: the one that names the certificate. */
export function componentOf(machine: Machine, { component, certificate }: Duty): Component | undefined {
  const { path } = certificate.entry;
  return componentsNamed(machine, component).find(({ uses }) => uses.some((use) => use.path === path));
}

/** The networks of the services, in order. */
export function serviceCidrs(component: Component): Cidr[] {
  return settingList(component, 'service-cluster-ip-range').flatMap((text) => parseCidr(text) ?? []);
}

/** The first address of a network of services, which is that of `kubernetes.default`, and the network's family. */
export function serviceAddress(cidr: Cidr): { readonly host: string; readonly family: 4 | 6 } | undefined {
  const address = addressAt(cidr, 1);
  return address === undefined ? undefined : { host: formatIp(address.bytes), family: familyOf(cidr) };
}

/** The addresses and names of etcd's URLs of a flag; those that stand for all addresses name none. */
export function urlHosts(component: Component, flag: string): Reached[] {
  return settingList(component, flag).flatMap((url): Reached[] => {
    const host = url.startsWith('https:') ? hostOf(url) : undefined;
    return host === undefined || host === '0.0.0.0' || host === '::' ? [] : [{ host, by: `--${flag}` }];
  });
}

/** The root of another machine's files in a tree of kubepki; `''` for those of the machine itself. */
const machineRoot = (path: string): string => /^(.*\/nodes\/[^/]+)\/(?:etc|var)\//.exec(path)?.[1] ?? '';

/** Whether a kubeconfig belongs to the API server's own machine: it lies in or above its PKI directory, or a component uses it. */
export function belongsTo(duty: Duty, entry: KubeconfigEntry): boolean {
  const folder = folderOf(entry.path);
  // What an old copy calls, an old certificate was for.
  if (isInKeptFolder(entry.path) !== isInKeptFolder(duty.certificate.entry.path)) return false;
  const pki = folderOf(duty.certificate.entry.path);
  const inPlace = pki === folder || folderOf(pki) === folder;
  if (inPlace || machineRoot(entry.path) !== machineRoot(duty.certificate.entry.path)) return inPlace;
  return knownKubeconfig(entry) !== undefined && entry.uses.some(({ component }) => component !== 'kubectl');
}

/** The servers that kubeconfigs of an API server's machine call: where they name another to be expected, that. */
export function calledServers(
  machine: Machine,
  duty: Duty,
): (Reached & { readonly entry: KubeconfigEntry; readonly at: number })[] {
  return machine.inventory.kubeconfigs
    .filter((entry) => belongsTo(duty, entry))
    .flatMap((entry) =>
      entry.kubeconfig.clusters.flatMap(({ cluster }, at) => {
        const host =
          cluster.tlsServerName ?? (cluster.server.startsWith('https:') ? hostOf(cluster.server) : undefined);
        return host === undefined || cluster.insecureSkipTlsVerify === true
          ? []
          : [{ host, by: entry.path, entry, at }];
      }),
    );
}

/** The DNS domain of the cluster's services, where the kubelet says it. */
export function clusterDomain(machine: Machine): string | undefined {
  const [kubelet] = componentsNamed(machine, 'kubelet');
  return kubelet === undefined
    ? undefined
    : setting(kubelet, 'clusterDomain', 'cluster-domain')?.replace(/\.$/, '');
}

/** Certificates that have the node's name, by the end of their place. */
const NAMED_BY_NODE =
  /\/kubernetes\/pki\/etcd\/(?:server|peer)\.crt$|\/kubelet\/pki\/(?:kubelet\.crt|kubelet-client-current\.pem)$/;
const NODE_USER = /^system:node:(.+)$/;

/** What says the node's name beside the kubelet's own settings: each may be the wrong one. */
function namesOfNode({ byPlace, inventory }: Machine, etcd: Component | undefined): string[] {
  const places = [...byPlace.keys()].filter(
    (place) => NAMED_BY_NODE.test(place) && !place.includes('/nodes/'),
  );
  // Two of a kind are of two machines.
  if (places.filter((place) => place.endsWith('/etcd/server.crt')).length > 1) return [];
  const certificates = places.flatMap((place) => byPlace.get(place)?.[0]?.commonName ?? []);
  const users = inventory.kubeconfigs
    .filter(({ path }) => path.endsWith('/kubernetes/kubelet.conf') && !path.includes('/nodes/'))
    .flatMap(({ kubeconfig }) =>
      kubeconfig.users.map(({ name }) => name).filter((name) => NODE_USER.test(name)),
    );
  const member = etcd === undefined ? undefined : setting(etcd, 'name');
  return [...(member === undefined ? [] : [member]), ...users, ...certificates].map((name) =>
    name.replace(NODE_USER, '$1').replace(/@.*$/, ''),
  );
}

/** What most of them say; `undefined` where as many say something else. */
function mostOften(names: readonly string[]): string | undefined {
  const counts = [...groupBy(names, (name) => name)].map(([name, { length }]) => ({ name, length }));
  const [first, second] = counts.sort((a, b) => b.length - a.length);
  return first?.length === second?.length ? undefined : first?.name;
}

/** The name of the machine's node: as the kubelet is told, as it was told here, or as most of what kubeadm names by it says. */
export function nodeName(machine: Machine): string | undefined {
  // kubepki's tree also holds the files of other machines.
  const isOwn = ({ source }: Component): boolean => !source.includes('/nodes/');
  const kubelets = componentsNamed(machine, 'kubelet').filter(isOwn);
  const etcds = componentsNamed(machine, 'etcd').filter((etcd) => isOwn(etcd) && etcd.runs === 'static-pod');
  // Several of a kind are several machines, which have no name in common.
  if (kubelets.length > 1 || etcds.length > 1) return undefined;
  const told = kubelets.map((kubelet) => setting(kubelet, 'hostname-override'))[0];
  return told?.toLowerCase() ?? machine.settings.nodeName ?? mostOften(namesOfNode(machine, etcds[0]));
}
