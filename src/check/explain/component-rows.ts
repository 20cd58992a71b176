import { CHAIN_CODES, DATE_CODES, NAME_CODES } from './go-rows.ts';
import { chain, expired, namedFile, oddAuthority } from './look.ts';
import type { ErrorRow } from './row.ts';

const FILE_CODES = [
  'file-missing',
  'file-unreadable',
  'malformed-certificate',
  'malformed-key',
  'pem-rubbish',
];

/** What the API server, etcd, the kubelet and clients in the cluster say of their own files and of each other. */
export const COMPONENT_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'apiserver-empty-ca',
    programs: ['kube-apiserver', 'kube-controller-manager'],
    pattern: /missing content for CA bundle "[^":\n]{0,100}::(?<path>[^"\n]{1,1000})"/,
    meaning: 'a file of CAs is empty',
    causes: ['it was written in part, or the disk was full', 'a Secret or ConfigMap without data is mounted'],
    next: ['kubepki check FILE'],
    codes: FILE_CODES,
    look: namedFile,
  },
  {
    id: 'kubernetes-no-key',
    programs: ['kube-apiserver', 'kube-controller-manager', 'kubeadm'],
    pattern:
      /error reading (?:private|public) key file (?<path>\S{1,1000}?): data does not contain (?:a|any) valid/,
    meaning: 'a file that should hold a key (sa.key, sa.pub) holds none that Kubernetes reads',
    causes: [
      'it is empty, encrypted, DER, or an Ed25519 key: service accounts take RSA and ECDSA alone',
      'sa.key and sa.pub are swapped',
    ],
    next: ['kubepki check FILE', 'openssl pkey -in sa.key -pubout'],
    codes: [...FILE_CODES, 'key-encrypted', 'sa-key-mismatch'],
    look: namedFile,
  },
  {
    id: 'apiserver-etcd-handshake',
    programs: ['kube-apiserver'],
    pattern:
      /transport: authentication handshake failed: (?!context canceled)|error reading server preface: remote error: tls|error creating storage factory: context deadline exceeded/,
    meaning: 'the API server and etcd do not come to terms, and without etcd the API server ends',
    causes: [
      '--etcd-cafile is not the CA of the server certificate of etcd (the words behind it are x509)',
      'apiserver-etcd-client.crt is not signed by the --trusted-ca-file of etcd (remote error)',
      'etcd does not run',
    ],
    next: [
      'kubepki verify etcd/server.crt --ca etcd/ca.crt',
      'kubepki verify apiserver-etcd-client.crt --ca etcd/ca.crt --usage client',
    ],
    logs: ['etcd', 'kube-apiserver'],
    rank: 2,
    first: oddAuthority,
    codes: [...CHAIN_CODES, ...DATE_CODES, 'etcd-missing-san', 'missing-client-auth'],
    look: chain,
  },
  {
    id: 'apiserver-front-proxy-name',
    programs: ['kube-apiserver'],
    pattern: /x509: subject with cn=(?<name>[^\n]{0,200}?) is not in the allowed list/,
    meaning:
      'a certificate of the front-proxy CA has a common name that --requestheader-allowed-names does not list',
    causes: [
      'the front-proxy client certificate was made with another common name than front-proxy-client',
      'another client certificate was signed by the front-proxy CA: that CA is for the aggregation layer alone',
    ],
    next: ['kubepki x509 -in front-proxy-client.crt -noout -subject -issuer'],
    logs: ['kube-apiserver'],
    codes: ['wrong-common-name'],
    look: ({ certificates }, { name }) =>
      certificates.flatMap(({ entry: { path, subject } }) =>
        name !== undefined && subject.split(', ').includes(`CN = ${name}`)
          ? [{ path, message: `it is ${subject}`, fix: 'issue it with the common name front-proxy-client' }]
          : [],
      ),
  },
  {
    id: 'apiserver-token-expired',
    programs: ['kube-apiserver', 'kubelet'],
    pattern:
      /service account token (?:has expired|has been invalidated|is not valid yet|is issued in the future)/,
    meaning: 'a token of a service account is over, or its pod, Secret or account is gone',
    causes: [
      'the program keeps the token it read first: it must read the mounted file again',
      'the token was copied out of a pod that is gone',
      'the clocks of the machines differ',
    ],
    next: ['kubectl create token NAME', 'timedatectl'],
    logs: ['kube-apiserver'],
    codes: ['kubeconfig-token'],
  },
  {
    id: 'apiserver-webhook',
    programs: ['kube-apiserver', 'kubectl'],
    pattern: /failed calling webhook "(?<name>[^"\n]{1,253})"/,
    meaning: 'an admission webhook did not answer; the words behind it say why',
    causes: [
      'its caBundle is not the CA of its certificate (x509: signed by unknown authority)',
      'its certificate lacks SERVICE.NAMESPACE.svc (x509: valid for …, or legacy Common Name)',
      'its pod does not run',
    ],
    next: [
      'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
      'kubepki issue webhook SERVICE --namespace NAMESPACE',
    ],
    logs: ['kube-apiserver'],
    rank: 2,
    codes: [],
  },
  {
    id: 'kubectl-no-kubeconfig',
    programs: ['kubectl'],
    pattern:
      /The connection to the server localhost:8080 was refused|http:\/\/localhost:8080\/|no configuration has been provided, try setting KUBERNETES_MASTER/,
    meaning: 'no kubeconfig was found: localhost:8080 is what kubectl falls back to',
    causes: [
      'KUBECONFIG is not set for this user (sudo drops it), and ~/.kube/config is not there or is empty',
      'a program outside of the cluster uses the configuration for pods',
    ],
    next: [
      'kubectl config view',
      'export KUBECONFIG=/etc/kubernetes/admin.conf',
      'cp /etc/kubernetes/admin.conf ~/.kube/config',
    ],
    codes: ['current-context-unset', 'current-context-dangling', 'malformed-kubeconfig'],
  },
  {
    id: 'etcd-peer-name',
    programs: ['etcd'],
    pattern: /tls: "(?<host>[^"\n]{1,253})" does not match any of DNSNames/,
    meaning: 'a member of etcd came from an address that its peer certificate does not have',
    causes: ['etcd/peer.crt lacks the address of the member, or the member got another address'],
    next: ['kubepki x509 -in etcd/peer.crt -noout -ext subjectAltName'],
    logs: ['etcd'],
    codes: ['etcd-peer-missing-san'],
    fromSource: true,
  },
  {
    id: 'kubelet-no-bootstrap',
    programs: ['kubelet'],
    pattern: /unable to load bootstrap kubeconfig: stat (?<path>\S{1,1000}?): no such file or directory/,
    meaning:
      'the kubelet has no kubeconfig that it can use, and none to ask for a certificate with: kubeadm join removes that one',
    causes: [
      'kubelet.conf is missing, or the client certificate it names is expired or gone: see the lines before',
      'the node was never joined',
    ],
    next: [
      'kubepki check /etc/kubernetes/kubelet.conf /var/lib/kubelet',
      'kubeadm token create --print-join-command, then join again',
    ],
    logs: ['kubelet'],
    codes: [
      'kubelet-certificate-expired',
      'kubelet-embeds-certificate',
      'kubelet-link-dead',
      'file-missing',
      'expired',
    ],
    look: expired,
  },
  {
    id: 'kubelet-client-pair',
    programs: ['kubelet'],
    pattern: /could not convert data from "(?<path>[^"\n]{1,1000})" into cert\/key pair/,
    meaning: "the file of the kubelet's client certificate does not hold a certificate and its key",
    causes: ['kubelet-client-current.pem was written in part, or has only one of the two'],
    next: ['kubepki check /var/lib/kubelet/pki'],
    logs: ['kubelet'],
    codes: [...FILE_CODES, 'key-mismatch', 'key-missing', 'kubelet-link-dead'],
    look: namedFile,
  },
  {
    id: 'kubelet-no-serving-certificate',
    programs: ['kubelet'],
    pattern: /no serving certificate available for the kubelet/,
    meaning: 'the kubelet waits for its serving certificate; until then callers get "tls: internal error"',
    causes: ['the CSR of kubernetes.io/kubelet-serving was not approved'],
    next: ['kubectl get csr', 'kubectl certificate approve NAME'],
    logs: ['kubelet'],
    codes: [],
    fromSource: true,
  },
  {
    id: 'kubelet-register',
    programs: ['kubelet'],
    pattern: /Unable to register node with API server|Error updating node status, will retry/,
    meaning: 'the kubelet does not reach the API server, or is refused; the words behind err= say why',
    causes: [
      'its client certificate is expired, or is not of system:node:NAME in system:nodes',
      'the CA in kubelet.conf is not the one of the API server',
    ],
    next: ['kubepki check /etc/kubernetes/kubelet.conf /var/lib/kubelet'],
    logs: ['kubelet', 'kube-apiserver'],
    rank: 2,
    codes: [...CHAIN_CODES, ...DATE_CODES, ...NAME_CODES, 'missing-node-group', 'wrong-node-prefix'],
    fromSource: true,
  },
]);
