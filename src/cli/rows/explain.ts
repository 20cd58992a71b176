import type { CommandRow } from '../command.ts';
import { RESULT_OPTIONS } from '../option-tables.ts';

/** Commands about errors of others. */
export const EXPLAIN_ROWS: readonly CommandRow[] = Object.freeze([
  {
    path: ['explain'],
    summary: 'say what an error of Kubernetes, etcd, Go, OpenSSL or Node means, and which file is at fault',
    usage: "'ERROR TEXT' [PATH…]",
    notes: [
      'ERROR is one message or a log with several; - reads it from standard input. With PATHs (files, directories, a root)',
      'they are looked at, by root best, and the culprits named. Exit code 0: it is known; 1: it is not; 2: wrong usage.',
    ],
    examples: [
      {
        what: 'an error of kubectl, and the files of this control plane',
        line: "kubepki explain 'x509: certificate signed by unknown authority' cluster",
      },
      {
        what: 'the log of a component',
        line: 'crictl logs CONTAINER 2>&1 | kubepki explain - /etc/kubernetes',
      },
    ],
    operands: { name: 'ERROR', min: 1, max: Infinity },
    options: RESULT_OPTIONS,
    load: async () => (await import('../inspector.ts')).explain,
  },
]);
