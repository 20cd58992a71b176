// The commands that look at certificates, and all that they need: a file of its own in the built program, which those
// that make a tree do not load.
export { check } from './commands/check.ts';
export { explain } from './commands/explain.ts';
export { verify } from './commands/verify.ts';
export { checkKubeconfig } from './kubeconfig/check.ts';
export { crlShow } from './openssl/crl-show.ts';
export { csrShow } from './openssl/csr-show.ts';
export { x509 } from './openssl/x509.ts';
