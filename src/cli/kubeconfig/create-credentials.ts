import { resolve } from 'node:path';
import type { Authority } from '../../ca/authority.ts';
import { KEY_ALGORITHMS } from '../../crypto/algorithms.ts';
import type { Environment } from '../../crypto/environment.ts';
import type { Finding } from '../../errors/finding.ts';
import { readClientCredentials } from '../../kubeconfig/client-credentials.ts';
import type { KubeconfigRequest } from '../../kubeconfig/create.ts';
import { inClusterKubeconfig } from '../../node/in-cluster.ts';
import { issueUser } from '../../node/issue-kubeconfig.ts';
import type { StagedFile } from '../../pki/disk/transaction.ts';
import { MODE } from '../certificate-files.ts';
import { textFile } from '../deliver.ts';
import { readInput, sourceName, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { loadAuthorityOf } from '../load-authority.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import type { SourceName } from './create-options.ts';
import { placed, type Place } from './create-place.ts';
import { tokenCredentials } from './create-token.ts';

/** How a user shows who it is, and what is known about that. */
export interface Credentials {
  /** What the kubeconfig calls the user, where nobody says. */
  readonly name: string | undefined;
  /** Who the API server takes it for. */
  readonly identity: { readonly user: string | undefined; readonly groups: readonly string[] };
  readonly user: Omit<KubeconfigRequest['user'], 'name'>;
  readonly notAfter?: Date | undefined;
  readonly namespace?: string | undefined;
  /** What the user's pod says about the cluster. */
  readonly pod?: { readonly server: string; readonly certificateAuthority: string | undefined };
  /** The CA that signed, and the file of its certificates, absolute. */
  readonly authority?: { readonly signer: Authority; readonly path: string | undefined };
  readonly files?: readonly StagedFile[];
  readonly notices: readonly Finding[];
}

/** What credentials are made by. */
export interface CreateContext {
  readonly values: Values;
  readonly environment: Required<Environment>;
  readonly place: Place;
}

type Reader = (context: CreateContext, io: Io) => Promise<Credentials>;

/** How the credentials of each source are read or made. */
export const CREDENTIALS: Readonly<Record<SourceName, Reader>> = Object.freeze({
  ca: issued,
  'client-certificate': fromFiles,
  'token-file': fromToken,
  'in-cluster': fromPod,
});

async function issued({ values, environment, place }: CreateContext, io: Io): Promise<Credentials> {
  const [base, [user]] = [values.required('ca'), values.operands];
  if (user === undefined) {
    const hint = 'kubepki kubeconfig create USER --ca BASE …; RBAC goes by that name';
    throw usageError('the argument USER is missing: with --ca it is the user that the certificate is for', {
      hint,
    });
  }
  const signer = await loadAuthorityOf(base, { values, environment }, io);
  const groups = values.texts('group');
  const validity = values.text('validity');
  const keyAlgorithm = KEY_ALGORITHMS.find(({ name }) => name === values.text('key-algorithm'))?.name;
  const outlive = values.flag('no-clamp') ? 'refuse' : 'clamp';
  const request = {
    ...({ user, groups, outlive } as const),
    ...(validity === undefined ? {} : { validity }),
    ...(keyAlgorithm === undefined ? {} : { keyAlgorithm }),
  };
  const { issued: made, notices } = await issueUser(signer, request, environment);
  const [certificate, key] = [made.toFullChainPem(), made.keyToPem()];
  const { certificate: certificatePath, key: keyPath } = place.made ?? { certificate: '', key: '' };
  return {
    name: user,
    identity: { user, groups: made.certificate.organizations },
    user: {
      clientCertificate: placed(certificatePath, certificate, place),
      clientKey: placed(keyPath, key, place),
    },
    notAfter: made.certificate.notAfter,
    authority: { signer, path: base === STANDARD ? undefined : resolve(io.cwd, `${base}.crt`) },
    files:
      place.made === undefined
        ? []
        : [textFile(certificatePath, certificate, MODE.public), textFile(keyPath, key, MODE.secret)],
    notices,
  };
}

async function fromFiles({ values, environment, place }: CreateContext, io: Io): Promise<Credentials> {
  const file = values.required('client-certificate');
  const keyFile = values.text('client-key') ?? file;
  if (place.form !== 'embed' && [file, keyFile].includes(STANDARD)) throw noPath('--client-certificate');
  const certificate = await readInput(file, io);
  const key = keyFile === file ? certificate : await readInput(keyFile, io);
  const sources = { source: sourceName(file), keySource: sourceName(keyFile) };
  const read = await readClientCredentials({ certificate, key, ...sources }, environment);
  const { user, groups, notices } = read;
  return {
    name: user === '' ? undefined : user,
    identity: { user: user === '' ? undefined : user, groups },
    user: {
      clientCertificate: placed(resolve(io.cwd, file), read.certificatePem, place),
      clientKey: placed(resolve(io.cwd, keyFile), read.keyPem, place),
    },
    notAfter: read.certificate.notAfter,
    notices,
  };
}

async function fromToken({ values, environment, place }: CreateContext, io: Io): Promise<Credentials> {
  const file = values.required('token-file');
  if (place.form !== 'embed' && file === STANDARD) throw noPath('--token-file');
  const token = new TextDecoder().decode(await readInput(file, io));
  const path = resolve(io.cwd, file);
  return tokenCredentials(token, { path, source: sourceName(file), place, now: environment.now });
}

async function fromPod({ values, environment, place }: CreateContext, io: Io): Promise<Credentials> {
  const folder = values.text('service-account-dir');
  const serviceAccountFolder = folder === undefined ? undefined : resolve(io.cwd, folder);
  const { config } = inClusterKubeconfig({ env: io.env, serviceAccountFolder });
  const [cluster, user, context] = [config.clusters[0], config.users[0], config.contexts[0]];
  const path = user?.user.tokenFile;
  if (cluster === undefined || path === undefined) throw new TypeError('the kubeconfig of a pod has both');
  const token = new TextDecoder().decode(await readInput(path, io));
  const credentials = tokenCredentials(token, { path, source: path, place, now: environment.now });
  const { server, certificateAuthority } = cluster.cluster;
  return {
    ...credentials,
    namespace: context?.context.namespace ?? credentials.namespace,
    pod: { server, certificateAuthority },
  };
}

function noPath(option: string): Error {
  return usageError(
    `${option} - is standard input, which no kubeconfig can name: use --kubeconfig-certs embed`,
    {
      option,
    },
  );
}
