/**
 * Clients of Kubernetes that read kubeconfigs and ask servers: kubectl, client-go (test/go/client-go-judge) and
 * @kubernetes/client-node (client-node.mjs). Of secrets their answers hold SHA-256 sums alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { repositoryRoot, run, runOk, type RunOptions } from './foreign.ts';
import { buildGoProgram } from './go-program.ts';

/** The clients, each of which tests ask. */
export const CLIENTS = ['kubectl', 'client-go', 'client-node'] as const;

/** One of the clients. */
export type ClientName = (typeof CLIENTS)[number];

/** A program that a kubeconfig names for credentials. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
}

/** What a client does by a kubeconfig: `''` for what is not there. */
export interface ClientFacts {
  readonly server: string;
  readonly namespace: string;
  readonly tlsServerName: string;
  readonly insecure: boolean;
  readonly proxyUrl: string;
  /** The SHA-256 sum of the PEM, as of all that is or may be secret here. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly token: string;
  readonly username: string;
  readonly password: string;
  readonly as: string;
  readonly asUid: string;
  readonly asGroups: readonly string[];
  readonly asExtra: Readonly<Record<string, readonly string[]>>;
  readonly exec: Program | null;
}

/** All that stands in a file, by name; fields that client-node does not know are left out by it. */
export interface ClientEntries {
  readonly currentContext: string;
  readonly clusters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly users: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly contexts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Who a server says that somebody is. */
export interface Who {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Which kubeconfig to read. */
export interface Source {
  /** A file; else `KUBECONFIG` or `HOME` say which. */
  readonly kubeconfig?: string;
  /** Another context than the current one. */
  readonly context?: string;
}

/** A question to client-go or client-node: what stands in a file, what they would do, who the server says that they are. */
export interface Question extends Source {
  /** `merged` is for client-go alone. */
  readonly op: 'entries' | 'merged' | 'config' | 'whoami';
  /** Several files to be read as one. */
  readonly files?: readonly string[];
}

/** What a client answers. */
export interface ClientAnswer {
  readonly entries?: ClientEntries;
  readonly config?: ClientFacts;
  readonly user?: Who;
  readonly error?: string;
}

/** The SHA-256 sum of what there is; `''` for nothing. */
export function sum(data: string | Uint8Array | undefined): string {
  return data === undefined || data.length === 0 ? '' : createHash('sha256').update(data).digest('hex');
}

/** {@link sum} of what base64 stands for. */
export function sumOfBase64(text: string | undefined): string {
  return sum(Buffer.from(text ?? '', 'base64'));
}

/** Asks client-go or client-node many things at once; the answers are in the same order. */
export async function askClient(
  client: Exclude<ClientName, 'kubectl'>,
  questions: readonly Question[],
  options: RunOptions & { readonly nodeArgs?: readonly string[] } = {},
): Promise<readonly ClientAnswer[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const { nodeArgs = [], ...rest } = options;
  const [program, ...args] =
    client === 'client-go'
      ? [await buildGoProgram('client-go-judge')]
      : [process.execPath, ...nodeArgs, join(repositoryRoot, 'test/support/client-node.mjs')];
  const { stdout } = await runOk(program, args, { ...rest, input });
  // The seam to the two programs.
  const answers = stdout
    .split('\n')
    .flatMap((line) => (line === '' ? [] : (JSON.parse(line) as ClientAnswer)));
  if (answers.length !== questions.length)
    throw new Error(`asked ${questions.length}, answered ${answers.length}: ${stdout}`);
  return answers;
}

/** The arguments by which kubectl reads a kubeconfig. */
function kubectlArgs({ kubeconfig, context }: Source): string[] {
  const file = kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig];
  return [...file, ...(context === undefined ? [] : ['--context', context])];
}

/** Who a server says that kubectl is. */
export async function askKubectl(source: Source, options: RunOptions): Promise<ClientAnswer> {
  const args = [...kubectlArgs(source), 'auth', 'whoami', '-o', 'json'];
  const { code, stdout, stderr } = await run('kubectl', args, options);
  if (code !== 0) return { error: stderr };
  const { username, groups } = JSON.parse(stdout).status.userInfo;
  return { user: { name: username, groups } };
}

/** What kubectl reads, as its `config view --minify --flatten` shows it. */
export async function kubectlFacts(source: Source, options: RunOptions): Promise<ClientAnswer> {
  const view = ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'];
  const { code, stdout, stderr } = await run('kubectl', [...kubectlArgs(source), ...view], options);
  return code === 0 ? { config: factsOfView(JSON.parse(stdout), source) } : { error: stderr };
}

/** Kubectl's view holds certificates and keys themselves, but paths of other files as they are written. */
function factsOfView(view: KubectlView, { kubeconfig = '' }: Source): ClientFacts {
  const [{ cluster } = { cluster: {} }] = view.clusters ?? [];
  const [{ user } = { user: {} }] = view.users ?? [];
  const [{ context } = { context: {} }] = view.contexts ?? [];
  const { token, tokenFile, exec } = user;
  const fromFile = () =>
    tokenFile === undefined ? '' : sum(readFileSync(resolve(dirname(kubeconfig), tokenFile)));
  return {
    server: cluster.server ?? '',
    namespace: context.namespace ?? 'default',
    tlsServerName: cluster['tls-server-name'] ?? '',
    insecure: cluster['insecure-skip-tls-verify'] ?? false,
    proxyUrl: cluster['proxy-url'] ?? '',
    ca: sumOfBase64(cluster['certificate-authority-data']),
    certificate: sumOfBase64(user['client-certificate-data']),
    key: sumOfBase64(user['client-key-data']),
    token: token === undefined ? fromFile() : sum(token),
    username: user.username ?? '',
    password: sum(user.password),
    as: user.as ?? '',
    asUid: user['as-uid'] ?? '',
    asGroups: user['as-groups'] ?? [],
    asExtra: user['as-user-extra'] ?? {},
    exec: exec === undefined ? null : programOf(exec),
  };
}

function programOf({ command, args, env }: KubectlExec): Program {
  return { command, args: args ?? [], env: (env ?? []).map(({ name, value }) => [name, value]) };
}

interface KubectlExec {
  readonly command: string;
  readonly args: readonly string[] | null;
  readonly env: readonly { readonly name: string; readonly value: string }[] | null;
}

interface KubectlView {
  readonly clusters: readonly { readonly cluster: KubectlCluster }[] | null;
  readonly users: readonly { readonly user: KubectlUser }[] | null;
  readonly contexts: readonly { readonly context: { readonly namespace?: string } }[] | null;
}

type KubectlCluster = Readonly<
  Partial<Record<'server' | 'tls-server-name' | 'proxy-url' | 'certificate-authority-data', string>>
> & { readonly 'insecure-skip-tls-verify'?: boolean };

type KubectlUser = Readonly<
  Partial<
    Record<
      | ('client-certificate-data' | 'client-key-data' | 'token' | 'tokenFile')
      | ('username' | 'password' | 'as' | 'as-uid'),
      string
    >
  >
> & {
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
  readonly exec?: KubectlExec;
};
