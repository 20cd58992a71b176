import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectionStage } from './connection.ts';
import { ConnectFailure, failureOf } from './connect-failure.ts';

/** One attempt to reach a server: its time is limited, and no socket of it outlives it. */
export class Attempt {
  readonly #limit = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #errors = new Map<Socket, unknown>();
  readonly #covered = new Set<Socket>();
  #stage: ConnectionStage = 'settings';

  /** @param milliseconds how long it may take altogether */
  constructor(milliseconds: number) {
    this.#timer = setTimeout(() => {
      this.#limit.abort();
      this.#destroyAll();
    }, milliseconds);
  }

  /** What it is at: its failures say so. */
  begin(stage: ConnectionStage): void {
    this.#stage = stage;
  }

  /**
   * Takes a socket into its care: it is closed at the end, and what goes wrong with it meanwhile is remembered.
   *
   * @param below the socket that it runs over. It is closed after this one: Node 20 crashes when a socket is destroyed
   *   below TLS that is in use.
   */
  keep<T extends Socket>(socket: T, below?: Socket): T {
    this.#errors.set(socket, undefined);
    if (below !== undefined) {
      this.#covered.add(below);
      socket.once('close', () => below.destroy());
    }
    socket.on('error', (error) => this.#errors.set(socket, this.#errors.get(socket) ?? error));
    if (this.#limit.signal.aborted) socket.destroy();
    return socket;
  }

  /** Waits for an event of something that emits `error` when it fails. */
  async until(emitter: NodeJS.EventEmitter, event: string): Promise<readonly unknown[]> {
    return this.guard(once(emitter, event, { signal: this.#limit.signal }));
  }

  /** Waits for something, and says what went wrong in the words of a failure. */
  async guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** What an error stands for at this stage: after the time is up, that. */
  failure(error: unknown): ConnectFailure {
    const isOver = this.#limit.signal.aborted && !(error instanceof ConnectFailure);
    return failureOf(isOver ? { code: 'ABORT_ERR' } : error, this.#stage);
  }

  /** Whether a socket can be used. An alert of the server comes when it likes, and then nobody else may listen. */
  expectOpen(socket: Socket): void {
    const error = this.#errors.get(socket);
    if (socket.destroyed || error !== undefined) throw this.failure(error ?? { code: 'ECONNRESET' });
  }

  /** The first error of its sockets: of several reports of one failure, the one that says why. */
  firstError(): unknown {
    return [...this.#errors.values()].find((error) => error !== undefined);
  }

  /** Closes all. */
  close(): void {
    clearTimeout(this.#timer);
    this.#destroyAll();
  }

  #destroyAll(): void {
    for (const socket of this.#errors.keys()) if (!this.#covered.has(socket)) socket.destroy();
  }
}
