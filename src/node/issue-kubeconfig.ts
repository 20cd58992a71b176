import type { IssuedCertificate } from '../ca/issued-certificate.ts';
import { issue } from '../ca/issue.ts';
import type { Issuer } from '../ca/issuer.ts';
import type { CertificateRequest } from '../ca/request.ts';
import type { Environment } from '../crypto/environment.ts';
import type { Finding } from '../errors/finding.ts';
import { createKubeconfig, type KubeconfigRequest } from '../kubeconfig/create.ts';
import { identityNotices } from '../kubeconfig/identity.ts';
import type { Kubeconfig } from '../kubeconfig/model.ts';

/** Who is let in, and for how long. */
export interface UserRequest extends Pick<
  CertificateRequest,
  'validity' | 'outlive' | 'key' | 'keyAlgorithm'
> {
  /** The user's name, which RBAC goes by: the CN. */
  readonly user: string;
  /** The groups: each is an O. */
  readonly groups?: readonly string[] | undefined;
}

/** What {@link issueKubeconfig} makes. */
export interface UserKubeconfigRequest extends UserRequest {
  readonly cluster: Omit<KubeconfigRequest['cluster'], 'name'> & {
    /** Default: `kubernetes`, as kubeadm names it. */
    readonly name?: string | undefined;
  };
  /** The namespace of the context. */
  readonly namespace?: string | undefined;
  /** Name of the context. Default: `USER@CLUSTER`. */
  readonly context?: string | undefined;
}

/** A kubeconfig for someone, with the certificate that is in it. It holds a secret: the key. */
export interface IssuedKubeconfig {
  readonly config: Kubeconfig;
  readonly issued: IssuedCertificate;
  /** What the reader should know: a validity that was cut, a group that may do everything. */
  readonly notices: readonly Finding[];
}

/** Name of a cluster that nobody has named (kubeadm's `clusterName`). */
export const CLUSTER_NAME = 'kubernetes';

/**
 * Issues a client certificate for someone, and makes the kubeconfig with it. Clients trust the issuer and those above it,
 * where the request names no other CA.
 *
 * @example
 * ```ts
 * const { config, issued } = await issueKubeconfig(ca, {
 *   user: 'jane',
 *   groups: ['dev'],
 *   validity: '8h',
 *   cluster: { name: 'prod', server: 'https://10.0.0.10:6443' },
 * });
 * await writeFile('jane.conf', renderKubeconfig(config), { mode: 0o600 });
 * ```
 * @throws PkiError `invalid-request`, `invalid-issuer`, `invalid-value`; `invalid-key` where `key` is a public one
 */
export async function issueKubeconfig(
  issuer: Issuer,
  request: UserKubeconfigRequest,
  environment?: Environment,
): Promise<IssuedKubeconfig> {
  const { cluster, namespace, context } = request;
  const { issued, notices } = await issueUser(issuer, request, environment);
  const config = createKubeconfig({
    cluster: {
      ...cluster,
      name: cluster.name ?? CLUSTER_NAME,
      certificateAuthority: cluster.certificateAuthority ?? { data: trustedPem(issuer) },
    },
    user: {
      name: request.user,
      // With the intermediates: the API server may know the root alone.
      clientCertificate: { data: issued.toFullChainPem() },
      clientKey: { data: issued.keyToPem() },
    },
    context: { name: context, namespace },
  });
  return { config, issued, notices };
}

/** Issues the client certificate of someone. */
export async function issueUser(
  issuer: Issuer,
  { user, groups = [], validity, outlive, key, keyAlgorithm }: UserRequest,
  environment?: Environment,
): Promise<Omit<IssuedKubeconfig, 'config'>> {
  const issued = await issue(
    issuer,
    {
      profile: 'client',
      commonName: user,
      organizations: groups,
      ...(validity === undefined ? {} : { validity }),
      ...(outlive === undefined ? {} : { outlive }),
      ...(key === undefined ? {} : { key }),
      ...(keyAlgorithm === undefined ? {} : { keyAlgorithm }),
    },
    environment,
  );
  return { issued, notices: [...issued.notices, ...identityNotices(user, groups)] };
}

function trustedPem({ certificate, chain = [] }: Issuer): string {
  return [certificate, ...chain].map((one) => one.toPem()).join('');
}
