/** The forms of kubeconfigs that kubepki writes, and who the server says that their owner is. */
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeconfigFiles } from '../../../src/node/kubeconfig-files.ts';
import type { ClientName, Source, Who } from '../../support/clients.ts';
import { ENDPOINT } from './cluster-files.ts';
import type { ControlPlane } from './control-plane.ts';
import { kubepki, type Pair } from './kubepki.ts';

/** What a kubeconfig is made of: all of it is right. */
export interface Ground {
  readonly cluster: ControlPlane;
  /** An empty folder for the kubeconfig. */
  readonly folder: string;
  readonly server: string;
  readonly ca: string;
  /** Of {@link MAX}. */
  readonly client: Pair;
  /** Of {@link POD}, bound (TokenRequest). */
  readonly token: string;
  /** The proxy of the cluster's network. */
  readonly proxy: string;
}

/** The server by the name that kubeconfigs have. */
export const SERVER = `https://${ENDPOINT}:6443`;

/** The owner of the certificate. */
export const MAX: Who = { name: 'max', groups: ['dev', 'ops', 'system:authenticated'] };

/** The owner of the token. */
export const POD: Who = {
  name: 'system:serviceaccount:default:default',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
};

/** Somebody, or why nobody. */
export type Outcome = Who | { readonly error: RegExp };

/** A kubeconfig that was written, and the variables by which programs find it. */
export interface Written extends Source {
  readonly env?: { readonly KUBECONFIG?: string; readonly HOME?: string };
}

/** A form: what it is, and who writes it. */
export interface Form {
  readonly what: string;
  /** Writes a kubeconfig with what belongs to it into the folder. */
  readonly write: (ground: Ground) => Written | Promise<Written>;
  readonly who: Who;
  /** Faults of a client, known and still there. */
  readonly known?: Partial<Record<ClientName, Outcome>>;
  /** The program has no proxy but the kubeconfig's. */
  readonly ownProxy?: true;
  /** `host:port` that it asks for; default: that of {@link SERVER}. */
  readonly target?: string;
}

/** A `kubepki kubeconfig` on one file. */
export const config = (file: string, ...args: readonly string[]): Promise<string> =>
  kubepki(['kubeconfig', ...args, '--kubeconfig', file]);

/** Makes a file with a context of a cluster and a user, from nothing. */
export async function assemble(
  file: string,
  cluster: readonly string[],
  user: readonly string[],
  name = 'main',
): Promise<Source> {
  await config(file, 'set-cluster', name, ...cluster);
  await config(file, 'set-credentials', name, ...user);
  await config(file, 'set-context', name, '--cluster', name, '--user', name, '--namespace', 'team-a');
  await config(file, 'use-context', name);
  return { kubeconfig: file };
}

/** The flags of `set-cluster`. */
export const clusterFlags = ({ server, ca }: Ground): string[] => [
  ...['--server', server, '--certificate-authority', ca],
];

/** The flags of `set-credentials`. */
export const clientFlags = ({ client }: Ground): string[] => [
  ...['--client-certificate', client.cert, '--client-key', client.key],
];

const main = ({ folder }: Ground): string => join(folder, 'kubeconfig');

/** The ground with its files in the folder, so that they are named by relative path. */
function beside(ground: Ground): Ground {
  const copied = (from: string, name: string): string => {
    copyFileSync(from, join(ground.folder, name));
    return join(ground.folder, name);
  };
  const client = {
    cert: copied(ground.client.cert, "max's.crt"),
    key: copied(ground.client.key, "max's.key"),
  };
  return { ...ground, ca: copied(ground.ca, 'ca.crt'), client };
}

/** What is mounted into a pod, in a folder of that path. */
function mounted({ folder, ca, token }: Ground): string {
  const place = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(place, { recursive: true });
  copyFileSync(ca, join(place, 'ca.crt'));
  writeFileSync(join(place, 'token'), token, { mode: 0o600 });
  writeFileSync(join(place, 'namespace'), 'default');
  return place;
}

/** A program that gives the token as credentials (client.authentication.k8s.io/v1, ExecCredential). */
function credentialProgram({ folder, token }: Ground): string {
  const path = join(folder, 'bin/get-token');
  const credential = {
    ...{ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' },
    status: { token },
  };
  mkdirSync(join(folder, 'bin'));
  writeFileSync(path, `#!/bin/sh\ncat <<END\n${JSON.stringify(credential)}\nEND\n`, { mode: 0o700 });
  return path;
}

const EXEC = ['--exec-api-version', 'client.authentication.k8s.io/v1', '--exec-interactive-mode', 'Never'];

/** A cluster, a user and a context in files of their own. */
async function threeFiles(ground: Ground): Promise<string[]> {
  const [cluster, user, context] = ['cluster', 'user', 'context'].map((name) => join(ground.folder, name));
  if (cluster === undefined || user === undefined || context === undefined) throw new Error('three files');
  await config(cluster, 'set-cluster', 'main', ...clusterFlags(ground));
  await config(user, 'set-credentials', 'main', ...clientFlags(ground));
  await config(context, 'set-context', 'main', '--cluster', 'main', '--user', 'main');
  await config(context, 'use-context', 'main');
  return [cluster, user, context];
}

/** The tree once more, with kubeconfigs that name files. */
function applied(form: string, file: string): Form['write'] {
  return async ({ cluster, folder }) => {
    cpSync(cluster.files.root, folder, { recursive: true });
    const args = ['--config', cluster.scratch('cluster.yaml'), '--rootfs', folder];
    await kubepki(['apply', ...args, '--kubeconfig-certs', form]);
    return { kubeconfig: join(folder, 'etc/kubernetes', file) };
  };
}

// No other program writes or reads "token-file", which client-node looks for: it has no token.
const WITHOUT_TOKEN: Form['known'] = { 'client-node': { error: /^403 .*system:anonymous/s } };

const JANE: Who = { name: 'jane', groups: ['dev', 'system:authenticated'] };
const ADMIN: Who = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] };

/** Of `kubepki apply`. */
const OF_TREES: readonly Form[] = [
  {
    what: 'admin.conf of apply, with all in it',
    write: ({ cluster }) => ({ kubeconfig: cluster.files.conf('admin.conf') }),
    who: ADMIN,
  },
  {
    what: "a user's kubeconfig of apply, with all in it",
    write: ({ cluster }) => ({ kubeconfig: cluster.files.conf('users/jane.conf') }),
    who: JANE,
  },
  { what: 'admin.conf of apply, with files', write: applied('files', 'admin.conf'), who: ADMIN },
  { what: "a user's kubeconfig of apply, with files", write: applied('files', 'users/jane.conf'), who: JANE },
];

/** Of the commands that kubectl config has too. */
const OF_COMMANDS: readonly Form[] = [
  {
    what: 'set-cluster and set-credentials from nothing, with files by absolute path',
    write: (ground) => assemble(main(ground), clusterFlags(ground), clientFlags(ground)),
    who: MAX,
  },
  {
    what: 'the same with files by relative path',
    write: async (ground) => {
      const own = beside(ground);
      return assemble(main(own), clusterFlags(own), clientFlags(own));
    },
    who: MAX,
  },
  {
    what: 'the same with --embed-certs',
    write: (ground) => {
      const embed = ['--embed-certs'];
      return assemble(main(ground), [...clusterFlags(ground), ...embed], [...clientFlags(ground), ...embed]);
    },
    who: MAX,
  },
  {
    what: 'names that YAML may take for a number',
    write: (ground) => assemble(main(ground), clusterFlags(ground), clientFlags(ground), '012'),
    who: MAX,
  },
  {
    what: 'a token of a service account',
    write: (ground) => assemble(main(ground), clusterFlags(ground), ['--token', ground.token]),
    who: POD,
  },
  {
    what: 'a file with a token, by relative path',
    write: async (ground) => {
      writeFileSync(join(ground.folder, 'token'), `${ground.token}\n`, { mode: 0o600 });
      const source = await assemble(main(ground), clusterFlags(ground), []);
      await config(main(ground), 'set', 'users.main.tokenFile', 'token');
      return source;
    },
    who: POD,
    known: WITHOUT_TOKEN,
  },
  {
    what: 'a wrong token, and a file with a right one: the file counts',
    write: async (ground) => {
      writeFileSync(join(ground.folder, 'token'), ground.token, { mode: 0o600 });
      const source = await assemble(main(ground), clusterFlags(ground), ['--token', 'wrong']);
      await config(main(ground), 'set', 'users.main.tokenFile', 'token');
      return source;
    },
    who: POD,
    known: { 'client-node': { error: /^401 / } },
  },
  {
    what: "what a pod has, by the first address of the services' network",
    write: async (ground) => {
      const place = mounted(ground);
      ground.cluster.network.route('10.96.0.1:443', ground.cluster.apiPort('cp-1'));
      const own = { ...ground, server: 'https://10.96.0.1:443', ca: join(place, 'ca.crt') };
      const source = await assemble(main(ground), clusterFlags(own), []);
      await config(main(ground), 'set', 'users.main.tokenFile', join(place, 'token'));
      return source;
    },
    who: POD,
    target: '10.96.0.1:443',
    known: WITHOUT_TOKEN,
  },
  {
    what: 'a program for credentials, by absolute path',
    write: (ground) => {
      // Beside the folder of the kubeconfig, not below.
      const file = join(ground.folder, 'conf/kubeconfig');
      const user = ['--exec-command', credentialProgram(ground), ...EXEC];
      return assemble(file, clusterFlags(ground), user);
    },
    who: POD,
  },
  {
    what: 'a program for credentials, by relative path',
    write: (ground) => {
      // Below: written as bin/get-token.
      const user = ['--exec-command', credentialProgram(ground), ...EXEC];
      return assemble(main(ground), clusterFlags(ground), user);
    },
    who: POD,
    // It looks in the working directory.
    known: { 'client-node': { error: /ENOENT/ } },
  },
  {
    what: 'another user to be, with groups',
    write: async (ground) => {
      const { cert, key } = ground.cluster.superAdmin;
      const own = { ...ground, client: { cert, key } };
      const source = await assemble(main(own), clusterFlags(own), clientFlags(own));
      new KubeconfigFiles({ explicit: main(own), env: {} }).change(main(own), (one) => ({
        ...one,
        users: one.users.map(({ name, user }) => ({
          name,
          user: { ...user, as: 'eve', asGroups: ['qa', 'dev'] },
        })),
      }));
      return source;
    },
    who: { name: 'eve', groups: ['qa', 'dev', 'system:authenticated'] },
    // kubernetes-client/javascript pull request 2373: the name alone.
    known: { 'client-node': { name: 'eve', groups: ['system:authenticated'] } },
  },
];

/** Of names, networks and lists of files. */
const OF_PLACES: readonly Form[] = [
  {
    what: 'an address of IPv6',
    write: (ground) => {
      ground.cluster.network.route('[2001:db8::10]:6443', ground.cluster.apiPort('cp-1'));
      const own = { ...ground, server: 'https://[2001:db8::10]:6443' };
      return assemble(main(ground), clusterFlags(own), clientFlags(ground));
    },
    who: MAX,
    target: '[2001:db8::10]:6443',
  },
  {
    what: 'an address that no certificate carries, with the name of a server in TLS',
    write: (ground) => {
      ground.cluster.network.route('192.0.2.99:443', ground.cluster.apiPort('cp-1'));
      const own = { ...ground, server: 'https://192.0.2.99' };
      const cluster = [...clusterFlags(own), '--tls-server-name', 'kubernetes.default.svc'];
      return assemble(main(ground), cluster, clientFlags(ground));
    },
    who: MAX,
    target: '192.0.2.99:443',
  },
  {
    what: 'the same without a check of the server',
    write: (ground) => {
      ground.cluster.network.route('192.0.2.99:443', ground.cluster.apiPort('cp-1'));
      const cluster = ['--server', 'https://192.0.2.99', '--insecure-skip-tls-verify=true'];
      return assemble(main(ground), cluster, clientFlags(ground));
    },
    who: MAX,
    target: '192.0.2.99:443',
  },
  {
    what: 'a proxy',
    write: (ground) => {
      const cluster = [...clusterFlags(ground), '--proxy-url', ground.proxy];
      return assemble(main(ground), cluster, clientFlags(ground));
    },
    who: MAX,
    ownProxy: true,
  },
  {
    what: 'another context than the current one',
    write: async (ground) => {
      await assemble(main(ground), clusterFlags(ground), clientFlags(ground));
      await assemble(main(ground), ['--server', 'https://nowhere.invalid'], [], 'other');
      return { kubeconfig: main(ground), context: 'main' };
    },
    who: MAX,
  },
  {
    what: 'three files of KUBECONFIG',
    write: async (ground) => ({ env: { KUBECONFIG: (await threeFiles(ground)).join(':') } }),
    who: MAX,
  },
  {
    what: 'those files as one, by view --flatten',
    write: async (ground) => {
      const env = { KUBECONFIG: (await threeFiles(beside(ground))).join(':') };
      const text = await kubepki(['kubeconfig', 'view', '--flatten'], { env });
      writeFileSync(main(ground), text, { mode: 0o600 });
      return { kubeconfig: main(ground) };
    },
    who: MAX,
  },
  {
    // Before, client-node reads none of it: "clusters[0].cluster.server is missing".
    what: 'a file with a cluster that has no server, after prune',
    write: async (ground) => {
      const source = await assemble(main(ground), clusterFlags(ground), clientFlags(ground));
      await config(main(ground), 'set-cluster', 'lost', '--proxy-url', ground.proxy);
      await config(main(ground), 'prune');
      return source;
    },
    who: MAX,
  },
  {
    what: 'merged into a file where a cluster and a user of another kind have the names',
    write: async (ground) => {
      const source = join(ground.folder, 'source/kubeconfig');
      await assemble(source, clusterFlags(ground), clientFlags(ground));
      await assemble(main(ground), ['--server', 'https://nowhere.invalid'], ['--token', 'x']);
      await config(main(ground), 'merge', source, '--use-context');
      return { kubeconfig: main(ground) };
    },
    who: MAX,
  },
  {
    what: 'merged with its files by relative path, from another folder',
    write: async (ground) => {
      const folder = join(ground.folder, 'source');
      mkdirSync(folder);
      const own = beside({ ...ground, folder });
      await assemble(main(own), clusterFlags(own), clientFlags(own));
      await config(main(ground), 'merge', main(own));
      return { kubeconfig: main(ground) };
    },
    who: MAX,
  },
  {
    what: 'what it names, put in by embed',
    write: async (ground) => {
      const own = beside(ground);
      const source = await assemble(main(own), clusterFlags(own), clientFlags(own));
      await config(main(ground), 'embed');
      for (const file of [own.ca, own.client.cert, own.client.key]) rmSync(file);
      return source;
    },
    who: MAX,
  },
  {
    what: 'what it holds, put into files by extract',
    write: async (ground) => {
      const embed = ['--embed-certs'];
      const source = await assemble(
        main(ground),
        [...clusterFlags(ground), ...embed],
        [...clientFlags(ground), ...embed],
      );
      await config(main(ground), 'extract', '--dir', join(ground.folder, 'files'));
      return source;
    },
    who: MAX,
  },
  {
    what: 'one of several contexts, by split',
    write: async (ground) => {
      const whole = join(ground.folder, 'whole');
      await assemble(whole, clusterFlags(ground), clientFlags(ground));
      await assemble(whole, ['--server', 'https://nowhere.invalid'], ['--token', 'x'], 'other');
      await config(whole, 'split', '--dir', join(ground.folder, 'parts'));
      return { kubeconfig: join(ground.folder, 'parts/main.conf') };
    },
    who: MAX,
  },
  {
    what: 'the file of the home directory',
    write: async (ground) => {
      const file = join(ground.folder, '.kube/config');
      await assemble(file, clusterFlags(ground), clientFlags(ground));
      return { env: { HOME: ground.folder, KUBECONFIG: '' } };
    },
    who: MAX,
  },
];

/** All forms. */
export const FORMS: readonly Form[] = [...OF_TREES, ...OF_COMMANDS, ...OF_PLACES];
