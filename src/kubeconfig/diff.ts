import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Finding } from '../errors/finding.ts';
import {
  clusterFacts,
  contextFacts,
  unknownFacts,
  userFacts,
  type Fact,
  type ReadIfReadable,
} from './diff-facts.ts';
import { compareSection, fieldChanges, keyOf, type Compared, type Entries } from './diff-sections.ts';
import type { KubeconfigChange } from './kubeconfig-change.ts';
import type { Kubeconfig } from './model.ts';

/** Options of {@link diffKubeconfigs}: how files are read that the kubeconfigs name; default: they cannot be. */
export interface DiffOptions {
  readonly readBefore?: ReadIfReadable | undefined;
  readonly readAfter?: ReadIfReadable | undefined;
}

/** By what two kubeconfigs differ. It holds no secret. */
export interface KubeconfigDiff {
  /** Whether they mean the same. */
  readonly same: boolean;
  /** What makes the second of the first. */
  readonly changes: readonly KubeconfigChange[];
  /** Files that could not be read and are compared by their paths. */
  readonly notices: readonly Finding[];
}

/**
 * By what two kubeconfigs differ in meaning. The order of entries, empty fields, and whether content is embedded or in a
 * file do not count; certificates are compared as certificates, keys by their public halves. An entry that is there
 * under another name is a rename, and a context is what it leads to. Keys, tokens and passwords are never told.
 */
export async function diffKubeconfigs(
  before: Kubeconfig,
  after: Kubeconfig,
  { readBefore = () => undefined, readAfter = () => undefined }: DiffOptions = {},
  environment: Environment = {},
): Promise<KubeconfigDiff> {
  const { crypto } = resolveEnvironment(environment);
  const unread = new Set<string>();
  const sides = {
    before: factsOf(before, noting(readBefore, unread)),
    after: factsOf(after, noting(readAfter, unread)),
  };
  const clusters = await compareSection('clusters', sides.before.clusters, sides.after.clusters, crypto);
  const users = await compareSection('users', sides.before.users, sides.after.users, crypto);
  const leads = { clusters: leadsOf(sides, clusters, 'clusters'), users: leadsOf(sides, users, 'users') };
  const contexts = await compareSection(
    'contexts',
    contextsOf(before, leads, 'before'),
    contextsOf(after, leads, 'after'),
    crypto,
  );
  const renamed = contexts.renamed.get(before.currentContext) ?? before.currentContext;
  const changes = [
    ...clusters.changes,
    ...users.changes,
    ...contexts.changes,
    ...(renamed === after.currentContext ? [] : [currentContextChange(before, after)]),
    ...(await topChanges(before, after, crypto)),
  ];
  return { same: changes.length === 0, changes, notices: [...unread].map(notReadable) };
}

type Sides = Readonly<Record<'before' | 'after', Readonly<Record<'clusters' | 'users', Entries>>>>;

function noting(read: ReadIfReadable, unread: Set<string>): ReadIfReadable {
  return (path) => {
    const bytes = read(path);
    if (bytes === undefined) unread.add(path);
    return bytes;
  };
}

function notReadable(path: string): Finding {
  const message = 'cannot be read, and is compared by its path';
  return { code: 'file-unreadable', severity: 'warning', path, message };
}

function factsOf(config: Kubeconfig, read: ReadIfReadable): Sides['before'] {
  return {
    clusters: new Map(
      config.clusters.map(({ name, cluster, other }) => [name, clusterFacts(cluster, read, other)]),
    ),
    users: new Map(config.users.map(({ name, user, other }) => [name, userFacts(user, read, other)])),
  };
}

type Lead = Readonly<Record<'before' | 'after', (name: string) => string>>;

/** What a name of a cluster or user stands for, as the name that it has after: two names of one thing are the same. */
function leadsOf(sides: Sides, { renamed }: Compared, section: 'clusters' | 'users'): Lead {
  const first = new Map<string, string>();
  for (const [name, facts] of sides.after[section])
    if (!first.has(keyOf(facts))) first.set(keyOf(facts), name);
  const after = (name: string): string => {
    const facts = sides.after[section].get(name);
    return (facts && first.get(keyOf(facts))) ?? name;
  };
  const before = (name: string): string => {
    const to = renamed.get(name) ?? name;
    const facts = sides.before[section].get(name);
    if (facts === undefined || sides.after[section].has(to)) return after(to);
    return first.get(keyOf(facts)) ?? name;
  };
  return { before, after };
}

function contextsOf(
  config: Kubeconfig,
  leads: Readonly<Record<'clusters' | 'users', Lead>>,
  side: 'before' | 'after',
): Entries {
  return new Map(
    config.contexts.map(({ name, context, other }) => {
      const lead = (field: 'cluster' | 'user', section: 'clusters' | 'users'): readonly Fact[] => {
        const shown = context[field];
        return shown === '' ? [] : [{ field, kind: 'text', identity: leads[section][side](shown), shown }];
      };
      const facts = [
        ...lead('cluster', 'clusters'),
        ...lead('user', 'users'),
        ...contextFacts(context, other),
      ];
      return [name, facts];
    }),
  );
}

function currentContextChange(before: Kubeconfig, after: Kubeconfig): KubeconfigChange {
  const text = (side: 'before' | 'after', { currentContext }: Kubeconfig): Partial<KubeconfigChange> =>
    currentContext === '' ? {} : { [side]: currentContext };
  return {
    action: 'change',
    section: 'current-context',
    name: '',
    ...text('before', before),
    ...text('after', after),
  };
}

async function topChanges(
  before: Kubeconfig,
  after: Kubeconfig,
  crypto: CryptoProvider,
): Promise<readonly KubeconfigChange[]> {
  const compare = async (
    section: KubeconfigChange['section'],
    factsIn: (config: Kubeconfig) => readonly Fact[],
  ): Promise<readonly KubeconfigChange[]> =>
    (await fieldChanges(factsIn(before), factsIn(after), crypto)).map((change) => ({
      action: 'change',
      section,
      name: '',
      ...change,
    }));
  return [
    ...(await compare('preferences', ({ preferences }) => [
      ...(preferences?.colors === true
        ? [{ field: 'colors', kind: 'text', identity: 'true', shown: 'true' } as const]
        : []),
      ...unknownFacts(preferences?.extensions, preferences?.other),
    ])),
    ...(await compare('extensions', ({ extensions }) => unknownFacts(extensions))),
    ...(await compare('other', ({ other }) => unknownFacts(undefined, other))),
  ];
}
