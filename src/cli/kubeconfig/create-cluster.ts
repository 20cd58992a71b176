import { dirname, resolve } from 'node:path';
import type { Authority } from '../../ca/authority.ts';
import { equalBytes } from '../../asn1/bytes.ts';
import type { Finding } from '../../errors/finding.ts';
import { quote } from '../../errors/quote.ts';
import type { Credential, KubeconfigRequest } from '../../kubeconfig/create.ts';
import { entryOf } from '../../kubeconfig/entries.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import { decodeEmbeddedPem } from '../../kubeconfig/lookup.ts';
import type { Cluster } from '../../kubeconfig/model.ts';
import { kubeconfigError, parseKubeconfig } from '../../kubeconfig/parse.ts';
import { CLUSTER_NAME } from '../../node/issue-kubeconfig.ts';
import { Certificate } from '../../x509/certificate.ts';
import { formatName } from '../../x509/name.ts';
import { readInput, sourceName, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import type { Credentials } from './create-credentials.ts';
import { placed, type Place } from './create-place.ts';

/** The cluster of a new kubeconfig. */
export interface ChosenCluster {
  readonly request: KubeconfigRequest['cluster'];
  /** Fields that it has beside those, from the kubeconfig that it is taken from. */
  readonly more: Partial<Cluster>;
  readonly notices: readonly Finding[];
}

/** Where a cluster is taken from. */
interface Known {
  readonly name: string | undefined;
  readonly cluster: Partial<Cluster>;
}

/**
 * The cluster that the options name: that of another kubeconfig or of the pod, changed by flags.
 *
 * @throws PkiError `usage`, `io`, `invalid-kubeconfig`, `invalid-pem`
 */
export async function clusterOf(
  credentials: Credentials,
  { values, place }: { readonly values: Values; readonly place: Place },
  io: Io,
): Promise<ChosenCluster> {
  const from = values.text('from');
  const known = from === undefined ? podOf(credentials) : await readCluster(from, values, io);
  const server = values.text('server') ?? known.cluster.server;
  if (!isGiven(server))
    throw usageError(NO_SERVER, {
      option: '--server',
      hint: 'or take it from a kubeconfig of the cluster: --from FILE',
    });
  const authority = await authorityOf(credentials, { values, place, known }, io);
  const { insecureSkipTlsVerify, disableCompression, extensions, other } = known.cluster;
  const isInsecure = insecureSkipTlsVerify === true && authority === undefined;
  const more = {
    ...{ disableCompression, extensions, other },
    insecureSkipTlsVerify: isInsecure ? true : undefined,
  };
  const name = values.text('cluster-name') ?? known.name ?? CLUSTER_NAME;
  return {
    request: {
      ...{ name, server },
      certificateAuthority: authority?.credential,
      // Of another server, another name is right (client-go tools/clientcmd/client_config.go, getCluster).
      tlsServerName:
        values.text('tls-server-name') ??
        (values.text('server') === undefined ? known.cluster.tlsServerName : undefined),
      proxyUrl: values.text('proxy-url') ?? known.cluster.proxyUrl,
    },
    more,
    notices: noticesOf({
      server,
      isInsecure,
      from,
      authority: authority?.pem,
      signer: credentials.authority?.signer,
    }),
  };
}

const NO_SERVER = 'an option is missing: --server URL';

function podOf({ pod }: Credentials): Known {
  return { name: undefined, cluster: pod ?? {} };
}

/** The cluster of a context of another kubeconfig; paths in it are absolute. */
async function readCluster(file: string, values: Values, io: Io): Promise<Known> {
  const source = sourceName(file);
  const config = parseKubeconfig(await readInput(file, io), { source });
  const wanted = values.text('from-context') ?? config.currentContext;
  const context = entryOf(config, 'contexts', wanted);
  if (context === undefined && wanted !== '')
    throw kubeconfigError([{ path: 'contexts', message: `there is no context ${quote(wanted)}` }], source);
  // The kubeconfig that kubeadm publishes (cluster-info in kube-public) has one cluster and nothing else.
  const [only] = config.clusters;
  const name = context?.cluster ?? (config.clusters.length === 1 ? only?.name : undefined);
  if (name === undefined)
    throw kubeconfigError(
      [{ path: 'current-context', message: 'no context is chosen: name one with --from-context' }],
      source,
    );
  const cluster = entryOf(config, 'clusters', name);
  if (cluster === undefined)
    throw kubeconfigError([{ path: 'clusters', message: `there is no cluster ${quote(name)}` }], source);
  const { certificateAuthority: path } = cluster;
  const folder = file === STANDARD ? io.cwd : dirname(resolve(io.cwd, file));
  return {
    name: name === '' ? undefined : name,
    cluster: isGiven(path) ? { ...cluster, certificateAuthority: resolve(folder, path) } : cluster,
  };
}

/** The CAs of a server. */
interface TrustedAuthority {
  readonly credential: Credential;
  readonly pem: string;
}

async function authorityOf(
  { authority }: Credentials,
  { values, place, known }: { readonly values: Values; readonly place: Place; readonly known: Known },
  io: Io,
): Promise<TrustedAuthority | undefined> {
  const { certificateAuthority: path, certificateAuthorityData: data } = known.cluster;
  const explicit = values.text('certificate-authority');
  if (explicit !== undefined) return readAuthority(explicit, place, io);
  if (isGiven(data)) {
    const pem = decodeEmbeddedPem(data);
    return { credential: { data: pem }, pem };
  }
  if (isGiven(path)) return readAuthority(path, place, io);
  // Another kubeconfig that trusts its machine, or nobody, is taken at its word.
  if (values.text('from') !== undefined || authority === undefined) return undefined;
  if (authority.path !== undefined) return readAuthority(authority.path, place, io);
  const pem = authority.signer.toFullChainPem();
  return { credential: { data: pem }, pem };
}

/** Every certificate of a file, as kubeadm embeds ca.crt whole; and nothing else, such as a key beside them. */
async function readAuthority(file: string, place: Place, io: Io): Promise<TrustedAuthority> {
  const bytes = await readInput(file, io);
  const source = sourceName(file);
  const certificates =
    bytes[0] === DER ? [Certificate.fromDer(bytes)] : Certificate.allFromPem(bytes, { source });
  const pem = certificates.map((one) => one.toPem()).join('');
  if (file === STANDARD || bytes[0] === DER) return { credential: { data: pem }, pem };
  return { credential: placed(resolve(io.cwd, file), pem, place), pem };
}

/** The first byte of a certificate in DER, which kubectl does not read. */
const DER = 0x30;

interface Facts {
  readonly server: string;
  readonly isInsecure: boolean;
  readonly from: string | undefined;
  /** PEM of what clients will trust. */
  readonly authority: string | undefined;
  readonly signer: Authority | undefined;
}

function noticesOf({ server, isInsecure, from, authority, signer }: Facts): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, severity: Finding['severity'], message: string, fix?: string): void => {
    found.push({ code, severity, path: from ?? 'server', message, ...(fix === undefined ? {} : { fix }) });
  };
  if (/^http:/i.test(server))
    add(
      'plain-http',
      'warning',
      `${quote(server)} has no TLS: clients send no certificate, and a token in the clear`,
    );
  if (isInsecure)
    add(
      'insecure-skip-tls-verify',
      'warning',
      'clients will believe any server (insecure-skip-tls-verify)',
      'give the CA: --certificate-authority FILE',
    );
  else if (authority === undefined)
    add(
      'no-certificate-authority',
      'info',
      'no CA is named: clients trust those of their machine',
      'give the CA: --certificate-authority FILE',
    );
  if (from !== undefined && authority !== undefined && signer !== undefined && !isAmong(signer, authority))
    add(
      'another-ca',
      'info',
      `the certificate is signed by ${formatName(signer.certificate.subject)}, which is not the CA of the cluster: the API server lets it in where its --client-ca-file has that one`,
    );
  return found;
}

/** Whether a CA, or one above it, is one of some. */
function isAmong({ certificate, chain }: Authority, pem: string): boolean {
  const trusted = Certificate.allFromPem(pem);
  return [certificate, ...chain].some((one) =>
    trusted.some(
      ({ spki, subject }) => equalBytes(spki, one.spki) || equalBytes(subject.der, one.issuer.der),
    ),
  );
}
