import { quote } from '../../errors/quote.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { placeOf } from './facts.ts';
import { KUBECONFIG_PAGE as PAGE, VALIDATION } from './kubeconfig-users.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

/** Kubeconfigs that are read as one, as those of KUBECONFIG are: what one names may be in another. */
interface Together {
  readonly entries: readonly KubeconfigEntry[];
  /** The kubeconfig whose current context counts; `undefined` where none has one. */
  readonly chooser: KubeconfigEntry | undefined;
  readonly has: (section: 'clusters' | 'users', name: string) => boolean;
}

function together({ inventory, settings }: Machine): Together[] {
  const { kubeconfigs } = inventory;
  const groups = settings.kubeconfigsAreOne === true ? [kubeconfigs] : kubeconfigs.map((entry) => [entry]);
  return groups.map((entries) => {
    const names = (section: 'clusters' | 'users'): ReadonlySet<string> =>
      new Set(entries.flatMap(({ kubeconfig }) => kubeconfig[section].map(({ name }) => name)));
    const known = { clusters: names('clusters'), users: names('users') };
    return {
      entries,
      chooser: entries.find(({ kubeconfig }) => kubeconfig.currentContext !== ''),
      has: (section, name) => known[section].has(name),
    };
  });
}

const contextNames = ({ entries }: Together): string[] => [
  ...new Set(entries.flatMap(({ kubeconfig }) => kubeconfig.contexts.map(({ name }) => name))),
];

/** What a context names and is not there. */
function lost(
  { has }: Together,
  { cluster, user }: { readonly cluster: string; readonly user: string },
): string[] {
  return [
    ...(has('clusters', cluster) ? [] : [`cluster ${quote(cluster)}`]),
    ...(has('users', user) ? [] : [`user ${quote(user)}`]),
  ];
}

function dangling(group: Together): Violation[] {
  const { chooser, entries } = group;
  if (chooser === undefined) return [];
  const { path, kubeconfig } = chooser;
  const { currentContext } = kubeconfig;
  const contexts = entries.flatMap((entry) => entry.kubeconfig.contexts);
  const context = contexts.find(({ name }) => name === currentContext)?.context;
  const at = placeOf(path, 'current-context');
  const other = contexts.find((one) => lost(group, one.context).length === 0) ?? contexts[0];
  const fix = `kubectl config use-context ${shellWord(other?.name ?? 'NAME')} --kubeconfig=${path}`;
  if (context === undefined)
    return [
      {
        path: at,
        message: `there is no context ${quote(currentContext)}`,
        fix,
        expected: 'a context that is there',
        actual: contextNames(group).map(quote).join(', ') || 'none',
      },
    ];
  const missing = lost(group, context);
  if (missing.length === 0) return [];
  return [
    {
      path: at,
      message: `context ${quote(currentContext)} names ${missing.join(' and ')}, which is not there`,
      expected: 'a cluster and a user that are there',
      actual: `no ${missing.join(', no ')}`,
    },
  ];
}

function unset(group: Together): Violation[] {
  const [first] = group.entries;
  const names = contextNames(group);
  if (group.chooser !== undefined || first === undefined || names.length === 0) return [];
  return [
    {
      path: placeOf(first.path, 'current-context'),
      message: 'no context is chosen',
      expected: names.map(quote).join(' or '),
      actual: 'none',
      fix: `kubectl config use-context ${shellWord(names[0] ?? 'NAME')} --kubeconfig=${first.path}`,
    },
  ];
}

function danglingOthers(group: Together): Violation[] {
  const current = group.chooser?.kubeconfig.currentContext ?? '';
  return group.entries.flatMap(({ path, kubeconfig }) =>
    kubeconfig.contexts.flatMap(({ name, context }, at): Violation[] => {
      const missing = name === current ? [] : lost(group, context);
      if (missing.length === 0) return [];
      return [
        {
          path: placeOf(path, `contexts[${at}].context`),
          message: `context ${quote(name)} names ${missing.join(' and ')}, which is not there`,
          expected: 'a cluster and a user that are there',
          actual: `no ${missing.join(', no ')}`,
          fix: `kubectl config delete-context ${shellWord(name)} --kubeconfig=${shellWord(path)}, or kubepki kubeconfig prune --kubeconfig ${shellWord(path)}`,
        },
      ];
    }),
  );
}

function unused({ entries }: Together): Violation[] {
  const contexts = entries.flatMap(({ kubeconfig }) => kubeconfig.contexts.map(({ context }) => context));
  // What has no contexts at all is no kubeconfig for kubectl: webhooks name a cluster and a user alone.
  if (contexts.length === 0) return [];
  const named = {
    clusters: new Set(contexts.map(({ cluster }) => cluster)),
    users: new Set(contexts.map(({ user }) => user)),
  };
  return entries.flatMap(({ path, kubeconfig }) =>
    (['clusters', 'users'] as const).flatMap((section) =>
      kubeconfig[section].flatMap(({ name }, at): Violation[] =>
        named[section].has(name)
          ? []
          : [
              {
                path: placeOf(path, `${section}[${at}]`),
                message: `no context names the ${section === 'users' ? 'user' : 'cluster'} ${quote(name)}`,
                fix: `kubepki kubeconfig prune --kubeconfig ${shellWord(path)}`,
              },
            ],
      ),
    ),
  );
}

/** Rules about the contexts of kubeconfigs, and what they lead to. */
export const KUBECONFIG_CONTEXT_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'current-context-dangling',
    severity: 'error',
    title: 'the current context of a kubeconfig, or the cluster or user that it names, is not there',
    source: VALIDATION,
    fix: 'kubectl config use-context NAME --kubeconfig=FILE',
    evaluate: (machine) => together(machine).flatMap(dangling),
  },
  {
    code: 'current-context-unset',
    severity: 'warning',
    title: 'a kubeconfig has contexts, and none is the current one: kubectl then calls localhost:8080',
    source: PAGE,
    fix: 'kubectl config use-context NAME --kubeconfig=FILE',
    evaluate: (machine) => together(machine).flatMap(unset),
  },
  {
    code: 'context-dangling',
    severity: 'warning',
    title: 'a context of a kubeconfig that is not the current one names a cluster or user that is not there',
    source: VALIDATION,
    fix: 'kubepki kubeconfig prune --kubeconfig FILE',
    evaluate: (machine) => together(machine).flatMap(danglingOthers),
  },
  {
    code: 'kubeconfig-entry-unused',
    severity: 'info',
    title: 'a kubeconfig has a cluster or a user that no context names',
    source: PAGE,
    fix: 'kubepki kubeconfig prune --kubeconfig FILE',
    evaluate: (machine) => together(machine).flatMap(unused),
  },
]);
