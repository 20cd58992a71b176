import type { CommandRow, OptionRow } from '../command.ts';
import { EDIT_OPTIONS } from '../kubeconfig/options.ts';

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
