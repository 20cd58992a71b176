import type { NamedContext } from '../../kubeconfig/model.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { contentPlace } from '../rules/duties.ts';
import { has } from '../rules/kubeconfig-users.ts';
import type { Machine } from '../rules/machine.ts';
import { describeUser, instant, type Credentials } from './describe-user.ts';
import type { ClusterFacts, ContextReport } from './kubeconfig-report.ts';

/** Kubeconfigs that are read as one: of entries of one name the first counts. */
export type Group = readonly KubeconfigEntry[];

/** Where an entry stands. */
interface Found {
  readonly entry: KubeconfigEntry;
  readonly at: number;
}

function find(group: Group, section: 'clusters' | 'users', name: string): Found | undefined {
  for (const entry of group) {
    const at = entry.kubeconfig[section].findIndex((one) => one.name === name);
    if (at >= 0) return { entry, at };
  }
  return undefined;
}

/** The contexts of kubeconfigs, with what they lead to. */
export function describeContexts(machine: Machine, group: Group): ContextReport[] {
  const current = group.find(({ kubeconfig }) => kubeconfig.currentContext !== '')?.kubeconfig.currentContext;
  const seen = new Set<string>();
  return group.flatMap(({ path, kubeconfig }) =>
    kubeconfig.contexts.flatMap(({ name, context }: NamedContext): ContextReport[] => {
      if (seen.has(name)) return [];
      seen.add(name);
      const { namespace, cluster, user } = context;
      return [
        {
          name,
          path,
          current: name === current,
          ...(has(namespace) ? { namespace: namespace ?? '' } : {}),
          cluster: describeCluster(machine, cluster, find(group, 'clusters', cluster)),
          user: describeUser(user, credentialsOf(machine, find(group, 'users', user))),
        },
      ];
    }),
  );
}

function describeCluster(machine: Machine, name: string, found: Found | undefined): ClusterFacts {
  const cluster = found?.entry.kubeconfig.clusters[found.at]?.cluster;
  if (found === undefined || cluster === undefined)
    return { name, found: false, insecure: false, authorities: [] };
  const { server, tlsServerName, proxyUrl, insecureSkipTlsVerify = false } = cluster;
  const place = contentPlace(machine, found.entry, {
    field: `clusters[${found.at}].cluster.certificate-authority`,
    data: cluster.certificateAuthorityData,
    file: cluster.certificateAuthority,
  });
  const certificates = place === undefined ? [] : (machine.byPlace.get(place) ?? []);
  return {
    name,
    found: true,
    server: withoutPassword(server),
    ...(has(tlsServerName) ? { tlsServerName: tlsServerName ?? '' } : {}),
    ...(has(proxyUrl) ? { proxyUrl: withoutPassword(proxyUrl ?? '') } : {}),
    insecure: insecureSkipTlsVerify,
    authorities: certificates.map(({ subject, notAfter, entry: { fingerprint } }) => ({
      subject,
      ...instant(notAfter),
      fingerprint,
    })),
  };
}

function credentialsOf(machine: Machine, found: Found | undefined): Credentials | undefined {
  const user = found?.entry.kubeconfig.users[found.at]?.user;
  if (found === undefined || user === undefined) return undefined;
  const place = contentPlace(machine, found.entry, {
    field: `users[${found.at}].user.client-certificate`,
    data: user.clientCertificateData,
    file: user.clientCertificate,
  });
  const [certificate] = place === undefined ? [] : (machine.byPlace.get(place) ?? []);
  return { user, certificate, token: found.entry.tokens[found.at] };
}

/** A URL without what may stand before the host. */
function withoutPassword(url: string): string {
  return url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1');
}
