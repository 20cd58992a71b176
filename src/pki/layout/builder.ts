import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import { joinHostPort } from '../../net/host-port.ts';
import type { Validity } from '../../x509/duration.ts';
import { featuresOf } from '../spec/kubernetes-version.ts';
import type { ClusterSpec, ControlPlaneSpec } from '../spec/spec.ts';
import { kubeconfigTargets, type KubeconfigCerts, type KubeconfigRequest } from './kubeconfig-targets.ts';
import type { Place } from './place.ts';
import { MODE, type CopyTarget, type Target } from './target.ts';

/** What the targets of every machine and user are built from. */
export interface Builder {
  readonly spec: ClusterSpec;
  /** This machine's place, that of other machines, and that of users. */
  readonly places: {
    readonly own: Place;
    readonly ofMachine: (name: string) => Place;
    readonly users: Place;
  };
  readonly certs: KubeconfigCerts;
}

/** A kubeconfig and, where they are not embedded, its certificate and key. */
export function kubeconfigs({ spec, certs }: Builder, request: KubeconfigRequest, place: Place): Target[] {
  return kubeconfigTargets(request, {
    place,
    cluster: spec.clusterName,
    keyAlgorithm: kubeconfigKeyAlgorithm(spec),
    validity: request.validity ?? leafValidity(spec),
    preferences: featuresOf(spec.kubernetesVersion).preferencesLine,
    certs,
  });
}

// Up to 1.30 kubeadm made RSA keys for kubeconfigs, whatever the configuration asked for.
function kubeconfigKeyAlgorithm(spec: ClusterSpec): KeyAlgorithm {
  const { kubeconfigKeysAlwaysRsa } = featuresOf(spec.kubernetesVersion);
  return kubeconfigKeysAlwaysRsa && spec.keyAlgorithm.startsWith('ECDSA') ? 'RSA-2048' : spec.keyAlgorithm;
}

/** A copy, on another machine, of a file below CERT_DIR of this one. */
export function copyTarget(
  id: string,
  from: { readonly owner: string; readonly file: string; readonly source: string; readonly keyId?: string },
): CopyTarget {
  const mode = id.endsWith('.crt') ? MODE.certificate : MODE.secret;
  return { kind: 'copy', id, ...from, mode, precious: id.endsWith('.key') };
}

/** The lifetime of certificates that the configuration names. */
export function leafValidity(spec: ClusterSpec): Validity {
  return { kind: 'duration', milliseconds: spec.certificateValidity };
}

/** The API server of a control plane itself. */
export function localServer({ advertiseAddress, bindPort }: ControlPlaneSpec): string {
  return `https://${joinHostPort(advertiseAddress, bindPort)}`;
}

/** The control plane's endpoint, where the configuration names one; its port is the API server's where it names none. */
export function endpointServer(
  { controlPlaneEndpoint }: ClusterSpec,
  controlPlane: ControlPlaneSpec,
): string {
  if (controlPlaneEndpoint === undefined) return localServer(controlPlane);
  const { host, port = controlPlane.bindPort, portText = port } = controlPlaneEndpoint;
  return `https://${joinHostPort(host, portText)}`;
}
