/** Servers on this machine that behave as API servers do, or do not, and what they were sent. */
import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { PeerCertificate, TLSSocket, TlsOptions } from 'node:tls';
import { createAuthority, issue, type Authority, type CertificateRequest } from '../../src/ca/index.ts';
import type { ConnectionTarget } from '../../src/node/index.ts';

/** One request as a server got it. */
export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  /** Common name of the client's certificate. */
  readonly client: string | undefined;
  readonly body: string;
}

/** A server, where it listens, and what it got. */
export interface TestServer {
  readonly port: number;
  readonly received: Received[];
  /** Connections that were opened. */
  readonly connections: () => number;
  /** The names that clients asked for in TLS; `false` for none. */
  readonly serverNames: (string | false)[];
}

/** All servers of a test file. */
export class TestServers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** Connections that are open now, seen from the servers. */
  get open(): number {
    return this.#sockets.size;
  }

  async #listen(server: Server, host: string): Promise<{ port: number; connections: () => number }> {
    let count = 0;
    server.on('connection', (socket: Socket) => {
      count += 1;
      socket.on('error', () => undefined);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
    this.#servers.push(server);
    await once(server.listen(0, host), 'listening');
    return { port: (server.address() as AddressInfo).port, connections: () => count };
  }

  /** A server of HTTPS. */
  async https(options: TlsOptions, answer: Answer = likeApiServer, host = '127.0.0.1'): Promise<TestServer> {
    const received: Received[] = [];
    const serverNames: (string | false)[] = [];
    const server = createHttpsServer(
      { requestCert: true, rejectUnauthorized: false, ...options },
      recording(received, answer),
    );
    server.on('secureConnection', (socket: TLSSocket & { servername?: string | false }) =>
      serverNames.push(socket.servername ?? false),
    );
    return { ...(await this.#listen(server, host)), received, serverNames };
  }

  /** A server of plain HTTP. */
  async http(answer: Answer): Promise<TestServer> {
    const received: Received[] = [];
    const server = createHttpServer(recording(received, answer));
    return { ...(await this.#listen(server, '127.0.0.1')), received, serverNames: [] };
  }

  /** A server of TCP. */
  async tcp(serve: (socket: Socket) => void): Promise<TestServer> {
    return { ...(await this.#listen(createServer(serve), '127.0.0.1')), received: [], serverNames: [] };
  }

  /** A proxy for CONNECT that leads all targets to one port, and notes them; in TLS with options. */
  async proxy(
    to: number,
    { tls, status = 200 }: { readonly tls?: TlsOptions; readonly status?: number } = {},
  ): Promise<TestServer> {
    const received: Received[] = [];
    const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    server.on('connect', (request: IncomingMessage, client: Socket) => {
      const { method, url, headers } = request;
      received.push({
        method,
        url,
        authorization: headers['proxy-authorization'],
        client: undefined,
        body: '',
      });
      client.on('error', () => undefined);
      if (status !== 200) {
        client.resume().end(`HTTP/1.1 ${status} No\r\n\r\n`);
        return;
      }
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      pipe(client, to);
    });
    return { ...(await this.#listen(server, '127.0.0.1')), received, serverNames: [] };
  }

  /** A port on which nothing listens. */
  async closedPort(): Promise<number> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  /** Ends them all. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.splice(0).map(async (server) => {
        server.close();
        await once(server, 'close');
      }),
    );
  }
}

/** Leads one connection to a port of this machine. */
export function pipe(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1');
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  server.pipe(client).pipe(server);
}

/** What a server answers. */
export type Answer = (received: Received, response: ServerResponse, socket: TLSSocket) => void;

function recording(received: Received[], answer: Answer): RequestListener {
  return (request, response) => {
    const { method, url, headers, socket } = request;
    // What a server of HTTPS gets is one of TLS; of HTTP, nothing of it is asked here.
    const secure: TLSSocket = socket as never;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const client = 'getPeerCertificate' in secure ? commonNameOf(secure) : undefined;
      const one = { method, url, authorization: headers.authorization, client, body };
      received.push(one);
      answer(one, response, secure);
    });
  };
}

/** Of a client without a certificate Node gives an empty object. */
function commonNameOf(socket: TLSSocket): string | undefined {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  return certificate.subject?.CN;
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An object of kind Status. */
export function statusObject(code: number, message: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}

/** The token that these servers know. */
export const TOKEN = 'good-token';

/** Who a client is, as an API server sees it. */
export const likeApiServer: Answer = ({ client, authorization }, response, socket) => {
  const who = (username: string, groups: readonly string[]): void => {
    json(response, 201, { kind: 'SelfSubjectReview', status: { userInfo: { username, groups } } });
  };
  if (client !== undefined && socket.authorized) {
    who(client, ['dev', 'system:authenticated']);
  } else if (authorization === `Bearer ${TOKEN}`) {
    who('system:serviceaccount:default:ci', ['system:serviceaccounts', 'system:authenticated']);
  } else if (client !== undefined || authorization !== undefined) {
    json(response, 401, statusObject(401, 'Unauthorized'));
  } else {
    const message =
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope';
    json(response, 403, statusObject(403, message));
  }
};

/** The CA of a test cluster, a server certificate for 127.0.0.1 and ::1, and a client's. */
export class TestPki {
  readonly ca: Authority;

  private constructor(ca: Authority) {
    this.ca = ca;
  }

  /** @param above the CA that signs this one; default: it signs itself */
  static async create(commonName = 'kubernetes', above?: TestPki): Promise<TestPki> {
    const parent = above === undefined ? {} : { parent: above.ca };
    return new TestPki(await createAuthority({ commonName, keyAlgorithm: 'ECDSA-P256', ...parent }));
  }

  /** Options of a server; by default one for the names of this machine. */
  async server({
    clientCa = this.ca,
    now,
    ...more
  }: Partial<CertificateRequest> & {
    readonly clientCa?: Authority;
    readonly now?: Date;
  } = {}): Promise<TlsOptions> {
    const request: CertificateRequest = {
      profile: 'server',
      commonName: 'kube-apiserver',
      subjectAltNames: ['kubernetes', 'api.internal', '127.0.0.1', '::1'],
      keyAlgorithm: 'ECDSA-P256',
      ...more,
    };
    const issued = await issue(this.ca, request, now === undefined ? {} : { now });
    return { cert: issued.toFullChainPem(), key: issued.keyToPem(), ca: [clientCa.toPem()] };
  }

  /** What a kubeconfig for a server on this machine holds, without credentials. */
  target(port: number, more: Partial<ConnectionTarget> = {}): ConnectionTarget {
    return { server: `https://127.0.0.1:${port}`, certificateAuthority: this.ca.toPem(), ...more };
  }

  /** Certificate and key of a client. */
  async client(commonName = 'jane'): Promise<Pick<ConnectionTarget, 'clientCertificate' | 'clientKey'>> {
    const issued = await issue(this.ca, { profile: 'client', commonName, keyAlgorithm: 'ECDSA-P256' });
    return { clientCertificate: issued.toFullChainPem(), clientKey: issued.keyToPem() };
  }
}
