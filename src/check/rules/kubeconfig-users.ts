import type { User } from '../../kubeconfig/model.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import type { Machine } from './machine.ts';

/** A user of a kubeconfig, and the field in which it stands: `users[0].user`. */
export interface NamedUser {
  readonly entry: KubeconfigEntry;
  readonly user: User;
  readonly name: string;
  readonly field: string;
}

/** The users of all kubeconfigs. */
export function users({ inventory }: Machine): NamedUser[] {
  return inventory.kubeconfigs.flatMap((entry) =>
    entry.kubeconfig.users.map(({ name, user }, at) => ({ entry, user, name, field: `users[${at}].user` })),
  );
}

/** Whether a field says anything: client-go takes an empty one for absent. */
export const has = (text: string | undefined): boolean => text !== undefined && text !== '';
