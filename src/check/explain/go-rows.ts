import { authorities, chain, expired, notYetValid, oddAuthority, usage } from './look.ts';
import { host, hostWithoutAddresses, hostWithoutNames, nameless } from './look-host.ts';
import type { ErrorRow } from './row.ts';

/** Programs that say what Go says. */
export const GO = ['Go', 'kubectl', 'kubelet', 'kube-apiserver', 'etcd'];
/** Findings about chains. */
export const CHAIN_CODES = [
  'ca-replaced',
  'wrong-ca',
  'self-signed',
  'issuer-unknown',
  'kubeconfig-ca-mismatch',
  'shared-file-differs',
  'stale-copy',
  'kubeconfig-without-ca',
];
/** Findings about names. */
export const NAME_CODES = [
  'server-not-in-certificate',
  'missing-service-name',
  'missing-service-address',
  'missing-advertise-address',
  'dual-stack-gap',
  'etcd-missing-san',
  'etcd-peer-missing-san',
  'no-san',
  'kubelet-missing-node-name',
];
/** Findings about dates. */
export const DATE_CODES = [
  'expired',
  'ca-expired',
  'kubelet-certificate-expired',
  'kubelet-embeds-certificate',
  'kubelet-link-dead',
];

/** What crypto/x509 of Go says (src/crypto/x509/verify.go). */
export const GO_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'go-unknown-authority',
    programs: GO,
    pattern:
      /x509: certificate signed by unknown authority(?: \(possibly because of "(?<why>[^"]*)" while trying to verify candidate authority certificate "(?<ca>[^"]*)"\))?/,
    meaning: 'the certificate that was shown leads to none of the CAs that the caller trusts',
    causes: [
      'the CA was made anew under the same name: who trusts the old one refuses what the new one signs (the error then names a candidate authority)',
      "the caller's CA file or certificate-authority-data is another cluster's, or from before",
      'an intermediate certificate is not sent along, or a proxy answers with its own',
    ],
    next: [
      'kubepki verify SERVER.crt --ca CA.crt',
      'openssl s_client -connect HOST:6443 -showcerts </dev/null',
    ],
    // The API server asks the front-proxy CA first, which says this of every other certificate.
    rank: 1,
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'go-expired',
    programs: GO,
    pattern:
      /x509: certificate has expired or is not yet valid: current time (?<now>\S{1,40}) is after (?<when>[^\s\]"]{1,40})/,
    meaning: 'a certificate of the chain is expired, by the clock of who says it',
    causes: [
      'it was not renewed in time',
      'it was renewed, and the program that uses it was not restarted',
      'the clock of the machine is ahead',
    ],
    next: ['kubepki check', 'kubeadm certs renew all', 'timedatectl'],
    codes: DATE_CODES,
    look: expired,
  },
  {
    id: 'go-not-yet-valid',
    programs: GO,
    pattern:
      /x509: certificate has expired or is not yet valid: current time (?<now>\S{1,40}) is before (?<when>[^\s\]"]{1,40})/,
    meaning: 'a certificate of the chain is not valid yet, by the clock of who says it',
    causes: ['the clock of this machine is behind', 'the clock of the machine that issued it was ahead'],
    next: ['timedatectl', 'kubepki check'],
    codes: ['not-yet-valid', 'clock-behind', 'modified-in-future'],
    look: notYetValid,
  },
  {
    id: 'go-validity',
    programs: GO,
    pattern: /x509: certificate has expired or is not yet valid(?!: current time)/,
    meaning: 'a certificate of the chain is expired, or its time has not come, by the clock of who says it',
    causes: [
      'it was not renewed in time, or the program that uses it was not restarted',
      'the clock of one of the machines is wrong',
    ],
    next: ['kubepki check', 'kubeadm certs renew all', 'timedatectl'],
    codes: [...DATE_CODES, 'not-yet-valid', 'clock-behind'],
    look: (evidence, words) =>
      Promise.all([expired(evidence, words), notYetValid(evidence, words)]).then((both) => both.flat()),
    fromSource: true,
  },
  {
    id: 'go-names',
    programs: GO,
    pattern:
      /x509: certificate is valid for (?<names>[^\s,]{1,300}(?:, ?[^\s,]{1,300}){0,2000}?), ?not (?<host>[^\s":,]+|[0-9a-fA-F:]+)/,
    meaning: 'the server was called by a name or address that its certificate does not have',
    causes: [
      'the API server is called by an address (a load balancer, a public IP) that is not in certSANs',
      'the kubeconfig names another server than the certificate is for',
    ],
    next: [
      'kubepki x509 -in apiserver.crt -noout -ext subjectAltName',
      'add the name to certSANs of the configuration, then: kubepki apply --config FILE',
    ],
    codes: NAME_CODES,
    look: host,
  },
  {
    id: 'go-no-ip-sans',
    programs: GO,
    pattern: /x509: cannot validate certificate for (?<host>\S+) because it doesn't contain any IP SANs/,
    meaning: 'the server was called by an address, and its certificate has no addresses at all',
    causes: ['the certificate was issued for DNS names alone', 'an address was put among the DNS names'],
    next: ['kubepki x509 -in SERVER.crt -noout -ext subjectAltName'],
    codes: [...NAME_CODES, 'dns-san-is-address'],
    look: hostWithoutAddresses,
  },
  {
    id: 'go-not-valid-for-any-names',
    programs: GO,
    pattern: /x509: certificate is not valid for any names, but wanted to match (?<host>\S+)/,
    meaning: 'the certificate has no DNS name at all',
    causes: ['it is a client certificate', 'it was issued without subject alternative names'],
    next: ['kubepki x509 -in SERVER.crt -noout -text'],
    codes: NAME_CODES,
    look: hostWithoutNames,
  },
  {
    id: 'go-common-name',
    programs: GO,
    pattern: /x509: certificate relies on legacy Common Name field, use SANs instead/,
    meaning: 'the certificate has a host in its common name alone, which counts for nothing since Go 1.15',
    causes: ['it was issued by an old script, without subjectAltName'],
    next: ['kubepki issue server --ca CA --common-name NAME --san NAME --out SERVER'],
    codes: ['no-san'],
    look: nameless,
  },
  {
    id: 'go-key-usage',
    programs: GO,
    pattern: /x509: certificate specifies an incompatible key usage/,
    meaning:
      'the certificate may not be used this way: a client certificate was shown by a server, or the other way round',
    causes: [
      'a server certificate (serverAuth) is used as a client certificate',
      'etcd peers need both serverAuth and clientAuth',
      'a CA above allows other usages',
    ],
    next: ['kubepki x509 -in CERT -noout -ext extendedKeyUsage'],
    codes: ['missing-server-auth', 'missing-client-auth', 'etcd-peer-usage', 'etcd-server-usage'],
    look: usage,
  },
  {
    id: 'go-not-a-ca',
    programs: GO,
    pattern:
      /x509: (?:certificate is not authorized to sign other certificates|invalid signature: parent certificate cannot sign this kind of certificate)/,
    meaning: 'a certificate of the chain signed another, and is no CA',
    causes: ['basicConstraints CA:TRUE is missing in the CA', 'a leaf certificate stands in the CA file'],
    next: ['kubepki x509 -in CA.crt -noout -ext basicConstraints,keyUsage'],
    codes: ['not-a-ca', 'ca-cannot-sign'],
    look: authorities,
  },
  {
    id: 'go-too-many-intermediates',
    programs: GO,
    pattern: /x509: too many intermediates for path length constraint/,
    meaning: 'a CA allows fewer CAs below it than there are (its path length)',
    causes: ['the issuing CA was made with path length 0 and signed another CA'],
    next: ['kubepki verify CERT --ca CA.crt'],
    codes: ['path-length'],
    look: chain,
  },
  {
    id: 'go-name-constraints',
    programs: GO,
    pattern:
      /x509: (?:a root or intermediate certificate is not authorized to sign for this name|issuer has name constraints but leaf contains unknown or unconstrained name)(?:: (?<why>.{1,1000}))?/,
    meaning: 'a CA above is constrained to other names than the certificate has',
    causes: [
      'the corporate CA is limited to some domains, and cluster.local or the addresses are not among them',
    ],
    next: ['kubepki x509 -in CA.crt -noout -ext nameConstraints', 'kubepki verify CERT --ca CA.crt'],
    codes: [],
    look: chain,
    fromSource: true,
  },
  {
    id: 'go-malformed',
    programs: GO,
    pattern: /x509: malformed [a-z]|asn1: (?:structure|syntax) error/,
    meaning: 'the bytes are not those of a certificate',
    causes: [
      'the file is cut off, or its line ends were changed',
      'another kind of file stands in its place',
    ],
    next: ['kubepki check FILE'],
    codes: ['malformed-certificate', 'malformed-key', 'duplicate-extension'],
  },
  {
    id: 'go-negative-serial',
    programs: GO,
    pattern: /x509: negative serial number/,
    meaning: 'the serial number is negative, which Go refuses since 1.23',
    causes: ['it was made by an old tool (node-forge, old Java)'],
    next: ['kubepki x509 -in CERT -noout -serial'],
    codes: ['negative-serial'],
  },
  {
    id: 'go-insecure-algorithm',
    programs: GO,
    pattern: /x509: cannot verify signature: insecure algorithm (?<algorithm>\S+)/,
    meaning: 'the signature stands on SHA-1 or MD5, which Go does not believe any more',
    causes: ['the certificate or an intermediate is old'],
    next: ['kubepki x509 -in CERT -noout -text'],
    codes: ['weak-digest'],
    look: ({ certificates }) =>
      certificates.flatMap(({ entry: { path, signatureAlgorithm, subject, isCa, issuer } }) =>
        /sha1|md5/i.test(signatureAlgorithm) && !(isCa && issuer === subject)
          ? [
              {
                path,
                message: `${subject} is signed with ${signatureAlgorithm}`,
                fix: 'issue it anew with SHA-256',
              },
            ]
          : [],
      ),
  },
]);
