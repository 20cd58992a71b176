import { posix } from 'node:path';
import type { KeyAlgorithm } from '../../crypto/algorithms.ts';
import type { Validity } from '../../x509/duration.ts';
import type { Subject } from '../../x509/name.ts';
import { onDisk, type Place } from './place.ts';
import { KUBEADM_PROFILES } from './profiles.ts';
import type { CertificateTarget, KubeconfigFrame, KubeconfigTarget } from './target.ts';

/** Whether kubeconfigs embed their certificates, or name files by relative or absolute path. */
export type KubeconfigCerts = 'embed' | 'files' | 'files-abs';

/** A kubeconfig to be laid out. */
export interface KubeconfigRequest {
  /** File name, ending in `.conf`. */
  readonly id: string;
  readonly owner: string;
  readonly subject: Subject & { readonly commonName: string };
  readonly server: string;
  readonly namespace?: string | undefined;
  readonly validity?: Validity | undefined;
  readonly rotated?: string | undefined;
  /** Certificate and key that lie elsewhere already, by their paths on the machine. */
  readonly named?: Pick<KubeconfigTarget, 'certificateId' | 'clientCertificate' | 'clientKey'>;
}

/** What the kubeconfigs of one machine share. */
export interface KubeconfigContext {
  readonly place: Place;
  readonly cluster: string;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly validity: Validity;
  readonly preferences: boolean;
  readonly certs: KubeconfigCerts;
}

/** A kubeconfig's targets: one with everything embedded, or the pair of files and the kubeconfig that names them. */
export function kubeconfigTargets(
  request: KubeconfigRequest,
  context: KubeconfigContext,
): (CertificateTarget | KubeconfigTarget)[] {
  const { place, certs } = context;
  const { id, owner, subject, named } = request;
  const file = `${place.kubeconfigDir}/${id}`;
  const frame = frameOf(request, context);
  const kubeconfig = { kind: 'kubeconfig', id, owner, file: onDisk(place, file), frame } as const;
  if (named !== undefined) return [{ ...kubeconfig, ...named }];

  const certificate = {
    kind: 'certificate',
    owner,
    authority: 'ca',
    profile: KUBEADM_PROFILES.client,
    subject,
    subjectAltNames: [],
    validity: context.validity,
    keyAlgorithm: context.keyAlgorithm,
  } as const;
  if (certs === 'embed') {
    const storage = { kind: 'kubeconfig', file: kubeconfig.file, frame, prefix: place.prefix } as const;
    return [{ ...certificate, id, storage }];
  }

  const base = file.replace(/\.conf$/, '');
  const pair = { certificate: onDisk(place, `${base}.crt`), key: onDisk(place, `${base}.key`) };
  const certificateId = id.replace(/\.conf$/, '.crt');
  const paths = {
    clientCertificate: inForm(context, `${base}.crt`),
    clientKey: inForm(context, `${base}.key`),
  };
  return [
    { ...certificate, id: certificateId, storage: { kind: 'pair', ...pair } },
    { ...kubeconfig, certificateId, ...paths },
  ];
}

function frameOf(request: KubeconfigRequest, context: KubeconfigContext): KubeconfigFrame {
  return {
    server: request.server,
    cluster: context.cluster,
    user: request.subject.commonName,
    namespace: request.namespace,
    authority: 'ca',
    authorityFile: context.certs === 'embed' ? undefined : inForm(context, `${context.place.certDir}/ca.crt`),
    preferences: context.preferences,
    rotated: request.rotated,
  };
}

/** A path as a kubeconfig names it. */
function inForm({ place, certs }: KubeconfigContext, path: string): string {
  return certs === 'files' ? posix.relative(place.kubeconfigDir, path) : path;
}
