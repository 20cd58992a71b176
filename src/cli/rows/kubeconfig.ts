import type { CommandRow, Operands } from '../command.ts';
import {
  FILE_OPTIONS,
  GET_CONTEXTS_OPTIONS,
  SET_CLUSTER_OPTIONS,
  SET_CONTEXT_OPTIONS,
  SET_CREDENTIALS_OPTIONS,
  SET_OPTIONS,
  VIEW_OPTIONS,
  type KubectlOption,
} from '../kubectl/options.ts';

type Commands = typeof import('../kubeconfig-commands.ts');

/** A command of `kubectl config`: what there is to say about it. */
interface ConfigRow {
  readonly name: string;
  readonly command: keyof Commands;
  /** Other names that kubectl has for it. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly usage: string;
  readonly options?: readonly KubectlOption[];
  readonly operands?: Operands;
  readonly notes?: readonly string[];
  readonly example: readonly [what: string, line: string];
}

const NOTES = [
  'Flags, output, exit code and effect on the files are those of kubectl config; fields that kubectl does not know are',
  'kept. Files are written whole or not at all, and locked as kubectl locks them (FILE.lock).',
];

const name = (what: string): Operands => ({ name: what, min: 1, max: 1 });

const ROWS: readonly ConfigRow[] = [
  {
    name: 'set-cluster',
    command: 'setCluster',
    summary: 'make or change a cluster',
    usage: 'NAME [--server URL] [--certificate-authority FILE] [--embed-certs]',
    options: SET_CLUSTER_OPTIONS,
    operands: name('NAME'),
    example: [
      'an API server with its CA embedded',
      'set-cluster prod --server https://10.0.0.10:6443 --certificate-authority ca.crt --embed-certs',
    ],
  },
  {
    name: 'set-credentials',
    command: 'setCredentials',
    summary: 'make or change a user',
    usage: 'NAME [--client-certificate FILE] [--client-key FILE] [--embed-certs]',
    options: SET_CREDENTIALS_OPTIONS,
    operands: name('NAME'),
    example: [
      'a client certificate by path',
      'set-credentials jane --client-certificate jane.crt --client-key jane.key',
    ],
  },
  {
    name: 'set-context',
    command: 'setContext',
    summary: 'make or change a context',
    usage: '[NAME | --current] [--cluster NAME] [--user NAME] [--namespace NAME]',
    options: SET_CONTEXT_OPTIONS,
    operands: { name: 'NAME', min: 0, max: 1 },
    example: [
      'who speaks to which cluster',
      'set-context prod --cluster prod --user jane --namespace team-a',
    ],
  },
  {
    name: 'use-context',
    command: 'useContext',
    aliases: ['use'],
    summary: 'choose the current context',
    usage: 'NAME',
    operands: name('NAME'),
    example: ['go to another cluster', 'use-context prod'],
  },
  {
    name: 'current-context',
    command: 'currentContext',
    summary: 'print the name of the current context',
    usage: '',
    example: ['where kubectl would go', 'current-context'],
  },
  {
    name: 'get-contexts',
    command: 'getContexts',
    summary: 'list the contexts',
    usage: '[NAME…] [-o name] [--no-headers]',
    options: GET_CONTEXTS_OPTIONS,
    operands: { name: 'NAME', min: 0, max: Infinity },
    example: ['their names', 'get-contexts -o name'],
  },
  {
    name: 'get-clusters',
    command: 'getClusters',
    summary: 'list the clusters',
    usage: '',
    example: ['which there are', 'get-clusters'],
  },
  {
    name: 'get-users',
    command: 'getUsers',
    summary: 'list the users',
    usage: '',
    example: ['which there are', 'get-users'],
  },
  {
    name: 'view',
    command: 'view',
    summary: 'show the kubeconfig, without its secrets',
    usage: '[--minify] [--flatten] [--raw] [-o yaml|json|jsonpath=…|go-template=…]',
    options: VIEW_OPTIONS,
    notes: [
      'Fields that kubectl does not know are shown with --raw or --flatten alone: they may be secrets.',
    ],
    example: ['one file for a colleague, of the current context', 'view --minify --flatten'],
  },
  {
    name: 'set',
    command: 'set',
    summary: 'set one property',
    usage: 'PROPERTY VALUE',
    options: SET_OPTIONS,
    operands: { name: 'PROPERTY', min: 2, max: 2 },
    notes: [
      'PROPERTY is clusters.NAME.FIELD, contexts.NAME.FIELD, users.NAME.FIELD, current-context or preferences.colors.',
    ],
    example: ['a property of its own', 'set contexts.staging.cluster prod'],
  },
  {
    name: 'unset',
    command: 'unset',
    summary: 'remove one property, an entry or a whole section',
    usage: 'PROPERTY',
    operands: name('PROPERTY'),
    example: ['no namespace any more', 'unset contexts.prod.namespace'],
  },
  {
    name: 'rename-context',
    command: 'renameContext',
    summary: 'give a context another name',
    usage: 'OLD NEW',
    operands: { name: 'NAME', min: 2, max: 2 },
    example: ['another name', 'rename-context prod production'],
  },
  {
    name: 'delete-context',
    command: 'deleteContext',
    summary: 'delete a context',
    usage: 'NAME',
    operands: name('NAME'),
    example: ['what is not needed any more', 'delete-context staging'],
  },
  {
    name: 'delete-user',
    command: 'deleteUser',
    summary: 'delete a user',
    usage: 'NAME',
    operands: name('NAME'),
    example: ['a user with its keys', 'delete-user jane'],
  },
  {
    name: 'delete-cluster',
    command: 'deleteCluster',
    summary: 'delete a cluster',
    usage: 'NAME',
    operands: name('NAME'),
    example: ['what is not there any more', 'delete-cluster prod'],
  },
];

/** Commands that stand in for those of `kubectl config`. */
export const KUBECONFIG_ROWS: readonly CommandRow[] = Object.freeze(
  ROWS.map((row): CommandRow => {
    const { operands, options = FILE_OPTIONS, aliases = [] } = row;
    return {
      path: ['kubeconfig', row.name],
      aliases,
      summary: row.summary,
      usage: row.usage,
      notes: [...(row.notes ?? []), ...NOTES],
      examples: [{ what: row.example[0], line: `kubepki kubeconfig ${row.example[1]}` }],
      options,
      ...(operands === undefined ? {} : { operands }),
      raw: true,
      unusableCode: 1,
      load: async () => (await import('../kubeconfig-commands.ts'))[row.command],
    };
  }),
);
