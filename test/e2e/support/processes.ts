/** Servers under test: started, waited for, and ended with the tests, however those end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a port of 127.0.0.1 can be listened on. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Ports that this process has given out already: who asked may not listen yet. */
const given = new Set<number>();

/** Test files run side by side, each in a worker of a number: each number has ports of its own. */
const WORKERS = 16;
const worker = Number(process.env['JEST_WORKER_ID'] ?? 0) % WORKERS;

/**
 * A free port of 127.0.0.1, below those that systems give to clients (RFC 6335: from 49152 on; Linux: from 32768 on):
 * else a connection might take it before the server does. No other call gets it, in this worker or another.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(16_384 / WORKERS, 32_768 / WORKERS) * WORKERS + worker;
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

/** Asks again and again until an answer comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(100);
  }
}

/**
 * Kills the processes that it is told of and removes a folder when its input ends: that is when this process ends,
 * however it does. It runs twice over the folder, because what is being killed may still write.
 */
const GUARD = 'while read -r pid; do all="$all $pid"; done; kill -9 $all; rm -rf "$1"; sleep 1; rm -rf "$1"';

function startGuard(folder: string): ChildProcess & { readonly stdin: Writable } {
  // In a group of its own, so that it outlives what is pressed on the keyboard.
  const stdio: ['pipe', 'ignore', 'ignore'] = ['pipe', 'ignore', 'ignore'];
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', folder], { detached: true, stdio });
  for (const part of [guard, guard.stdin]) part.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** A worker of Jest goes on with its file when the process that it works for is killed: here it ends too. */
function endWithParent(): void {
  const { ppid } = process;
  if (!process.connected) return;
  const timer = setInterval(() => {
    try {
      process.kill(ppid, 0);
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  }, 500);
  timer.unref();
}

/** The servers of one test file. */
export class Processes {
  readonly #folder: string;
  readonly #children: { readonly name: string; readonly child: ChildProcess }[] = [];
  readonly #guard: ReturnType<typeof startGuard>;

  /** @param folder where the servers' logs and files lie; it goes when these tests are killed */
  constructor(folder: string) {
    this.#folder = folder;
    this.#guard = startGuard(folder);
    endWithParent();
  }

  /** Starts a server; what it prints goes to its log. */
  start(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
    const log = openSync(this.#log(name), 'a');
    const child = spawn(program, args, { env, stdio: ['ignore', log, log] });
    child.on('error', () => undefined);
    closeSync(log);
    this.#children.push({ name, child });
    this.#guard.stdin.write(`${child.pid ?? ''}\n`);
  }

  #log(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  /** The end of a server's log. */
  logOf(name: string, lines = 30): string {
    return readFileSync(this.#log(name), 'utf8').split('\n').slice(-lines).join('\n');
  }

  /** Waits until a server answers; one that has ended never does. */
  async ready(name: string, ask: () => Promise<boolean>): Promise<void> {
    const found = this.#children.findLast((entry) => entry.name === name);
    try {
      await until(
        name,
        async () => {
          if (found?.child.exitCode !== null) throw new Error(`${name} ended with ${found?.child.exitCode}`);
          return (await ask()) ? true : undefined;
        },
        90,
      );
    } catch (error) {
      throw new Error(`${String(error)}\n${this.logOf(name)}`, { cause: error });
    }
  }

  /** Waits until a server ends by itself; its exit code. */
  ended(name: string): Promise<number> {
    const found = this.#children.findLast((entry) => entry.name === name);
    return until(`the end of ${name}`, () => Promise.resolve(found?.child.exitCode ?? undefined));
  }

  /** Ends one server. */
  async stop(name: string): Promise<void> {
    for (const entry of this.#children.filter((one) => one.name === name)) await end(entry.child);
  }

  /** Ends all servers, those started last first. */
  async stopAll(): Promise<void> {
    for (const { child } of this.#children.splice(0).reverse()) await end(child);
    this.#guard.kill('SIGKILL');
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}
