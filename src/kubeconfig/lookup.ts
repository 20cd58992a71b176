import { decodeBase64 } from '../asn1/base64.ts';
import { quote } from '../errors/quote.ts';
import type { Cluster, Context, Kubeconfig, User } from './model.ts';
import { kubeconfigError } from './parse.ts';

/** A context with what it names. */
export interface ResolvedContext {
  readonly name: string;
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User;
}

function find<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((entry) => entry.name === name);
}

/**
 * The cluster and the user of a context.
 *
 * @param name the context's name; default: the current context
 * @throws PkiError `invalid-kubeconfig` when there is no such context, or it names a cluster or user that is not there
 */
export function resolveContext(config: Kubeconfig, name: string = config.currentContext): ResolvedContext {
  if (name === '') throw kubeconfigError([{ path: 'current-context', message: 'no context is chosen' }]);
  const context = find(config.contexts, name)?.context;
  if (context === undefined) {
    throw kubeconfigError([
      { path: 'contexts', message: `expected a context ${quote(name)}, and there is none` },
    ]);
  }
  const cluster = find(config.clusters, context.cluster)?.cluster;
  const user = find(config.users, context.user)?.user;
  if (cluster !== undefined && user !== undefined) return { name, context, cluster, user };
  throw kubeconfigError([
    ...(cluster === undefined
      ? [
          {
            path: 'clusters',
            message: `context ${quote(name)} names the cluster ${quote(context.cluster)}, which is not there`,
          },
        ]
      : []),
    ...(user === undefined
      ? [
          {
            path: 'users',
            message: `context ${quote(name)} names the user ${quote(context.user)}, which is not there`,
          },
        ]
      : []),
  ]);
}

/**
 * The PEM text in a field of embedded data, such as `user.clientKeyData`.
 *
 * @param data base64 of UTF-8 text, with or without line breaks
 * @throws PkiError `invalid-kubeconfig` when it is not base64
 */
export function decodeEmbeddedPem(data: string): string {
  const bytes = decodeBase64(data.replace(/[\r\n]/g, ''));
  if (bytes === undefined) throw kubeconfigError([{ path: '', message: 'embedded data is not base64' }]);
  return new TextDecoder().decode(bytes);
}
