import type { Cluster, User } from '../../kubeconfig/model.ts';
import type { KubeconfigEntry, TokenFacts } from '../inventory.ts';
import type { Machine } from './machine.ts';

/** Where the documentation has kubeconfigs. */
export const KUBECONFIG_PAGE = 'kubernetes.io, "Organizing cluster access using kubeconfig files"';

/** Where client-go looks for what is wrong. */
export const VALIDATION = 'client-go tools/clientcmd/validation.go';

/** A user of a kubeconfig, and the field in which it stands: `users[0].user`. */
export interface NamedUser {
  readonly entry: KubeconfigEntry;
  readonly user: User;
  readonly name: string;
  readonly field: string;
  readonly token: TokenFacts | undefined;
}

/** The users of all kubeconfigs. */
export function users({ inventory }: Pick<Machine, 'inventory'>): NamedUser[] {
  return inventory.kubeconfigs.flatMap((entry) =>
    entry.kubeconfig.users.map(({ name, user }, at) => ({
      entry,
      user,
      name,
      field: `users[${at}].user`,
      token: entry.tokens[at],
    })),
  );
}

/** A cluster of a kubeconfig, and the field in which it stands: `clusters[0].cluster`. */
export interface NamedCluster {
  readonly entry: KubeconfigEntry;
  readonly cluster: Cluster;
  readonly name: string;
  readonly field: string;
}

/** The clusters of all kubeconfigs. */
export function clusters({ inventory }: Machine): NamedCluster[] {
  return inventory.kubeconfigs.flatMap((entry) =>
    entry.kubeconfig.clusters.map(({ name, cluster }, at) => ({
      entry,
      cluster,
      name,
      field: `clusters[${at}].cluster`,
    })),
  );
}

/** Whether a field says anything: client-go takes an empty one for absent. */
export const has = (text: string | undefined): boolean => text !== undefined && text !== '';
