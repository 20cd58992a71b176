import type { Environment } from '../../crypto/environment.ts';
import { visibleLine } from '../../errors/visible.ts';
import type { ConnectionResult, ConnectionTarget } from '../../node/connect/connection.ts';
import type { ConnectionFacts } from '../kubeconfig/kubeconfig-report.ts';
import { answerFindings, isKnown } from './answer-findings.ts';
import { failureFinding } from './failure-findings.ts';
import { judgeServer, nameText, type ServerVerdict } from './judge-server.ts';
import { serverFindings } from './server-findings.ts';

/** What a connection is told of. */
export interface ConnectionPlace {
  /** Where the cluster stands, for findings: `config#clusters[0].cluster`. */
  readonly cluster: string;
  readonly clusterName: string;
  /** Where the user stands: `config#users[0].user`. */
  readonly user: string;
  /** Whether `insecure-skip-tls-verify` is set. */
  readonly isInsecure: boolean;
  /** When the token ends, in milliseconds since 1970, where that is known. */
  readonly tokenEnd?: number | undefined;
  /** Where credentials come from that are not tried: `exec`, `auth-provider`. */
  readonly untried?: string | undefined;
}

/**
 * Judges how a connection to the server of a kubeconfig went: what is wrong, and what to do about it.
 *
 * @param connection the result of `connectKubeconfig`, what it connected to, and what findings are about
 * @param environment the clock and the cryptography; default: now, the platform's
 */
export async function connectionFacts(
  connection: {
    readonly result: ConnectionResult;
    readonly target: ConnectionTarget;
    readonly place: ConnectionPlace;
  },
  environment: Environment = {},
): Promise<ConnectionFacts> {
  const { result, place } = connection;
  const { server, answer, failure } = result;
  const verdict = server && (await judgeServer(server, environment));
  const findings = [
    ...(server === undefined || verdict === undefined
      ? []
      : serverFindings({ server, verdict, place }, answer?.isKubernetes === true)),
    ...(failure === undefined ? [] : [failureFinding(failure, result, place)]),
    ...(answer === undefined ? [] : answerFindings(answer, connection)),
  ];
  return {
    findings: findings.map((one) => ({ ...one, message: visibleLine(one.message) })),
    lines: [lineOf(result, verdict, place)],
  };
}

/** A connection in a line: where it led, who is there, and what came of it. */
function lineOf(
  result: ConnectionResult,
  verdict: ServerVerdict | undefined,
  place: ConnectionPlace,
): string {
  const { url, server, failure, proxy } = result;
  const via = proxy === undefined ? '' : ` by the proxy ${proxy}`;
  const leaf = verdict?.leaf;
  if (server === undefined || leaf === undefined || verdict === undefined)
    return `no connection to ${url}${via}: ${failure?.message ?? 'its certificate cannot be read'}`;
  const trust = verdict.isTrusted
    ? `its certificate is that of ${server.name}, signed by ${nameText(leaf.issuer)}`
    : `its certificate (${nameText(leaf.subject)}, signed by ${nameText(leaf.issuer)}) is not accepted`;
  return `connected to ${url}${via} (${server.protocol}): ${trust}; ${outcomeOf(result, place)}`;
}

function outcomeOf(
  { answer, failure, isTrusted, sent }: ConnectionResult,
  { isInsecure }: ConnectionPlace,
): string {
  if (failure !== undefined) return failure.message;
  if (answer === undefined) return 'so nothing was sent';
  const unseen =
    isInsecure && !isTrusted && sent.length > 0
      ? 'and yet credentials were sent, as insecure-skip-tls-verify asks; '
      : '';
  const { status, username = '', groups = [], path } = answer;
  if (isKnown(answer))
    return `${unseen}accepted as ${username}${groups.length === 0 ? '' : ` (${groups.join(', ')})`}`;
  if (status === 401) return `${unseen}not accepted (401)`;
  if (username !== '') return `${unseen}taken for ${username}`;
  if (status === 200 && path === '/version') return `${unseen}not refused; the server does not tell as whom`;
  return `${unseen}answered ${status}`;
}
