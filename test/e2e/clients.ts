/** Clients that people have, by each form of kubeconfig that we write: who the server says that they are. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askClient, askKubectl, CLIENTS, type ClientAnswer, type Source } from '../support/clients.ts';
import { repositoryRoot, tempDir } from '../support/foreign.ts';
import { BUILD_TIMEOUT, buildGoProgram } from '../support/go-program.ts';
import type { Running } from './support/control-plane.ts';
import {
  assemble,
  clientFlags,
  clusterFlags,
  FORMS,
  MAX,
  SERVER,
  type Ground,
  type Outcome,
} from './support/kubeconfig-forms.ts';
import { issue, strangerCa } from './support/kubepki.ts';
import { freePort } from './support/processes.ts';

const NODE_ARGS = ['--import', join(repositoryRoot, 'test/e2e/support/env-proxy.mjs')];

/** Who each client is by a kubeconfig, asked from another folder than the kubeconfig's. */
async function askAll(source: Source, env: NodeJS.ProcessEnv): Promise<unknown> {
  const options = { cwd: tempDir(), env };
  const question = { op: 'whoami', ...source } as const;
  const who = ([{ user, error } = {}]: readonly ClientAnswer[]): unknown => user ?? { error };
  const [kubectl, go, node] = await Promise.all([
    askKubectl(source, options).then((answer) => who([answer])),
    askClient('client-go', [question], options).then(who),
    askClient('client-node', [question], { ...options, nodeArgs: NODE_ARGS }).then(who),
  ]);
  return { kubectl, 'client-go': go, 'client-node': node };
}

const matching = (outcome: Outcome): unknown =>
  'error' in outcome ? { error: expect.stringMatching(outcome.error) as unknown } : outcome;

type Refusals = Readonly<Record<(typeof CLIENTS)[number], RegExp>>;

const same = (go: RegExp, node: RegExp): Refusals => ({
  ...{ kubectl: go, 'client-go': go, 'client-node': node },
});

const UNKNOWN_CA = same(
  /x509: certificate signed by unknown authority/,
  /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET_ISSUER_CERT/,
);

/** What is wrong with a kubeconfig, and what clients say. */
interface Wrong {
  readonly what: string;
  readonly how?: (ground: Ground) => Ground | Promise<Ground>;
  /** Further flags of `set-cluster`. */
  readonly flags?: readonly string[];
  readonly said: Refusals;
}

const WRONG: readonly Wrong[] = [
  {
    what: 'another CA of the same name',
    how: async (ground) => {
      const ca = await strangerCa('kubernetes', join(ground.folder, 'stranger'));
      return { ...ground, ca: `${ca}.crt` };
    },
    said: UNKNOWN_CA,
  },
  {
    what: "the front proxy's CA of the tree",
    how: (ground) => ({ ...ground, ca: ground.cluster.files.pki('front-proxy-ca.crt') }),
    said: UNKNOWN_CA,
  },
  {
    what: 'the name of a server in TLS that is not in its certificate',
    flags: ['--tls-server-name', 'other.example'],
    said: same(/x509: certificate is valid for .*, not other\.example/, /ERR_TLS_CERT_ALTNAME_INVALID/),
  },
  {
    what: 'a certificate of another CA',
    how: async (ground) => {
      const ca = await strangerCa('kubernetes', join(ground.folder, 'stranger'));
      const out = join(ground.folder, 'max');
      return { ...ground, client: await issue({ profile: 'client', ca, commonName: 'max', out }) };
    },
    said: same(/must be logged in to the server|Unauthorized|provide credentials/, /^401 /),
  },
  {
    what: 'the key of another certificate',
    how: (ground) => {
      const { key } = ground.cluster.superAdmin;
      return { ...ground, client: { cert: ground.client.cert, key } };
    },
    said: same(/tls: private key does not match public key/, /key values mismatch/),
  },
];

/** The clients. */
export function clients(running: Running): void {
  let ground: Omit<Ground, 'folder'> | undefined;
  let folders = 0;

  beforeAll(() => buildGoProgram('client-go-judge'), BUILD_TIMEOUT);
  beforeAll(async () => {
    const cluster = running();
    const args = MAX.groups.slice(0, -1).flatMap((group) => ['--organization', group]);
    const out = cluster.scratch('max-of-clients');
    ground = {
      ...{ cluster, server: SERVER, ca: cluster.files.pki('ca.crt'), proxy: '' },
      client: await issue({
        profile: 'client',
        ca: cluster.files.pki('ca'),
        commonName: MAX.name,
        out,
        args,
      }),
      token: await cluster.defaultToken(),
    };
  });

  /** A ground of its own. */
  const newGround = (): Ground => {
    if (ground === undefined) throw new Error('there is no ground');
    const folder = join(ground.cluster.scratch('clients'), String((folders += 1)));
    mkdirSync(folder, { recursive: true });
    return { ...ground, folder };
  };

  test.each(FORMS)('$what', async ({ write, who, known, ownProxy, target = 'api.e2e.example:6443' }) => {
    const { env, targets } = running().network.watch();
    const { HTTPS_PROXY = '', https_proxy: _lower, ...without } = env;
    const { env: found = {}, ...source } = await write({ ...newGround(), proxy: HTTPS_PROXY });
    expect(await askAll(source, { ...(ownProxy ? without : env), ...found })).toEqual(
      Object.fromEntries(CLIENTS.map((client) => [client, matching(known?.[client] ?? who)])),
    );
    expect([...targets]).toEqual([target]);
  });

  // Which is why the others ask with env-proxy.mjs.
  test('no proxy of the environment, where the client is client-node', async () => {
    const { env, targets } = running().network.watch();
    const own = { ...newGround(), server: `https://127.0.0.1:${await freePort()}` };
    const source = await assemble(join(own.folder, 'kubeconfig'), clusterFlags(own), clientFlags(own));
    const options = { cwd: tempDir(), env };
    expect(await askClient('client-node', [{ op: 'whoami', ...source }], options)).toEqual([
      { error: expect.stringMatching(/ECONNREFUSED/) },
    ]);
    expect([...targets]).toEqual([]);
  });

  describe('refuse', () => {
    test.each(WRONG)('$what', async ({ how, flags = [], said }) => {
      const right = newGround();
      const wrong = (await how?.(right)) ?? right;
      const cluster = [...clusterFlags(wrong), ...flags];
      const source = await assemble(join(wrong.folder, 'kubeconfig'), cluster, clientFlags(wrong));
      expect(await askAll(source, running().network.env)).toEqual(
        Object.fromEntries(CLIENTS.map((client) => [client, matching({ error: said[client] })])),
      );
    });
  });
}
