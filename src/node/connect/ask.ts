import { request, type IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { joinHostPort } from '../../net/host-port.ts';
import type { Attempt } from './attempt.ts';
import type { ConnectionTarget, ServerAnswer } from './connection.ts';
import { ConnectFailure } from './connect-failure.ts';
import { readAnswer } from './read-answer.ts';
import type { Address } from './server-address.ts';

/** Octets of an answer that are read at most: those to these questions are far smaller. */
const MAX_BODY = 256 * 1024;

/** A request. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** Below the path of the server's URL. */
  readonly path: string;
  readonly body?: string;
}

/** Who am I: what `kubectl auth whoami` asks. Every user that is known may ask it (system:basic-user). */
export const WHO_AM_I: Question = Object.freeze<Question>({
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
});

/** What servers from before Kubernetes 1.28 answer too. */
export const VERSION: Question = Object.freeze<Question>({ method: 'GET', path: '/version' });

/** How a question is asked. */
export interface AskOptions {
  readonly server: Address;
  readonly target: ConnectionTarget;
  readonly now: () => Date;
}

/** Asks one question over a connection, with the token or password of the kubeconfig. Redirects are not followed. */
export async function ask(
  socket: TLSSocket,
  question: Question,
  { server, target, now }: AskOptions,
  attempt: Attempt,
): Promise<ServerAnswer> {
  attempt.expectOpen(socket);
  const { method, path, body } = question;
  const asked = request({
    method,
    path: `${server.path}${path}`,
    createConnection: () => socket,
    headers: {
      host: joinHostPort(server.host, server.port),
      accept: 'application/json',
      'user-agent': 'kubepki',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...authorization(target),
    },
  });
  const failed = new Promise<never>((_resolve, reject) => {
    asked.on('error', reject);
  });
  failed.catch(() => undefined);
  asked.end(body);
  try {
    const [response] = await attempt.until(asked, 'response');
    const incoming = response as IncomingMessage;
    const text = await Promise.race([readBody(incoming), failed]);
    return readAnswer(question, incoming, { text, receivedAt: now() });
  } catch (error) {
    throw attempt.failure(error instanceof ConnectFailure ? error : (attempt.firstError() ?? error));
  }
}

/** client-go takes the token where there is one (rest/transport.go, HTTPWrappersForConfig). */
function authorization({ token = '', username = '', password = '' }: ConnectionTarget): {
  readonly authorization?: string;
} {
  if (token !== '') return { authorization: `Bearer ${token}` };
  if (username === '' && password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > MAX_BODY) {
      const message = `the answer is larger than ${MAX_BODY / 1024} KiB`;
      throw new ConnectFailure({ kind: 'answer-too-large', stage: 'request', message });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
