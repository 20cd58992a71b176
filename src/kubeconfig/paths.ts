import type { Cluster, Kubeconfig, User } from './model.ts';
import { isGiven } from './go-values.ts';

/** A field that names a file, under its name in the kubeconfig. */
export interface PathField {
  readonly section: 'clusters' | 'users';
  /** Name of the entry. */
  readonly name: string;
  readonly field:
    'certificate-authority' | 'client-certificate' | 'client-key' | 'tokenFile' | 'exec.command';
}

/** What becomes of a path; it is called for paths that are there and not empty. */
export type ChangePath = (path: string, at: PathField) => string;

/**
 * A kubeconfig whose paths are changed, all that client-go resolves against the kubeconfig's folder (client-go
 * tools/clientcmd/loader.go, GetClusterFileReferences and GetAuthInfoFileReferences). A command without a slash is no
 * path: it is looked for in PATH.
 */
export function mapPaths(config: Kubeconfig, change: ChangePath): Kubeconfig {
  return {
    ...config,
    clusters: config.clusters.map((one) => ({
      ...one,
      cluster: mapClusterPaths(one.cluster, one.name, change),
    })),
    users: config.users.map((one) => ({ ...one, user: mapUserPaths(one.user, one.name, change) })),
  };
}

/** A cluster whose path is changed. */
export function mapClusterPaths(cluster: Cluster, name: string, change: ChangePath): Cluster {
  const { certificateAuthority: path } = cluster;
  if (!isGiven(path)) return cluster;
  const at = { section: 'clusters', name, field: 'certificate-authority' } as const;
  return { ...cluster, certificateAuthority: change(path, at) };
}

const USER_FIELDS = Object.freeze([
  ['clientCertificate', 'client-certificate'],
  ['clientKey', 'client-key'],
  ['tokenFile', 'tokenFile'],
] as const);

/** A user whose paths are changed. */
export function mapUserPaths(user: User, name: string, change: ChangePath): User {
  let out = user;
  for (const [key, field] of USER_FIELDS) {
    const path = out[key];
    if (isGiven(path)) out = { ...out, [key]: change(path, { section: 'users', name, field }) };
  }
  const { exec } = out;
  if (exec?.command.includes('/') !== true) return out;
  const command = change(exec.command, { section: 'users', name, field: 'exec.command' });
  return { ...out, exec: { ...exec, command } };
}
