import { addressAt, parseCidr } from '../../net/cidr.ts';
import { formatIp, parseIpSloppy } from '../../net/ip.ts';
import type { SubjectAltName } from '../../x509/general-name.ts';
import type { ClusterSpec, ControlPlaneSpec } from '../spec/spec.ts';

/**
 * The names of an API server: its node, the `kubernetes` service, the endpoint of the control plane, and what the
 * configuration adds. Unlike kubeadm's, the first address of every service CIDR, not of the first alone.
 */
export function apiServerNames(spec: ClusterSpec, controlPlane: ControlPlaneSpec): SubjectAltName[] {
  const service = 'kubernetes.default.svc';
  const hosts = ['kubernetes', 'kubernetes.default', service, `${service}.${spec.dnsDomain}`];
  const endpoint = spec.controlPlaneEndpoint === undefined ? [] : [spec.controlPlaneEndpoint.host];
  return subjectAltNames(
    [controlPlane.name, ...hosts],
    [
      ...spec.serviceSubnets.flatMap(firstServiceAddress),
      controlPlane.advertiseAddress,
      ...endpoint,
      ...spec.apiServerCertSANs,
      ...controlPlane.certSANs,
    ],
  );
}

/** The names of an etcd member: its node, itself from its own machine, and what the configuration adds. */
export function etcdNames(controlPlane: ControlPlaneSpec, further: readonly string[]): SubjectAltName[] {
  return subjectAltNames(
    [controlPlane.name, 'localhost'],
    [controlPlane.advertiseAddress, '127.0.0.1', '::1', ...further],
  );
}

/** The names of a kubelet: its node and the addresses given. */
export function kubeletNames(name: string, addresses: readonly string[]): SubjectAltName[] {
  return subjectAltNames([name], addresses);
}

function firstServiceAddress(subnet: string): string[] {
  const cidr = parseCidr(subnet);
  const address = cidr === undefined ? undefined : addressAt(cidr, 1);
  return address === undefined ? [] : [formatIp(address.bytes)];
}

/**
 * kubeadm's order: DNS names sorted, then addresses in order of mention; each once.
 *
 * @param names DNS names, also those that look like an address: a node may be called `10.0.0.1`
 * @param values names and addresses
 */
function subjectAltNames(names: readonly string[], values: readonly string[]): SubjectAltName[] {
  const dns = new Set(names);
  const ip = new Set<string>();
  for (const value of values) {
    const address = parseIpSloppy(value);
    if (address === undefined) dns.add(value);
    else ip.add(formatIp(address.bytes));
  }
  return [
    ...[...dns].sort().map((value): SubjectAltName => ({ type: 'dns', value })),
    ...[...ip].map((value): SubjectAltName => ({ type: 'ip', value })),
  ];
}
