import type { OpensslOption } from './options.ts';

const makes = 'it makes requests or certificates; use kubepki issue';
const nothing = 'it has no meaning here';

/** Options of `openssl req` (3.0) that read, and those that do not. */
export const CSR_OPTIONS: readonly OpensslOption[] = Object.freeze([
  { name: 'in', value: 'FILE', description: 'the request; default: the operand, or standard input' },
  { name: 'inform', value: 'DER|PEM', description: 'its form; default: PEM' },
  { name: 'passin', value: 'SOURCE', description: 'taken and not used: requests are not encrypted' },
  { name: 'out', value: 'FILE', description: 'where to write; default: standard output' },
  { name: 'outform', value: 'DER|PEM', description: 'the form of the request that is written' },
  { name: 'noout', description: 'do not write the request' },
  { name: 'newhdr', description: 'write NEW in the lines around PEM' },
  { name: 'text', description: 'print the request as text' },
  { name: 'reqopt', value: 'OPTIONS', description: 'what -text prints: no_header, no_sigdump, …' },
  { name: 'nameopt', value: 'OPTIONS', description: 'how names are printed: oneline, RFC2253, multiline, …' },
  { name: 'subject', description: 'print the subject' },
  { name: 'pubkey', description: 'print the public key' },
  { name: 'modulus', description: 'print the modulus of an RSA key' },
  { name: 'verify', description: 'say on standard error whether the request is signed by its own key' },
  { name: 'batch', description: 'taken and not used: nothing is asked' },
  { name: 'verbose', description: 'taken and not used' },
  { name: 'utf8', description: 'taken and not used' },
  ...(
    'new,newkey,x509,CA,CAkey,subj,multivalue-rdn,days,set_serial,copy_extensions,addext,extensions,reqexts,' +
    'precert,key,keyform,keyout,passout,pkeyopt,sigopt,noenc,nodes,config,section'
  )
    .split(',')
    .map((name): OpensslOption => ({ name, description: makes, refused: true })),
  ...'vfyopt,rand,writerand,engine,keygen_engine,provider-path,provider,propquery'
    .split(',')
    .map((name): OpensslOption => ({ name, description: nothing, refused: true })),
]);
