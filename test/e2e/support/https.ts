/** Requests over TLS, with files for keys and certificates. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';

/** Whom to ask, and who asks. */
export interface RequestOptions {
  readonly url: string;
  /** File of the CAs that the server is trusted by; without it any server is. */
  readonly ca?: string;
  /** File of the client's certificate. */
  readonly cert?: string;
  readonly key?: string;
  /** The name to ask for, where the URL has an address of another. */
  readonly servername?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const contentOf = (file: string | undefined): Buffer | undefined =>
  file === undefined ? undefined : readFileSync(file);

/** Sends one request over a connection of its own. Rejects where the handshake fails. */
export function ask(options: RequestOptions): Promise<Answer> {
  const { url, ca, cert, key, servername, method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        ...{ method, headers, agent: false, rejectUnauthorized: ca !== undefined },
        ...(ca !== undefined && { ca: contentOf(ca) }),
        ...(cert !== undefined && { cert: contentOf(cert), key: contentOf(key) }),
        ...(servername !== undefined && { servername }),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, body: text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** {@link ask}, where no answer is one of `undefined`. */
export function tryAsk(options: RequestOptions): Promise<Answer | undefined> {
  return ask(options).catch(() => undefined);
}

/** What Node has against the server at a port of 127.0.0.1 when it asks for a name; `undefined` where nothing. */
export function nodeRefusal(port: number, name: string, ca: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host: '127.0.0.1', port, ca: readFileSync(ca) },
      // An address is not sent as a name (RFC 6066 3).
      ...(isIP(name) === 0 && { servername: name }),
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    });
    const end = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => {
      end(undefined);
    });
    socket.once('error', (error) => {
      end(error.message);
    });
  });
}
