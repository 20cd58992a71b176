import type { CommandRow, OptionRow } from '../command.ts';
import { CHOICE_OPTIONS, EDIT_OPTIONS } from '../kubeconfig/options.ts';
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

const ROWS: readonly ToolRow[] = [
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
    usage: '[--kubeconfig FILE] [--out FILE] [--dry-run] [-o text|json]',
    options: EDIT_OPTIONS,
    notes: ['Of several files in KUBECONFIG, what one names may be in another. Each file keeps a backup.'],
    examples: [['what would go', 'prune --dry-run']],
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
