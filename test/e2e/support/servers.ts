/** Small TLS servers that stand for what a cluster's API server calls: kubelets, extension servers, webhooks. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Pair } from './kubepki.ts';

/** What a server shows, and whom it believes. */
export interface ServerIdentity extends Pair {
  /** The CAs of clients, in PEM; without them no client is asked for a certificate. */
  readonly clientCa?: string;
}

/** Who a verified client is. */
export interface Client {
  readonly user: string;
  readonly groups: readonly string[];
}

/** A request as handlers see it. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client, where it showed a certificate that its CA signed for clients. */
  readonly client: Client | undefined;
  /** Why a client's certificate is not believed, in OpenSSL's words. */
  readonly refusal: string;
}

/** An answer to give. */
export interface Reply {
  readonly status: number;
  /** Text, or an object for JSON. */
  readonly body: unknown;
}

/** What a server does. */
export type Handler = (request: ServedRequest) => Reply | Promise<Reply>;

/** O and CN of a certificate's subject; Node gives one value as a string, several as an array. */
function clientOf(socket: TLSSocket): Client | undefined {
  if (!socket.authorized) return undefined;
  const subject = socket.getPeerCertificate().subject as {
    readonly CN: string;
    readonly O?: string | string[];
  };
  return { user: subject.CN, groups: [subject.O ?? []].flat() };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of incoming.setEncoding('utf8')) text += String(part);
  return text;
}

async function served(incoming: IncomingMessage): Promise<ServedRequest> {
  const { socket, method = '', url = '', headers } = incoming;
  if (!(socket instanceof TLSSocket)) throw new Error('a request that did not come over TLS');
  return {
    ...{ method, path: url, headers, client: clientOf(socket) },
    refusal: String(socket.authorizationError),
    body: await textOf(incoming),
  };
}

/** Starts a server on 127.0.0.1. Each request has a connection of its own, so that a changed route counts at once. */
export async function startServer(
  identity: ServerIdentity,
  handle: Handler,
): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const [cert, key] = [readFileSync(identity.cert), readFileSync(identity.key)];
  const { clientCa: ca } = identity;
  // As the Kubernetes servers do, an unknown client is answered, with 401, and not cut off.
  const mutual = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false };
  const server = createServer({ cert, key, ...mutual }, (incoming, response) => {
    served(incoming)
      .then(handle)
      .catch((error: unknown): Reply => ({ status: 500, body: String(error) }))
      .then(({ status, body }) => {
        const isText = typeof body === 'string';
        response.writeHead(status, {
          connection: 'close',
          'content-type': isText ? 'text/plain' : 'application/json',
        });
        response.end(isText ? body : JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
