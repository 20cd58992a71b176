import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeBase64 } from '../../asn1/base64.ts';
import { changeCluster, changeContext, changeUser, type PairChanges } from '../../kubeconfig/changes.ts';
import { entryOf, withEntry } from '../../kubeconfig/entries.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { cannotBe } from '../../kubeconfig/parse.ts';
import { quote } from '../../errors/quote.ts';
import { ioError } from '../../errors/io-error.ts';
import type { RunCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import { readFlags, type KubectlArguments } from './flags.ts';
import { goQuote } from './go-quote.ts';
import { filesOf, operandsOf } from './kubeconfig.ts';
import { modify } from './modify.ts';
import { SET_CLUSTER_OPTIONS, SET_CONTEXT_OPTIONS, SET_CREDENTIALS_OPTIONS } from './options.ts';

/** A file named by a flag: by its absolute path, or its content with `--embed-certs`. */
interface Named {
  readonly path: string | undefined;
  readonly data: string | undefined;
}

/** What `-----BEGIN` is in base64. */
const PEM_IN_BASE64 = 'LS0tLS1CRUdJTi';

function named(given: KubectlArguments, name: string, { cwd }: Io): Named {
  const path = given.text(name);
  if (path === undefined) return { path, data: undefined };
  const absolute = resolve(cwd, path);
  if (given.flag('embed-certs') !== true) return { path: absolute, data: undefined };
  if (path === '') return { path: undefined, data: '' };
  // It would stand in the error: a key, maybe.
  if (path.startsWith(PEM_IN_BASE64))
    throw usageError(`--${name} is the data itself in base64, and not the name of a file`, {
      option: `--${name}`,
      hint: 'kubepki kubeconfig set takes data: users.NAME.client-key-data, clusters.NAME.certificate-authority-data',
    });
  try {
    return { path: undefined, data: encodeBase64(readFileSync(absolute)) };
  } catch (error) {
    throw ioError('read', absolute, error);
  }
}

function nameOf(given: KubectlArguments, what: string): string {
  const [name = ''] = operandsOf(given, ['NAME']);
  if (name === '') throw usageError(`the name of the ${what} is empty`);
  return name;
}

function embeddable(given: KubectlArguments, ...names: readonly string[]): void {
  if (given.flag('embed-certs') !== true || names.some((name) => (given.text(name) ?? '') !== '')) return;
  throw usageError(`--embed-certs needs ${names.map((name) => `--${name}`).join(' or ')}`, {
    option: '--embed-certs',
  });
}

/** `kubeconfig set-cluster NAME` */
export const setCluster: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, SET_CLUSTER_OPTIONS);
  const name = nameOf(given, 'cluster');
  // To kubectl it is false where it is not given, and not as it was.
  const insecure = given.flag('insecure-skip-tls-verify') ?? false;
  if (insecure && (given.text('certificate-authority') ?? '') !== '')
    throw usageError('--certificate-authority and --insecure-skip-tls-verify exclude one another', {
      option: '--certificate-authority',
    });
  embeddable(given, 'certificate-authority');
  const { path, data } = named(given, 'certificate-authority', io);
  const changes = {
    server: given.text('server'),
    tlsServerName: given.text('tls-server-name'),
    insecureSkipTlsVerify: insecure,
    certificateAuthority: path,
    certificateAuthorityData: data,
    proxyUrl: given.text('proxy-url'),
  };
  const change = (config: Kubeconfig): Kubeconfig => {
    const cluster = entryOf(config, 'clusters', name) ?? { server: '' };
    return withEntry(config, 'clusters', [name, changeCluster(cluster, changes)]);
  };
  await modify(io, filesOf(given, io), change, { relative: true });
  io.stdout(`Cluster ${goQuote(name)} set.\n`);
  return 0;
};

/** `kubeconfig set-context [NAME | --current]` */
export const setContext: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, SET_CONTEXT_OPTIONS);
  const { operands } = given;
  const isCurrent = given.flag('current') === true;
  const wanted = operands[0] ?? '';
  if (operands.length > 1 || (wanted === '') !== isCurrent)
    throw usageError('expected NAME or --current, one of them', {
      hint: 'kubepki kubeconfig set-context --current --namespace NAMESPACE changes the current context',
    });
  const changes = {
    cluster: given.text('cluster'),
    user: given.text('user'),
    namespace: given.text('namespace'),
  };
  const nameIn = (config: Kubeconfig): string => (isCurrent ? config.currentContext : wanted);
  const change = (config: Kubeconfig): Kubeconfig => {
    const name = nameIn(config);
    if (name === '') throw cannotBe('current-context', 'no context is chosen');
    const context = entryOf(config, 'contexts', name) ?? { cluster: '', user: '' };
    return withEntry(config, 'contexts', [name, changeContext(context, changes)]);
  };
  const before = await modify(io, filesOf(given, io), change, { relative: true });
  const name = nameIn(before);
  const isThere = entryOf(before, 'contexts', name) !== undefined;
  io.stdout(`Context ${goQuote(name)} ${isThere ? 'modified' : 'created'}.\n`);
  return 0;
};

const MODES = ['IfAvailable', 'Never', 'Always'];

/** `kubeconfig set-credentials NAME` */
export const setCredentials: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, SET_CREDENTIALS_OPTIONS);
  const name = nameOf(given, 'user');
  refuseTwoMethods(given);
  embeddable(given, 'client-certificate', 'client-key');
  const interactiveMode = given.text('exec-interactive-mode');
  if (interactiveMode !== undefined && !MODES.includes(interactiveMode))
    throw usageError(`--exec-interactive-mode: expected ${MODES.join(', ')}, got ${quote(interactiveMode)}`, {
      option: '--exec-interactive-mode',
    });
  const certificate = named(given, 'client-certificate', io);
  const key = named(given, 'client-key', io);
  const changes = {
    clientCertificate: certificate.path,
    clientCertificateData: certificate.data,
    clientKey: key.path,
    clientKeyData: key.data,
    token: given.text('token'),
    username: given.text('username'),
    password: given.text('password'),
    authProvider: given.text('auth-provider'),
    authProviderConfig: pairsOf(given, 'auth-provider-arg'),
    exec: {
      command: given.text('exec-command'),
      apiVersion: given.text('exec-api-version'),
      args: given.all('exec-arg'),
      interactiveMode,
      provideClusterInfo: given.flag('exec-provide-cluster-info'),
      env: pairsOf(given, 'exec-env'),
    },
  };
  const change = (config: Kubeconfig): Kubeconfig =>
    withEntry(config, 'users', [name, changeUser(entryOf(config, 'users', name) ?? {}, changes)]);
  await modify(io, filesOf(given, io), change, { relative: true });
  io.stdout(`User ${goQuote(name)} set.\n`);
  return 0;
};

function refuseTwoMethods(given: KubectlArguments): void {
  const isGiven = (name: string): boolean => (given.text(name) ?? '') !== '';
  if (isGiven('token') && (isGiven('username') || isGiven('password')))
    throw usageError('--token and --username or --password exclude one another', { option: '--token' });
}

/** `key=value` sets, `key-` removes; what is in them is not repeated in errors, as it may be a secret. */
function pairsOf(given: KubectlArguments, name: string): PairChanges | undefined {
  const list = given.all(name) ?? [];
  if (list.length === 0) return undefined;
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of list) {
    const at = pair.indexOf('=');
    if (at > 0) set.set(pair.slice(0, at), pair.slice(at + 1));
    else if (at === -1 && pair.length > 1 && pair.endsWith('-')) remove.push(pair.slice(0, -1));
    else throw usageError(`--${name}: expected KEY=VALUE, or KEY- to remove it`, { option: `--${name}` });
  }
  return { set, remove };
}
