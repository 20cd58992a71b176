import { dirname, posix, resolve } from 'node:path';
import { decodeBase64 } from '../../asn1/base64.ts';
import { resolveContext, type ResolvedContext } from '../../kubeconfig/lookup.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import { Certificate } from '../../x509/certificate.ts';
import { onDisk } from '../layout/place.ts';
import type { Known } from './known.ts';
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
  insecure: false,
  authorities: [],
  authorityFile: undefined,
  clientCertificateFile: undefined,
  clientKeyFile: undefined,
  obstacles: [],
  credentials: {},
});

/** How the files that a kubeconfig names for its user are read. */
interface CredentialOptions {
  /** What stands before absolute paths on this disk. */
  readonly prefix: string;
  /** A path that lies on the kubeconfig's own machine, which need not be this one: it is not read. */
  readonly rotated?: string | undefined;
}

/** Reads the current context of a kubeconfig, and the certificate and key that it embeds or names. */
export async function observeKubeconfig(
  file: string,
  context: Pick<ObserveContext, 'read' | 'crypto' | 'known'>,
  files?: CredentialOptions,
): Promise<KubeconfigWithCredentials> {
  const obstacles: Obstacle[] = [];
  const reading: Reading = { context, obstacles };
  const text = await present(file, reading);
  if (text === undefined) return { ...NOTHING, obstacles };
  const config =
    context.known?.kubeconfig(text) ?? (await parsed(file, obstacles, () => parseKubeconfig(text)));
  const current = config && (await parsed(file, obstacles, () => resolveContext(config)));
  if (current === undefined) return { ...NOTHING, obstacles };
  const authorities = (await parsed(file, obstacles, () => authoritiesOf(current, context.known))) ?? [];
  const { clientCertificateData, clientCertificate } = current.user;
  if (clientCertificateData === undefined && clientCertificate === undefined) {
    obstacles.push({ path: file, message: `its user ${current.context.user} has no client certificate` });
  }
  const credentials = await readCredentials(file, current, { reading, files });
  return { ...frameOf(current), config, authorities, obstacles, credentials };
}

async function readCredentials(
  file: string,
  { user }: ResolvedContext,
  { reading, files }: { readonly reading: Reading; readonly files: CredentialOptions | undefined },
): Promise<KubeconfigWithCredentials['credentials']> {
  const named = (path: string | undefined): string | undefined => {
    if (files === undefined || path === undefined || path === files.rotated) return undefined;
    return posix.isAbsolute(path) ? onDisk(files, path) : resolve(dirname(file), path);
  };
  const { clientCertificateData, clientCertificate, clientKeyData, clientKey } = user;
  return {
    certificate: await credential(
      file,
      { data: clientCertificateData, path: named(clientCertificate) },
      reading,
    ),
    key: await credential(file, { data: clientKeyData, path: named(clientKey) }, reading),
  };
}

type Frame = Omit<KubeconfigObservation, 'config' | 'authorities' | 'obstacles'>;

/** What a context says beside its CA and credentials. */
function frameOf({ name, context, cluster, user }: ResolvedContext): Frame {
  return {
    kind: 'kubeconfig',
    server: cluster.server,
    cluster: context.cluster,
    user: context.user,
    context: name,
    namespace: context.namespace,
    insecure: cluster.insecureSkipTlsVerify === true,
    authorityFile: cluster.certificateAuthorityData === undefined ? cluster.certificateAuthority : undefined,
    clientCertificateFile: user.clientCertificateData === undefined ? user.clientCertificate : undefined,
    clientKeyFile: user.clientKeyData === undefined ? user.clientKey : undefined,
  };
}

function authoritiesOf(
  { cluster: { certificateAuthorityData: data } }: ResolvedContext,
  known: Known | undefined,
): readonly Certificate[] {
  if (data === undefined) return [];
  const pem = bytesOf(data) ?? new Uint8Array();
  const own = known?.certificate(pem);
  return own === undefined ? Certificate.allFromPem(pem) : [own];
}

/** Embedded data wins over a file, as in client-go. */
async function credential(
  file: string,
  from: { readonly data: string | undefined; readonly path: string | undefined },
  reading: Reading,
): Promise<Uint8Array | undefined> {
  if (from.data !== undefined) {
    const bytes = bytesOf(from.data);
    if (bytes === undefined)
      reading.obstacles.push({ path: file, message: 'its user holds data that is not base64' });
    return bytes;
  }
  return from.path === undefined ? undefined : present(from.path, reading);
}

function bytesOf(base64: string): Uint8Array | undefined {
  return decodeBase64(base64.replace(/\s/g, ''));
}
