import type { CommandRow } from '../command.ts';

/** Commands that stand in for those of OpenSSL. */
export const OPENSSL_ROWS: readonly CommandRow[] = Object.freeze([
  {
    path: ['x509'],
    summary: 'print a certificate as openssl x509 does',
    usage: '[-in FILE] [-noout] [-text] [-subject] [-issuer] [-dates] [-ext NAMES] [options of openssl x509]',
    notes: [
      'Every option of openssl x509 (3.0) that reads, with its output and exit code: -text -subject -issuer -serial',
      '-dates -startdate -enddate -fingerprint -ext -email -ocsp_uri -pubkey -modulus -hash -subject_hash -issuer_hash',
      '-ocspid -alias -purpose -checkend -checkhost -checkemail -checkip -nameopt -certopt -dateopt -outform -out.',
      'Output follows the order of the options. Exit code 1: it cannot be read, or -checkend says that it expires.',
    ],
    examples: [
      { what: 'all that a certificate says', line: 'kubepki x509 -in ca.crt -noout -text' },
      {
        what: 'whose it is, who signed it, when it ends, what it is for',
        line: 'kubepki x509 -in web.crt -noout -subject -issuer -enddate -ext subjectAltName,extendedKeyUsage',
      },
      {
        what: 'whether it is valid for 30 days more',
        line: 'kubepki x509 -in web.crt -noout -checkend 2592000',
      },
    ],
    options: [],
    raw: true,
    unusableCode: 1,
    load: async () => (await import('../openssl/x509.ts')).x509,
  },
]);
