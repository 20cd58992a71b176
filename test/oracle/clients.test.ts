/** Clients read what we write as we mean it: kubectl, client-go and @kubernetes/client-node. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import fc from 'fast-check';
import { mergeKubeconfigs, type LoadedKubeconfig } from '../../src/kubeconfig/merge.ts';
import type { Kubeconfig } from '../../src/kubeconfig/model.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import {
  askClient,
  CLIENTS,
  kubectlFacts,
  sum,
  sumOfBase64,
  type ClientAnswer,
  type ClientEntries,
  type ClientName,
  type Question,
  type Source,
} from '../support/clients.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { BUILD_TIMEOUT, buildGoProgram } from '../support/go-program.ts';
import { kubeconfig as anyKubeconfig } from '../support/kubeconfigs.ts';
import {
  CASES,
  FILES,
  kubeconfigOf,
  PLAIN,
  SECRETS,
  UNLIKE,
  type ClientCase,
  type Deviation,
} from './support/client-cases.ts';

const root = tempDir();
const buildJudge = () => buildGoProgram('client-go-judge');
let folders = 0;

function save(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function newFolder(): string {
  const folder = join(root, String((folders += 1)));
  for (const [name, content] of Object.entries(FILES)) save(folder, name, content);
  return folder;
}

/** Elsewhere, so that relative paths lead from the kubeconfig alone to a file. */
const elsewhere = (KUBECONFIG = '') => ({
  cwd: tempDir(),
  env: { PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG },
});

/** Asks one client for all: kubectl takes a process for each. */
async function askAll(
  client: ClientName,
  sources: readonly Source[],
  options = elsewhere(),
): Promise<readonly ClientAnswer[]> {
  if (client !== 'kubectl') {
    const questions = sources.map((source): Question => ({ op: 'config', ...source }));
    return askClient(client, questions, options);
  }
  const answers: ClientAnswer[] = [];
  for (const source of sources) answers.push(await kubectlFacts(source, options));
  return answers;
}

function expected(meant: ClientCase['meant'], folder: string, deviation: Deviation = {}): unknown {
  if ('error' in deviation) return { error: expect.stringMatching(deviation.error) as unknown };
  const facts = typeof meant === 'function' ? meant(folder) : meant;
  return { config: { ...PLAIN, ...facts, ...deviation } };
}

describeWith(['kubectl', 'go'], 'clients read a kubeconfig as it is meant:', () => {
  const cases = [...CASES, ...UNLIKE];
  const places = new Map<ClientCase, string>();
  const answers = new Map<ClientName, readonly ClientAnswer[]>();

  beforeAll(buildJudge, BUILD_TIMEOUT);
  beforeAll(async () => {
    const sources = cases.map((one): Source => {
      const folder = newFolder();
      places.set(one, folder);
      const kubeconfig = save(folder, 'kubeconfig', renderKubeconfig(kubeconfigOf(one, folder)));
      return { kubeconfig, ...(one.ask === undefined ? {} : { context: one.ask }) };
    });
    for (const client of CLIENTS) answers.set(client, await askAll(client, sources));
  });

  test.each(cases)('$what', (one) => {
    const said = CLIENTS.map((client) => [client, answers.get(client)?.[cases.indexOf(one)]]);
    const folder = places.get(one) ?? '';
    expect(said).toEqual(CLIENTS.map((client) => [client, expected(one.meant, folder, one.known?.[client])]));
    for (const secret of SECRETS) expect(JSON.stringify(said)).not.toContain(secret);
  });
});

const named = (name: string, server: string, currentContext: string): Kubeconfig => ({
  clusters: [{ name, cluster: { server, certificateAuthority: 'pki/ca.crt' } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  currentContext,
  users: [{ name, user: { clientCertificate: 'pki/ca.crt', clientKey: 'users/yes.key' } }],
});
const CA = FILES['pki/ca.crt'];
const IDENTITY = { ca: sum(CA), certificate: sum(CA), key: sum(FILES['users/yes.key']) };
const [A, B] = ['https://a.example', 'https://b.example'];

/** Files that KUBECONFIG lists, and what is meant; the last of them may be missing. */
const LISTS: readonly {
  readonly what: string;
  readonly files: readonly (Kubeconfig | string | undefined)[];
  readonly meant: ClientCase['meant'];
  readonly known?: ClientCase['known'];
}[] = [
  {
    what: 'the first has a current context, the second none',
    files: [named('a', A, 'a'), named('b', B, '')],
    meant: { server: A, ...IDENTITY },
  },
  {
    what: 'the current context of the second',
    files: [named('a', A, ''), named('b', B, 'b')],
    meant: { server: B, ...IDENTITY },
  },
  {
    what: 'a cluster, a user and a context of three files',
    files: [
      { ...named('a', A, ''), users: [], contexts: [] },
      { ...named('a', A, ''), clusters: [], contexts: [] },
      { ...named('a', A, 'a'), clusters: [], users: [] },
    ],
    meant: { server: A, ...IDENTITY },
  },
  {
    what: 'both have a current context: the first counts',
    files: [named('a', A, 'a'), named('b', B, 'b')],
    meant: { server: A, ...IDENTITY },
    // The last counts.
    known: { 'client-node': { server: B } },
  },
  {
    what: 'entries of one name: the first counts',
    files: [named('a', A, 'a'), named('a', B, '')],
    meant: { server: A, ...IDENTITY },
    known: { 'client-node': { error: /Duplicate cluster: a/ } },
  },
  {
    what: 'a file that is not there',
    files: [named('a', A, 'a'), undefined],
    meant: { server: A, ...IDENTITY },
    known: { 'client-node': { error: /ENOENT/ } },
  },
  {
    what: 'a file that is empty',
    files: [named('a', A, 'a'), ''],
    meant: { server: A, ...IDENTITY },
    known: { 'client-node': { error: /undefined/ } },
  },
];

describeWith(['kubectl', 'go'], 'clients read several kubeconfigs of KUBECONFIG:', () => {
  beforeAll(buildJudge, BUILD_TIMEOUT);

  test.each(LISTS)('$what', async ({ files, meant, known }) => {
    const paths = files.map((file) => {
      const folder = newFolder();
      const text = typeof file === 'object' ? renderKubeconfig(file) : file;
      return text === undefined ? join(folder, 'none') : save(folder, 'kubeconfig', text);
    });
    const said: unknown[] = [];
    for (const client of CLIENTS)
      said.push([client, ...(await askAll(client, [{}], elsewhere(paths.join(':'))))]);
    expect(said).toEqual(CLIENTS.map((client) => [client, expected(meant, '', known?.[client])]));
  });

  test('that we made one of, which all read alike', async () => {
    const folder = newFolder();
    const files = LISTS.map(({ files: list }) => {
      const loaded = list.filter((file) => typeof file === 'object').map((config) => ({ path: '', config }));
      return mergeKubeconfigs(loaded).config;
    });
    const sources = files.map((config, i): Source => ({
      kubeconfig: save(folder, `merged-${i}`, renderKubeconfig(config)),
    }));
    for (const client of CLIENTS)
      expect([client, await askAll(client, sources)]).toEqual([
        client,
        LISTS.map(({ meant }) => expected(meant, '')),
      ]);
  });
});

/** What we mean by a kubeconfig, in the words of the programs. */
function entriesOf(config: Kubeconfig): ClientEntries {
  const object = <T>(list: readonly (readonly [string, T])[]): Record<string, T> => Object.fromEntries(list);
  return {
    currentContext: config.currentContext,
    clusters: object(
      config.clusters.map(({ name, cluster }) => [
        name,
        {
          server: cluster.server,
          tlsServerName: cluster.tlsServerName ?? '',
          insecure: cluster.insecureSkipTlsVerify ?? false,
          caFile: cluster.certificateAuthority ?? '',
          caData: sumOfBase64(cluster.certificateAuthorityData),
          proxyUrl: cluster.proxyUrl ?? '',
        },
      ]),
    ),
    users: object(
      config.users.map(({ name, user: { exec, ...user } }) => [
        name,
        {
          ...{ certFile: user.clientCertificate ?? '', certData: sumOfBase64(user.clientCertificateData) },
          ...{ keyFile: user.clientKey ?? '', keyData: sumOfBase64(user.clientKeyData) },
          ...{ token: sum(user.token), tokenFile: user.tokenFile ?? '' },
          ...{ username: user.username ?? '', password: sum(user.password) },
          ...{ as: user.as ?? '', asUid: user.asUid ?? '', asGroups: user.asGroups ?? [] },
          exec:
            exec === undefined
              ? null
              : {
                  ...{ command: exec.command, args: exec.args ?? [] },
                  env: (exec.env ?? []).map((one) => [one.name, one.value]),
                },
        },
      ]),
    ),
    contexts: object(
      config.contexts.map(({ name, context }) => [
        name,
        { cluster: context.cluster, user: context.user, namespace: context.namespace ?? '' },
      ]),
    ),
  };
}

/** The same as far as client-node knows it. */
function knownToClientNode(entries: ClientEntries): ClientEntries {
  const mapped = <T>(object: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(object).map(([name, one]) => [name, change(one)]));
  return {
    ...entries,
    clusters: mapped(entries.clusters, (one) => ({
      ...one,
      server: String(one['server']).replace(/\/$/, ''),
    })),
    users: mapped(entries.users, ({ tokenFile: _file, asUid: _uid, asGroups: _groups, ...one }) => one),
  };
}

/** Client-node refuses a whole file for an entry without a name, and for these. */
function isWholeForClientNode({ clusters, contexts, users }: Kubeconfig): boolean {
  return (
    [...clusters, ...contexts, ...users].every(({ name }) => name !== '') &&
    clusters.every(({ cluster }) => cluster.server !== '') &&
    contexts.every(({ context }) => context.cluster !== '')
  );
}

/** With the paths as client-go makes them absolute, by the folder of the file that an entry is from. */
function mergedEntries(files: readonly LoadedKubeconfig[]): ClientEntries {
  const { config, originOf } = mergeKubeconfigs(files);
  const absolute = (path: string | undefined, section: 'clusters' | 'users', name: string) => {
    const from = dirname(originOf(section, name) ?? '');
    return path === undefined || path === '' || isAbsolute(path) ? path : resolve(from, path);
  };
  return entriesOf({
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => {
      const certificateAuthority = absolute(cluster.certificateAuthority, 'clusters', name);
      return { name, cluster: { ...cluster, certificateAuthority } };
    }),
    users: config.users.map(({ name, user }) => {
      const own = (path: string | undefined) => absolute(path, 'users', name);
      const { exec } = user;
      const command = exec?.command.includes('/') === true ? own(exec.command) : exec?.command;
      return {
        name,
        user: {
          ...{ ...user, clientCertificate: own(user.clientCertificate), clientKey: own(user.clientKey) },
          ...{ tokenFile: own(user.tokenFile) },
          ...(exec === undefined ? {} : { exec: { ...exec, command: command ?? '' } }),
        },
      };
    }),
  });
}

describeWith(['go'], 'clients read any kubeconfig as it is meant:', () => {
  beforeAll(buildJudge, BUILD_TIMEOUT);

  const batches = fc.array(anyKubeconfig, { minLength: 50, maxLength: 50 });
  const ask = async (client: 'client-go' | 'client-node', configs: readonly Kubeconfig[]) => {
    const folder = newFolder();
    const questions = configs.map((config, i) => ({
      op: 'entries' as const,
      kubeconfig: save(folder, `any-${i}`, renderKubeconfig(config)),
    }));
    return askClient(client, questions, elsewhere());
  };

  test('client-go', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (configs) => {
        expect(await ask('client-go', configs)).toEqual(
          configs.map((config) => ({ entries: entriesOf(config) })),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('client-go, several as one', async () => {
    const lists = fc.array(fc.array(anyKubeconfig, { minLength: 2, maxLength: 4 }), {
      minLength: 10,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(lists, async (batch) => {
        const loaded = batch.map((configs) =>
          configs.map((config): LoadedKubeconfig => {
            const path = save(newFolder(), 'kubeconfig', renderKubeconfig(config));
            return { path, config };
          }),
        );
        const questions = loaded.map((files) => ({
          op: 'merged' as const,
          files: files.map(({ path }) => path),
        }));
        expect(await askClient('client-go', questions, elsewhere())).toEqual(
          loaded.map((files) => ({ entries: mergedEntries(files) })),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('client-node, but for what it does not know', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (configs) => {
        expect(await ask('client-node', configs)).toEqual(
          configs.map((config) =>
            isWholeForClientNode(config)
              ? { entries: knownToClientNode(entriesOf(config)) }
              : { error: expect.stringMatching(/ is missing$/) as unknown },
          ),
        );
      }),
      { numRuns: 4 },
    );
  });
});
