/** The members of etcd. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from '../../support/foreign.ts';
import type { ClusterFiles, ControlPlaneName } from './cluster-files.ts';
import { etcdFlags } from './flags.ts';
import { ask, type Answer } from './https.ts';
import { pair, type Pair } from './kubepki.ts';
import { freePort, type Processes } from './processes.ts';

interface Ports {
  readonly client: number;
  readonly peer: number;
}

/** A member as etcd lists it: without a name it has not joined yet. */
interface ListedMember {
  readonly name?: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A group of etcd members; the first one is that of cp-1. */
export class Etcds {
  readonly #files: ClusterFiles;
  readonly #processes: Processes;
  readonly #folder: string;
  readonly #ports = new Map<string, Ports>();

  constructor(files: ClusterFiles, processes: Processes, folder: string) {
    this.#files = files;
    this.#processes = processes;
    this.#folder = folder;
  }

  /** The port for clients of a member. */
  port(name: string): number {
    return this.#portsOf(name).client;
  }

  /** The port for peers of a member. */
  peerPort(name: string): number {
    return this.#portsOf(name).peer;
  }

  #portsOf(name: string): Ports {
    const ports = this.#ports.get(name);
    if (ports === undefined) throw new Error(`${name} is not a member of etcd`);
    return ports;
  }

  /** Starts the first member, and waits for it. */
  async startFirst(): Promise<void> {
    await this.#choosePorts('cp-1');
    this.#start('cp-1', this.#files.pki('etcd/peer'), false);
    await this.ready('cp-1');
  }

  /** Adds a member, starts it with a peer certificate, and waits for it. */
  async join(name: string, peer: string): Promise<void> {
    await this.announce(name);
    this.startAnnounced(name, peer);
    await this.ready(name);
  }

  /** Tells the others of a member that will come (etcd: runtime reconfiguration). */
  async announce(name: string): Promise<void> {
    await this.#choosePorts(name);
    const body = JSON.stringify({ peerURLs: [`https://127.0.0.1:${this.peerPort(name)}`] });
    const answer = await this.ask('/v3/cluster/member/add', { body });
    if (answer.status !== 200) throw new Error(`member add: ${answer.status} ${answer.body}`);
  }

  /** Starts a member that was announced. */
  startAnnounced(name: string, peer: string): void {
    this.#start(name, peer, true);
  }

  /** Ends a member and forgets its data. */
  async stop(name: string): Promise<void> {
    await this.#processes.stop(`etcd-${name}`);
    rmSync(this.#dataOf(name), { recursive: true, force: true });
  }

  /** Waits until a member answers clients: it does when it has joined. */
  async ready(name: string): Promise<void> {
    await this.#processes.ready(`etcd-${name}`, async () => {
      const answer = await this.ask('/health', { member: name }).catch(() => undefined);
      return answer?.status === 200;
    });
  }

  /** Waits until a member ends by itself; its exit code. */
  ended(name: string): Promise<number> {
    return this.#processes.ended(`etcd-${name}`);
  }

  /** What a member printed last. */
  logOf(name: string): string {
    return this.#processes.logOf(`etcd-${name}`, 200);
  }

  async #choosePorts(name: string): Promise<void> {
    this.#ports.set(name, { client: await freePort(), peer: await freePort() });
  }

  #dataOf(name: string): string {
    return join(this.#folder, `etcd-${name}`);
  }

  #start(name: string, peer: string, joins: boolean): void {
    const machine: ControlPlaneName = name === 'cp-2' ? 'cp-2' : 'cp-1';
    const data = this.#dataOf(name);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const { client, peer: peers } = this.#portsOf(name);
    const members = [...this.#ports].map(([one, ports]) => `${one}=https://127.0.0.1:${ports.peer}`);
    const member = {
      ...{ name, machine, peer, data, joins },
      ports: [client, peers],
      members: members.join(','),
    } as const;
    this.#processes.start(`etcd-${name}`, requireTool('etcd'), etcdFlags(this.#files, member));
  }

  /** Asks a member as a client, by default one of the tree's; with a body by POST. */
  ask(
    path: string,
    options: { readonly member?: string; readonly as?: Partial<Pair>; readonly body?: string } = {},
  ): Promise<Answer> {
    const { member = 'cp-1', as = pair(this.#files.pki('etcd/healthcheck-client')), body } = options;
    const url = `https://127.0.0.1:${this.port(member)}${path}`;
    const post = body === undefined ? {} : { method: 'POST', body };
    return ask({ url, ca: this.#files.pki('etcd/ca.crt'), ...as, ...post });
  }

  /** Asks a member what peers ask each other: who the members are. */
  askPeer(member: string, as: Partial<Pair>): Promise<Answer> {
    const url = `https://127.0.0.1:${this.peerPort(member)}/members`;
    return ask({ url, ca: this.#files.pki('etcd/ca.crt'), ...as });
  }

  /** The members as one of them knows them. */
  async members(member = 'cp-1'): Promise<readonly ListedMember[]> {
    const answer = await this.ask('/v3/cluster/member/list', { member, body: '{}' });
    const { members } = JSON.parse(answer.body) as { readonly members: readonly ListedMember[] };
    return members;
  }

  /** Writes a key through a member. */
  put(member: string, key: string, value: string): Promise<Answer> {
    const body = JSON.stringify({ key: base64(key), value: base64(value) });
    return this.ask('/v3/kv/put', { member, body });
  }

  /** What a member has itself of a key, without asking the others; `undefined` where it has nothing. */
  async ownValue(member: string, key: string): Promise<string | undefined> {
    const body = JSON.stringify({ key: base64(key), serializable: true });
    const answer = await this.ask('/v3/kv/range', { member, body });
    const { kvs = [] } = JSON.parse(answer.body) as { readonly kvs?: readonly { readonly value: string }[] };
    const [found] = kvs;
    return found === undefined ? undefined : Buffer.from(found.value, 'base64').toString();
  }
}
