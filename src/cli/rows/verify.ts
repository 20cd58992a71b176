import type { CommandRow, OptionRow } from '../command.ts';
import { RESULT_OPTIONS } from '../option-tables.ts';

const file = (name: string, description: string, more: Partial<OptionRow> = {}): OptionRow => ({
  name,
  type: 'string',
  value: 'FILE',
  description,
  ...more,
});
const text = (name: string, value: string, description: string): OptionRow => ({
  name,
  type: 'string',
  value,
  description,
});

/** Commands that judge a certificate. */
export const VERIFY_ROWS: readonly CommandRow[] = Object.freeze([
  {
    path: ['verify'],
    summary: 'say whether a certificate is accepted, or every reason why not',
    usage: 'CERT --ca FILE… [--intermediates FILE] [--host NAME|IP] [--usage server|client] [options]',
    notes: [
      'CERT is PEM or DER, - standard input; further certificates in it count as intermediates.',
      'Without --host no name is checked, without --usage any use is right, without --crl nothing is revoked.',
      'Exit code 0: accepted; 1: not, malformed certificates too; 2: wrong usage or a file that cannot be read.',
    ],
    examples: [
      {
        what: 'whether the API server is taken for the address that is dialled',
        line: 'kubepki verify cluster/etc/kubernetes/pki/apiserver.crt --ca cluster/etc/kubernetes/pki/ca.crt --host 10.0.0.10 --usage server',
      },
      {
        what: 'whether it still is in a year',
        line: 'kubepki verify cluster/etc/kubernetes/pki/apiserver.crt --ca cluster/etc/kubernetes/pki/ca.crt --at 2028-01-01T00:00:00Z',
      },
    ],
    operands: { name: 'CERT', min: 1, max: 1 },
    options: [
      file('ca', 'certificates that are trusted', { multiple: true, required: true }),
      file('intermediates', 'certificates between', { multiple: true }),
      file(
        'crl',
        'revocation lists: then nothing below the trusted certificate may be revoked by them, or unknown to them',
        {
          multiple: true,
        },
      ),
      text('host', 'NAME|IP', 'who is dialled: must be among the alternative names'),
      { name: 'usage', type: 'string', choices: ['server', 'client'], description: 'what it is used for' },
      text('at', 'TIME', 'when it is used, as RFC 3339 has it; default: now'),
      text('max-depth', 'N', 'how many intermediates there may be that are not self-issued'),
      {
        ...text('policy', 'OID', 'a certificate policy, of which one must be valid for the whole path'),
        multiple: true,
      },
      file('key', 'a private key that must be its own'),
      ...RESULT_OPTIONS,
    ],
    load: async () => (await import('../inspector.ts')).verify,
  },
]);
