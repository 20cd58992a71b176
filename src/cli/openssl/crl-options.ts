import type { OpensslOption } from './options.ts';

const stores = 'directories and stores of certificates are not read; name the file with -CAfile';
const makes = 'it makes a CRL';
const nothing = 'it has no meaning here';

/** Options of `openssl crl` (3.0) that read, and those that do not. */
export const CRL_OPTIONS: readonly OpensslOption[] = Object.freeze([
  { name: 'in', value: 'FILE', description: 'the CRL; default: the operand, or standard input' },
  { name: 'inform', value: 'DER|PEM', description: 'its form; both are recognised by themselves' },
  {
    name: 'out',
    value: 'FILE',
    description: 'where -text and the CRL are written; default: standard output',
  },
  { name: 'outform', value: 'DER|PEM', description: 'the form of the CRL that is written' },
  { name: 'noout', description: 'do not write the CRL' },
  { name: 'text', description: 'print the CRL as text' },
  { name: 'nameopt', value: 'OPTIONS', description: 'how names are printed: oneline, RFC2253, multiline, …' },
  { name: 'dateopt', value: 'FORMAT', description: 'how dates are printed: rfc_822 or iso_8601' },
  { name: 'issuer', description: 'print the issuer' },
  { name: 'lastupdate', description: 'print thisUpdate' },
  { name: 'nextupdate', description: 'print nextUpdate' },
  { name: 'crlnumber', description: 'print the number of the CRL' },
  { name: 'hash', description: 'print the hash of the issuer' },
  { name: 'hash_old', description: 'print the hash of the issuer, by MD5' },
  { name: 'fingerprint', description: 'print the digest of the CRL; with -sha256 and others, that one' },
  { name: 'CAfile', value: 'FILE', description: 'say on standard error whether a CA in it signed the CRL' },
  ...'verify,CApath,CAstore,no-CAfile,no-CApath,no-CAstore'
    .split(',')
    .map((name): OpensslOption => ({ name, description: stores, refused: true })),
  ...'key,keyform,gendelta,badsig'
    .split(',')
    .map((name): OpensslOption => ({ name, description: makes, refused: true })),
  ...'provider-path,provider,propquery'
    .split(',')
    .map((name): OpensslOption => ({ name, description: nothing, refused: true })),
]);
