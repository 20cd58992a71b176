/** What a certificate is shown as. */
export type DutyKind = 'server' | 'client' | 'peer';

/** A certificate that has its place and its purpose by name. */
export interface KnownCertificate {
  /** Path below the PKI directory, without extension. */
  readonly base: string;
  readonly kind: DutyKind;
  /** Who shows it. */
  readonly component: string;
  /** The flag that names it where there is a manifest. */
  readonly flag: string;
  /** Path of its CA below the PKI directory, without extension. */
  readonly authority: string;
  /** Its name in `kubeadm certs renew`. */
  readonly renew: string;
  /** The common name by which it gets its permissions, unless by one of its groups. */
  readonly commonName?: string;
}

/** The certificates of a control plane's PKI directory (kubeadm: cmd/kubeadm/app/phases/certs/certlist.go). */
export const KNOWN_CERTIFICATES: readonly KnownCertificate[] = Object.freeze([
  {
    base: 'apiserver',
    kind: 'server',
    component: 'kube-apiserver',
    flag: '--tls-cert-file',
    authority: 'ca',
    renew: 'apiserver',
  },
  {
    base: 'apiserver-kubelet-client',
    kind: 'client',
    component: 'kube-apiserver',
    flag: '--kubelet-client-certificate',
    authority: 'ca',
    renew: 'apiserver-kubelet-client',
    commonName: 'kube-apiserver-kubelet-client',
  },
  {
    base: 'apiserver-etcd-client',
    kind: 'client',
    component: 'kube-apiserver',
    flag: '--etcd-certfile',
    authority: 'etcd/ca',
    renew: 'apiserver-etcd-client',
  },
  {
    base: 'front-proxy-client',
    kind: 'client',
    component: 'kube-apiserver',
    flag: '--proxy-client-cert-file',
    authority: 'front-proxy-ca',
    renew: 'front-proxy-client',
  },
  {
    base: 'etcd/server',
    kind: 'server',
    component: 'etcd',
    flag: '--cert-file',
    authority: 'etcd/ca',
    renew: 'etcd-server',
  },
  {
    base: 'etcd/peer',
    kind: 'peer',
    component: 'etcd',
    flag: '--peer-cert-file',
    authority: 'etcd/ca',
    renew: 'etcd-peer',
  },
  {
    base: 'etcd/healthcheck-client',
    kind: 'client',
    component: 'etcd',
    flag: 'liveness probe',
    authority: 'etcd/ca',
    renew: 'etcd-healthcheck-client',
  },
]);

/** A certificate and key that a component's flags name, and who checks the certificate by what. */
export interface FlagPair {
  readonly component: string;
  /** Flags without dashes, and fields of configurations. */
  readonly certificate: readonly string[];
  readonly key: readonly string[];
  readonly kind: DutyKind;
  /** Components and the flags that name the CA by which they check it. */
  readonly checkedBy: readonly { readonly component: string; readonly flags: readonly string[] }[];
}

const KUBELET_CLIENT_CA = ['authentication.x509.clientCAFile', 'client-ca-file'];

/** Pairs by flag (kubernetes.io/docs/reference/command-line-tools-reference, etcd.io/docs/v3.5/op-guide/security). */
export const FLAG_PAIRS: readonly FlagPair[] = Object.freeze<FlagPair[]>([
  {
    component: 'kube-apiserver',
    certificate: ['tls-cert-file'],
    key: ['tls-private-key-file'],
    kind: 'server',
    checkedBy: [{ component: 'kube-controller-manager', flags: ['root-ca-file'] }],
  },
  {
    component: 'kube-apiserver',
    certificate: ['kubelet-client-certificate'],
    key: ['kubelet-client-key'],
    kind: 'client',
    checkedBy: [{ component: 'kubelet', flags: KUBELET_CLIENT_CA }],
  },
  {
    component: 'kube-apiserver',
    certificate: ['etcd-certfile'],
    key: ['etcd-keyfile'],
    kind: 'client',
    checkedBy: [{ component: 'etcd', flags: ['trusted-ca-file'] }],
  },
  {
    component: 'kube-apiserver',
    certificate: ['proxy-client-cert-file'],
    key: ['proxy-client-key-file'],
    kind: 'client',
    checkedBy: [{ component: 'kube-apiserver', flags: ['requestheader-client-ca-file'] }],
  },
  {
    component: 'etcd',
    certificate: ['cert-file'],
    key: ['key-file'],
    kind: 'server',
    checkedBy: [{ component: 'kube-apiserver', flags: ['etcd-cafile'] }],
  },
  {
    component: 'etcd',
    certificate: ['peer-cert-file'],
    key: ['peer-key-file'],
    kind: 'peer',
    checkedBy: [{ component: 'etcd', flags: ['peer-trusted-ca-file'] }],
  },
  {
    component: 'kubelet',
    certificate: ['tlsCertFile', 'tls-cert-file'],
    key: ['tlsPrivateKeyFile', 'tls-private-key-file'],
    kind: 'server',
    checkedBy: [{ component: 'kube-apiserver', flags: ['kubelet-certificate-authority'] }],
  },
  {
    component: 'kube-controller-manager',
    certificate: ['tls-cert-file'],
    key: ['tls-private-key-file'],
    kind: 'server',
    checkedBy: [],
  },
  {
    component: 'kube-scheduler',
    certificate: ['tls-cert-file'],
    key: ['tls-private-key-file'],
    kind: 'server',
    checkedBy: [],
  },
]);

/** Who must stand in a kubeconfig, by its file name, or by the component that is told to use it. */
export interface KnownKubeconfig {
  readonly fileNames: readonly string[];
  readonly component: string;
  /** The user's common name; of kubelets, what it begins with. */
  readonly commonName: string | undefined;
  /** Its name in `kubeadm certs renew`; `undefined` where kubeadm does not renew it. */
  readonly renew: string | undefined;
}

/** kubeadm: cmd/kubeadm/app/phases/kubeconfig; identities: kubernetes.io, "PKI certificates and requirements". */
export const KNOWN_KUBECONFIGS: readonly KnownKubeconfig[] = Object.freeze([
  { fileNames: ['admin.conf'], component: 'kubectl', commonName: undefined, renew: 'admin.conf' },
  {
    fileNames: ['super-admin.conf'],
    component: 'kubectl',
    commonName: undefined,
    renew: 'super-admin.conf',
  },
  {
    fileNames: ['controller-manager.conf', 'kube-controller-manager.kubeconfig'],
    component: 'kube-controller-manager',
    commonName: 'system:kube-controller-manager',
    renew: 'controller-manager.conf',
  },
  {
    fileNames: ['scheduler.conf', 'kube-scheduler.kubeconfig'],
    component: 'kube-scheduler',
    commonName: 'system:kube-scheduler',
    renew: 'scheduler.conf',
  },
  {
    fileNames: ['kube-proxy.conf', 'kube-proxy.kubeconfig'],
    component: 'kube-proxy',
    commonName: 'system:kube-proxy',
    renew: undefined,
  },
  { fileNames: ['kubelet.conf'], component: 'kubelet', commonName: undefined, renew: undefined },
]);
