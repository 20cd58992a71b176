import { quote } from '../errors/quote.ts';
import type { Section } from './entries.ts';
import type { ChangedKubeconfig, KubeconfigChange } from './kubeconfig-change.ts';
import type { Kubeconfig, NamedContext, User } from './model.ts';

/** What {@link pruneKubeconfig} goes by. */
export interface PruneOptions {
  /**
   * All kubeconfigs that are used together, this one too: what one of them names may be in another. Default: this one
   * alone.
   */
  readonly among?: readonly Kubeconfig[] | undefined;
  /** Why a user is of no use any more, as a clause, such as an expired certificate; `undefined` where it is. */
  readonly uselessUser?: ((name: string, user: User) => string | undefined) | undefined;
}

/**
 * A kubeconfig without its dead entries: contexts whose cluster or user is not there, clusters and users that no living
 * context names, and a current context that is not there.
 */
export function pruneKubeconfig(config: Kubeconfig, options: PruneOptions = {}): ChangedKubeconfig {
  const { among = [config], uselessUser = () => undefined } = options;
  const useless = uselessIn(among, uselessUser);
  const names = (section: Section): ReadonlySet<string> =>
    new Set(among.flatMap((one) => one[section].map(({ name }) => name)));
  const there = { clusters: names('clusters'), users: names('users') };
  const deathOf = ({ context: { cluster, user } }: NamedContext): string | undefined => {
    if (cluster !== '' && !there.clusters.has(cluster)) return `there is no cluster ${quote(cluster)}`;
    if (user !== '' && !there.users.has(user)) return `there is no user ${quote(user)}`;
    const why = useless.get(user);
    return why === undefined ? undefined : `its user ${quote(user)}: ${why}`;
  };
  const living = among.flatMap(({ contexts }) => contexts).filter((one) => deathOf(one) === undefined);
  const used = {
    clusters: new Set(living.map(({ context }) => context.cluster)),
    users: new Set(living.map(({ context }) => context.user)),
  };
  const changes: KubeconfigChange[] = [];
  const contexts = config.contexts.filter((one) => {
    const reason = deathOf(one);
    if (reason !== undefined) changes.push({ action: 'remove', section: 'contexts', name: one.name, reason });
    return reason === undefined;
  });
  const keepUsed = <T extends { readonly name: string }>(
    section: 'clusters' | 'users',
    list: readonly T[],
  ): T[] =>
    list.filter(({ name }) => {
      if (used[section].has(name)) return true;
      const reason = (section === 'users' ? useless.get(name) : undefined) ?? 'no context names it';
      changes.push({ action: 'remove', section, name, reason });
      return false;
    });
  const clusters = keepUsed('clusters', config.clusters);
  const users = keepUsed('users', config.users);
  const currentContext = livingContext(config, living, changes);
  return { config: { ...config, clusters, contexts, users, currentContext }, changes };
}

/** Why users are of no use, by name; of several with one name the first counts, as for kubectl. */
function uselessIn(
  among: readonly Kubeconfig[],
  why: NonNullable<PruneOptions['uselessUser']>,
): ReadonlyMap<string, string | undefined> {
  const out = new Map<string, string | undefined>();
  for (const { users } of among)
    for (const { name, user } of users) if (!out.has(name)) out.set(name, why(name, user));
  return out;
}

function livingContext(
  { currentContext: name }: Kubeconfig,
  living: readonly NamedContext[],
  changes: KubeconfigChange[],
): string {
  if (name === '' || living.some((one) => one.name === name)) return name;
  const reason = 'there is no such context';
  changes.push({ action: 'remove', section: 'current-context', name, reason });
  return '';
}
