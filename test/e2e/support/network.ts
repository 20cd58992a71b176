/**
 * The cluster's network, on one machine: an HTTP proxy that takes connections to the names and addresses that stand in
 * certificates and kubeconfigs, and leads them to servers on 127.0.0.1. So the files under test stay as they are.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A proxy for CONNECT (RFC 9110 9.3.6). */
export class Network {
  readonly #server: Server;
  readonly #routes = new Map<string, number>();
  readonly #sockets = new Set<Socket>();

  readonly #home: string;
  readonly #watched = new Map<string, Set<string>>();

  private constructor(home: string) {
    this.#home = home;
    this.#server = createServer((_request, response) => {
      response.writeHead(405).end();
    });
    this.#server.on('connect', (request, client: Socket) => {
      const { url = '', headers } = request;
      this.#watched.get(headers['proxy-authorization'] ?? '')?.add(url);
      this.#connect(url, client);
    });
  }

  /**
   * A network without routes.
   *
   * @param home home directory of its programs: kubectl keeps there what it discovers
   */
  static async start(home: string): Promise<Network> {
    const network = new Network(home);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  /** Leads new connections to `host:port` to a port of 127.0.0.1. */
  route(from: string, port: number): void {
    this.#routes.set(from, port);
  }

  /** Leads connections to `host:port` nowhere. */
  close(from: string): void {
    this.#routes.delete(from);
  }

  /** The environment of a program that lives in this network, and has no configuration of its own. */
  get env(): NodeJS.ProcessEnv {
    return this.#env('');
  }

  /** The same for one program, with where it connects to: it tells the proxy who it is (RFC 9110 11.7.2). */
  watch(): { readonly env: NodeJS.ProcessEnv; readonly targets: ReadonlySet<string> } {
    const user = `program-${this.#watched.size + 1}`;
    const targets = new Set<string>();
    this.#watched.set(`Basic ${Buffer.from(`${user}:`).toString('base64')}`, targets);
    return { env: this.#env(`${user}@`), targets };
  }

  #env(user: string): NodeJS.ProcessEnv {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const proxy = `http://${user}127.0.0.1:${port}`;
    const { PATH } = process.env;
    return { PATH, HOME: this.#home, KUBECONFIG: '', HTTPS_PROXY: proxy, https_proxy: proxy };
  }

  #connect(target: string, client: Socket): void {
    const port = this.#routes.get(target);
    client.on('error', () => undefined);
    if (port === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
