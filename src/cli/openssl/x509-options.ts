import type { OpensslOption } from './options.ts';

const signs = 'it signs; use kubepki issue or kubepki ca create';
const requests = 'it is about requests; use kubepki csr';
const nothing = 'it has no meaning here';

/** Options of `openssl x509` (3.0) that read, and those that do not. */
export const X509_OPTIONS: readonly OpensslOption[] = Object.freeze([
  { name: 'in', value: 'FILE', description: 'the certificate; default: standard input' },
  { name: 'inform', value: 'DER|PEM', description: 'its form; both are recognised by themselves' },
  { name: 'passin', value: 'SOURCE', description: 'taken and not used: certificates are not encrypted' },
  { name: 'out', value: 'FILE', description: 'where to write; default: standard output' },
  { name: 'outform', value: 'DER|PEM', description: 'the form of the certificate that is written' },
  { name: 'noout', description: 'do not write the certificate' },
  { name: 'nocert', description: 'do not write the certificate' },
  { name: 'text', description: 'print the certificate as text' },
  {
    name: 'certopt',
    value: 'OPTIONS',
    description: 'what -text prints: no_header, no_sigdump, ext_parse, …',
  },
  { name: 'nameopt', value: 'OPTIONS', description: 'how names are printed: oneline, RFC2253, multiline, …' },
  { name: 'dateopt', value: 'FORMAT', description: 'how dates are printed: rfc_822 or iso_8601' },
  {
    name: 'fingerprint',
    description: 'print the digest of the certificate; with -sha256 and others, that one',
  },
  { name: 'alias', description: 'print the alias of a trusted certificate' },
  { name: 'serial', description: 'print the serial number' },
  { name: 'next_serial', description: 'print the serial number plus one' },
  { name: 'startdate', description: 'print notBefore' },
  { name: 'enddate', description: 'print notAfter' },
  { name: 'dates', description: 'print both dates' },
  { name: 'subject', description: 'print the subject' },
  { name: 'issuer', description: 'print the issuer' },
  { name: 'email', description: 'print e-mail addresses' },
  { name: 'hash', description: 'print the hash of the subject' },
  { name: 'subject_hash', description: 'print the hash of the subject' },
  { name: 'subject_hash_old', description: 'print the hash of the subject, by MD5' },
  { name: 'issuer_hash', description: 'print the hash of the issuer' },
  { name: 'issuer_hash_old', description: 'print the hash of the issuer, by MD5' },
  { name: 'ext', value: 'NAMES', description: 'print some extensions: subjectAltName,keyUsage' },
  { name: 'ocspid', description: 'print the hashes by which OCSP names it' },
  { name: 'ocsp_uri', description: 'print URIs of OCSP responders' },
  { name: 'purpose', description: 'print what it may be used for' },
  { name: 'pubkey', description: 'print the public key' },
  { name: 'modulus', description: 'print the modulus of an RSA key' },
  { name: 'checkend', value: 'SECONDS', description: 'whether it is valid for so long; exit code 1 if not' },
  { name: 'checkhost', value: 'HOST', description: 'whether it is for a host' },
  { name: 'checkemail', value: 'ADDRESS', description: 'whether it is for an e-mail address' },
  { name: 'checkip', value: 'ADDRESS', description: 'whether it is for an IP address' },
  ...['o', 'output'].map((name): OpensslOption => ({
    name,
    value: 'text|json',
    description: "what is printed: openssl's text, or instead of it a document of kind Certificate",
  })),
  { name: 'trustout', description: 'write a trusted certificate' },
  ...['req', 'x509toreq', 'copy_extensions', 'vfyopt'].map((name): OpensslOption => ({
    name,
    description: requests,
    refused: true,
  })),
  ...(
    'new,key,signkey,keyform,force_pubkey,set_serial,days,preserve_dates,subj,clrext,extfile,extensions,sigopt,' +
    'badsig,CA,CAform,CAkey,CAkeyform,CAserial,CAcreateserial,setalias,clrtrust,addtrust,clrreject,addreject'
  )
    .split(',')
    .map((name): OpensslOption => ({ name, description: signs, refused: true })),
  ...'rand,writerand,engine,provider-path,provider,propquery'
    .split(',')
    .map((name): OpensslOption => ({ name, description: nothing, refused: true })),
]);
