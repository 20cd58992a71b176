import type { NodeSpec } from '../spec/spec.ts';
import { copyTarget, endpointServer, kubeconfigs, leafValidity, type Builder } from './builder.ts';
import { KUBE_PROXY_SUBJECT, nodeSubject } from './kubeconfig-rows.ts';
import { kubeletNames } from './names.ts';
import { KUBELET_CLIENT_PEM, KUBELET_PKI, NODE_CERT_DIR, onDisk, type Place } from './place.ts';
import { KUBEADM_PROFILES } from './profiles.ts';
import type { CertificateTarget, Target } from './target.ts';

/** The targets of a node: its kubelet's certificates and kubeconfig, kube-proxy's kubeconfig, and the cluster's CA. */
export function* nodeTargets(builder: Builder, node: NodeSpec): Generator<Target> {
  const { spec, places } = builder;
  const { name } = node;
  // A further control plane has the CA already, in the directory that its own copies lie in.
  const hasCa = spec.controlPlanes.some((other, index) => index > 0 && other.name === name);
  const machine = places.ofMachine(name);
  const place = hasCa ? machine : { ...machine, certDir: NODE_CERT_DIR };
  if (!hasCa) {
    const source = onDisk(places.own, `${places.own.certDir}/ca.crt`);
    yield copyTarget('ca.crt', { owner: name, file: onDisk(place, `${place.certDir}/ca.crt`), source });
  }
  yield* kubeletCertificates(builder, node, place);
  const server = endpointServer(spec, spec.controlPlanes[0]);
  const kubelet = {
    id: 'kubelet.conf',
    subject: nodeSubject(name),
    rotated: KUBELET_CLIENT_PEM,
    named: {
      certificateId: 'kubelet-client',
      clientCertificate: KUBELET_CLIENT_PEM,
      clientKey: KUBELET_CLIENT_PEM,
    },
  };
  yield* kubeconfigs(builder, { ...kubelet, owner: name, server }, place);
  yield* kubeconfigs(
    builder,
    { id: 'kube-proxy.conf', subject: KUBE_PROXY_SUBJECT, owner: name, server },
    place,
  );
}

function kubeletCertificates(
  { spec }: Builder,
  { name, addresses }: NodeSpec,
  place: Place,
): CertificateTarget[] {
  const common = {
    kind: 'certificate',
    owner: name,
    authority: 'ca',
    subject: nodeSubject(name),
    keyAlgorithm: spec.keyAlgorithm,
    validity: leafValidity(spec),
  } as const;
  return [
    {
      ...common,
      id: 'kubelet-client',
      profile: KUBEADM_PROFILES.client,
      subjectAltNames: [],
      storage: { kind: 'combined', file: onDisk(place, KUBELET_CLIENT_PEM) },
    },
    {
      ...common,
      id: 'kubelet-server',
      profile: KUBEADM_PROFILES.server,
      subjectAltNames: kubeletNames(name, addresses),
      storage: {
        kind: 'pair',
        certificate: onDisk(place, `${KUBELET_PKI}/kubelet.crt`),
        key: onDisk(place, `${KUBELET_PKI}/kubelet.key`),
      },
    },
  ];
}
