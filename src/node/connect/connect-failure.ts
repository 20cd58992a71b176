import type { ConnectionFailure, ConnectionStage, FailureKind } from './connection.ts';

/** Ends a connection early. It never leaves this folder: callers get its failure as data. */
export class ConnectFailure extends Error {
  readonly failure: ConnectionFailure;

  constructor(failure: ConnectionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

const KINDS: ReadonlyMap<string, FailureKind> = new Map<string, FailureKind>([
  ['ENOTFOUND', 'name-not-found'],
  ['EAI_AGAIN', 'name-not-found'],
  ['EAI_NODATA', 'name-not-found'],
  ['ECONNREFUSED', 'connection-refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['EINVAL', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['ABORT_ERR', 'timeout'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  // OpenSSL has read what is no record of TLS.
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-tls'],
  ['ERR_SSL_HTTP_REQUEST', 'not-tls'],
  ['ERR_SSL_UNEXPECTED_MESSAGE', 'not-tls'],
  // A path that no request can have.
  ['ERR_UNESCAPED_CHARACTERS', 'bad-server-url'],
  ['HPE_HEADER_OVERFLOW', 'answer-too-large'],
]);

const TEXTS: Readonly<Partial<Record<FailureKind, string>>> = Object.freeze({
  'name-not-found': 'the name is not found in DNS',
  'connection-refused': 'nothing listens there',
  unreachable: 'there is no way to that address from here',
  timeout: 'no answer came in time',
  closed: 'the other side closed the connection',
  'bad-server-url': 'the path of the server has characters that no URL has',
  'not-tls': 'what answers speaks no TLS',
  'not-http': 'what answers speaks no HTTP',
  'answer-too-large': 'the answer is larger than any of an API server',
});

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** The failure in an error of Node's sockets, TLS or HTTP. */
export function failureOf(error: unknown, stage: ConnectionStage): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  const code = codeOf(error);
  // OpenSSL's reasons: SSLV3_ALERT_BAD_CERTIFICATE, TLSV1_ALERT_UNKNOWN_CA, TLSV13_ALERT_CERTIFICATE_REQUIRED.
  const alert = /^ERR_SSL_(?:SSLV3|TLSV\d+)_ALERT_(.+)$/.exec(code)?.[1]?.toLowerCase().replaceAll('_', ' ');
  if (alert !== undefined)
    return new ConnectFailure({ kind: 'tls-alert', stage, message: `the server says ${alert}`, alert });
  const kind = KINDS.get(code) ?? otherKind(code, stage);
  const message = `${TEXTS[kind] ?? 'TLS failed'}${code === '' || kind === 'timeout' ? '' : ` (${code})`}`;
  return new ConnectFailure({ kind, stage, message });
}

function otherKind(code: string, stage: ConnectionStage): FailureKind {
  if (code.startsWith('HPE_')) return 'not-http';
  if (code.startsWith('ERR_SSL_') || stage === 'tls') return 'tls-failed';
  return 'closed';
}
