import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { joinHostPort } from '../../net/host-port.ts';
import type { Attempt } from './attempt.ts';
import { ConnectFailure } from './connect-failure.ts';
import { shakeHands } from './handshake.ts';
import type { ChosenProxy } from './proxy-choice.ts';
import type { Roots } from './roots.ts';
import type { Address } from './server-address.ts';
import { askSocks } from './socks.ts';

/** How to get to a server. */
export interface Way {
  readonly server: Address;
  readonly proxy: ChosenProxy | undefined;
  readonly roots: Roots;
  /** Whether the certificate of the proxy is not looked at either: Go has one setting for both. */
  readonly isInsecure: boolean;
  /** The server's name in TLS, where the kubeconfig gives one: Go expects it of a proxy as well. */
  readonly tlsServerName: string | undefined;
}

/** Opens a way to a server, straight or through its proxy. */
export async function openTunnel(way: Way, attempt: Attempt): Promise<Socket> {
  const { server, proxy } = way;
  if (proxy === undefined) {
    attempt.begin('connect');
    return dial(server, attempt);
  }
  attempt.begin('proxy');
  const socket = await dial(proxy.address, attempt);
  const { scheme } = proxy.address;
  if (scheme.startsWith('socks')) {
    await askSocks(socket, { server, user: proxy.address.user }, attempt);
    return socket;
  }
  return askProxy(scheme === 'https' ? await secure(socket, way, proxy, attempt) : socket, way, attempt);
}

async function dial({ host, port }: Address, attempt: Attempt): Promise<Socket> {
  const socket = attempt.keep(connect({ host, port }));
  await attempt.until(socket, 'connect');
  return socket;
}

async function secure(socket: Socket, way: Way, proxy: ChosenProxy, attempt: Attempt): Promise<Socket> {
  const { roots, isInsecure, tlsServerName = proxy.address.host } = way;
  const { socket: shaken, server } = await shakeHands(socket, { name: tlsServerName, roots }, attempt);
  if (server.authorizationError === undefined || isInsecure) return shaken;
  throw new ConnectFailure({
    kind: 'proxy-not-trusted',
    stage: 'proxy',
    message: `the certificate of the proxy is not accepted (${server.authorizationError})`,
  });
}

/** Asks an HTTP proxy for a tunnel (RFC 9110 9.3.6). */
async function askProxy(socket: Socket, { server, proxy }: Way, attempt: Attempt): Promise<Socket> {
  const target = joinHostPort(server.host, server.port);
  const user = proxy?.address.user;
  const basic = Buffer.from(`${user?.name ?? ''}:${user?.password ?? ''}`).toString('base64');
  attempt.expectOpen(socket);
  const asked = request({
    method: 'CONNECT',
    path: target,
    createConnection: () => socket,
    headers: { host: target, ...(user === undefined ? {} : { 'proxy-authorization': `Basic ${basic}` }) },
  });
  asked.on('error', () => undefined).end();
  const [response, , head] = await attempt.until(asked, 'connect');
  const { statusCode = 0 } = response as IncomingMessage;
  if (statusCode !== 200) {
    const message = `the proxy answers ${statusCode} to CONNECT ${target}`;
    throw new ConnectFailure({ kind: 'proxy-refused', stage: 'proxy', message });
  }
  if (Buffer.isBuffer(head) && head.length > 0) socket.unshift(head);
  return socket;
}
