import type { ConnectionFailure, ConnectionResult, FailureKind } from '../../node/connect/connection.ts';
import type { CheckFinding } from '../report.ts';
import type { ConnectionPlace } from './connection-facts.ts';

const SOURCE = 'a connection to the server, as kubectl makes it';

/** What a failure is called, and what to do about it. */
const ROWS: Readonly<Record<FailureKind, readonly [code: string, fix: string]>> = Object.freeze({
  'bad-server-url': [
    'bad-server-url',
    'set it: kubepki kubeconfig set-cluster NAME --server https://HOST:6443',
  ],
  'plain-http': [
    'server-without-tls',
    'set the server to https://HOST:6443; over plain HTTP everybody on the way reads the credentials. It was not called',
  ],
  'bad-proxy-url': ['bad-proxy-url', 'give it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT'],
  'bad-credentials': [
    'bad-credentials',
    'put the certificate, its own key and the token into the kubeconfig anew',
  ],
  'proxy-refused': [
    'proxy-refused',
    'ask for the server at the proxy, or exempt it: NO_PROXY, or no proxy-url',
  ],
  'proxy-not-trusted': [
    'proxy-not-trusted',
    'kubectl trusts a proxy of https by the CA of the kubeconfig alone: add the CA of the proxy there, or use http',
  ],
  'name-not-found': [
    'server-name-not-found',
    'compare the name with that of the cluster; try another resolver or network (VPN)',
  ],
  'connection-refused': [
    'connection-refused',
    'compare the port (6443 by default), and see whether kube-apiserver runs there: crictl ps, journalctl -u kubelet',
  ],
  unreachable: [
    'server-unreachable',
    'compare the address; see whether this machine is in the right network (VPN)',
  ],
  timeout: [
    'connection-timeout',
    'see whether a firewall is in between, and the address is the right one; --timeout gives more time',
  ],
  closed: [
    'connection-closed',
    'see the log of the server, or of the load balancer before it: it may have no server behind it',
  ],
  'not-tls': [
    'server-not-tls',
    'something else than an API server listens there, or plain HTTP: compare host and port',
  ],
  'tls-alert': ['tls-refused', 'see the log of the server: it says why'],
  'tls-failed': ['tls-failed', 'see the log of the server; it may be too old for TLS 1.2'],
  'not-http': ['server-not-http', 'something else than an API server listens there: compare host and port'],
  'answer-too-large': [
    'odd-answer',
    'something else than an API server listens there: compare host and port',
  ],
});

/** The finding of a connection that ended early. */
export function failureFinding(
  failure: ConnectionFailure,
  result: ConnectionResult,
  place: ConnectionPlace,
): CheckFinding {
  const { kind, stage, message, alert } = failure;
  const base = { severity: 'error', source: SOURCE } as const;
  const hasShown = result.sent.includes('client-certificate') && (stage === 'request' || stage === 'tls');
  if (hasShown && (kind === 'tls-alert' || kind === 'closed'))
    return {
      ...base,
      code: 'client-certificate-refused',
      path: place.user,
      message: `the server ended the connection when it had seen the client certificate: ${message}`,
      fix: 'compare who signed the client certificate with the --client-ca-file of the API server, and its end',
    };
  if (kind === 'tls-alert' && /certificate|handshake/.test(alert ?? ''))
    return {
      ...base,
      code: 'tls-refused',
      path: place.cluster,
      message: `${message}: it demands a client certificate before it shows who it is, and an API server does not`,
      fix: 'compare host and port: etcd and some proxies demand one. None is shown to a server that is not known yet',
    };
  const [code, fix] = ROWS[kind];
  const where =
    stage === 'proxy'
      ? ` (proxy ${result.proxy ?? ''}, ${result.proxyFrom === 'kubeconfig' ? 'of the kubeconfig' : 'of HTTPS_PROXY'})`
      : '';
  const path = kind === 'bad-credentials' ? place.user : place.cluster;
  const at = stage === 'settings' ? '' : `${result.url}: `;
  return { ...base, code, path, message: `${at}${message}${where}`, fix };
}
