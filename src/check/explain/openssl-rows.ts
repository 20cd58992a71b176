import { authorities, chain, expired, keys, notYetValid, oddAuthority, usage } from './look.ts';
import { host } from './look-host.ts';
import type { ErrorRow } from './row.ts';

const OPENSSL = ['OpenSSL', 'curl', 'Python'];
const NODE = ['Node'];
const CHAIN_CODES = [
  'ca-replaced',
  'wrong-ca',
  'self-signed',
  'issuer-unknown',
  'aki-mismatch',
  'kubeconfig-ca-mismatch',
];

/** What OpenSSL says of chains (crypto/x509/x509_txt.c), and what Node makes of it (src/crypto/crypto_common.cc). */
export const OPENSSL_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'openssl-verify-failed',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /certificate verify failed|CERTIFICATE_VERIFY_FAILED|SSL certificate problem|verify error:num=\d+|Verify return code: (?!0 )\d+|certificate verification failed/,
    meaning: 'the certificate of the server was refused; the words behind it, where there are any, say why',
    causes: [
      'the CA of the cluster was not given: --cacert (curl), verify= or SSL_CERT_FILE (Python), -CAfile (openssl)',
      'the certificate is expired, or not for this name or address',
    ],
    next: [
      'openssl s_client -connect HOST:6443 -CAfile ca.crt -verify_hostname HOST </dev/null',
      'kubepki verify SERVER.crt --ca CA.crt --host HOST',
    ],
    rank: 2,
    first: oddAuthority,
    codes: [...CHAIN_CODES, 'expired', 'ca-expired'],
    look: async (evidence, words) => [...(await chain(evidence, words)), ...(await expired(evidence, words))],
  },
  {
    id: 'openssl-unable-to-get-local-issuer',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /unable to get local issuer certificate|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|unable to get issuer certificate/,
    meaning: 'the issuer of a certificate is not among those that are trusted or were sent along',
    causes: [
      'the CA file is not the one that signed it',
      'an intermediate is missing',
      "the authority key identifier is not the CA's: OpenSSL and Node mind that, Go does not",
    ],
    next: ['kubepki verify CERT --ca CA.crt'],
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'openssl-unable-to-verify-first',
    programs: [...OPENSSL, ...NODE],
    pattern: /unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    meaning: 'only the certificate itself was sent, and its issuer is not known here',
    causes: [
      'the caller was not given the CA (NODE_EXTRA_CA_CERTS, ca: of the TLS options, --cacert)',
      'the server does not send its intermediate',
    ],
    next: ['kubepki verify CERT --ca CA.crt', 'NODE_EXTRA_CA_CERTS=ca.crt node …'],
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'openssl-self-signed-in-chain',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /self-signed certificate in certificate chain|self signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN/,
    meaning: 'the chain ends in a root that is not trusted here',
    causes: [
      'the cluster CA was not given to the caller',
      'the CA was made anew, and the caller has the old one',
    ],
    next: ['kubepki verify CERT --ca CA.crt'],
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'openssl-self-signed',
    programs: [...OPENSSL, ...NODE],
    pattern: /self-signed certificate(?! in)|self signed certificate(?! in)|DEPTH_ZERO_SELF_SIGNED_CERT/,
    meaning: 'the certificate is signed by itself, and not trusted here',
    causes: [
      "the kubelet's serving certificate is self-signed unless serverTLSBootstrap is on",
      'a component made its own certificate because it was given none',
    ],
    next: ['kubepki x509 -in CERT -noout -issuer -subject'],
    codes: ['self-signed', 'kubelet-serving-self-signed', 'etcd-auto-tls'],
    look: ({ certificates }) =>
      certificates.flatMap(({ entry: { path, isCa, subject, issuer } }) =>
        isCa || subject !== issuer
          ? []
          : [{ path, message: `${subject} is self-signed`, fix: 'have it signed by the cluster CA' }],
      ),
  },
  {
    id: 'openssl-expired',
    programs: [...OPENSSL, ...NODE],
    pattern: /certificate has expired(?! or)|CERT_HAS_EXPIRED/,
    meaning: 'a certificate of the chain is expired',
    causes: ['it was not renewed, or who uses it was not restarted', 'the clock is ahead'],
    next: ['kubepki check', 'timedatectl'],
    codes: ['expired', 'ca-expired', 'kubelet-certificate-expired'],
    look: expired,
  },
  {
    id: 'openssl-not-yet-valid',
    programs: [...OPENSSL, ...NODE],
    pattern: /certificate is not yet valid|CERT_NOT_YET_VALID/,
    meaning: 'a certificate of the chain is not valid yet',
    causes: ['the clock is behind', 'the clock of who issued it was ahead'],
    next: ['timedatectl'],
    codes: ['not-yet-valid', 'clock-behind'],
    look: notYetValid,
  },
  {
    id: 'node-altname',
    programs: NODE,
    pattern:
      /Hostname\/IP does not match certificate's altnames: (?:Host: (?<host>[^\s]+?)\. is not in the cert's altnames: (?<list>.{0,2000})|IP: (?<ip>\S+) is not in the cert's list: ?(?<ips>.{0,2000})|Cert does not contain a DNS name)|ERR_TLS_CERT_ALTNAME_INVALID/,
    meaning: 'the server was called by a name or address that its certificate does not have',
    causes: ['the address is not among the certSANs', 'the wrong server answers'],
    next: ['kubepki x509 -in SERVER.crt -noout -ext subjectAltName'],
    codes: ['server-not-in-certificate', 'no-san', 'missing-advertise-address'],
    look: (evidence, { host: name, ip, list, ips }) =>
      host(evidence, { host: name ?? ip, names: list ?? ips }),
  },
  {
    id: 'openssl-hostname-mismatch',
    programs: OPENSSL,
    pattern:
      /[Hh]ostname mismatch|IP address mismatch|certificate is not valid for '(?<host>[^']+)'|HOSTNAME_MISMATCH/,
    meaning: 'the certificate is not for the host that was asked for',
    causes: ['the name or address is not among its alternative names'],
    next: ['kubepki verify CERT --ca CA.crt --host HOST'],
    codes: ['server-not-in-certificate', 'no-san'],
    look: host,
  },
  {
    id: 'openssl-purpose',
    programs: OPENSSL,
    pattern: /unsuitable certificate purpose|unsupported certificate purpose|INVALID_PURPOSE/,
    meaning: 'the certificate may not be used this way',
    causes: ['a client certificate is shown by a server, or the other way round: extendedKeyUsage'],
    next: ['kubepki x509 -in CERT -noout -purpose'],
    codes: ['missing-server-auth', 'missing-client-auth', 'etcd-peer-usage'],
    look: usage,
  },
  {
    id: 'openssl-invalid-ca',
    programs: OPENSSL,
    pattern: /invalid CA certificate|INVALID_CA|issuer certificate doesn't have a public key/,
    meaning: 'a certificate of the chain signed another, and is no CA',
    causes: ['basicConstraints CA:TRUE or keyCertSign is missing'],
    next: ['kubepki x509 -in CA.crt -noout -ext basicConstraints,keyUsage'],
    codes: ['not-a-ca', 'ca-cannot-sign'],
    look: authorities,
  },
  {
    id: 'openssl-path-length',
    programs: OPENSSL,
    pattern: /path length constraint exceeded|PATH_LENGTH_EXCEEDED/,
    meaning: 'a CA allows fewer CAs below it than there are',
    causes: ['the issuing CA has path length 0 and signed another CA'],
    next: ['kubepki verify CERT --ca CA.crt'],
    codes: ['path-length'],
    look: chain,
  },
  {
    id: 'openssl-signature-failure',
    programs: OPENSSL,
    pattern: /certificate signature failure|CERT_SIGNATURE_FAILURE/,
    meaning: 'the signature of a certificate is not that of the CA by the name of its issuer',
    causes: ['the CA was made anew under the same name', 'the certificate was changed or damaged'],
    next: ['kubepki verify CERT --ca CA.crt'],
    first: oddAuthority,
    codes: ['ca-replaced'],
    look: chain,
  },
  {
    id: 'openssl-name-constraints',
    programs: OPENSSL,
    pattern: /permitted subtree violation|excluded subtree violation|PERMITTED_VIOLATION/,
    meaning: 'a CA above is constrained to other names than the certificate has',
    causes: ['the corporate CA is limited to some domains'],
    next: ['kubepki x509 -in CA.crt -noout -ext nameConstraints'],
    codes: [],
    look: chain,
    fromSource: true,
  },
  {
    id: 'openssl-key-mismatch',
    programs: [...OPENSSL, ...NODE],
    pattern: /key values mismatch|KEY_VALUES_MISMATCH|key type mismatch/,
    meaning: 'the certificate and the key do not belong together',
    causes: [
      'one of the two was replaced and the other was not',
      'the leaf does not come first in the bundle',
    ],
    next: ['kubepki verify CERT --ca CA.crt --key KEY'],
    codes: ['key-mismatch', 'certificate-order'],
    first: keys,
  },
  {
    id: 'openssl-no-start-line',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /no start line|ERR_OSSL_PEM_NO_START_LINE|Could not read (?:certificate|private key|key)[^\n]*|unable to load certificate/i,
    meaning: 'a file that should hold PEM holds none of the kind that is wanted',
    causes: [
      'certificate and key are swapped',
      'the file is empty, DER, or holds base64 of the PEM (as kubeconfigs and Secrets do)',
    ],
    next: ['kubepki check FILE'],
    codes: ['malformed-certificate', 'malformed-key', 'pem-rubbish'],
  },
  {
    id: 'openssl-bad-decrypt',
    programs: [...OPENSSL, ...NODE],
    pattern: /bad decrypt|ERR_OSSL_BAD_DECRYPT|interrupted or cancelled|bad password read/,
    meaning: 'the password does not open the encrypted key',
    causes: ['the password is another one, or has a newline at its end'],
    next: ['openssl pkey -in KEY -passin file:PASSWORD -noout'],
    codes: ['key-encrypted'],
  },
  {
    id: 'openssl-too-weak',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /(?:EE|CA) certificate key too weak|CA signature digest algorithm too weak|(?:ee|ca) key too small|ca md too weak|(?:EE|CA)_(?:KEY|MD)_TOO_(?:SMALL|WEAK)/,
    meaning: 'a key or a signature is weaker than the security level of OpenSSL allows (SECLEVEL)',
    causes: ['the key has fewer than 2048 bits of RSA', 'a certificate is signed with SHA-1'],
    next: ['kubepki x509 -in CERT -noout -text'],
    codes: ['weak-digest', 'weak-key'],
  },
  {
    id: 'openssl-not-tls',
    programs: [...OPENSSL, ...NODE],
    pattern:
      /wrong version number|ERR_SSL_WRONG_VERSION_NUMBER|packet length too long|http request(?= *:|$)/m,
    meaning: 'TLS was spoken to a port that does not speak it, or the other way round',
    causes: ['the URL says https and the server is plain HTTP, or a proxy answers'],
    next: ['curl -v http://HOST:PORT/'],
    codes: ['kubeconfig-http', 'etcd-plain', 'apiserver-etcd-plain'],
  },
  {
    id: 'openssl-pkcs12-password',
    programs: [...OPENSSL, ...NODE],
    pattern: /Mac verify error: invalid password|mac verify failure|PKCS12_MAC_VERIFY_FAILURE/i,
    meaning: 'the password does not open the PKCS#12 file',
    causes: ['the password is another one, or the file was changed'],
    next: ['openssl pkcs12 -in FILE -nokeys -passin file:PASSWORD'],
    codes: [],
  },
]);
