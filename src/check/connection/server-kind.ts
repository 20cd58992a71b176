import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import { commonNameOf, hostsOf } from './judge-server.ts';

/** A kind of server that is taken for the API server by mistake. */
export interface OtherServer {
  /** What it is. */
  readonly what: string;
  /** What to do instead. */
  readonly fix: string;
}

const PORT = 'set the server to the API server, whose port is 6443 by default';

/** Servers by their certificates: the names of who signed it, and of itself. */
const KINDS: readonly (OtherServer & { readonly issuer?: RegExp; readonly subject?: RegExp })[] = [
  // kubeadm's names (cmd/kubeadm/app/phases/certs/certlist.go).
  { what: 'etcd', issuer: /^etcd(?:-ca)?$/, fix: `${PORT}: 2379 and 2380 are those of etcd` },
  { what: 'a kubelet', subject: /^system:node:/, fix: `${PORT}: 10250 is that of kubelets` },
  // kubelets that sign for themselves (cmd/kubelet/app/server.go, initializes `HOST-ca@TIME`).
  {
    what: 'a kubelet, or another part of Kubernetes that signs its own certificate',
    issuer: /-ca@\d{9,}$/,
    fix: `${PORT}: 10250 is that of kubelets, 10257 and 10259 are those of the controller manager and the scheduler`,
  },
  {
    what: 'an ingress controller without a certificate of its own',
    subject: /^Kubernetes Ingress Controller Fake Certificate$/,
    fix: `${PORT}: 443 leads to the ingress here`,
  },
  { what: 'Traefik', subject: /^TRAEFIK DEFAULT CERT$/, fix: `${PORT}: 443 leads to the ingress here` },
];

/** What a server is by its certificate, where that is no API server. */
export function otherServer(leaf: CertificateInfo): OtherServer | undefined {
  // The API server's own fallback is signed as a kubelet's is; its certificate names the service.
  if (hostsOf(leaf).includes('DNS:kubernetes.default.svc')) return undefined;
  const [issuer, subject] = [commonNameOf(leaf.issuer), commonNameOf(leaf.subject)];
  return KINDS.find((kind) => kind.issuer?.test(issuer) === true || kind.subject?.test(subject) === true);
}
