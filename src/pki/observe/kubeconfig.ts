import { dirname, resolve } from 'node:path';
import { decodeBase64 } from '../../asn1/base64.ts';
import { resolveContext, type ResolvedContext } from '../../kubeconfig/lookup.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import { Certificate } from '../../x509/certificate.ts';
import type { KubeconfigObservation, Obstacle } from './observation.ts';
import { parsed, present, type ObserveContext, type Reading } from './read.ts';

/** A kubeconfig on disk with the bytes of its client certificate and key. */
export interface KubeconfigWithCredentials extends KubeconfigObservation {
  readonly credentials: {
    readonly certificate?: Uint8Array | undefined;
    readonly key?: Uint8Array | undefined;
  };
}

/** What an observation says where there is no file, or none that can be read. */
const NOTHING: KubeconfigWithCredentials = Object.freeze({
  kind: 'kubeconfig',
  config: undefined,
  server: undefined,
  cluster: undefined,
  user: undefined,
  context: undefined,
  namespace: undefined,
  authorities: [],
  authorityFile: undefined,
  clientCertificateFile: undefined,
  clientKeyFile: undefined,
  obstacles: [],
  credentials: {},
});

/** Reads the current context of a kubeconfig, and the certificate and key that it embeds or names. */
export async function observeKubeconfig(
  file: string,
  context: Pick<ObserveContext, 'read' | 'crypto'>,
): Promise<KubeconfigWithCredentials> {
  const obstacles: Obstacle[] = [];
  const reading: Reading = { context, obstacles };
  const text = await present(file, reading);
  if (text === undefined) return { ...NOTHING, obstacles };
  const config = await parsed(file, obstacles, () => parseKubeconfig(text));
  const current =
    config === undefined ? undefined : await parsed(file, obstacles, () => resolveContext(config));
  if (config === undefined || current === undefined) return { ...NOTHING, obstacles };
  const { cluster, user } = current;
  const authorities = await parsed(file, obstacles, () => authoritiesOf(current));
  const credentials = {
    certificate: await credential(
      file,
      { data: user.clientCertificateData, path: user.clientCertificate },
      reading,
    ),
    key: await credential(file, { data: user.clientKeyData, path: user.clientKey }, reading),
  };
  if (user.clientCertificateData === undefined && user.clientCertificate === undefined) {
    obstacles.push({ path: file, message: `its user ${current.context.user} has no client certificate` });
  }
  return {
    kind: 'kubeconfig',
    config,
    server: cluster.server,
    cluster: current.context.cluster,
    user: current.context.user,
    context: current.name,
    namespace: current.context.namespace,
    authorities: authorities ?? [],
    authorityFile: cluster.certificateAuthorityData === undefined ? cluster.certificateAuthority : undefined,
    clientCertificateFile: user.clientCertificateData === undefined ? user.clientCertificate : undefined,
    clientKeyFile: user.clientKeyData === undefined ? user.clientKey : undefined,
    obstacles,
    credentials,
  };
}

function authoritiesOf({ cluster: { certificateAuthorityData: data } }: ResolvedContext): Certificate[] {
  return data === undefined ? [] : Certificate.allFromPem(bytesOf(data) ?? '');
}

/** Embedded data wins over a file, as in client-go; files are named from the kubeconfig's directory. */
async function credential(
  file: string,
  from: { readonly data: string | undefined; readonly path: string | undefined },
  reading: Reading,
): Promise<Uint8Array | undefined> {
  if (from.data !== undefined) return bytesOf(from.data);
  return from.path === undefined ? undefined : present(resolve(dirname(file), from.path), reading);
}

function bytesOf(base64: string): Uint8Array | undefined {
  return decodeBase64(base64.replace(/\s/g, ''));
}
