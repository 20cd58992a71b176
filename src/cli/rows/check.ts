import type { CommandRow } from '../command.ts';

const UNUSABLE = 3;

/** Commands about the health of a cluster. */
export const CHECK_ROWS: readonly CommandRow[] = Object.freeze([
  {
    path: ['check'],
    summary: "report the health of a cluster's certificates",
    usage: '[PATH…] [--config FILE] [--warn 30d] [--crit 7d] [-o text|json|prom|html] [--output FILE]',
    notes: [
      'PATH is a root (a directory that holds etc/kubernetes), a directory, a kubeconfig, a manifest or a file of',
      'certificates; - is standard input; default: /, which root alone can read in full. Certificates are found from the',
      'manifests, services, kubelet and kubeconfigs that use them.',
      'Exit code 0: OK; 1: WARNING; 2: CRITICAL; 3: UNKNOWN, wrong usage too.',
    ],
    examples: [
      {
        what: 'the tree below ./cluster, as a table with what is wrong and how to mend it',
        line: 'kubepki check cluster',
      },
      {
        what: 'this control plane, for a monitoring plugin',
        line: 'kubepki check --warn 30d --crit 7d --quiet',
      },
      { what: 'a report for the browser', line: 'kubepki check cluster -o html --output report.html' },
      {
        what: 'metrics for node-exporter',
        line: 'kubepki check -o prom --output kubepki.prom cluster',
      },
    ],
    operands: { name: 'PATH', min: 0, max: Infinity },
    options: [
      {
        name: 'config',
        type: 'string',
        value: 'FILE',
        description:
          'a configuration, as plan takes it: where the tree differs is a finding; - is standard input',
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
      {
        name: 'format',
        short: 'o',
        type: 'string',
        choices: ['text', 'json', 'prom', 'html'],
        description: 'form of the report',
      },
      {
        name: 'output',
        type: 'string',
        value: 'FILE',
        description: 'where to write it; default: standard output',
      },
      { name: 'quiet', type: 'boolean', description: 'of text, the line about the status alone' },
      {
        name: 'now',
        type: 'string',
        value: 'TIME',
        description: 'the time to take for now, as RFC 3339 has it: 2027-01-31T12:00:00Z',
      },
    ],
    unusableCode: UNUSABLE,
    failureCode: () => UNUSABLE,
    load: async () => (await import('../inspector.ts')).check,
  },
]);
