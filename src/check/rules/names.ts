import { parseIp } from '../../net/ip.ts';
import { isDnsSubdomain, isWildcardDnsSubdomain } from '../../net/dns-name.ts';
import type { Duty } from './duties.ts';
import {
  apiServers,
  calledServers,
  clusterDomain,
  componentOf,
  covers,
  namesText,
  serviceAddress,
  serviceCidrs,
  urlHosts,
  type Reached,
} from './endpoints.ts';
import { setting } from './lookup.ts';
import type { Machine } from './machine.ts';
import { reissue } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { distinct, usersOf } from './words.ts';

const PKI_PAGE = 'kubernetes.io, "PKI certificates and requirements"';
const KUBEADM = 'kubeadm cmd/kubeadm/app/util/pkiutil/pki_helpers.go';
const FIX =
  'add the name to the configuration (apiServer.certSANs, etcd.local.serverCertSANs, …), then kubepki apply --config FILE, and restart the component';

/** What one duty lacks. Of a certificate without any name, that is told instead. */
function lacking(machine: Machine, duty: Duty, reached: readonly Reached[]): Violation[] {
  if (duty.certificate.names === undefined) return [];
  const missing = reached.filter(({ host }) => !covers(duty.certificate, host));
  return missing.length === 0 ? [] : [lack(machine, duty, missing)];
}

function lack(machine: Machine, duty: Duty, missing: readonly Reached[]): Violation {
  const { certificate, by } = duty;
  const hosts = [...new Set(missing.map(({ host }) => host))];
  const sources = [...new Set(missing.map((one) => one.by))];
  return {
    path: certificate.id,
    message: `${certificate.subject} (used by ${by}) is not good for ${hosts.join(', ')}, by which it is reached (${sources.join(', ')})`,
    expected: hosts.join(', '),
    actual: namesText(certificate),
    fix: sanFix(machine, duty, missing),
  };
}

/** Fields of the configuration that say further names of a certificate. */
const FIELDS: Readonly<Record<string, string>> = Object.freeze({
  apiserver: 'apiServer.certSANs',
  'etcd-server': 'etcd.local.serverCertSANs',
  'etcd-peer': 'etcd.local.peerCertSANs',
});

function sanFix(machine: Machine, duty: Duty, missing: readonly Reached[]): string {
  const hosts = [...new Set(missing.map(({ host }) => host))];
  const field = FIELDS[duty.renew ?? ''];
  // What manifests say follows from the rest of the configuration; what else calls, it may not know of.
  const isTold = missing.every(({ by }) => !by.startsWith('/'));
  const fix = reissue(machine, duty, 'remake', hosts) ?? FIX;
  if (field === undefined || isTold) return fix;
  return `add ${hosts.join(', ')} to ${field} of the configuration where it does not follow from the rest, then ${fix}`;
}

const serverDuties = ({ duties }: Machine): Duty[] => duties.filter(({ kind }) => kind !== 'client');

const onApiServers =
  (reached: (machine: Machine, duty: Duty) => readonly Reached[]) =>
  (machine: Machine): Violation[] =>
    apiServers(machine).flatMap((duty) => lacking(machine, duty, reached(machine, duty)));

function serviceNames(machine: Machine): Reached[] {
  const domain = clusterDomain(machine);
  const hosts = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  return [...hosts, ...(domain === undefined ? [] : [`kubernetes.default.svc.${domain}`])].map((host) => ({
    host,
    by: 'pods, through the service',
  }));
}

/** The first network's address, or those of the further ones. */
const serviceAddresses =
  (which: 'first' | 'further') =>
  (machine: Machine, duty: Duty): Reached[] => {
    const component = componentOf(machine, duty);
    if (component === undefined) return [];
    const cidrs = serviceCidrs(component);
    return (which === 'first' ? cidrs.slice(0, 1) : cidrs.slice(1)).flatMap((cidr): Reached[] => {
      const address = serviceAddress(cidr);
      return address === undefined ? [] : [{ host: address.host, by: '--service-cluster-ip-range' }];
    });
  };

function advertised(machine: Machine, duty: Duty): Reached[] {
  const component = componentOf(machine, duty);
  const host = component === undefined ? undefined : setting(component, 'advertise-address');
  return host === undefined || parseIp(host) === undefined ? [] : [{ host, by: '--advertise-address' }];
}

const OWN_MACHINE: Reached = Object.freeze({ host: '127.0.0.1', by: 'kube-apiserver on its own machine' });

/** etcd is called by the API server and by probes on its own machine, and by its peers. */
const etcdHosts =
  (kind: 'server' | 'peer') =>
  (machine: Machine): Violation[] =>
    serverDuties(machine)
      .filter((duty) => duty.component === 'etcd' && duty.kind === kind)
      .flatMap((duty) => {
        const etcd = componentOf(machine, duty);
        const flag = kind === 'server' ? 'advertise-client-urls' : 'initial-advertise-peer-urls';
        // Without a manifest it is known by its place, where kubeadm's API server calls it so.
        if (etcd === undefined) return lacking(machine, duty, kind === 'server' ? [OWN_MACHINE] : []);
        const listened = kind === 'server' ? urlHosts(etcd, 'listen-client-urls') : [];
        return lacking(machine, duty, [...urlHosts(etcd, flag), ...listened]);
      });

/** Rules about subject alternative names. */
export const NAME_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'no-san',
    severity: 'error',
    title: 'a server certificate has no subject alternative name: its common name counts for nothing',
    source: 'RFC 9525 6.3; Go 1.15 release notes, crypto/x509',
    fix: FIX,
    evaluate: (machine) =>
      serverDuties(machine)
        .filter(({ certificate }) => certificate.names === undefined)
        .map((duty) => ({
          path: duty.certificate.id,
          message: `${duty.certificate.subject} (used by ${duty.by}) has no subject alternative name, and Go says "x509: certificate relies on legacy Common Name field, use SANs instead"`,
          expected: 'subject alternative names',
          actual: 'none',
          fix: reissue(machine, duty, 'remake') ?? FIX,
        })),
  },
  {
    code: 'missing-service-name',
    severity: 'error',
    title: "the API server's certificate lacks a name of the service kubernetes.default",
    source: `${PKI_PAGE}; ${KUBEADM}`,
    fix: FIX,
    evaluate: onApiServers(serviceNames),
  },
  {
    code: 'missing-service-address',
    severity: 'error',
    title:
      "the API server's certificate lacks the first address of the services' network, by which pods call it",
    source: `${PKI_PAGE}; ${KUBEADM}`,
    fix: FIX,
    evaluate: onApiServers(serviceAddresses('first')),
  },
  {
    code: 'dual-stack-gap',
    severity: 'warning',
    title: "the API server's certificate lacks the first address of the services' second network",
    source: 'kubernetes.io, "IPv4/IPv6 dual-stack"; kubeadm puts in that of the first network alone',
    fix: FIX,
    evaluate: onApiServers(serviceAddresses('further')),
  },
  {
    code: 'missing-advertise-address',
    severity: 'error',
    title: "the API server's certificate lacks the address that it advertises",
    source: `${PKI_PAGE}; ${KUBEADM}`,
    fix: FIX,
    evaluate: onApiServers(advertised),
  },
  {
    code: 'server-not-in-certificate',
    severity: 'error',
    title: 'a kubeconfig calls the API server by a name or address that its certificate lacks',
    source: 'RFC 9525 6; kubernetes/kubernetes#62939',
    fix: FIX,
    yieldsTo: ['missing-advertise-address'],
    evaluate: (machine) =>
      apiServers(machine).flatMap((duty) => {
        const known = new Set(advertised(machine, duty).map(({ host }) => host));
        return lacking(
          machine,
          duty,
          calledServers(machine, duty).filter(({ host }) => !known.has(host)),
        );
      }),
  },
  {
    code: 'etcd-missing-san',
    severity: 'error',
    title: "etcd's server certificate lacks an address at which clients call it",
    source: 'etcd.io, "Transport security model"; kubeadm pki_helpers.go GetEtcdAltNames',
    fix: FIX,
    evaluate: etcdHosts('server'),
  },
  {
    code: 'etcd-peer-missing-san',
    severity: 'error',
    title: "etcd's peer certificate lacks an address at which other members call it",
    source: 'etcd.io, "Transport security model"; kubeadm pki_helpers.go GetEtcdPeerAltNames',
    fix: FIX,
    evaluate: etcdHosts('peer'),
  },
  {
    code: 'dns-san-is-address',
    severity: 'warning',
    title: 'an address stands among the DNS names, where nobody looks for addresses',
    source: 'RFC 5280 4.2.1.6; RFC 9525 6.5',
    fix: 'issue it again with the address as an IP SAN: kubepki apply --config FILE, or kubepki issue … --san ADDRESS',
    mending: 'replace',
    evaluate: (machine) =>
      distinct(machine).flatMap((one) =>
        (one.names ?? []).flatMap((name): Violation[] => {
          if (name.kind !== 'dns' || parseIp(name.value) === undefined || covers(one, name.value)) return [];
          return [
            {
              path: one.id,
              message: `${one.subject} has the address ${name.value} as a DNS name${usersOf(machine, one)}`,
              expected: `IP:${name.value}`,
              actual: `DNS:${name.value}`,
            },
          ];
        }),
      ),
  },
  {
    code: 'malformed-san',
    severity: 'warning',
    title: 'a DNS name in a certificate is none, so that it matches nothing',
    source: 'RFC 5280 4.2.1.6; Go crypto/x509 validHostname',
    fix: 'issue it again with the name as it is called',
    mending: 'replace',
    evaluate: (machine) =>
      distinct(machine).flatMap((one) => {
        const odd = (one.names ?? []).flatMap((name) =>
          name.kind === 'dns' && isOdd(name.value) ? name.value : [],
        );
        if (odd.length === 0) return [];
        return [
          {
            path: one.id,
            message: `${one.subject} has a DNS name that matches no host${usersOf(machine, one)}`,
            expected: 'letters, digits, hyphens and dots, a wildcard as the first label at most',
            actual: odd.map((value) => JSON.stringify(value)).join(', '),
          },
        ];
      }),
  },
]);

function isOdd(value: string): boolean {
  // Go takes underscores, which some names of services have.
  const name = value.toLowerCase().replace(/\.$/, '').replaceAll('_', 'x');
  return !isDnsSubdomain(name) && !isWildcardDnsSubdomain(name);
}
