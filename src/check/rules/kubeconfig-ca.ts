import { quote } from '../../errors/quote.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { contentPlace, knownKubeconfig } from './duties.ts';
import { apiServers, belongsTo } from './endpoints.ts';
import type { CertificateFacts } from './facts.ts';
import type { NamedCluster } from './kubeconfig-users.ts';
import { folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Violation } from './rule.ts';
import { isTrusted } from './trust.ts';
import { restartOf, shellWord } from './words.ts';

/** A cluster that is checked by another CA than the machine's. */
export function otherCa(machine: Machine, { entry, cluster, name, field }: NamedCluster): Violation[] {
  const place = contentPlace(machine, entry, {
    field: `${field}.certificate-authority`,
    data: cluster.certificateAuthorityData,
    file: cluster.certificateAuthority,
  });
  const own = place === undefined ? undefined : machine.byPlace.get(place);
  if (place === undefined || own === undefined) return [];
  const right = clusterCa(machine, entry);
  if (right === undefined || right.accepts(own)) return [];
  return [
    {
      path: place,
      message: `cluster ${quote(name)} is checked by another CA than ${right.place}: "x509: certificate signed by unknown authority"`,
      expected: `${right.ca.subject}, SHA-256 ${right.ca.entry.fingerprint.slice(0, 16)}…`,
      actual: own.map((one) => `${one.subject}, SHA-256 ${one.entry.fingerprint.slice(0, 16)}…`).join('; '),
      fix: `kubectl config set-cluster ${shellWord(name)} --certificate-authority=${right.place} --embed-certs --kubeconfig=${entry.path}${restartText(machine, entry)}`,
    },
  ];
}

/** What is to be done after a kubeconfig was changed: `, then restart …`. */
export function restartText(machine: Machine, entry: KubeconfigEntry): string {
  const row = knownKubeconfig(entry);
  return row === undefined || row.component === 'kubectl'
    ? ''
    : `, then ${restartOf(machine, row.component)}`;
}

interface ClusterCa {
  readonly place: string;
  readonly ca: CertificateFacts;
  readonly accepts: (cas: readonly CertificateFacts[]) => boolean;
}

/** The CA by which a kubeconfig of this machine must know the API server: of its certificate, or beside the kubeconfig. */
function clusterCa(machine: Machine, entry: KubeconfigEntry): ClusterCa | undefined {
  for (const { certificate, anchors } of apiServers(machine).filter((duty) => belongsTo(duty, entry))) {
    for (const { place } of anchors) {
      const cas = machine.byPlace.get(place) ?? [];
      const [ca] = cas;
      if (ca !== undefined && isTrusted(machine, certificate, cas))
        return { place, ca, accepts: (own) => isTrusted(machine, certificate, own) };
    }
  }
  const folder = folderOf(entry.path);
  const place = [`${folder}/pki/ca.crt`, `${folderOf(folder)}/pki/ca.crt`].find((one) =>
    machine.byPlace.has(one),
  );
  const cas = place === undefined ? [] : (machine.byPlace.get(place) ?? []);
  const [ca] = cas;
  if (place === undefined || ca === undefined) return undefined;
  const prints = new Set(cas.map(({ entry: { fingerprint } }) => fingerprint));
  return { place, ca, accepts: (own) => own.some((one) => prints.has(one.entry.fingerprint)) };
}
