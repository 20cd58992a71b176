import type { CommandRow, OptionRow } from '../command.ts';
import { CREATE_OPTIONS } from '../kubeconfig/create-options.ts';
import { CHOICE_OPTIONS, EDIT_OPTIONS, NEW_FILE_OPTIONS, READ_OPTIONS } from '../kubeconfig/options.ts';
import { RESULT_OPTIONS } from '../option-tables.ts';

type Commands = typeof import('../kubeconfig-tools.ts');

/** A command that `kubectl config` lacks: what there is to say about it. */
interface ToolRow {
  readonly name: string;
  readonly command: keyof Commands;
  readonly summary: string;
  readonly usage: string;
  readonly options: readonly OptionRow[];
  readonly operands?: CommandRow['operands'];
  readonly notes: readonly string[];
  readonly examples: readonly (readonly [what: string, line: string])[];
  /** Exit code of wrong usage and of what cannot be read, where it is not kubectl's 1. */
  readonly unusableCode?: number;
}

const flag = (name: string, description: string): OptionRow => ({ name, type: 'boolean', description });

const ROWS: readonly ToolRow[] = [
  {
    name: 'create',
    command: 'create',
    summary: 'make a kubeconfig for someone: from a CA, a client certificate, or a token',
    usage:
      '[USER] (--ca BASE | --client-certificate FILE | --token-file FILE | --in-cluster) (--from FILE | --server URL) --out FILE [options]',
    options: CREATE_OPTIONS,
    operands: { name: 'USER', min: 0, max: 1 },
    notes: [
      'USER is the CN of the certificate, which RBAC goes by; without --ca the certificate or the token says who it is, and',
      'USER is only what the kubeconfig calls it. No server is asked, and no token verified.',
    ],
    examples: [
      [
        'jane of the group dev, for eight hours',
        'create jane --ca ca --group dev --validity 8h --server https://10.0.0.10:6443 --out jane.conf',
      ],
      [
        'another user of a cluster that there is a kubeconfig of',
        'create ci --ca ca --from jane.conf --namespace ci --out ci.conf',
      ],
      [
        'a certificate that is there, named by path',
        'create --client-certificate jane.crt --client-key jane.key --from jane.conf --kubeconfig-certs files --out files.conf',
      ],
    ],
  },
  {
    name: 'merge',
    command: 'merge',
    summary: 'put other kubeconfigs into one, and lose nothing of them',
    usage:
      'FILE… [--kubeconfig FILE] [--out FILE] [--name NAME] [--use-context] [--embed] [--join] [--dry-run] [-o text|json]',
    options: [
      {
        name: 'name',
        type: 'string',
        value: 'NAME',
        description: 'name of the cluster that comes, of one FILE with one cluster',
      },
      flag('use-context', "make the first FILE's current context, or its only one, the current one"),
      flag('embed', 'put certificates and keys that a FILE names into the kubeconfig'),
      flag('join', 'let a context have from another FILE what its own has not, as KUBECONFIG does'),
      ...EDIT_OPTIONS,
    ],
    operands: { name: 'FILE', min: 1, max: Infinity },
    notes: [
      'What has the name of something else is renamed, users to USER@CLUSTER, and contexts follow.',
      'What is there already is not added again. FILE may be -, standard input.',
      'The kubeconfig need not be there; where it is, it keeps its order, and a backup.',
    ],
    examples: [
      ['what would come, and under which names', 'merge cluster/etc/kubernetes/admin.conf --dry-run'],
      [
        "a new cluster's kubeconfig, under a name of its own",
        'merge cluster/etc/kubernetes/admin.conf --name lab --use-context',
      ],
    ],
  },
  {
    name: 'diff',
    command: 'diff',
    summary: 'say by what two kubeconfigs differ in meaning',
    usage: 'A B [-o text|json]',
    options: RESULT_OPTIONS,
    operands: { name: 'FILE', min: 2, max: 2 },
    notes: [
      'Order, empty fields, and whether content is embedded or in a file do not count; certificates are compared as such,',
      'keys by their public halves. - is standard input. No key, token or password is shown. Exit codes: 0 they mean the',
      'same, 1 they differ, 2 trouble.',
    ],
    examples: [['what has changed, for a program', 'diff old.conf new.conf -o json | jq .changes']],
    unusableCode: 2,
  },
  {
    name: 'embed',
    command: 'embed',
    summary: 'put the certificates and keys that a kubeconfig names by path into it',
    usage: '[--kubeconfig FILE] [--cluster NAME]… [--user NAME]… [--out FILE] [--dry-run] [-o text|json]',
    options: [
      ...CHOICE_OPTIONS,
      {
        name: 'token-files',
        type: 'boolean',
        description: 'tokens too; what renews such a file is not followed any more then',
      },
      ...EDIT_OPTIONS,
    ],
    notes: [
      'Files go in byte for byte, and are read from the folder of their kubeconfig. The kubeconfig is a secret then: one',
      'that is there keeps its mode, and a wide one is told.',
    ],
    examples: [['what would go in', 'embed --dry-run']],
  },
  {
    name: 'extract',
    command: 'extract',
    summary: 'put the certificates and keys that a kubeconfig holds into files',
    usage:
      '[--kubeconfig FILE] [--dir DIR] [--cluster NAME]… [--user NAME]… [--out FILE] [--dry-run] [-o text|json]',
    options: [
      {
        name: 'dir',
        type: 'string',
        value: 'DIR',
        description: 'where they go; default: beside the kubeconfig',
      },
      {
        name: 'absolute',
        type: 'boolean',
        description:
          'name them by absolute path; default: relative to the kubeconfig where they lie below it',
      },
      ...CHOICE_OPTIONS,
      { name: 'tokens', type: 'boolean', description: 'tokens too, to USER.token' },
      ...EDIT_OPTIONS,
    ],
    notes: [
      'USER.crt, USER.key (mode 0600) and CLUSTER-ca.crt; what file names cannot hold becomes -. Files that are there with',
      'the same bytes are used; with other bytes they are refused, or replaced with --force. Files are on the disk before',
      'the kubeconfig is written.',
    ],
    examples: [['what would go where', 'extract --dir certs --dry-run']],
  },
  {
    name: 'prune',
    command: 'prune',
    summary: 'remove contexts that lead nowhere, and clusters and users that no context names',
    usage: '[--kubeconfig FILE] [--expired] [--out FILE] [--dry-run] [-o text|json]',
    options: [
      flag('expired', 'also users whose client certificate has ended, and their contexts'),
      ...EDIT_OPTIONS,
    ],
    notes: ['Of several files in KUBECONFIG, what one names may be in another. Each file keeps a backup.'],
    examples: [
      ['what would go', 'prune --dry-run'],
      ['those that can log in no more as well', 'prune --expired --dry-run'],
    ],
  },
  {
    name: 'split',
    command: 'split',
    summary: 'write a kubeconfig for each context, with all that it needs and nothing else',
    usage: '--dir DIR [--context NAME]… [--kubeconfig FILE] [--dry-run] [--force] [-o text|json]',
    options: [
      {
        name: 'dir',
        type: 'string',
        value: 'DIR',
        description: 'where the kubeconfigs go, as NAME.conf; it is made where it is not there',
        required: true,
      },
      {
        name: 'context',
        type: 'string',
        value: 'NAME',
        multiple: true,
        description: 'this context only; default: all',
      },
      ...NEW_FILE_OPTIONS,
      ...READ_OPTIONS,
    ],
    notes: [
      'Several files in KUBECONFIG are read as one, as kubectl does.',
      'All files are written, or none. Contexts that lead nowhere are left out, with a warning.',
    ],
    examples: [
      [
        'each context in a file of its own',
        'split --kubeconfig cluster/etc/kubernetes/admin.conf --dir contexts',
      ],
    ],
  },
];

/** Commands for kubeconfigs that `kubectl config` does not have. */
export const KUBECONFIG_TOOL_ROWS: readonly CommandRow[] = Object.freeze(
  ROWS.map(({ name, command, examples, operands, unusableCode = 1, ...row }): CommandRow => ({
    ...row,
    ...(operands === undefined ? {} : { operands }),
    path: ['kubeconfig', name],
    examples: examples.map(([what, line]) => ({ what, line: `kubepki kubeconfig ${line}` })),
    unusableCode,
    failureCode: () => unusableCode,
    load: async () => (await import('../kubeconfig-tools.ts'))[command],
  })),
);
