import { expired, namedFile } from './look.ts';
import type { ErrorRow } from './row.ts';

/** What kubectl, the API server, the kubelet and etcd say beyond the words of Go's TLS. */
export const KUBERNETES_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'kubectl-unauthorized',
    programs: ['kubectl', 'kubelet'],
    pattern:
      /You must be logged in to the server|the server has asked for the client to provide credentials|\bUnauthorized\b/,
    meaning: 'the API server does not know who is calling: no credentials, or none that it believes',
    causes: [
      'the client certificate is expired, or signed by another CA than --client-ca-file',
      'the token is expired or of another cluster',
      'the kubeconfig is a copy from before the CA or the certificate was renewed',
    ],
    next: [
      'kubepki check ~/.kube/config',
      'kubectl config view --minify',
      'the log of kube-apiserver: "Unable to authenticate the request"',
    ],
    logs: ['kube-apiserver'],
    rank: 1,
    codes: [
      'expired',
      'wrong-ca',
      'ca-replaced',
      'stale-copy',
      'kubeconfig-without-credentials',
      'kubeconfig-token',
      'issuer-unknown',
    ],
    look: expired,
  },
  {
    id: 'kubectl-forbidden',
    programs: ['kubectl', 'kubelet'],
    pattern: /User "(?<user>[^"]*)" cannot (?<verb>\w+) resource|forbidden: User "(?<anonymous>[^"]*)"/,
    meaning: 'the API server knows who is calling, and that user may not do this',
    causes: [
      'the groups (O) of the certificate are not those that RBAC binds',
      'system:anonymous: no credentials arrived at all',
      'a kubelet whose common name is not system:node:NAME or that is not in system:nodes',
    ],
    next: ['kubectl auth whoami', 'kubepki x509 -in CERT -noout -subject'],
    logs: ['kube-apiserver'],
    codes: [
      'wrong-common-name',
      'missing-node-group',
      'wrong-node-prefix',
      'wrong-node-name',
      'kubeconfig-without-credentials',
    ],
  },
  {
    id: 'kubectl-connection-refused',
    programs: ['kubectl', 'kubelet', 'etcd'],
    pattern:
      /(?:dial tcp (?<host>\S{1,300}?):(?<port>\d+): connect: connection refused|The connection to the server (?<server>\S{1,300}?) was refused)/,
    meaning: 'nothing listens there: the API server (or etcd) is down, or it is another address',
    causes: [
      'kube-apiserver does not start: often because etcd does not, or because a certificate file is missing or expired',
      'localhost:8080: kubectl found no kubeconfig, or one without a current context',
      'the address of the load balancer changed',
    ],
    next: [
      'crictl ps -a',
      'crictl logs CONTAINER',
      'docker ps -a',
      'journalctl -u kubelet --since -1h',
      'kubepki check',
    ],
    logs: ['kubelet', 'kube-apiserver', 'etcd'],
    rank: 1,
    codes: [
      'expired',
      'ca-expired',
      'file-missing',
      'key-mismatch',
      'malformed-manifest',
      'current-context-unset',
      'malformed-certificate',
    ],
  },
  {
    id: 'kubectl-unable-to-read',
    programs: ['kubectl'],
    pattern: /unable to read (?:client-cert|client-key|certificate-authority) (?<path>\S{1,1000}) for/,
    meaning: 'the kubeconfig names a file that cannot be read',
    causes: [
      'the kubeconfig was copied without the files beside it: embed them',
      'a relative path is relative to the kubeconfig’s folder',
    ],
    next: ['kubepki kubeconfig embed', 'kubectl config view --flatten'],
    codes: ['file-missing', 'file-unreadable', 'no-permission'],
    look: namedFile,
  },
  {
    id: 'kubectl-base64',
    programs: ['kubectl'],
    pattern: /illegal base64 data at input byte \d+/,
    meaning: 'a field ending in -data is not base64',
    causes: ['the PEM was pasted as it is, or the base64 was cut off or wrapped'],
    next: ['kubepki check KUBECONFIG'],
    codes: ['malformed-kubeconfig'],
  },
  {
    id: 'kubectl-no-context',
    programs: ['kubectl'],
    pattern:
      /context "(?<context>[^"]*)" does not exist|context was not found for specified context: (?<name>\S+)|cluster "(?<cluster>[^"]*)" does not exist/,
    meaning: 'the kubeconfig has no context, or no cluster, of that name',
    causes: [
      'another file is read than is thought: KUBECONFIG, ~/.kube/config',
      'the context was renamed or deleted',
    ],
    next: ['kubectl config get-contexts', 'echo $KUBECONFIG'],
    codes: ['current-context-dangling', 'current-context-unset'],
  },
  {
    id: 'kubectl-config-both',
    programs: ['kubectl'],
    pattern:
      /(?:client-cert-data|client-key-data|certificate-authority-data) and (?:client-cert|client-key|certificate-authority) are both specified/,
    meaning: 'the kubeconfig both holds a certificate or key and names a file for it',
    causes: ['it was edited by hand'],
    next: ['kubectl config set-credentials USER --embed-certs --client-certificate FILE --client-key FILE'],
    codes: ['kubeconfig-data-and-file'],
  },
  {
    id: 'kubectl-load-config',
    programs: ['kubectl'],
    pattern: /error loading config file "?(?<path>[^":\n]{1,1000})"?: (?<why>.{1,1000})/,
    meaning: 'the kubeconfig is not one that kubectl reads',
    causes: ['it is no YAML, or a field has the wrong type'],
    next: ['kubepki check KUBECONFIG'],
    rank: 1,
    codes: ['malformed-kubeconfig'],
    look: namedFile,
  },
  {
    id: 'apiserver-authenticate',
    programs: ['kube-apiserver'],
    pattern: /[Uu]nable to authenticate the request/,
    meaning:
      'a client showed credentials that the API server refuses; SN is the serial number of its certificate, in decimal',
    causes: [
      'the client certificate is expired or of another CA',
      'a token is signed by another key than --service-account-key-file holds',
    ],
    next: ['find the certificate by its serial number: kubepki check -o json'],
    logs: ['kube-apiserver'],
    rank: 2,
    codes: ['expired', 'wrong-ca', 'ca-replaced', 'sa-key-mismatch', 'sa-signing-key-mismatch'],
    look: ({ certificates, named }) =>
      certificates.flatMap(({ entry: { path, subject } }) =>
        named.has(path)
          ? [{ path, message: `the certificate with this serial number is that of ${subject}` }]
          : [],
      ),
  },
  {
    id: 'apiserver-invalid-bearer-token',
    programs: ['kube-apiserver'],
    pattern: /invalid bearer token/,
    meaning: 'a token is not one that this API server made or knows',
    causes: [
      'it was signed by another sa.key: sa.pub and sa.key do not match, or control planes have different ones',
      'it is expired, or of another cluster',
    ],
    next: ['kubepki check: sa-key-mismatch'],
    logs: ['kube-apiserver'],
    codes: ['sa-key-mismatch', 'sa-signing-key-mismatch', 'shared-file-differs'],
  },
  {
    id: 'etcd-rejected-connection',
    programs: ['etcd'],
    pattern: /rejected connection(?: on (?:client|peer) endpoint)?/,
    meaning: 'etcd refused a caller during the handshake; what follows says why',
    causes: [
      'the API server’s etcd client certificate is signed by another CA than --trusted-ca-file',
      'a peer’s certificate lacks clientAuth, or its address',
    ],
    next: ['kubepki check', 'crictl logs ETCD'],
    logs: ['etcd', 'kube-apiserver'],
    rank: 2,
    codes: [
      'wrong-ca',
      'ca-replaced',
      'etcd-peer-usage',
      'etcd-peer-missing-san',
      'missing-client-auth',
      'expired',
    ],
  },
  {
    id: 'kubelet-bootstrap-expired',
    programs: ['kubelet'],
    pattern: /part of the existing bootstrap client certificate(?: in (?<path>\S{1,1000}))? is expired/,
    meaning:
      'the kubelet’s client certificate expired before it was rotated, and it has nothing to ask for a new one with',
    causes: [
      'the node was off, or the controller manager did not sign, for too long',
      'kubelet.conf still embeds the first certificate, and rotation renewed the PEM beside it',
    ],
    next: [
      'kubeadm token create --print-join-command, then join again',
      'or on the control plane: kubepki apply --config FILE, and copy the node’s files',
    ],
    logs: ['kubelet'],
    codes: ['kubelet-certificate-expired', 'kubelet-embeds-certificate', 'kubelet-link-dead'],
    look: namedFile,
  },
  {
    id: 'apiserver-list-failed',
    programs: ['kubectl'],
    pattern: /couldn't get current server API group list|unable to retrieve the complete list of server APIs/,
    meaning: 'kubectl could not ask the API server for what it has; the words behind it say why',
    causes: [
      'the API server is down or refuses the caller',
      'an aggregated API (metrics-server) is down, or its caBundle is wrong',
    ],
    next: ['kubectl get --raw /healthz', 'kubectl get apiservices'],
    logs: ['kube-apiserver'],
    rank: 2,
    codes: [],
  },
]);
