import { createKubeconfig, type Credential } from '../../kubeconfig/create.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { renderKubeconfig } from '../../kubeconfig/render.ts';
import { privateKeyToPem } from '../../x509/key-file.ts';
import {
  MODE,
  type AuthorityId,
  type CertificateTarget,
  type KubeconfigFrame,
  type KubeconfigTarget,
} from '../layout/target.ts';
import type { CertificateObservation, KubeconfigObservation } from '../observe/observation.ts';
import type { Known } from '../observe/known.ts';
import { textFile, type TreeFile } from './tree-file.ts';

/** A client certificate and its key in PEM. */
interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** What producing kubeconfigs needs: what clients trust, and who is told of what was made. */
interface KubeconfigContext {
  /** PEM of each authority's certificates. */
  readonly trust: ReadonlyMap<AuthorityId, string>;
  readonly known?: Known | undefined;
}

type Credentials = { readonly clientCertificate: Credential; readonly clientKey: Credential } | undefined;

/** A kubeconfig with its certificate embedded: a fresh one, or the one on disk in a kubeconfig that says other things. */
export function produceEmbedded(
  target: CertificateTarget,
  observation: CertificateObservation,
  context: KubeconfigContext,
  fresh?: PemPair,
): TreeFile {
  if (target.storage.kind !== 'kubeconfig') throw new TypeError(`${target.id} is no kubeconfig`);
  const { file, frame } = target.storage;
  const { kubeconfig } = observation;
  const named =
    fresh === undefined &&
    kubeconfig?.clientCertificateFile !== undefined &&
    kubeconfig.clientCertificateFile === frame.rotated;
  const pair = fresh ?? (named ? undefined : pairOf(observation));
  const credentials = pair && {
    clientCertificate: { data: pair.certificate },
    clientKey: { data: pair.key },
  };
  return kubeconfigFile({ file, frame, credentials }, kubeconfig, context);
}

/** A kubeconfig that names its certificate and key by path. */
export function produceKubeconfig(
  target: KubeconfigTarget,
  observation: KubeconfigObservation,
  context: KubeconfigContext,
): TreeFile {
  const { file, frame, clientCertificate, clientKey } = target;
  const credentials = { clientCertificate: { path: clientCertificate }, clientKey: { path: clientKey } };
  return kubeconfigFile({ file, frame, credentials }, observation, context);
}

function pairOf({ certificate, privateKey }: CertificateObservation): PemPair | undefined {
  if (certificate === undefined || privateKey === undefined) return undefined;
  return { certificate: certificate.toPem(), key: privateKeyToPem(privateKey, { encoding: 'traditional' }) };
}

function kubeconfigFile(
  wanted: { readonly file: string; readonly frame: KubeconfigFrame; readonly credentials: Credentials },
  observed: KubeconfigObservation | undefined,
  { trust, known }: KubeconfigContext,
): TreeFile {
  const { frame, credentials } = wanted;
  const pem = trust.get(frame.authority);
  if (frame.authorityFile === undefined && pem === undefined)
    throw new TypeError(`no certificate of ${frame.authority}`);
  const made = createKubeconfig({
    cluster: {
      name: frame.cluster,
      server: frame.server,
      certificateAuthority:
        frame.authorityFile === undefined ? { data: pem ?? '' } : { path: frame.authorityFile },
    },
    user: { name: frame.user, ...credentials },
    context: { namespace: frame.namespace },
    preferences: frame.preferences,
  });
  const config = observed?.config === undefined ? made : merge(observed.config, observed, made);
  const text = renderKubeconfig(config);
  // One that others have written to is read again: it may hold what we never write.
  if (config === made) known?.addKubeconfig(text, config);
  return textFile(wanted.file, text, MODE.secret);
}

/** Puts what was made in the place of the current context of a kubeconfig on disk; everything else in it stays. */
function merge(config: Kubeconfig, observed: KubeconfigObservation, made: Kubeconfig): Kubeconfig {
  const [cluster, user, context] = [made.clusters[0], made.users[0], made.contexts[0]];
  if (cluster === undefined || user === undefined || context === undefined) return made;
  const oldCluster = config.clusters.find(({ name }) => name === observed.cluster);
  const oldUser = config.users.find(({ name }) => name === observed.user);
  const oldContext = config.contexts.find(({ name }) => name === observed.context);
  // With a CA, clients refuse to be told not to use it.
  const { certificateAuthority, certificateAuthorityData, insecureSkipTlsVerify, ...clusterRest } =
    oldCluster?.cluster ?? cluster.cluster;
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData, ...userRest } =
    oldUser?.user ?? user.user;
  const keptCredentials = { clientCertificate, clientCertificateData, clientKey, clientKeyData };
  const hasCredentials =
    user.user.clientCertificate !== undefined || user.user.clientCertificateData !== undefined;
  return {
    ...config,
    clusters: replace(config.clusters, observed.cluster, {
      ...cluster,
      cluster: { ...clusterRest, ...cluster.cluster },
    }),
    users: replace(config.users, observed.user, {
      ...user,
      user: { ...userRest, ...(hasCredentials ? user.user : keptCredentials) },
    }),
    contexts: replace(config.contexts, observed.context, {
      ...context,
      context: { ...oldContext?.context, ...context.context },
    }),
    currentContext: made.currentContext,
  };
}

/** The list with one entry in the old one's place, and no other of the new one's name. */
function replace<Entry extends { readonly name: string }>(
  list: readonly Entry[],
  old: string | undefined,
  entry: Entry,
): Entry[] {
  const others = list.filter(({ name }) => name !== entry.name || name === old);
  return others.some(({ name }) => name === old)
    ? others.map((known) => (known.name === old ? entry : known))
    : [...others, entry];
}
