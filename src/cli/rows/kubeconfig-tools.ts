import type { CommandRow, OptionRow } from '../command.ts';
import { CREATE_OPTIONS } from '../kubeconfig/create-options.ts';
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
