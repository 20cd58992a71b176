import type { Inventory, KubeconfigEntry } from '../inventory.ts';
import { located } from '../discover/kubeconfig-uses.ts';
import { has } from '../rules/kubeconfig-users.ts';
import type { Group } from './describe-contexts.ts';

/** Whether a place of a finding or a certificate, `FILE` or `FILE#FIELD`, has to do with something. */
export type Concerns = (place: string) => boolean;

const ENTRY = /^(?:clusters|users|contexts)\[\d+\]/;

/** The entries of a kubeconfig, and the files that each names. */
function entriesOf({
  path,
  kubeconfig,
}: KubeconfigEntry): { readonly place: string; readonly files: string[] }[] {
  const file = (name: string | undefined): string[] =>
    has(name) ? [located(path, { path: name ?? '' })] : [];
  return [
    ...kubeconfig.clusters.map(({ cluster }, at) => ({
      place: `${path}#clusters[${at}]`,
      files: file(cluster.certificateAuthority),
    })),
    ...kubeconfig.users.map(({ user }, at) => ({
      place: `${path}#users[${at}]`,
      files: [user.clientCertificate, user.clientKey, user.tokenFile].flatMap(file),
    })),
  ];
}

/** What has to do with one context of kubeconfigs that are read as one: not what other contexts use. */
export function concerning(group: Group, name: string): Concerns {
  const kept = new Set<string>();
  const keep = (section: 'clusters' | 'users' | 'contexts', wanted: string): void => {
    for (const { path, kubeconfig } of group) {
      const at = kubeconfig[section].findIndex((one) => one.name === wanted);
      if (at < 0) continue;
      kept.add(`${path}#${section}[${at}]`);
      return;
    }
  };
  const context = group.flatMap(({ kubeconfig }) => kubeconfig.contexts).find((one) => one.name === name);
  keep('contexts', name);
  keep('clusters', context?.context.cluster ?? '');
  keep('users', context?.context.user ?? '');
  const entries = group.flatMap(entriesOf);
  const filesOf = (wanted: boolean): ReadonlySet<string> =>
    new Set(entries.filter(({ place }) => kept.has(place) === wanted).flatMap(({ files }) => files));
  const [own, others] = [filesOf(true), filesOf(false)];
  const paths = new Set(group.map(({ path }) => path));
  return (place) => {
    const [path = '', field = ''] = place.split('#');
    if (!paths.has(path)) return own.has(path) || !others.has(path);
    const entry = ENTRY.exec(field)?.[0];
    return entry === undefined || kept.has(`${path}#${entry}`);
  };
}

/** An inventory of one context, which is taken for the current one. Entries of kubeconfigs stay: they are told by their number. */
export function chooseContext(inventory: Inventory, name: string, concerns: Concerns): Inventory {
  return {
    ...inventory,
    certificates: inventory.certificates.filter(({ id }) => concerns(id)),
    keys: inventory.keys.filter(({ id }) => concerns(id)),
    problems: inventory.problems.filter(({ path }) => concerns(path)),
    kubeconfigs: inventory.kubeconfigs.map((entry) => ({
      ...entry,
      kubeconfig: { ...entry.kubeconfig, currentContext: name },
    })),
  };
}
