import { dirname } from 'node:path';
import { connectionFacts, type ConnectionPlace } from '../../check/connection/connection-facts.ts';
import { judgeServer } from '../../check/connection/judge-server.ts';
import type { ConnectionFacts, ContextReport } from '../../check/kubeconfig/kubeconfig-report.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { connectKubeconfig } from '../../node/connect/connect.ts';
import type { ConnectionTarget } from '../../node/connect/connection.ts';
import { loadConnectionTarget } from '../../node/connect/load-target.ts';
import { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { durationOption } from '../environment.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';

/** What a context leads to, and where that stands. */
interface Called {
  readonly target: ConnectionTarget;
  readonly place: ConnectionPlace;
}

const DEFAULT_TIMEOUT = 10_000;
/** Node's timers count no longer. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Calls the servers of contexts.
 *
 * @param among the kubeconfigs that are read as one; none: a context uses what its own file has
 * @returns what `withConnections` asks for one context; where the kubeconfig has no such cluster or user, nobody is called
 * @throws PkiError `usage`, `invalid-value` for a `--timeout` that is none
 */
export function contextCaller(
  values: Values,
  io: Io,
  among: readonly string[],
): (context: ContextReport) => Promise<ConnectionFacts | undefined> {
  const timeout = timeoutOf(values);
  return async (context) => {
    if (!context.cluster.found || !context.user.found) return undefined;
    try {
      const called = findCalled(context, among.length === 0 ? [context.path] : among);
      return called && (await call(called, io, timeout));
    } catch (error) {
      // What cannot be read is a finding of the report already.
      if (isPkiError(error)) return { findings: [], lines: [`not tried: ${error.message}`] };
      throw error;
    }
  };
}

function timeoutOf(values: Values): number {
  const timeout = durationOption(values, 'timeout') ?? DEFAULT_TIMEOUT;
  if (timeout > 0 && timeout <= MAX_TIMEOUT) return timeout;
  throw usageError('--timeout is a duration such as 10s, above 0 and below 24 days', { option: '--timeout' });
}

async function call({ target, place }: Called, io: Io, timeout: number): Promise<ConnectionFacts> {
  const result = await connectKubeconfig(target, {
    timeout,
    env: io.env,
    now: () => io.now(),
    // Whom to trust is not decided by `--now`.
    trusts: async (server) => (await judgeServer(server, { now: io.now() })).isTrusted,
  });
  return connectionFacts({ result, target, place }, { now: io.now() });
}

function findCalled(context: ContextReport, paths: readonly string[]): Called | undefined {
  const files = new KubeconfigFiles({ env: {} });
  const configs = paths.flatMap((path) => {
    const config = files.loadIfThere(path);
    return config === undefined ? [] : [{ path, config }];
  });
  const cluster = placeIn(configs, 'clusters', context.cluster.name);
  const user = placeIn(configs, 'users', context.user.name);
  if (cluster === undefined || user === undefined) return undefined;
  const at = cluster.config.clusters[cluster.at]?.cluster;
  const who = user.config.users[user.at]?.user;
  if (at === undefined || who === undefined) return undefined;
  // Paths are relative to the file in which they stand: cluster and user may be in two.
  const target = {
    ...loadConnectionTarget({ cluster: at, user: {} }, dirname(cluster.path)),
    ...credentialsOf(loadConnectionTarget({ cluster: { server: '' }, user: who }, dirname(user.path))),
  };
  const { method, notAfter } = context.user;
  const place: ConnectionPlace = {
    cluster: `${cluster.path}#clusters[${cluster.at}].cluster`,
    clusterName: context.cluster.name,
    user: `${user.path}#users[${user.at}].user`,
    isInsecure: at.insecureSkipTlsVerify === true,
    tokenEnd: method === 'token' && notAfter !== undefined ? Date.parse(notAfter) : undefined,
    untried: who.exec !== undefined ? 'exec' : who.authProvider !== undefined ? 'auth-provider' : undefined,
  };
  return { target, place };
}

function credentialsOf({
  clientCertificate,
  clientKey,
  token,
  username,
  password,
}: ConnectionTarget): Omit<ConnectionTarget, 'server'> {
  return { clientCertificate, clientKey, token, username, password };
}

/** The entry of a name in the first kubeconfig that has it. */
function placeIn(
  configs: readonly { readonly path: string; readonly config: Kubeconfig }[],
  section: 'clusters' | 'users',
  name: string,
): { readonly path: string; readonly config: Kubeconfig; readonly at: number } | undefined {
  for (const one of configs) {
    const at = one.config[section].findIndex((entry) => entry.name === name);
    if (at >= 0) return { ...one, at };
  }
  return undefined;
}
