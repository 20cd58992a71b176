import type { CommandRow } from '../command.ts';
import { READ_OPTIONS } from '../kubeconfig/options.ts';

const UNUSABLE = 3;

/** The health of kubeconfigs: a row of its own, as the rules of `kubepki check` stand behind it. */
export const KUBECONFIG_CHECK_ROWS: readonly CommandRow[] = Object.freeze([
  {
    path: ['kubeconfig', 'check'],
    summary: 'say where contexts lead, who their users are and until when, and what is wrong',
    usage:
      '[FILE…] [--kubeconfig FILE] [--context NAME] [--connect] [--timeout 10s] [--warn 30d] [--crit 7d] [-o text|json]',
    notes: [
      'Each FILE is checked by itself; without one, those that kubectl would take, as one. No program is run, and no secret',
      'is told. No server is called without --connect; with it, no credentials go to one whose certificate does not verify.',
      'Exit code 0: OK; 1: WARNING; 2: CRITICAL; 3: UNKNOWN, wrong usage too.',
    ],
    examples: [
      {
        what: 'the kubeconfig of a component',
        line: 'kubepki kubeconfig check cluster/etc/kubernetes/scheduler.conf',
      },
    ],
    operands: { name: 'FILE', min: 0, max: Infinity },
    options: [
      ...READ_OPTIONS.map((row) =>
        row.name === 'quiet' ? { ...row, description: 'of text, the line about the status alone' } : row,
      ),
      { name: 'context', type: 'string', value: 'NAME', description: 'this context alone, and what it uses' },
      {
        name: 'connect',
        type: 'boolean',
        description: 'call the server of each context, and ask it who the user is',
      },
      {
        name: 'timeout',
        type: 'string',
        value: 'DURATION',
        description: 'how long a call may take (default 10s)',
      },
      {
        name: 'warn',
        type: 'string',
        value: 'DURATION',
        description: 'what ends sooner is a warning (default 30d)',
      },
      {
        name: 'crit',
        type: 'string',
        value: 'DURATION',
        description: 'what ends sooner is critical (default 7d)',
      },
    ],
    unusableCode: UNUSABLE,
    failureCode: () => UNUSABLE,
    load: async () => (await import('../inspector.ts')).checkKubeconfig,
  },
]);
