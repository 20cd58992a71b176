/**
 * A control plane of real programs, started on the files that `kubepki apply` wrote and on no others: two machines,
 * each with an etcd member and an API server that uses it, and a controller manager and a scheduler on the first.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool, run, runOk, tempDir, type RunResult } from '../../support/foreign.ts';
import {
  ADDRESS,
  ClusterFiles,
  ENDPOINT,
  WHOLE,
  type ClusterPlan,
  type ControlPlaneName,
} from './cluster-files.ts';
import { Etcds } from './etcds.ts';
import { apiServerFlags, controllerFlags, type ControllerName } from './flags.ts';
import { ask, tryAsk, type Answer, type RequestOptions } from './https.ts';
import type { Pair } from './kubepki.ts';
import { Network } from './network.ts';
import { freePort, Processes, until } from './processes.ts';
import { startServer, type Handler, type ServerIdentity } from './servers.ts';

/** A running control plane. */
export class ControlPlane {
  readonly files: ClusterFiles;
  readonly etcds: Etcds;
  readonly network: Network;
  readonly #apiPorts: Record<ControlPlaneName, number> = { 'cp-1': 0, 'cp-2': 0 };
  readonly #processes: Processes;
  readonly #folder: string;
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(folder: string, network: Network) {
    this.#folder = folder;
    this.network = network;
    this.files = new ClusterFiles(folder);
    this.#processes = new Processes(folder);
    this.etcds = new Etcds(this.files, this.#processes, folder);
  }

  /** Writes the files and starts the programs. */
  static async start(plan: ClusterPlan = WHOLE): Promise<ControlPlane> {
    const folder = tempDir();
    const cluster = new ControlPlane(folder, await Network.start(join(folder, 'home')));
    try {
      await cluster.files.make(plan);
      await cluster.#startAll(plan);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The certificate and key of super-admin.conf, for requests past kubectl. */
  get superAdmin(): Pair {
    return this.files.embedded('super-admin.conf');
  }

  /** A path for a file of a test. */
  scratch(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes a file of a test; its path. */
  write(name: string, content: string): string {
    writeFileSync(this.scratch(name), content, { mode: 0o600 });
    return this.scratch(name);
  }

  /** Runs kubectl with a kubeconfig. */
  kubectl(conf: string, args: readonly string[], input = ''): Promise<RunResult> {
    return run('kubectl', ['--kubeconfig', conf, ...args], { env: this.network.env, input });
  }

  /** Runs kubectl with a kubeconfig, which must end with 0; its standard output. */
  async kubectlOk(conf: string, args: readonly string[], input = ''): Promise<string> {
    const all = ['--kubeconfig', conf, ...args];
    return (await runOk('kubectl', all, { env: this.network.env, input })).stdout;
  }

  /** Runs kubectl as the super-admin, whom no role binding is needed for. */
  admin(args: readonly string[], input = ''): Promise<string> {
    return this.kubectlOk(this.files.conf('super-admin.conf'), args, input);
  }

  /** Who the API server says that somebody is, of whom kubectl knows these flags and the cluster's CA alone. */
  whoami(flags: readonly string[], server = `https://${ENDPOINT}:6443`): Promise<string> {
    const trust = ['--server', server, '--certificate-authority', this.files.pki('ca.crt')];
    const who = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'];
    return this.kubectlOk('/dev/null', [...trust, ...flags, ...who]);
  }

  /** A token of the service account "default" of the namespace "default". */
  async defaultToken(): Promise<string> {
    const account = ['default', '-n', 'default'];
    await this.valueOf(['serviceaccount', ...account], '.metadata.uid');
    return (await this.admin(['create', 'token', ...account])).trim();
  }

  /** Makes or changes objects. */
  async applyObjects(...items: readonly unknown[]): Promise<void> {
    await this.admin(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  /** The value of a path in an object, as soon as it is there. */
  valueOf(args: readonly string[], jsonpath: string): Promise<string> {
    return until(`${args.join(' ')} ${jsonpath}`, async () => {
      const all = ['get', '--ignore-not-found', ...args, '-o', `jsonpath={${jsonpath}}`];
      const text = await this.admin(all);
      return text === '' ? undefined : text;
    });
  }

  /** Sends a request to an API server past kubectl: to the port of its machine. */
  askApiServer(
    path: string,
    options: Omit<RequestOptions, 'url' | 'ca'> & { readonly to?: ControlPlaneName } = {},
  ): Promise<Answer> {
    const { to = 'cp-1', ...rest } = options;
    const url = `https://127.0.0.1:${this.#apiPorts[to]}${path}`;
    return ask({ servername: 'kubernetes', ...rest, url, ca: this.files.pki('ca.crt') });
  }

  /** What a program printed: `kube-apiserver-cp-1`, `etcd-cp-1`, … */
  logOf(name: string, lines: number): string {
    return this.#processes.logOf(name, lines);
  }

  /** The port of 127.0.0.1 that an API server listens on. */
  apiPort(name: ControlPlaneName): number {
    return this.#apiPorts[name];
  }

  /** Starts a server of the tests; its port. It ends with the control plane. */
  async serve(identity: ServerIdentity, handle: Handler): Promise<number> {
    const { port, stop } = await startServer(identity, handle);
    this.#closers.push(stop);
    return port;
  }

  async #startAll({ machines, controllers }: ClusterPlan): Promise<void> {
    await this.etcds.startFirst();
    for (const name of machines.slice(1)) await this.etcds.join(name, this.files.pki('etcd/peer', name));
    for (const name of machines) await this.#startApiServer(name);
    await Promise.all(machines.map((name) => this.#apiServerIsReady(name)));
    const names = controllers ? (['kube-controller-manager', 'kube-scheduler'] as const) : [];
    await Promise.all(names.map((name) => this.#startController(name)));
  }

  async #startApiServer(name: ControlPlaneName): Promise<void> {
    const port = await freePort();
    this.#apiPorts[name] = port;
    this.network.route(`${ADDRESS[name]}:6443`, port);
    if (name === 'cp-1') this.network.route(`${ENDPOINT}:6443`, port);
    const flags = apiServerFlags(this.files, name, { own: port, etcd: this.etcds.port(name) });
    const program = requireTool('kube-apiserver');
    this.#processes.start(`kube-apiserver-${name}`, program, flags, this.network.env);
  }

  async #apiServerIsReady(name: ControlPlaneName): Promise<void> {
    await this.#processes.ready(`kube-apiserver-${name}`, async () => {
      const client = this.files.pki('apiserver-kubelet-client', name);
      const identity = { cert: `${client}.crt`, key: `${client}.key` };
      const answer = await this.askApiServer('/readyz', { ...identity, to: name }).catch(() => undefined);
      return answer?.body === 'ok';
    });
  }

  /** It is ready when it says so. */
  async #startController(name: ControllerName): Promise<void> {
    const port = await freePort();
    const flags = controllerFlags(this.files, name, port);
    this.#processes.start(name, requireTool(name), flags, this.network.env);
    await this.#processes.ready(name, async () => {
      const answer = await tryAsk({ url: `https://127.0.0.1:${port}/healthz` });
      return answer?.body === 'ok';
    });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.#processes.stopAll();
    for (const close of this.#closers.splice(0)) await close();
    await this.network.stop();
  }
}

/** Where tests find the control plane: it is not there yet when they are registered. */
export type Running = () => ControlPlane;
