import * as fs from 'node:fs';
import { join } from 'node:path';
import { PkiError } from '../errors/pki-error.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { createKubeconfig } from '../kubeconfig/create.ts';
import { isGiven } from '../kubeconfig/go-values.ts';
import type { Kubeconfig } from '../kubeconfig/model.ts';
import { joinHostPort } from '../net/host-port.ts';

/** Where a pod finds its service account. */
export interface InClusterLocation {
  /** `KUBERNETES_SERVICE_HOST`, `KUBERNETES_SERVICE_PORT` and `POD_NAMESPACE` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; default: `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly serviceAccountFolder?: string | undefined;
}

/** Where kubelets put the token, the CA and the namespace of a pod (client-go rest/config.go, InClusterConfig). */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubeconfig of a pod, and what it was made from. */
export interface InClusterKubeconfig {
  readonly config: Kubeconfig;
  /** Files that were read, absolute, and those that are not there. */
  readonly read: readonly string[];
  readonly missing: readonly string[];
}

/** The name of all entries that stand for a pod's service account. */
const IN_CLUSTER = 'in-cluster';

/**
 * Whether a pod's service account is there: its token, and the variables of the API server's service (client-go
 * tools/clientcmd/client_config.go, Possible).
 */
export function isInCluster({ env, serviceAccountFolder: folder }: InClusterLocation): boolean {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const token = join(folder ?? SERVICE_ACCOUNT_FOLDER, 'token');
  return isGiven(host) && isGiven(port) && statOf(token)?.isDirectory() === false;
}

/**
 * The kubeconfig of the pod that this program runs in. It names the token and the CA by path, as kubelets replace them. The
 * namespace is `POD_NAMESPACE`, else that of the service account.
 *
 * @throws PkiError `no-default` outside of a pod, `io` where the token cannot be read
 */
export function inClusterKubeconfig(location: InClusterLocation): InClusterKubeconfig {
  const { env, serviceAccountFolder: folder = SERVICE_ACCOUNT_FOLDER } = location;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, POD_NAMESPACE: own } = env;
  if (!isGiven(host) || !isGiven(port)) {
    const message = 'this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set';
    throw new PkiError('no-default', message, {
      details: { option: 'in-cluster' },
      hint: 'kubelets set them for each container; elsewhere give the server and the token',
    });
  }
  const files = new PodFiles(folder);
  if (files.text('token') === undefined)
    throw ioError('read', join(folder, 'token'), { code: 'ENOENT' }, NO_TOKEN);
  const authority = files.text('ca.crt');
  const namespace = isGiven(own) ? own : files.text('namespace')?.trim();
  const config = createKubeconfig({
    cluster: {
      name: IN_CLUSTER,
      server: `https://${joinHostPort(host, port)}`,
      // One that holds no certificate is passed over, as client-go does.
      certificateAuthority:
        authority?.includes('-----BEGIN CERTIFICATE-----') === true
          ? { path: join(folder, 'ca.crt') }
          : undefined,
    },
    user: { name: IN_CLUSTER, tokenFile: join(folder, 'token') },
    context: { name: IN_CLUSTER, namespace: isGiven(namespace) ? namespace : undefined },
  });
  return { config, read: files.read, missing: files.missing };
}

const NO_TOKEN = 'a pod with automountServiceAccountToken: false has none';

/** The files of a service account; which of them were there is remembered. */
class PodFiles {
  readonly read: string[] = [];
  readonly missing: string[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  text(name: string): string | undefined {
    const path = join(this.#folder, name);
    try {
      const text = fs.readFileSync(path, 'utf8');
      this.read.push(path);
      return text;
    } catch (error) {
      if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw ioError('read', path, error);
      this.missing.push(path);
      return undefined;
    }
  }
}

function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}
