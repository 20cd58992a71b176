import { equalBytes } from '../../asn1/bytes.ts';
import { ask, VERSION, WHO_AM_I, type Question } from './ask.ts';
import { Attempt } from './attempt.ts';
import { clientIdentity } from './client-identity.ts';
import { ConnectFailure } from './connect-failure.ts';
import type {
  ConnectionResult,
  ConnectionTarget,
  SentCredential,
  ServerAnswer,
  ServerCertificates,
} from './connection.ts';
import { shakeHands, type HandshakeOptions, type SecureConnection } from './handshake.ts';
import { chooseProxy } from './proxy-choice.ts';
import { rootsOf } from './roots.ts';
import { addressText, serverAddress, type Address } from './server-address.ts';
import { openTunnel, type Way } from './tunnel.ts';

/** Options of {@link connectKubeconfig}. */
export interface ConnectOptions {
  /** Milliseconds for all of it; default: 10 000. */
  readonly timeout?: number;
  /** The clock that the server's is compared with; default: the system's. */
  readonly now?: () => Date;
  /** Variables of the environment: `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`; default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether a server is trusted; default: what Node's own TLS says. Asked before anything is sent. */
  readonly trusts?: (server: ServerCertificates) => boolean | Promise<boolean>;
}

const DEFAULT_TIMEOUT = 10_000;

/**
 * Connects to the server of a kubeconfig as kubectl would, and asks it who the client is: two TLS handshakes at most
 * with what the kubeconfig holds, then `POST …/selfsubjectreviews` and, where that is not known, `GET /version`.
 *
 * The first handshake shows no credentials. They are shown, and requests are sent, only to a server whose certificate is
 * trusted, or where the kubeconfig has `insecure-skip-tls-verify`. No redirect is followed, no program is started.
 *
 * @example
 * ```ts
 * const { answer, failure } = await connectKubeconfig({ server, certificateAuthority, clientCertificate, clientKey });
 * ```
 * @returns how far it came; it rejects for no state of the network, the server or the kubeconfig
 */
export async function connectKubeconfig(
  target: ConnectionTarget,
  options: ConnectOptions = {},
): Promise<ConnectionResult> {
  const attempt = new Attempt(options.timeout ?? DEFAULT_TIMEOUT);
  const visit = new Visit(target, options, attempt);
  try {
    return await visit.run();
  } finally {
    attempt.close();
  }
}

/** The state of one connection. */
class Visit {
  readonly #target: ConnectionTarget;
  readonly #options: ConnectOptions;
  readonly #attempt: Attempt;
  #address: Address | undefined;
  #way: Way | undefined;
  #server: ServerCertificates | undefined;
  #isTrusted = false;
  #sent: readonly SentCredential[] = [];
  #answer: ServerAnswer | undefined;

  constructor(target: ConnectionTarget, options: ConnectOptions, attempt: Attempt) {
    this.#target = target;
    this.#options = options;
    this.#attempt = attempt;
  }

  async run(): Promise<ConnectionResult> {
    try {
      await this.#visit();
      return this.#result();
    } catch (error) {
      return { ...this.#result(), failure: this.#attempt.failure(error).failure };
    }
  }

  #result(): ConnectionResult {
    const { proxy } = this.#way ?? {};
    return {
      url: this.#address === undefined ? this.#target.server : addressText(this.#address),
      proxy: proxy && addressText(proxy.address),
      proxyFrom: proxy?.from,
      server: this.#server,
      isTrusted: this.#isTrusted,
      sent: this.#sent,
      answer: this.#answer,
    };
  }

  async #visit(): Promise<void> {
    const { insecureSkipTlsVerify = false } = this.#target;
    const way = this.#settle();
    // Without the client's certificate: who the server is is not known yet.
    const first = await this.#shake(way, undefined);
    this.#server = first.server;
    this.#isTrusted = await this.#trusts(first.server);
    if (!this.#isTrusted && !insecureSkipTlsVerify) return leave(first);
    const identity = clientIdentity(this.#target);
    if (identity !== undefined) await leave(first);
    const { socket } = identity === undefined ? first : await this.#again(way, identity);
    this.#answer = await this.#ask(socket, WHO_AM_I);
    if (!isSilent(this.#answer)) return;
    const next = await this.#again(way, identity);
    const answer = await this.#ask(next.socket, VERSION);
    if (answer.status !== 404) this.#answer = answer;
  }

  /** What to connect to, and how. */
  #settle(): Way {
    const { server, tlsServerName = '', insecureSkipTlsVerify = false } = this.#target;
    const address = serverAddress(this.#target);
    if (address === undefined || !/^https?$/.test(address.scheme))
      throw new ConnectFailure({
        kind: 'bad-server-url',
        stage: 'settings',
        message: server === '' ? 'the cluster has no server' : 'the server is no URL of https with a host',
      });
    this.#address = address;
    if (address.scheme === 'http')
      throw new ConnectFailure({
        kind: 'plain-http',
        stage: 'settings',
        message: 'the server is one of plain HTTP, without TLS',
      });
    const env = this.#options.env ?? {};
    this.#way = {
      server: address,
      proxy: chooseProxy(this.#target, address, env),
      roots: rootsOf(this.#target, env),
      isInsecure: insecureSkipTlsVerify,
      tlsServerName: tlsServerName === '' ? undefined : tlsServerName,
    };
    return this.#way;
  }

  async #shake(way: Way, identity: HandshakeOptions['identity']): Promise<SecureConnection> {
    const socket = await openTunnel(way, this.#attempt);
    this.#attempt.begin('tls');
    const { tlsServerName: name = way.server.host, roots } = way;
    return shakeHands(socket, { name, roots, identity }, this.#attempt);
  }

  /** One more connection, now with credentials: behind the same address may be another server. */
  async #again(way: Way, identity: HandshakeOptions['identity']): Promise<SecureConnection> {
    if (identity !== undefined) this.#note('client-certificate');
    const next = await this.#shake(way, identity);
    const [known, now] = [this.#server?.chain[0], next.server.chain[0]];
    const isKnown = known !== undefined && now !== undefined && equalBytes(known, now);
    if (isKnown) return next;
    this.#server = next.server;
    this.#isTrusted = await this.#trusts(next.server);
    if (this.#isTrusted || way.isInsecure) return next;
    const message = 'the second connection led to another server, whose certificate is not accepted';
    throw new ConnectFailure({ kind: 'closed', stage: 'tls', message });
  }

  #trusts(server: ServerCertificates): Promise<boolean> {
    const { trusts = ({ authorizationError }) => authorizationError === undefined } = this.#options;
    return this.#attempt.guard(Promise.resolve(trusts(server)));
  }

  async #ask(socket: SecureConnection['socket'], question: Question): Promise<ServerAnswer> {
    this.#attempt.begin('request');
    const { token = '', username = '', password = '' } = this.#target;
    if (token !== '') this.#note('token');
    else if (username !== '' || password !== '') this.#note('password');
    const server = this.#way?.server ?? this.#settle().server;
    const now = this.#options.now ?? ((): Date => new Date());
    return ask(socket, question, { server, target: this.#target, now }, this.#attempt);
  }

  #note(credential: SentCredential): void {
    if (!this.#sent.includes(credential)) this.#sent = [...this.#sent, credential];
  }
}

/** Ends a connection in order, which spares the server a line about a handshake that failed in its log. */
function leave({ socket }: SecureConnection): Promise<void> {
  return new Promise((resolve) => {
    socket.end(() => {
      resolve();
    });
  });
}

/** Whether an answer says nothing about who the client is, and another question may. */
function isSilent({ status, username }: ServerAnswer): boolean {
  return status === 404 || status === 405 || (status === 403 && username === undefined);
}
