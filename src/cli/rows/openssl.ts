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
    load: async () => (await import('../inspector.ts')).x509,
  },
  {
    path: ['csr', 'show'],
    summary: 'print a certificate request as openssl req does',
    usage: '[FILE | -in FILE] [-noout] [-text] [-subject] [-verify] [options of openssl req]',
    notes: [
      'Every option of openssl req (3.0) that reads, with its output and exit code: -text -subject -pubkey -modulus',
      '-verify -nameopt -reqopt -inform -outform -newhdr -out. What a request asks for is granted by nobody yet.',
    ],
    examples: [
      { what: 'all that a request asks for', line: 'kubepki csr show web.csr -noout -text' },
      {
        what: 'whose it is, and its public key',
        line: 'kubepki csr show web.csr -noout -subject -pubkey',
      },
    ],
    options: [],
    raw: true,
    unusableCode: 1,
    load: async () => (await import('../inspector.ts')).csrShow,
  },
  {
    path: ['crl', 'show'],
    summary: 'print a revocation list as openssl crl does',
    usage: '[FILE | -in FILE] [-noout] [-text] [-issuer] [-nextupdate] [options of openssl crl]',
    notes: [
      'Every option of openssl crl (3.0) that reads, with its output and exit code: -text -issuer -lastupdate',
      '-nextupdate -crlnumber -hash -hash_old -fingerprint -nameopt -dateopt -CAfile -inform -outform -out.',
    ],
    examples: [
      { what: 'all that a CRL says', line: 'kubepki crl show ca.crl -noout -text' },
      {
        what: 'who issued it, and when the next one is due',
        line: 'kubepki crl show ca.crl -noout -issuer -nextupdate -dateopt iso_8601',
      },
    ],
    options: [],
    raw: true,
    unusableCode: 1,
    load: async () => (await import('../inspector.ts')).crlShow,
  },
]);
