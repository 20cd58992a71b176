import type { Profile } from '../../ca/profiles.ts';
import type { SubjectAltName } from '../../x509/general-name.ts';
import type { Subject } from '../../x509/name.ts';
import type { KubernetesFeatures } from '../spec/kubernetes-version.ts';
import type { ClusterSpec, ControlPlaneSpec } from '../spec/spec.ts';
import { apiServerNames, etcdNames } from './names.ts';
import { KUBEADM_PROFILES } from './profiles.ts';
import type { AuthorityId } from './target.ts';

/** What the fields of a row are computed from. */
export interface RowInput {
  readonly spec: ClusterSpec;
  readonly features: KubernetesFeatures;
  readonly controlPlane: ControlPlaneSpec;
}

/** A CA of the tree. */
export interface AuthorityRow {
  readonly id: AuthorityId;
  /** Path below CERT_DIR, without extension. */
  readonly base: string;
  readonly commonName: string;
  /** Whether it belongs to a cluster whose etcd is elsewhere too. */
  readonly withExternalEtcd: boolean;
}

/** A certificate of a control plane's `pki` directory. */
export interface CertificateRow {
  readonly id: string;
  readonly base: string;
  readonly authority: AuthorityId;
  readonly profile: Profile;
  readonly withExternalEtcd: boolean;
  readonly subject: (input: RowInput) => Subject;
  readonly subjectAltNames?: (input: RowInput) => SubjectAltName[];
}

/** The CAs (kubeadm: cmd/kubeadm/app/phases/certs/certlist.go). */
export const AUTHORITY_ROWS: readonly AuthorityRow[] = Object.freeze([
  { id: 'ca', base: 'ca', commonName: 'kubernetes', withExternalEtcd: true },
  { id: 'front-proxy-ca', base: 'front-proxy-ca', commonName: 'front-proxy-ca', withExternalEtcd: true },
  { id: 'etcd-ca', base: 'etcd/ca', commonName: 'etcd-ca', withExternalEtcd: false },
]);

/** The certificates of a control plane (kubeadm: certlist.go). */
export const CERTIFICATE_ROWS: readonly CertificateRow[] = Object.freeze([
  {
    id: 'apiserver',
    base: 'apiserver',
    authority: 'ca',
    profile: KUBEADM_PROFILES.server,
    withExternalEtcd: true,
    subject: () => ({ commonName: 'kube-apiserver' }),
    subjectAltNames: ({ spec, controlPlane }) => apiServerNames(spec, controlPlane),
  },
  {
    id: 'apiserver-kubelet-client',
    base: 'apiserver-kubelet-client',
    authority: 'ca',
    profile: KUBEADM_PROFILES.client,
    withExternalEtcd: true,
    subject: ({ features }) => ({
      commonName: 'kube-apiserver-kubelet-client',
      organizations: features.kubeletClientGroups,
    }),
  },
  {
    id: 'front-proxy-client',
    base: 'front-proxy-client',
    authority: 'front-proxy-ca',
    profile: KUBEADM_PROFILES.client,
    withExternalEtcd: true,
    subject: () => ({ commonName: 'front-proxy-client' }),
  },
  {
    id: 'etcd-server',
    base: 'etcd/server',
    authority: 'etcd-ca',
    profile: KUBEADM_PROFILES.peer,
    withExternalEtcd: false,
    subject: ({ controlPlane }) => ({ commonName: controlPlane.name }),
    subjectAltNames: ({ spec: { etcd }, controlPlane }) =>
      etcdNames(controlPlane, [
        ...(etcd.kind === 'local' ? etcd.serverCertSANs : []),
        ...controlPlane.etcdServerCertSANs,
      ]),
  },
  {
    id: 'etcd-peer',
    base: 'etcd/peer',
    authority: 'etcd-ca',
    profile: KUBEADM_PROFILES.peer,
    withExternalEtcd: false,
    subject: ({ controlPlane }) => ({ commonName: controlPlane.name }),
    subjectAltNames: ({ spec: { etcd }, controlPlane }) =>
      etcdNames(controlPlane, [
        ...(etcd.kind === 'local' ? etcd.peerCertSANs : []),
        ...controlPlane.etcdPeerCertSANs,
      ]),
  },
  {
    id: 'etcd-healthcheck-client',
    base: 'etcd/healthcheck-client',
    authority: 'etcd-ca',
    profile: KUBEADM_PROFILES.client,
    withExternalEtcd: false,
    subject: ({ features }) => ({
      commonName: 'kube-etcd-healthcheck-client',
      organizations: features.etcdClientGroups,
    }),
  },
  {
    id: 'apiserver-etcd-client',
    base: 'apiserver-etcd-client',
    authority: 'etcd-ca',
    profile: KUBEADM_PROFILES.client,
    withExternalEtcd: false,
    subject: ({ features }) => ({
      commonName: 'kube-apiserver-etcd-client',
      organizations: features.etcdClientGroups,
    }),
  },
]);
