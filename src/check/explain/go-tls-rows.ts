import { chain, expired, keys, namedFile, oddAuthority } from './look.ts';
import { CHAIN_CODES, DATE_CODES, GO, NAME_CODES } from './go-rows.ts';
import type { ErrorRow } from './row.ts';

/** What crypto/tls and os of Go say (src/crypto/tls). */
export const GO_TLS_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'go-key-mismatch',
    programs: GO,
    pattern: /tls: private key (?:does not match public key|type does not match public key type)/,
    meaning: 'the certificate and the key that a program was given do not belong together',
    causes: [
      'one of the two was replaced and the other was not',
      'the files of two certificates were mixed up',
      'in a bundle, the leaf does not come first',
    ],
    next: ['kubepki verify CERT --ca CA.crt --key KEY'],
    codes: ['key-mismatch', 'certificate-order', 'key-missing'],
    first: keys,
  },
  {
    id: 'go-no-pem',
    programs: GO,
    pattern:
      /tls: failed to find (?:any PEM data in (?:certificate|key) input|"CERTIFICATE" PEM block in certificate input[^\n]*|PEM block with type ending in "PRIVATE KEY" in key input[^\n]*|certificate PEM data in certificate input[^\n]*)/,
    meaning: 'a file that should hold a certificate or key in PEM holds none',
    causes: ['certificate and key are swapped', 'the file is empty, or DER, or was written in part'],
    next: ['kubepki check FILE'],
    codes: ['malformed-certificate', 'malformed-key', 'key-missing', 'file-missing', 'pem-rubbish'],
  },
  {
    id: 'go-no-such-file',
    programs: GO,
    pattern: /(?:open|stat|lstat) (?<path>\S{1,1000}?): no such file or directory/,
    meaning: 'a file that the program is told to use is not there',
    causes: [
      'it was never made, or lies elsewhere',
      'a volume of the static pod does not bring it into the container',
    ],
    next: ['kubepki check'],
    codes: ['file-missing', 'kubelet-link-dead'],
    look: namedFile,
  },
  {
    id: 'go-permission-denied',
    programs: GO,
    pattern: /open (?<path>\S{1,1000}?): permission denied/,
    meaning: 'the program may not read the file',
    causes: ['it belongs to another user, or its mode is too strict for who runs the program'],
    next: ['ls -l FILE'],
    codes: ['file-unreadable', 'no-permission'],
    look: namedFile,
    fromSource: true,
  },
  {
    id: 'tls-bad-certificate',
    programs: [...GO, 'OpenSSL'],
    pattern:
      /remote error: tls: (?:bad|unknown|unsupported) certificate(?! authority)|tlsv1 alert bad certificate|sslv3 alert bad certificate/,
    meaning: 'the other side refused the certificate that was shown to it; its own log says why',
    causes: [
      'the client certificate is signed by a CA that the server does not trust',
      'it is expired, or may not be used by clients',
      'the other side was called by a name that its certificate lacks (then this is its log)',
    ],
    next: [
      'look into the log of the other side for an x509 error',
      'kubepki verify CLIENT.crt --ca CA.crt --usage client',
    ],
    logs: ['other side'],
    rank: 1,
    first: oddAuthority,
    codes: [...CHAIN_CODES, 'missing-client-auth', 'expired', ...NAME_CODES],
    look: chain,
  },
  {
    id: 'tls-unknown-ca',
    programs: [...GO, 'OpenSSL'],
    pattern: /remote error: tls: unknown certificate authority|alert unknown ca/i,
    meaning: 'the other side does not know the CA of the certificate that was shown to it',
    causes: [
      'the client certificate is signed by another CA than --client-ca-file (or --trusted-ca-file) holds',
      'or the other way round: it does not trust our server certificate',
    ],
    next: ['kubepki verify CLIENT.crt --ca CA.crt --usage client'],
    logs: ['other side'],
    rank: 1,
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'tls-certificate-required',
    programs: [...GO, 'OpenSSL'],
    pattern:
      /remote error: tls: certificate required|tls: client didn't provide a certificate|alert certificate required|peer did not return a certificate/,
    meaning: 'the server asks for a client certificate, and none was sent',
    causes: [
      'the caller was given no certificate: --cert and --key, or client-certificate in the kubeconfig',
      'the one it has is signed by a CA that the server does not list',
    ],
    next: ['kubepki kubeconfig view', 'etcdctl needs --cacert --cert --key'],
    codes: ['kubeconfig-without-credentials', 'file-missing'],
  },
  {
    id: 'go-not-tls',
    programs: GO,
    pattern:
      /tls: first record does not look like a TLS handshake|http: server gave HTTP response to HTTPS client/,
    meaning: 'TLS was spoken to a port that does not speak it',
    causes: [
      'the URL says https and the server is plain HTTP, or a proxy answers',
      'the port is another program’s',
    ],
    next: ['curl -v http://HOST:PORT/'],
    codes: ['kubeconfig-http', 'etcd-plain', 'apiserver-etcd-plain'],
  },
  {
    id: 'go-http-to-https',
    programs: GO,
    pattern: /[Cc]lient sent an HTTP request to an HTTPS server/,
    meaning: 'plain HTTP was spoken to a port that speaks TLS',
    causes: ['the server of a kubeconfig, or an endpoint of etcd, says http:// in place of https://'],
    next: ['kubectl config view --minify'],
    codes: ['kubeconfig-http', 'etcd-plain', 'apiserver-etcd-plain'],
  },
  {
    id: 'tls-expired',
    programs: [...GO, 'OpenSSL'],
    pattern: /remote error: tls: expired certificate|alert certificate expired/,
    meaning:
      'the other side refused the certificate that was shown to it, because it is expired by its clock',
    causes: [
      'the client certificate was not renewed, or the program that shows it was not restarted',
      'the clock of the other side is ahead',
    ],
    next: ['kubepki check', 'timedatectl on both machines'],
    logs: ['other side'],
    codes: DATE_CODES,
    look: expired,
  },
  {
    id: 'tls-internal-error',
    programs: [...GO, 'OpenSSL'],
    pattern: /remote error: tls: internal error|tlsv1 alert internal error/,
    meaning:
      'the server has no certificate to show: for port 10250 that is a kubelet whose serving certificate was not issued',
    causes: [
      'serverTLSBootstrap (or rotateServerCertificates) is on, and nobody approved the CSR of kubernetes.io/kubelet-serving',
      'the serving certificate expired and its renewal waits for approval',
    ],
    next: ['kubectl get csr', 'kubectl certificate approve NAME', 'kubepki issue kubelet-server'],
    logs: ['kubelet'],
    codes: ['kubelet-serving-self-signed', 'kubelet-certificate-expired'],
  },
  {
    id: 'tls-versions',
    programs: [...GO, 'OpenSSL', 'Node'],
    pattern:
      /remote error: tls: (?:protocol version not supported|handshake failure)|tls: client offered only unsupported versions|tls: no cipher suite supported by both|alert handshake failure|alert protocol version|unsupported protocol/,
    meaning: 'the two sides have no version of TLS, cipher suite or kind of key in common',
    causes: [
      '--tls-cipher-suites or --tls-min-version leave nothing that fits the key: an ECDSA or Ed25519 key needs suites of its own',
      'the client is too old for TLS 1.2',
    ],
    next: ['openssl s_client -connect HOST:PORT </dev/null', 'kubepki x509 -in SERVER.crt -noout -text'],
    codes: [],
  },
  {
    id: 'go-handshake-broken-off',
    programs: GO,
    pattern:
      /TLS handshake error from (?<from>\S{1,80}): (?:EOF|read tcp [^\n]{1,200}(?:connection reset by peer|i\/o timeout)|write tcp [^\n]{1,200}broken pipe)/,
    meaning: 'somebody connected and went away before the handshake was over: no certificate was refused',
    causes: [
      'a health check of a load balancer, a port scan or a TCP probe: harmless',
      'the caller does not trust the certificate and hangs up without an alert: its own log says so',
    ],
    next: ['find out whose address it is'],
    logs: ['other side'],
    rank: 2,
    codes: [],
  },
  {
    id: 'go-handshake-timeout',
    programs: GO,
    pattern: /net\/http: TLS handshake timeout/,
    meaning: 'the server took the connection and did not go on with the handshake in 10 seconds',
    causes: [
      'the server is overloaded, or a proxy or firewall between swallows packets (MTU)',
      'HTTPS_PROXY stands, and NO_PROXY does not name the cluster',
    ],
    next: ['env | grep -i proxy', 'curl -vk https://HOST:6443/livez'],
    logs: ['kube-apiserver'],
    codes: [],
    fromSource: true,
  },
  {
    id: 'go-header-value',
    programs: ['Go', 'kubectl'],
    pattern: /net\/http: invalid header field value for "?Authorization"?/,
    meaning: 'the token has a line break or another character that a header cannot have',
    causes: ['the token was wrapped when it was copied, or its file ends with more than one line'],
    next: ['kubectl create token NAME', 'kubectl config view --minify'],
    codes: ['kubeconfig-token'],
  },
]);
