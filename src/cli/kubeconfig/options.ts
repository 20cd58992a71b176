import type { OptionRow } from '../command.ts';
import { RESULT_OPTIONS } from '../option-tables.ts';

const KUBECONFIG: OptionRow = Object.freeze({
  name: 'kubeconfig',
  type: 'string',
  value: 'FILE',
  description: 'this file; default: those of KUBECONFIG, else ~/.kube/config',
});

/** Options of commands that read kubeconfigs where kubectl finds them. */
export const READ_OPTIONS: readonly OptionRow[] = Object.freeze([KUBECONFIG, ...RESULT_OPTIONS]);

/** Options of commands that write new files. */
export const NEW_FILE_OPTIONS: readonly OptionRow[] = Object.freeze([
  { name: 'dry-run', type: 'boolean', description: 'only say what would be done' },
  { name: 'force', type: 'boolean', description: 'replace files that exist; a backup is kept' },
]);

/** Options of commands that change kubeconfigs. */
export const EDIT_OPTIONS: readonly OptionRow[] = Object.freeze([
  KUBECONFIG,
  {
    name: 'out',
    type: 'string',
    value: 'FILE',
    description: 'write the result there, and leave the kubeconfig alone; - is standard output',
  },
  ...NEW_FILE_OPTIONS,
  ...RESULT_OPTIONS,
]);

/** Options that choose clusters and users. */
export const CHOICE_OPTIONS: readonly OptionRow[] = Object.freeze([
  {
    name: 'cluster',
    type: 'string',
    value: 'NAME',
    multiple: true,
    description: 'of this cluster; default: of all clusters and users',
  },
  {
    name: 'user',
    type: 'string',
    value: 'NAME',
    multiple: true,
    description: 'of this user; default: of all clusters and users',
  },
]);
