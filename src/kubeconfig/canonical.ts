import { decodeBase64, encodeBase64 } from '../asn1/base64.ts';
import { withoutEmpty } from './entries.ts';
import type { Cluster, Context, Kubeconfig, NamedExtension, User } from './model.ts';

/**
 * A kubeconfig as kubectl writes it back: entries by name, empty fields left out but for those that Go always writes,
 * base64 in its one canonical form, `preferences` always there (kubectl up to 1.33). Fields that kubectl would drop are
 * kept.
 */
export function canonicalKubeconfig(config: Kubeconfig): Kubeconfig {
  const { extensions, preferences, ...rest } = config;
  return {
    ...rest,
    clusters: byName(config.clusters).map((one) => ({ ...one, cluster: clusterOf(one.cluster) })),
    contexts: byName(config.contexts).map((one) => ({ ...one, context: contextOf(one.context) })),
    users: byName(config.users).map((one) => ({ ...one, user: userOf(one.user) })),
    preferences: withoutEmpty({ ...preferences, extensions: extensionsOf(preferences?.extensions) }),
    ...(extensions === undefined || extensions.length === 0 ? {} : { extensions: byName(extensions) }),
  };
}

function clusterOf(cluster: Cluster): Cluster {
  const { certificateAuthorityData, extensions } = cluster;
  const { server } = cluster;
  return {
    ...withoutEmpty({
      ...cluster,
      certificateAuthorityData: canonicalBase64(certificateAuthorityData),
      extensions: extensionsOf(extensions),
    }),
    server,
  };
}

function contextOf(context: Context): Context {
  const { cluster, user } = context;
  return { ...withoutEmpty({ ...context, extensions: extensionsOf(context.extensions) }), cluster, user };
}

function userOf(user: User): User {
  const { exec, authProvider } = user;
  return {
    ...withoutEmpty({
      ...user,
      clientCertificateData: canonicalBase64(user.clientCertificateData),
      clientKeyData: canonicalBase64(user.clientKeyData),
      extensions: extensionsOf(user.extensions),
    }),
    // They are there though all in them be empty.
    ...(authProvider === undefined ? {} : { authProvider }),
    ...(exec === undefined ? {} : { exec: execOf(exec) }),
  };
}

function execOf(exec: NonNullable<User['exec']>): NonNullable<User['exec']> {
  const { command, args, env, provideClusterInfo = false } = exec;
  return {
    ...withoutEmpty(exec),
    command,
    provideClusterInfo,
    // An empty list is not no list, to Go.
    ...(args === undefined ? {} : { args }),
    ...(env === undefined ? {} : { env }),
  };
}

function canonicalBase64(data: string | undefined): string | undefined {
  const bytes = data === undefined ? undefined : decodeBase64(data);
  return bytes === undefined ? data : encodeBase64(bytes);
}

function extensionsOf(extensions: readonly NamedExtension[] | undefined): readonly NamedExtension[] {
  return byName(extensions ?? []);
}

function byName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => compareBytes(a.name, b.name));
}

/** Orders text as Go does, by the octets of its UTF-8: by code points, not by the halves of surrogate pairs. */
export function compareBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
