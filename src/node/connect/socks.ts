import type { Socket } from 'node:net';
import { parseIp } from '../../net/ip.ts';
import type { Attempt } from './attempt.ts';
import { ConnectFailure } from './connect-failure.ts';
import type { Address } from './server-address.ts';

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const CONNECT = 1;
const TYPE = Object.freeze({ ipv4: 1, name: 3, ipv6: 4 });

/** What a SOCKS proxy refuses with (RFC 1928 6). */
const REPLIES: readonly string[] = [
  '',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'time to live expired',
  'command not supported',
  'address type not supported',
];

/** Asks a SOCKS5 proxy for a tunnel (RFC 1928, RFC 1929). Names are looked up by the proxy, as Go has it. */
export async function askSocks(
  socket: Socket,
  { server, user }: { readonly server: Address; readonly user: Address['user'] },
  attempt: Attempt,
): Promise<void> {
  const methods = user === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_AND_PASSWORD];
  socket.write(Uint8Array.of(VERSION, methods.length, ...methods));
  const [version, method] = await read(socket, 2, attempt);
  if (version !== VERSION) throw refused('what answers is no SOCKS5 proxy');
  if (method === USER_AND_PASSWORD && user !== undefined) {
    socket.write(Uint8Array.of(1, ...counted(user.name), ...counted(user.password)));
    const [, status] = await read(socket, 2, attempt);
    if (status !== 0) throw refused('the proxy does not accept the user and password of its URL');
  } else if (method !== NO_AUTHENTICATION) throw refused('the proxy asks for credentials');
  const port = [server.port >> 8, server.port & 0xff];
  socket.write(Uint8Array.of(VERSION, CONNECT, 0, ...destination(server.host), ...port));
  const [, reply = 1, , type] = await read(socket, 4, attempt);
  if (reply !== 0) throw refused(`the proxy answers ${REPLIES[reply] ?? `code ${reply}`}`);
  const length = type === TYPE.ipv4 ? 4 : type === TYPE.ipv6 ? 16 : (await read(socket, 1, attempt))[0];
  await read(socket, (length ?? 0) + 2, attempt);
}

function destination(host: string): number[] {
  const ip = parseIp(host);
  if (ip === undefined) return [TYPE.name, ...counted(host)];
  return [ip.family === 4 ? TYPE.ipv4 : TYPE.ipv6, ...ip.bytes];
}

/** Text behind its length in one octet. */
function counted(text: string): number[] {
  const bytes = [...Buffer.from(text)].slice(0, 255);
  return [bytes.length, ...bytes];
}

function refused(message: string): ConnectFailure {
  return new ConnectFailure({ kind: 'proxy-refused', stage: 'proxy', message });
}

/** Reads just so many octets: what comes after them is the server's. */
async function read(socket: Socket, count: number, attempt: Attempt): Promise<Uint8Array> {
  for (;;) {
    attempt.expectOpen(socket);
    const chunk: unknown = socket.read(count);
    if (Buffer.isBuffer(chunk) && chunk.length === count) return chunk;
    if (socket.readableEnded) throw attempt.failure({ code: 'ECONNRESET' });
    await attempt.until(socket, 'readable');
  }
}
